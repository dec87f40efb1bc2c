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
		for _, judged := range []person.Judged{public, ruled, moderated} {
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
		both := person.Judged{Mode: "public", Rule: rule}
		for judged, basis := range map[person.Judged]person.Basis{
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
