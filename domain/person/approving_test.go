package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/person"
)

func TestApprove(t *testing.T) {
	waiting := joined(1, person.Approval, moderated)
	t.Run("given a registration that waits, it lets in", func(t *testing.T) {
		given(t, waiting).When(approve(1)).Then(approved(1), employed(throughApproval(1)))
	})
	t.Run("without a number it means the one that waits", func(t *testing.T) {
		given(t, waiting).When(approve(0)).Then(approved(1), employed(throughApproval(1)))
	})
	t.Run("given a registration that nobody has proved, an administrator may let in all the same", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled)).When(approve(1)).Then(approved(1), employed(throughApproval(1)))
	})
	t.Run("given several that wait, it lets in the one that is named, and supersedes the others", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), joined(2, person.Proof, ruled), joined(3, person.Approval, moderated)).When(approve(2)).
			Then(superseded(1), superseded(3), approved(2), employed(throughApproval(2)))
	})
	t.Run("given several that wait, it refuses to guess which is meant", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), joined(2, person.Proof, ruled)).When(approve(0)).ThenRefused(domain.RegistrationChanged)
	})
	t.Run("given somebody invited who waits, inviter and placement come along", func(t *testing.T) {
		given(t, invitedByEmail(1, open), cameByInvitation(1, 1, email, person.Approval), invitationRedeemed(1, 1)).When(approve(1)).
			Then(approved(1), employedInSales(throughApprovalOfInvited(1, 1)))
	})
	t.Run("given a proof that led to an invitation, both come along", func(t *testing.T) {
		basis := throughApprovalOfInvited(1, 1)
		basis.Generation = 8
		given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, public), proved(1, person.InvitedWait), invitationRedeemed(1, 1)).When(approve(1)).
			Then(approved(1), employedInSales(basis))
	})
	t.Run("given an invitation that is still open, it is superseded", func(t *testing.T) {
		basis := throughApprovalOfInvited(1, 1)
		basis.Generation = 8
		given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, ruled)).When(approve(1)).
			Then(invitationSuperseded(1), approved(1), employedInSales(basis))
	})
	t.Run("given an invitation that was taken back before the proof, it places nobody and is no basis", func(t *testing.T) {
		given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, moderated), revoked(1), proved(1, person.LinkModerated)).When(approve(1)).
			Then(approved(1), employed(throughApproval(1)))
	})
	t.Run("given an invitation that is over and another way in, it is superseded and places nobody", func(t *testing.T) {
		given(t, invitedByEmail(1, over), joined(1, person.Approval, moderated)).When(approve(1)).
			Then(invitationSuperseded(1), approved(1), employed(throughApproval(1)))
	})
}

func TestApproveTooLate(t *testing.T) {
	waiting := joined(1, person.Approval, moderated)
	t.Run("given that it is approved already, it is quiet", func(t *testing.T) {
		given(t, waiting, approved(1), employed(throughApproval(1))).When(approve(1)).ThenNothing()
	})
	t.Run("given that the proof let in first, it is quiet", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), proved(1, person.NoConcern), employed(throughRule(1))).When(approve(1)).ThenNothing()
	})
	t.Run("given that nothing waits, it refuses", func(t *testing.T) {
		given(t).When(approve(0)).ThenRefused(domain.NothingToApprove)
		given(t, invitedByEmail(1, open)).When(approve(0)).ThenRefused(domain.NothingToApprove)
		given(t, employedByPublicLink()...).When(approve(0)).ThenRefused(domain.NothingToApprove)
	})
	t.Run("given a rejection, it refuses", func(t *testing.T) {
		given(t, waiting, rejected(1)).When(approve(1)).ThenRefused(domain.RegistrationChanged)
	})
	t.Run("given somebody else in its place, a stale click lets in nobody", func(t *testing.T) {
		given(t, waiting, rejected(1), joined(2, person.Approval, moderated)).When(approve(1)).ThenRefused(domain.RegistrationChanged)
	})
	t.Run("given an invitation since, it refuses", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), superseded(1), invitedByEmail(1, open)).When(approve(1)).ThenRefused(domain.RegistrationChanged)
	})
	t.Run("given that another was let in, it refuses", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), joined(2, person.Proof, ruled), superseded(1), proved(2, person.NoConcern), employed(throughRule(2))).
			When(approve(1)).ThenRefused(domain.RegistrationChanged)
	})
	t.Run("it refuses a number that there is not", func(t *testing.T) {
		for _, number := range []int{-1, 2, 1_000_000_000} {
			given(t, waiting).When(approve(number)).ThenRefused(domain.RegistrationChanged)
		}
	})
}

