package person_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/person"
)

func TestRedeem(t *testing.T) {
	t.Run("given an open SMS invitation, its phone number becomes the login of an employee", func(t *testing.T) {
		given(t, invitedBySMS(1, open)).When(redeem(1, 1)).
			Then(cameByInvitation(1, 1, phone, person.Nothing), invitationRedeemed(1, 1), employed(throughSMS(1, 1)))
	})
	t.Run("given an open e-mail invitation, its placement comes into force", func(t *testing.T) {
		given(t, invitedByEmail(1, open)).When(redeem(1, 1)).
			Then(cameByInvitation(1, 1, email, person.Nothing), invitationRedeemed(1, 1), employedInSales(throughEmail(1, 1)))
	})
	t.Run("given invited people are moderated, it consumes the invitation and waits", func(t *testing.T) {
		given(t, invitedByEmail(1, open)).When(redeemModerated(1, 1)).
			Then(cameByInvitation(1, 1, email, person.Approval), invitationRedeemed(1, 1))
	})
	t.Run("given registrations that wait for their proof, it supersedes them", func(t *testing.T) {
		given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, public), joinedWhileInvited(2, 1, ruled)).When(redeem(1, 3)).Then(
			superseded(1), superseded(2),
			cameByInvitation(3, 1, email, person.Nothing), invitationRedeemed(1, 3), employedInSales(throughEmail(1, 3)))
	})
	t.Run("given somebody rejected who was invited afterwards, the invitation is its own approval", func(t *testing.T) {
		given(t, joined(1, person.Approval, moderated), rejected(1), invitedByEmail(1, open)).When(redeem(1, 2)).
			Then(cameByInvitation(2, 1, email, person.Nothing), invitationRedeemed(1, 2), employedInSales(throughEmail(1, 2)))
	})
	t.Run("given a rejection of somebody who only typed the address, the invitation still counts", func(t *testing.T) {
		given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, public), rejected(1)).When(redeem(1, 2)).
			Then(cameByInvitation(2, 1, email, person.Nothing), invitationRedeemed(1, 2), employedInSales(throughEmail(1, 2)))
	})
}

func TestRedeemADeadLink(t *testing.T) {
	t.Run("given an expired invitation, it refuses, whether or not the expiry is on record", func(t *testing.T) {
		given(t, invitedBySMS(1, over)).When(redeem(1, 1)).ThenRefused(domain.LinkExpired)
		given(t, invitedBySMS(1, open), invitationExpired(1)).When(redeem(1, 1)).ThenRefused(domain.LinkExpired)
	})
	t.Run("given the next invitation, the one before has expired and the next is good", func(t *testing.T) {
		story := one(invitedBySMS(1, over), invitationExpired(1), invitedBySMS(2, open))
		given(t, story...).When(redeem(1, 1)).ThenRefused(domain.LinkExpired)
		given(t, story...).When(redeem(2, 1)).
			Then(cameByInvitation(1, 2, phone, person.Nothing), invitationRedeemed(2, 1), employed(throughSMS(2, 1)))
	})
	t.Run("given that it was used, it refuses everybody else, and the one who used it", func(t *testing.T) {
		given(t, employedBySMS()...).When(redeem(1, 2)).ThenRefused(domain.LinkUsed)
		given(t, employedBySMS()...).When(redeem(1, 1)).ThenRefused(domain.LinkUsed)
		given(t, invitedByEmail(1, open), cameByInvitation(1, 1, email, person.Approval), invitationRedeemed(1, 1), rejected(1)).
			When(redeem(1, 2)).ThenRefused(domain.LinkUsed)
	})
	t.Run("given a direct registration since, it says that something newer took its place", func(t *testing.T) {
		given(t, with(one(invitedByEmail(1, open), invitationSuperseded(1)), generatedPassword())...).
			When(redeem(1, 1)).ThenRefused(domain.LinkSuperseded)
	})
	t.Run("it refuses a number that there is not", func(t *testing.T) {
		for _, number := range []int{-1, 0, 2, 1_000_000_000} {
			given(t, invitedBySMS(1, open)).When(redeem(number, 1)).ThenRefused(domain.NotFound)
		}
		given(t).When(redeem(1, 1)).ThenRefused(domain.NotFound)
	})
}

func TestRedeemingGivesThePersonItsNameAndPassword(t *testing.T) {
	state := after(employedBySMS()...)
	require.Equal(t, phone, state.Contact)
	require.Equal(t, "Archer", state.LastName)
	require.Equal(t, person.Credential{Kind: person.ChosenCredential, ID: credential(1)}, state.Credential)
}

func TestADeadInvitationSaysWhatItsHolderCanDo(t *testing.T) {
	for name, c := range map[string]struct {
		story []person.Event
		offer domain.Offer
	}{
		"expired":                         {one(invitedByEmail(1, over)), domain.NewInvitation},
		"revoked":                         {one(invitedByEmail(1, open), revoked(1)), domain.NewInvitation},
		"corrected":                       {one(invitedByEmail(1, open), corrected(1)), domain.NewInvitation},
		"declined":                        {one(invitedByEmail(1, open), declined(1)), domain.NewInvitation},
		"superseded by one that is open":  {one(invitedByEmail(1, open), invitationSuperseded(1), sentAgain(2)), ""},
		"superseded by one that is ended": {one(invitedByEmail(1, open), invitationSuperseded(1), sentAgain(2), revoked(2)), domain.NewInvitation},
		"used":                            {employedBySMS(), ""},
		"revoked of somebody who has come since": {
			with(one(invitedByEmail(1, open), revoked(1)), one(joined(1, person.Nothing, public), employed(throughPublicLink(1)))), "",
		},
	} {
		t.Run("given one that is "+name, func(t *testing.T) {
			state := after(c.story...)
			err := state.CheckInvitation(domaintest.Now(), 1)
			refusal, ok := errors.AsType[*domain.Refusal](err)
			require.True(t, ok, "it is dead")
			require.Equal(t, c.offer, refusal.Offer)
			_, err = person.Decide(domaintest.Now(), state, person.AskAgain{Invitation: 1})
			require.Equal(t, c.offer == domain.NewInvitation, err == nil, "what is offered can be done, and what can be done is offered: %v", err)
		})
	}
}
