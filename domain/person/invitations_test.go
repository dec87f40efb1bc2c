package person_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/person"
)

func resend(number int) person.Command {
	return person.Resend{Invitation: number, By: carla, ExpiresAt: week}
}

func revoke(number int) person.Command {
	return person.Revoke{Invitation: number, By: carla, Why: person.RevokedAlone}
}

func correct(number int) person.Command {
	return person.Correct{Invitation: number, To: boris, By: carla, Contact: newEmail}
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

func corrected(number int) person.Event {
	return person.ContactCorrected{
		Person: anna, Invitation: number, To: boris, By: carla, Personal: person.Invitee{Contact: newEmail},
	}
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

func TestCorrectingAContact(t *testing.T) {
	t.Run("given an invitation to a mistyped contact, it ends there", func(t *testing.T) {
		given(t, invitedByEmail(1, open)).When(correct(1)).Then(corrected(1))
	})
	t.Run("given that it was corrected already, nothing happens", func(t *testing.T) {
		given(t, invitedByEmail(1, open), corrected(1)).When(correct(1)).Then()
		given(t, invitedByEmail(1, open), invitationSuperseded(1), sentAgain(2), corrected(2)).When(correct(1)).ThenRefused(domain.InvitationChanged)
	})
	t.Run("given one that was redeemed, it refuses", func(t *testing.T) {
		given(t, employedBySMS()...).When(correct(1)).ThenRefused(domain.InvitationChanged)
	})
	t.Run("given that the right contact cannot be invited, that is on record once", func(t *testing.T) {
		refuse := person.RefuseCorrection{Invitation: 1, Code: domain.AlreadyEmployed}
		refused := person.CorrectionRefused{Person: anna, Invitation: 1, Code: string(domain.AlreadyEmployed)}
		given(t, invitedByEmail(1, open), corrected(1)).When(refuse).Then(refused)
		given(t, invitedByEmail(1, open), corrected(1), refused).When(refuse).Then()
		given(t, invitedByEmail(1, open)).When(refuse).Then()
	})
	t.Run("given a holder who asked for the mistyped one before, it is not sent to him; and a second correction may be refused anew", func(t *testing.T) {
		story := one(invitedByEmail(1, open), revoked(1), asked(1), corrected(1))
		given(t, story...).When(resend(1)).ThenRefused(domain.InvitationChanged)
		refuse := person.RefuseCorrection{Invitation: 1, Code: domain.AlreadyEmployed}
		refused := person.CorrectionRefused{Person: anna, Invitation: 1, Code: string(domain.AlreadyEmployed)}
		given(t, append(story, refused, asked(1), corrected(1))...).When(refuse).Then(refused)
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
