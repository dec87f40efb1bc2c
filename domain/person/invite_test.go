package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func TestInvite(t *testing.T) {
	t.Run("given nobody, a phone number is invited by SMS, without a placement", func(t *testing.T) {
		given(t).When(invite(phone)).Then(invitedBySMS(1, week))
	})
	t.Run("given nobody, an address is invited by e-mail, with its placement", func(t *testing.T) {
		given(t).When(invite(email)).Then(invitedByEmail(1, week))
	})
	t.Run("given an open invitation, it refuses", func(t *testing.T) {
		given(t, invitedBySMS(1, open)).When(invite(phone)).ThenRefused(domain.AlreadyInvited)
		given(t, invitedByEmail(1, open)).When(invite(email)).ThenRefused(domain.AlreadyInvited)
	})
	t.Run("given an invitation that has run out, it records that and gives the next number", func(t *testing.T) {
		given(t, invitedBySMS(1, over)).When(invite(phone)).Then(invitationExpired(1), invitedBySMS(2, week))
	})
	t.Run("given an invitation whose end is on record, it is not recorded again", func(t *testing.T) {
		given(t, invitedByEmail(1, over), invitationExpired(1)).When(invite(email)).Then(invitedByEmail(2, week))
	})
	t.Run("given registrations that await their proof, it supersedes them all", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), joined(2, person.Proof, ruled)).When(invite(email)).
			Then(superseded(1), superseded(2), invitedByEmail(1, week))
	})
	t.Run("given an expired invitation and a registration that was to redeem it, both end", func(t *testing.T) {
		given(t, invitedByEmail(1, over), joinedWhileInvited(1, 1, ruled)).When(invite(email)).
			Then(superseded(1), invitationExpired(1), invitedByEmail(2, week))
	})
	t.Run("given an open invitation and a registration that awaits its proof, it refuses", func(t *testing.T) {
		given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, ruled)).When(invite(email)).ThenRefused(domain.AlreadyInvited)
	})
	for name, waiting := range map[string][]person.Event{
		"not proved":                             one(joined(1, person.Approval, moderated)),
		"proved":                                 one(joined(1, person.Proof, moderated), proved(1, person.LinkModerated)),
		"come by invitation":                     one(invitedByEmail(1, open), cameByInvitation(1, 1, email, person.Approval), invitationRedeemed(1, 1)),
		"beside another that awaits its proof":   one(joined(1, person.Proof, ruled), joined(2, person.Approval, moderated)),
		"in spite of an invitation that is over": one(invitedByEmail(1, over), joined(1, person.Approval, moderated)),
	} {
		t.Run("given a registration that awaits approval, "+name+", it refuses", func(t *testing.T) {
			given(t, waiting...).When(invite(email)).ThenRefused(domain.AlreadyRegistered)
		})
	}
	t.Run("given somebody rejected, it invites", func(t *testing.T) {
		given(t, joined(1, person.Approval, moderated), rejected(1)).When(invite(email)).Then(invitedByEmail(1, week))
	})
	t.Run("given somebody rejected who came by invitation, it gives the next number", func(t *testing.T) {
		given(t, invitedByEmail(1, open), cameByInvitation(1, 1, email, person.Approval), invitationRedeemed(1, 1), rejected(1)).
			When(invite(email)).Then(invitedByEmail(2, week))
	})
	for name, story := range map[string][]person.Event{
		"by the public link":           employedByPublicLink(),
		"by invitation":                employedBySMS(),
		"with a generated password":    generatedPassword(),
		"who has no password yet":      passwordLink(),
		"who is the company's founder": founder(),
	} {
		t.Run("given an employee "+name+", it refuses", func(t *testing.T) {
			given(t, story...).When(invite(email)).ThenRefused(domain.AlreadyEmployed)
		})
	}
}

func TestTheContactOfAnInvitationStaysAsTheInviterWroteIt(t *testing.T) {
	typed := joinedWhileInvited(1, 1, moderated)
	typed.Personal.Contact.Address = "ANNA@acme.example" // the same slot, since case does not count

	t.Run("while somebody has registered with it who has not proved it", func(t *testing.T) {
		require.Equal(t, email, after(invitedByEmail(1, open), typed).Contact)
		given(t, invitedByEmail(1, open), typed).When(redeem(1, 2)).Then(
			superseded(1), cameByInvitation(2, 1, email, person.Nothing), invitationRedeemed(1, 2), employedInSales(throughEmail(1, 2)))
	})
	t.Run("until it is proved", func(t *testing.T) {
		require.Equal(t, typed.Personal.Contact, after(invitedByEmail(1, open), typed, proved(1, person.NoConcern)).Contact)
	})
}
