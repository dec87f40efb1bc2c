package deadlines

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Deadline is an open invitation of a slot, or else a claim on its contact as a
// login, and when its time runs out.
type Deadline struct {
	Account    domain.AccountID `json:"account"`
	Slot       domain.Slot      `json:"slot"`
	Invitation int              `json:"invitation,omitempty"`
	Claim      domain.ClaimID   `json:"claim,omitzero"`
	// Won is a claim that became a login, which never runs out.
	Won       bool      `json:"won,omitempty"`
	ExpiresAt time.Time `json:"expires_at"`
}

const (
	running = "running"
	won     = "won"
)

// View returns the read model of deadlines. It is about all accounts, so its rows
// belong to none: no account is asked for it.
func View() projections.View {
	return projections.Definition[Deadline]{
		ViewName:    "deadlines",
		ViewVersion: 1,
		Facets:      []string{"state"},
		Keys:        keys,
		Row:         row,
		Index: func(_ projections.Key, d *Deadline) projections.Index {
			state := running
			if d.Won {
				state = won
			}
			return projections.Index{Sort: d.ExpiresAt.UTC().Format("2006-01-02T15:04:05.000000000Z"), At: d.ExpiresAt, Facets: []string{state}}
		},
	}.View()
}

// Due returns what has run out without an event that says so, the earliest first and
// at most limit.
func Due(ctx context.Context, reader projections.Reader, now time.Time, limit int) ([]Deadline, error) {
	rows, _, err := reader.Find(ctx, View(), projections.Query{
		To: now.Add(1), Limit: limit, Facets: map[string]string{"state": running},
	})
	if err != nil {
		return nil, err
	}
	return projections.As[Deadline](rows)
}

func keys(event domain.Recorded) []projections.Key {
	slot, kind := domain.SlotOf(event.Stream), "invitation"
	switch e := event.Event.(type) {
	case person.InvitedBySMS, person.InvitedByEmail, person.InvitationRedeemed, person.InvitationSuperseded,
		person.InvitationExpired, person.InvitationRevoked, person.InvitationDeclined, person.ContactCorrected, person.Employed:
	case person.LoginClaimed, person.LoginReleased:
		kind = "claim"
	case person.LoginChanged: // in the stream of the person, not of the contact
		slot, kind = e.Slot, "claim"
	default:
		return nil
	}
	if slot.IsZero() || event.Metadata.Account.IsZero() {
		return nil
	}
	return []projections.Key{{ID: event.Metadata.Account.String() + " " + slot.String() + " " + kind}}
}

func row(_ projections.Key, before *Deadline, event domain.Recorded) *Deadline {
	after := Deadline{Account: event.Metadata.Account, Slot: domain.SlotOf(event.Stream)}
	switch e := event.Event.(type) {
	case person.InvitedBySMS:
		after.Invitation, after.ExpiresAt = e.Invitation, e.ExpiresAt
		return &after
	case person.InvitedByEmail:
		after.Invitation, after.ExpiresAt = e.Invitation, e.ExpiresAt
		return &after
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
	case person.Employed, person.LoginReleased:
		return nil
	case person.LoginClaimed:
		after.Claim, after.ExpiresAt = e.Claim, e.ExpiresAt
		after.Won = before != nil && before.Claim == e.Claim && before.Won
		return &after
	case person.LoginChanged:
		return before.won(e.Claim)
	}
	return before
}

func (d *Deadline) unless(ended int) *Deadline {
	if d == nil || d.Invitation == ended {
		return nil
	}
	return d
}

func (d *Deadline) won(claim domain.ClaimID) *Deadline {
	if d == nil || d.Claim != claim {
		return d
	}
	after := *d
	after.Won = true
	return &after
}
