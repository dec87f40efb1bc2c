package invited

import (
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Invitee is somebody invited who has not registered.
type Invitee struct {
	Person     domain.PersonID      `json:"person"`
	Invitation int                  `json:"invitation"`
	Contact    string               `json:"contact"`
	Channel    batch.Channel        `json:"channel"`
	Batch      domain.BatchID       `json:"batch"`
	InvitedBy  domain.PersonID      `json:"invited_by"`
	InvitedAt  time.Time            `json:"invited_at"`
	ExpiresAt  time.Time            `json:"expires_at"`
	Department domain.DepartmentID  `json:"department,omitzero"` // as chosen; none means the root
	Workgroups []domain.WorkgroupID `json:"workgroups,omitempty"`
	// Expired says that the invitation's end is on record.
	Expired bool `json:"expired,omitzero"`
	// Position is the invitation's place in the log.
	Position domain.Position `json:"position"`
}

// Status is what became of an invitation so far.
type Status string

const (
	Pending Status = "pending"
	Expired Status = "expired"
)

// Status is the invitation's status now: its time may have run out without an
// event that says so.
func (i Invitee) Status(now time.Time) Status {
	if i.Expired || !now.Before(i.ExpiresAt) {
		return Expired
	}
	return Pending
}

// View is the read model. Its rows' time is when the invitation expires.
func View() projections.View {
	return projections.Definition[Invitee]{
		ViewName:    "invited",
		ViewVersion: 1,
		Facets:      []string{"channel", "batch", "invited_by"},
		Keys:        keys,
		Row:         row,
		Index:       index,
	}.View()
}

func keys(event domain.Recorded) []projections.Key {
	switch event.Event.(type) {
	case person.InvitedBySMS, person.InvitedByEmail, person.InvitationRedeemed,
		person.InvitationSuperseded, person.InvitationExpired, person.Employed:
		return projections.PersonKey(event)
	}
	return nil
}

func row(_ projections.Key, before *Invitee, event domain.Recorded) *Invitee {
	switch e := event.Event.(type) {
	case person.InvitedBySMS:
		return &Invitee{
			Person: e.Person, Invitation: e.Invitation, Contact: e.Personal.Contact.Address, Channel: batch.SMS,
			Batch: e.Batch, InvitedBy: e.Inviter, InvitedAt: event.Time, ExpiresAt: e.ExpiresAt, Position: event.Position,
		}
	case person.InvitedByEmail:
		return &Invitee{
			Person: e.Person, Invitation: e.Invitation, Contact: e.Personal.Contact.Address, Channel: batch.Email,
			Batch: e.Batch, InvitedBy: e.Inviter, InvitedAt: event.Time, ExpiresAt: e.ExpiresAt, Position: event.Position,
			Department: e.Department, Workgroups: e.Workgroups,
		}
	case person.InvitationRedeemed:
		return before.unless(e.Invitation)
	case person.InvitationSuperseded:
		return before.unless(e.Invitation)
	case person.InvitationExpired:
		return before.expired(e.Invitation)
	case person.Employed:
		return nil
	}
	return before
}

// unless is the row where the invitation that ended is another's.
func (i *Invitee) unless(ended int) *Invitee {
	if i == nil || i.Invitation == ended {
		return nil
	}
	return i
}

func (i *Invitee) expired(ended int) *Invitee {
	if i == nil || i.Invitation != ended {
		return i
	}
	after := *i
	after.Expired = true
	return &after
}

func index(_ projections.Key, i *Invitee) projections.Index {
	return projections.Index{
		Sort:   projections.InLogOrder(i.Position),
		At:     i.ExpiresAt,
		Facets: []string{string(i.Channel), i.Batch.String(), i.InvitedBy.String()},
		Search: projections.SearchText(i.Contact),
	}
}
