package invited

import (
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Deadline is an open invitation of any account, and when its time runs out.
type Deadline struct {
	Account    domain.AccountID `json:"account"`
	Slot       domain.Slot      `json:"slot"`
	Invitation int              `json:"invitation"`
	ExpiresAt  time.Time        `json:"expires_at"`
}

// Deadlines is the read model of all open invitations by time. It is about all
// accounts, so its rows belong to none: no account is asked for it.
func Deadlines() projections.View {
	return projections.Definition[Deadline]{
		ViewName:    "invitation_deadlines",
		ViewVersion: 1,
		Keys:        deadlineKeys,
		Row:         deadline,
		Index: func(_ projections.Key, d *Deadline) projections.Index {
			return projections.Index{Sort: d.ExpiresAt.UTC().Format("2006-01-02T15:04:05.000000000Z"), At: d.ExpiresAt}
		},
	}.View()
}

func deadlineKeys(event domain.Recorded) []projections.Key {
	slot := projections.SlotOf(event.Stream)
	if len(keys(event)) == 0 || slot.IsZero() {
		return nil
	}
	return []projections.Key{{ID: event.Metadata.Account.String() + " " + slot.String()}}
}

func deadline(_ projections.Key, before *Deadline, event domain.Recorded) *Deadline {
	began := func(number int, expires time.Time) *Deadline {
		return &Deadline{Account: event.Metadata.Account, Slot: projections.SlotOf(event.Stream), Invitation: number, ExpiresAt: expires}
	}
	switch e := event.Event.(type) {
	case person.InvitedBySMS:
		return began(e.Invitation, e.ExpiresAt)
	case person.InvitedByEmail:
		return began(e.Invitation, e.ExpiresAt)
	case person.InvitationRedeemed:
		return before.unless(e.Invitation)
	case person.InvitationSuperseded:
		return before.unless(e.Invitation)
	case person.InvitationExpired:
		return before.unless(e.Invitation)
	case person.InvitationRevoked:
		return before.unless(e.Invitation)
	case person.InvitationDeclined:
		return before.unless(e.Invitation)
	case person.ContactCorrected:
		return before.unless(e.Invitation)
	case person.Employed:
		return nil
	}
	return before
}

func (d *Deadline) unless(ended int) *Deadline {
	if d == nil || d.Invitation == ended {
		return nil
	}
	return d
}