func TestReject(t *testing.T) {
	waiting := joined(1, person.Approval, moderated)
	t.Run("given a registration that waits, it says no, with the reason", func(t *testing.T) {
		given(t, waiting).When(reject(1)).Then(rejected(1))
	})
	t.Run("given several that wait, it says no to the one that is named", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), joined(2, person.Proof, ruled)).When(reject(1)).Then(rejected(1))
	})
	t.Run("without a number it says no once for all that wait", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), joined(2, person.Approval, moderated)).When(reject(0)).Then(superseded(1), rejected(2))
		given(t, waiting).When(reject(0)).Then(rejected(1))
	})
	t.Run("given an open invitation, that stays open", func(t *testing.T) {
		given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, public)).When(reject(1)).Then(rejected(1))
	})
	t.Run("given that it is rejected already, it is quiet", func(t *testing.T) {
		given(t, waiting, rejected(1)).When(reject(1)).ThenNothing()
		given(t, waiting, rejected(1), joined(2, person.Approval, moderated)).When(reject(1)).ThenNothing()
	})
	t.Run("given that nothing waits, it refuses", func(t *testing.T) {
		given(t).When(reject(0)).ThenRefused(domain.NothingToApprove)
		given(t, waiting, rejected(1)).When(reject(0)).ThenRefused(domain.NothingToApprove)
		given(t, employedByPublicLink()...).When(reject(0)).ThenRefused(domain.NothingToApprove)
	})
	t.Run("given that it was approved or superseded first, it refuses", func(t *testing.T) {
		given(t, waiting, approved(1), employed(throughApproval(1))).When(reject(1)).ThenRefused(domain.RegistrationChanged)
		given(t, employedByPublicLink()...).When(reject(1)).ThenRefused(domain.RegistrationChanged)
		given(t, joined(1, person.Proof, ruled), superseded(1), invitedByEmail(1, open)).When(reject(1)).ThenRefused(domain.RegistrationChanged)
	})
	t.Run("it refuses a number that there is not", func(t *testing.T) {
		for _, number := range []int{-1, 2, 1_000_000_000} {
			given(t, waiting).When(reject(number)).ThenRefused(domain.RegistrationChanged)
			given(t).When(reject(number)).ThenRefused(domain.RegistrationChanged)
		}
	})
}

func TestTheNameAndThePasswordAreThoseOfWhoeverWasApproved(t *testing.T) {
	state := after(joined(1, person.Proof, ruled), joined(2, person.Approval, moderated),
		superseded(2), approved(1), employed(throughApproval(1)))
	require.Equal(t, "Archer", state.LastName)
	require.Equal(t, person.Credential{Kind: person.ChosenCredential, ID: credential(1)}, state.Credential)
}

func TestApprovingWhoProvedWhileInvitedAgain(t *testing.T) {
	second := invitedByEmail(2, open).(person.InvitedByEmail)
	second.Resent = 1
	state := after(invitedByEmail(1, over), joined(1, person.Proof, ruled), invitationSuperseded(1), second)
	for _, command := range []person.Command{person.Prove{Registration: 1, Concern: person.InvitedWait}, person.Approve{Registration: 1, By: carla}} {
		events, err := person.Decide(domaintest.Now(), state, command)
		require.NoError(t, err)
		state = person.Decider().Fold(state, events...)
	}
	require.Equal(t, sales, state.Employment.Department, "where the invitation places people")
	require.Equal(t, 2, state.Registrations[0].Invitation)
}
