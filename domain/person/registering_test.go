package person_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func TestRegisterByJoinLink(t *testing.T) {
	t.Run("given nobody, in public mode, it lets in at once and marks the address as not proved", func(t *testing.T) {
		registered := joined(1, person.Nothing, public)
		require.False(t, registered.Proved)
		given(t).When(join(1, public)).Then(registered, employed(throughPublicLink(1)))
	})
	t.Run("in public mode no domain rule asks for a proof", func(t *testing.T) {
		both := person.InForce{Mode: "public", Rule: rule}
		given(t).When(join(1, both)).Then(joined(1, person.Nothing, both), employed(throughPublicLink(1)))
	})
	t.Run("given nobody, in moderated mode, it waits for approval", func(t *testing.T) {
		given(t).When(join(1, moderated)).Then(joined(1, person.Approval, moderated))
	})
	t.Run("given nobody, under a domain rule, it waits for the proof", func(t *testing.T) {
		given(t).When(join(1, ruled)).Then(joined(1, person.Proof, ruled))
	})
	t.Run("under settings that it does not know, it waits for approval", func(t *testing.T) {
		given(t).When(join(1, person.InForce{})).Then(joined(1, person.Approval, person.InForce{}))
	})
	t.Run("given registrations that await their proof, one more waits beside them", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), joined(2, person.Proof, ruled)).When(join(3, ruled)).Then(joined(3, person.Proof, ruled))
		given(t, joined(1, person.Proof, ruled)).When(join(2, moderated)).Then(joined(2, person.Approval, moderated))
	})
	t.Run("given registrations that await their proof, who is let in by public mode supersedes them", func(t *testing.T) {
		given(t, joined(1, person.Proof, ruled), joined(2, person.Proof, ruled)).When(join(3, public)).
			Then(superseded(1), superseded(2), joined(3, person.Nothing, public), employed(throughPublicLink(3)))
	})
	t.Run("given a registration that awaits approval, it refuses", func(t *testing.T) {
		for _, judged := range []person.InForce{public, ruled, moderated} {
			given(t, joined(1, person.Approval, moderated)).When(join(2, judged)).ThenRefused(domain.AlreadyRegistered)
			given(t, joined(1, person.Proof, ruled), proved(1, person.LinkModerated)).When(join(2, judged)).ThenRefused(domain.AlreadyRegistered)
		}
	})
	t.Run("given an employee, it refuses", func(t *testing.T) {
		for _, story := range [][]person.Event{employedByPublicLink(), employedBySMS(), passwordLink(), founder()} {
			given(t, story...).When(join(2, public)).ThenRefused(domain.AlreadyEmployed)
		}
	})
}

func TestRegisterByJoinLinkWhileInvited(t *testing.T) {
	t.Run("given an open invitation, it must be proved and consumes nothing, whatever the settings", func(t *testing.T) {
		for _, judged := range []person.InForce{public, ruled, moderated} {
			given(t, invitedByEmail(1, open)).When(join(1, judged)).Then(joinedWhileInvited(1, 1, judged))
		}
	})
	t.Run("given an expired invitation, public mode lets in and the expiry is recorded", func(t *testing.T) {
		given(t, invitedByEmail(1, over)).When(join(1, public)).
			Then(invitationExpired(1), joined(1, person.Nothing, public), employed(throughPublicLink(1)))
	})
	t.Run("given an expired invitation, moderated mode waits as ever", func(t *testing.T) {
		given(t, invitedByEmail(1, over)).When(join(1, moderated)).Then(joined(1, person.Approval, moderated))
		given(t, invitedByEmail(1, over)).When(join(1, ruled)).Then(joined(1, person.Proof, ruled))
	})
	t.Run("given an open invitation of somebody rejected, the proof is asked and the invitation counts", func(t *testing.T) {
		given(t, joined(1, person.Approval, moderated), rejected(1), invitedByEmail(1, open)).When(join(2, public)).
			Then(joinedWhileInvited(2, 1, public))
	})
}

