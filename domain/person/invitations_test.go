package person_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/person"
)

func revoke(number int) person.Command {
	return person.Revoke{Invitation: number, By: carla, Why: person.RevokedAlone}
}

func revoked(number int) person.Event {
	return person.InvitationRevoked{Person: anna, Invitation: number, By: carla, Why: person.RevokedAlone}
}

func declined(number int) person.Event {
	return person.InvitationDeclined{Person: anna, Invitation: number}
}

func asked(number int) person.Event {
	return person.NewInvitationAsked{Person: anna, Invitation: number}
}

// withBatch is the end of an invitation whose batch was revoked.
func withBatch(number int) person.Event {
	ended := revoked(number).(person.InvitationRevoked)
	ended.Why = person.BatchRevoked
	return ended
}

func TestExpiry(t *testing.T) {
	t.Run("given an invitation whose time has run out, it is put on record", func(t *testing.T) {
		given(t, invitedByEmail(1, over)).When(person.Expire{Invitation: 1}).Then(invitationExpired(1))
	})
	for name, story := range map[string][]person.Event{
		"an open one":                     one(invitedByEmail(1, open)),
		"one that is on record":           one(invitedByEmail(1, over), invitationExpired(1)),
		"one that was redeemed":           one(invitedByEmail(1, over), cameByInvitation(1, 1, email, person.Nothing), invitationRedeemed(1, 1)),
		"one that a newer one superseded": one(invitedByEmail(1, over), invitationSuperseded(1), sentAgain(2)),
		"nobody invited":                  nil,
	} {
		t.Run("given "+name+", nothing happens", func(t *testing.T) {
			given(t, story...).When(person.Expire{Invitation: 1}).Then()
		})
	}
}

func TestRevoking(t *testing.T) {
	for name, story := range map[string][]person.Event{
		"an open invitation": one(invitedByEmail(1, open)), "one that has expired": one(invitedByEmail(1, over), invitationExpired(1)),
		"one that was declined": one(invitedByEmail(1, open), declined(1)), "one that is asked for": one(invitedByEmail(1, open), revoked(1), asked(1)),
	} {
		t.Run("given "+name+", it is over", func(t *testing.T) { given(t, story...).When(revoke(1)).Then(revoked(1)) })
	}
	t.Run("given one that is apart from its batch, the batch does not end it, and others may", func(t *testing.T) {
		ended := revoke(2).(person.Revoke)
		ended.Why = person.BatchRevoked
		given(t, invitedByEmail(1, open), withBatch(1), asked(1), sentApart(2)).When(ended).Then()
		given(t, invitedByEmail(1, open), withBatch(1), asked(1), sentApart(2)).When(revoke(2)).Then(revoked(2))
	})
	t.Run("given no number, whichever is open is meant", func(t *testing.T) {
		given(t, invitedByEmail(1, open), invitationSuperseded(1), sentAgain(2)).When(revoke(0)).Then(revoked(2))
	})
	t.Run("given that it was revoked already, nothing happens", func(t *testing.T) {
		given(t, invitedByEmail(1, open), revoked(1)).When(revoke(1)).Then()
	})
	t.Run("given a newer one, a stale click does nothing to it", func(t *testing.T) {
		given(t, invitedByEmail(1, open), invitationSuperseded(1), sentAgain(2)).When(revoke(1)).ThenRefused(domain.InvitationChanged)
	})
	t.Run("given one that was redeemed, it is too late", func(t *testing.T) {
		given(t, employedBySMS()...).When(revoke(1)).ThenRefused(domain.InvitationChanged)
	})
}

func TestDeclining(t *testing.T) {
	t.Run("given an open invitation, the invitee may say no", func(t *testing.T) {
		given(t, invitedByEmail(1, open)).When(person.Decline{Invitation: 1}).Then(declined(1))
	})
	t.Run("given a dead link, it says why it is dead", func(t *testing.T) {
		decline := person.Decline{Invitation: 1}
		given(t, invitedByEmail(1, open), declined(1)).When(decline).ThenRefused(domain.LinkDeclined)
		given(t, invitedByEmail(1, open), revoked(1)).When(decline).ThenRefused(domain.LinkRevoked)
		given(t, invitedByEmail(1, open), corrected(1)).When(decline).ThenRefused(domain.LinkRevoked)
		given(t, invitedByEmail(1, over)).When(decline).ThenRefused(domain.LinkExpired)
		given(t, invitedByEmail(1, open), invitationSuperseded(1), sentAgain(2)).When(decline).ThenRefused(domain.LinkSuperseded)
		given(t, employedBySMS()...).When(decline).ThenRefused(domain.LinkUsed)
		given(t).When(decline).ThenRefused(domain.NotFound)
	})
}

func TestAskingForANewInvitation(t *testing.T) {
	t.Run("given a dead link, it is on record once", func(t *testing.T) {
		given(t, invitedByEmail(1, open), revoked(1)).When(person.AskAgain{Invitation: 1}).Then(asked(1))
		given(t, invitedByEmail(1, open), declined(1)).When(person.AskAgain{Invitation: 1}).Then(asked(1))
		given(t, invitedByEmail(1, open), revoked(1), asked(1)).When(person.AskAgain{Invitation: 1}).Then()
	})
	t.Run("given one whose end is not on record, that comes first", func(t *testing.T) {
		given(t, invitedByEmail(1, over)).When(person.AskAgain{Invitation: 1}).Then(invitationExpired(1), asked(1))
	})
	t.Run("given a newer one that is open, it is to be used", func(t *testing.T) {
		given(t, invitedByEmail(1, open), invitationSuperseded(1), invitedByEmail(2, open)).When(person.AskAgain{Invitation: 1}).ThenRefused(domain.AlreadyInvited)
	})
	t.Run("given a link never sent, it is not one of ours", func(t *testing.T) {
		given(t).When(person.AskAgain{Invitation: 1}).ThenRefused(domain.NotFound)
	})
	t.Run("given somebody who has come by a newer one and left, an older link asks for nothing", func(t *testing.T) {
		story := one(invitedByEmail(1, open), invitationSuperseded(1), sentAgain(2), cameByInvitation(1, 2, email, person.Nothing), invitationRedeemed(2, 1),
			employedInSales(throughEmail(2, 1)), dismissed(2))
		given(t, story...).When(person.AskAgain{Invitation: 1}).ThenRefused(domain.LinkUsed)
	})
	t.Run("given somebody who has come, there is nothing to ask for", func(t *testing.T) {
		given(t, employedBySMS()...).When(person.AskAgain{Invitation: 1}).ThenRefused(domain.LinkUsed)
	})
}

// TestAtMostOneInvitationIsOpen whatever the order, and an older link never
// brings anybody in after a newer one was sent.
func TestAtMostOneInvitationIsOpen(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		for _, told := range domaintest.Tell(t, person.Decider(), commands()) {
			live := 0
			for i, invitation := range told.After.Invitations {
				if invitation.Status != person.Live {
					continue
				}
				if live++; i+1 != len(told.After.Invitations) {
					t.Fatalf("invitation %d is open behind a newer one", i+1)
				}
			}
			if live > 1 {
				t.Fatalf("%d invitations are open", live)
			}
			for _, event := range told.Events {
				if redeemed, ok := event.(person.InvitationRedeemed); ok && redeemed.Invitation != len(told.Before.Invitations) {
					t.Fatalf("invitation %d was redeemed, of %d", redeemed.Invitation, len(told.Before.Invitations))
				}
			}
		}
	})
}
