package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func TestProve(t *testing.T) {
	t.Run("given a registration under a domain rule, it lets in", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled)).When(prove(1)).Then(proved(1, person.NoConcern), employed(throughRule(1)))
	})
	t.Run("given several, the first proof wins and supersedes the others", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), joined(2, person.Proof, ruled), joined(3, person.Approval, moderated)).When(prove(2)).
			Then(superseded(1), superseded(3), proved(2, person.NoConcern), employed(throughRule(2)))
	})
	t.Run("given an open invitation, it is redeemed, with its inviter and placement", func(t *testing.T) {
		for _, judged := range []person.InForce{public, ruled, moderated} {
			given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, judged)).When(prove(1)).
				Then(proved(1, person.NoConcern), invitationRedeemed(1, 1), employedInSales(throughEmail(1, 1)))
		}
	})
	t.Run("given an open invitation and invited people are moderated, it redeems and waits", func(t *testing.T) {
		given(t, invitedByEmail(1, open), joinedWhileInvited(1, 1, public), joinedWhileInvited(2, 1, public)).
			When(person.Prove{Registration: 1, Concern: person.InvitedWait}).
			Then(superseded(2), proved(1, person.InvitedWait), invitationRedeemed(1, 1))
	})
	t.Run("given an invitation that ran out meanwhile, its end is recorded and the settings decide", func(t *testing.T) {
		both := person.InForce{Mode: "public", Rule: rule}
		for judged, basis := range map[person.InForce]person.Basis{
			ruled: throughRule(1), public: throughPublicLink(1), both: throughPublicLink(1),
		} {
			given(t, invitedByEmail(1, over), joinedWhileInvited(1, 1, judged)).When(prove(1)).
				Then(invitationExpired(1), proved(1, person.NoConcern), employed(basis))
		}
		given(t, invitedByEmail(1, over), joinedWhileInvited(1, 1, moderated)).When(prove(1)).
			Then(invitationExpired(1), proved(1, person.LinkModerated))
	})
	t.Run("moderating invited people is not for those who came under a domain rule", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled)).When(person.Prove{Registration: 1, Concern: person.InvitedWait}).
			Then(proved(1, person.NoConcern), employed(throughRule(1)))
	})
	t.Run("given a rejection meanwhile, another registration is proved and waits for approval", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), joined(2, person.Proof, ruled), rejected(1)).When(prove(2)).
			Then(proved(2, person.RejectedBefore))
	})
	t.Run("given a rejection before an invitation that ran out, it waits for approval", func(t *testing.T) {
		given(t, joined(1, person.Approval, moderated), rejected(1), invitedByEmail(1, over), joinedWhileInvited(2, 1, public)).
			When(prove(2)).Then(invitationExpired(1), proved(2, person.RejectedBefore))
	})
}

func TestProveByADeadLink(t *testing.T) {
	t.Run("given that its time is over, it refuses", func(t *testing.T) {
		late := joined(1, person.Proof, ruled)
		late.ProveBy = over
		given(t, late).When(prove(1)).ThenRefused(domain.LinkExpired)
	})
	t.Run("given that it was used, it refuses", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), proved(1, person.NoConcern), employed(throughRule(1))).When(prove(1)).ThenRefused(domain.LinkUsed)
		given(t, joined(1, person.Proof, moderated), proved(1, person.LinkModerated)).When(prove(1)).ThenRefused(domain.LinkUsed)
	})
	t.Run("given an approval without it, it refuses", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), approved(1), employed(throughApproval(1))).When(prove(1)).ThenRefused(domain.LinkUsed)
	})
	t.Run("given that another was proved first, it refuses", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), joined(2, person.Proof, ruled), superseded(1), proved(2, person.NoConcern), employed(throughRule(2))).
			When(prove(1)).ThenRefused(domain.LinkSuperseded)
	})
	t.Run("given an invitation or a direct registration since, it refuses", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), superseded(1), invitedByEmail(1, open)).When(prove(1)).ThenRefused(domain.LinkSuperseded)
		given(t, with(one(joined(1, person.Proof, ruled), superseded(1)), generatedPassword())...).When(prove(1)).ThenRefused(domain.LinkSuperseded)
	})
	t.Run("given a rejection, it refuses", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), rejected(1)).When(prove(1)).ThenRefused(domain.LinkRevoked)
	})
	t.Run("it refuses a number that there is not", func(t *testing.T) {
		for _, number := range []int{-1, 0, 2, 1_000_000_000} {
			given(t, joined(1, person.Proof, ruled)).When(prove(number)).ThenRefused(domain.NotFound)
		}
		given(t).When(prove(1)).ThenRefused(domain.NotFound)
	})
}

func TestTheNameAndThePasswordAreThoseOfWhoeverProvedTheAddress(t *testing.T) {
	before := one(joined(1, person.Proof, ruled), joined(2, person.Proof, ruled))
	require.Empty(t, after(before...).LastName)
	require.Equal(t, person.Credential{}, after(before...).Credential)

	state := after(with(before, one(superseded(2), proved(1, person.NoConcern), employed(throughRule(1))))...)
	require.Equal(t, "Archer", state.LastName)
	require.True(t, state.Registrations[0].Proved)
	require.False(t, state.Registrations[1].Proved)
	require.Equal(t, person.Credential{Kind: person.ChosenCredential, ID: credential(1)}, state.Credential)
}

func TestSendingAProofAgain(t *testing.T) {
	again := person.ProveAgain{Registration: 1, ProveBy: week}
	sent := person.ProofSentAgain{Person: anna, Registration: 1, ProveBy: week}
	late := joined(1, person.Proof, ruled)
	late.ProveBy = over
	t.Run("given a proof whose time is out, there is a new term", func(t *testing.T) {
		given(t, late).When(again).Then(sent)
		given(t, late, sent).When(prove(1)).Then(proved(1, person.NoConcern), employed(throughRule(1)))
	})
	t.Run("given that it was sent already, nothing happens", func(t *testing.T) {
		given(t, late, sent).When(again).Then()
	})
	t.Run("given no number, the latest that waits is meant", func(t *testing.T) {
		latest := again
		latest.Registration = 0
		given(t, late, rejected(1)).When(latest).ThenRefused(domain.NothingToApprove)
		given(t, late).When(latest).Then(sent)
	})
	t.Run("given one that awaits its approval unproved, the proof can be asked for, and the approval is awaited still", func(t *testing.T) {
		waiting := because(person.RejectedBefore, joined(1, person.Approval, public))
		given(t, waiting).When(again).Then(sent)
		given(t, waiting).When(prove(1)).ThenRefused(domain.LinkUsed) // none was sent
		given(t, waiting, sent).When(prove(1)).Then(proved(1, person.RejectedBefore))
		given(t, waiting, sent, proved(1, person.RejectedBefore)).When(prove(1)).ThenRefused(domain.LinkUsed)
		given(t, waiting, sent, proved(1, person.RejectedBefore)).When(again).ThenRefused(domain.LinkUsed)
		given(t, waiting, sent, proved(1, person.RejectedBefore)).When(approve(1)).Then(approved(1), employed(throughApproval(1)))
	})
	t.Run("given a registration that does not wait for a proof, it refuses", func(t *testing.T) {
		given(t).When(again).ThenRefused(domain.NotFound)
		given(t, late, rejected(1)).When(again).ThenRefused(domain.LinkRevoked)
		given(t, late, superseded(1)).When(again).ThenRefused(domain.LinkSuperseded)
		given(t, late, proved(1, person.NoConcern), employed(throughRule(1))).When(again).ThenRefused(domain.LinkUsed)
	})
}