func TestWhoWasRejectedWaitsForApproval(t *testing.T) {
	for name, story := range map[string][]person.Event{
		"just before":                            one(joined(1, person.Approval, moderated), rejected(1)),
		"before another registration that waits": one(joined(1, person.Proof, ruled), joined(2, person.Proof, ruled), rejected(1)),
		"before an invitation that is over and was tried": one(joined(1, person.Approval, moderated), rejected(1),
			invitedByEmail(1, over), joinedWhileInvited(2, 1, public)),
		"before an invitation that superseded what came since": one(joined(1, person.Approval, moderated), rejected(1),
			invitedByEmail(1, over), joinedWhileInvited(2, 1, public), superseded(2), invitationExpired(1), invitedByEmail(2, over)),
	} {
		t.Run("given somebody rejected "+name, func(t *testing.T) {
			next := len(after(story...).Registrations) + 1
			for _, judged := range []person.InForce{public, ruled, moderated} {
				given(t, story...).When(join(next, judged)).Then(because(person.RejectedBefore, joined(next, person.Approval, judged)))
			}
		})
	}
}

func TestRegisteringAgainIsNoOtherUseOfTheLink(t *testing.T) {
	t.Run("given a registration by another generation of the link, it is the first by this one", func(t *testing.T) {
		before := joined(1, person.Proof, ruled)
		before.Generation = 7
		first := joined(2, person.Proof, ruled)
		first.Again = false
		given(t, before).When(join(2, ruled)).Then(first)
		given(t, before, first).When(join(3, ruled)).Then(joined(3, person.Proof, ruled))
	})
	t.Run("given a registration by an invitation, it is the first by the link", func(t *testing.T) {
		first := joined(2, person.Approval, moderated)
		first.Again, first.Concern = false, person.RejectedBefore
		given(t, invitedByEmail(1, open), cameByInvitation(1, 1, email, person.Approval), invitationRedeemed(1, 1), rejected(1)).
			When(join(2, moderated)).Then(first)
	})
}

func TestMailsOfOneAddressAreBounded(t *testing.T) {
	var waiting, late []person.Event
	for number := 1; number <= 20; number++ {
		registered := joined(1, person.Proof, ruled)
		registered.Registration = number
		waiting = append(waiting, registered)
		registered.ProveBy = over
		late = append(late, registered)
	}
	t.Run("given twenty open proofs, it refuses one more", func(t *testing.T) {
		given(t, waiting...).When(join(1, ruled)).ThenRefused(domain.AlreadyRegistered)
	})
	t.Run("given nineteen, it takes one more", func(t *testing.T) {
		twentieth := joined(1, person.Proof, ruled)
		twentieth.Registration, twentieth.Again = 20, true
		given(t, waiting[:19]...).When(join(1, ruled)).Then(twentieth)
	})
	t.Run("given twenty proofs whose time is over, it takes more: nobody locks an address for good", func(t *testing.T) {
		next := joined(1, person.Proof, ruled)
		next.Registration, next.Again = 21, true
		given(t, late...).When(join(1, ruled)).Then(superseded(1), next)
	})
	t.Run("given twenty of which one is over, that one makes way", func(t *testing.T) {
		next := joined(1, person.Proof, ruled)
		next.Registration, next.Again = 21, true
		given(t, slices.Concat(waiting[:4], late[4:5], waiting[5:])...).When(join(1, ruled)).Then(superseded(5), next)
	})
	t.Run("given twenty open proofs, inviting and registering directly go on", func(t *testing.T) {
		state := after(waiting...)
		for _, command := range []person.Command{invite(email), registerDirectly(true)} {
			events, err := person.Decide(over, state, command)
			require.NoError(t, err)
			require.Empty(t, person.Decider().Fold(state, events...).Waiting())
		}
	})
}
