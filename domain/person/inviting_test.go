package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func resend(number int) person.Command {
	return person.Resend{Invitation: number, By: carla, ExpiresAt: week}
}

// sentAgain is the invitation of this number, which repeats the one before.
func sentAgain(number int) person.Event {
	again := invitedByEmail(number, week).(person.InvitedByEmail)
	again.Resent, again.By = number-1, carla
	return again
}

// sentApart is such an invitation, which its batch does not end.
func sentApart(number int) person.Event {
	again := sentAgain(number).(person.InvitedByEmail)
	again.Apart = true
	return again
}

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

func TestSendingAgain(t *testing.T) {
	t.Run("given an open invitation, the older link dies in the same instant", func(t *testing.T) {
		given(t, invitedByEmail(1, open)).When(resend(1)).Then(invitationSuperseded(1), sentAgain(2))
	})
	t.Run("given one by SMS, it is sent by SMS", func(t *testing.T) {
		again := invitedBySMS(2, week).(person.InvitedBySMS)
		again.Resent, again.By = 1, carla
		given(t, invitedBySMS(1, open)).When(resend(1)).Then(invitationSuperseded(1), again)
	})
	t.Run("given one that has expired, only the new one is there", func(t *testing.T) {
		given(t, invitedByEmail(1, over), invitationExpired(1)).When(resend(1)).Then(sentAgain(2))
	})
	t.Run("given somebody who came otherwise, took another login and was dismissed, it goes to the contact that was invited", func(t *testing.T) {
		story := with(one(invitedByEmail(1, over), invitationExpired(1), joined(1, person.Nothing, public), employed(throughPublicLink(1))), one(loginChanged(1), dismissed(2)))
		given(t, story...).When(resend(1)).Then(sentAgain(2))
	})
	t.Run("given one that was declined, or revoked and asked for again, it may be", func(t *testing.T) {
		given(t, invitedByEmail(1, open), declined(1)).When(resend(1)).Then(sentAgain(2))
		given(t, invitedByEmail(1, open), revoked(1), asked(1)).When(resend(1)).Then(sentAgain(2))
	})
	t.Run("given that its batch was revoked, it is apart from it from then on", func(t *testing.T) {
		apart := resend(1).(person.Resend)
		apart.Apart = true
		given(t, invitedByEmail(1, open), withBatch(1), asked(1)).When(apart).Then(sentApart(2))
		given(t, invitedByEmail(1, open), withBatch(1), asked(1), sentApart(2)).When(resend(2)).Then(invitationSuperseded(2), sentApart(3))
	})
	t.Run("given that it was sent again already, nothing happens", func(t *testing.T) {
		given(t, invitedByEmail(1, open), invitationSuperseded(1), sentAgain(2)).When(resend(1)).Then()
	})
	t.Run("given none that can be sent again, it refuses", func(t *testing.T) {
		given(t).When(resend(1)).ThenRefused(domain.InvitationChanged)
		given(t, invitedByEmail(1, open), revoked(1)).When(resend(1)).ThenRefused(domain.InvitationChanged)
		given(t, invitedByEmail(1, open), corrected(1)).When(resend(1)).ThenRefused(domain.InvitationChanged)
	})
	t.Run("given somebody who has come, or waits, it refuses", func(t *testing.T) {
		given(t, employedBySMS()...).When(resend(1)).ThenRefused(domain.AlreadyEmployed)
		waiting := one(invitedByEmail(1, open), cameByInvitation(1, 1, email, person.Approval), invitationRedeemed(1, 1))
		given(t, waiting...).When(resend(1)).ThenRefused(domain.AlreadyRegistered)
	})
	t.Run("given a contact that has become somebody's login, it refuses", func(t *testing.T) {
		given(t, invitedByEmail(1, over), invitationExpired(1), loginClaimed(carla, 1, 1)).When(resend(1)).ThenRefused(domain.ContactHeld)
	})
}
