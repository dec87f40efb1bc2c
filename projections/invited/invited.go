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
	Slot       domain.Slot          `json:"slot"`
	Invitation int                  `json:"invitation"`
	Contact    string               `json:"contact" personal:"true"`
	Channel    batch.Channel        `json:"channel"`
	Batch      domain.BatchID       `json:"batch"`
	InvitedBy  domain.PersonID      `json:"invited_by"`
	InvitedAt  time.Time            `json:"invited_at"`
	ExpiresAt  time.Time            `json:"expires_at"`
	Department domain.DepartmentID  `json:"department,omitzero"` // as chosen; none means the root
	Workgroups []domain.WorkgroupID `json:"workgroups,omitempty"`
	// Ended is how the invitation ended, where that is on record.
	Ended Status `json:"ended,omitzero"`
	// AskedAt is when the holder of the dead link asked for a new one.
	AskedAt time.Time `json:"asked_at,omitzero"`
	// Refused is why the right contact, where this one was mistyped, could not be invited.
	Refused domain.Code `json:"refused,omitzero"`
	// Confirmed is why the contact looked wrong, which the inviter has confirmed.
	Confirmed []domain.Doubt `json:"confirmed,omitempty"`
	// Position is the invitation's place in the log.
	Position domain.Position `json:"position"`
}

// Status is what became of an invitation so far.
type Status string

const (
	Pending  Status = "pending"
	Expired  Status = "expired"
	Declined Status = "declined"
	// Asked is somebody whose link is dead and who asks for a new one.
	Asked Status = "asked"
	// Refused is a mistyped contact whose correction could not be invited.
	Refused Status = "correction_refused"

	// Revoked and corrected ones are known, and not listed.
	revoked   Status = "revoked"
	corrected Status = "corrected"
)

// Status returns the invitation's status now: its time may have run out without an
// event that says so.
func (i Invitee) Status(now time.Time) Status {
	switch {
	case i.Ended != "":
		return i.Ended
	case now.Before(i.ExpiresAt):
		return Pending
	}
	return Expired
}

// View returns the read model. Its rows' time is when the invitation expires.
func View() projections.View {
	return projections.Definition[Invitee]{
		ViewName:    "invited",
		ViewVersion: 4,
		Facets:      []string{"channel", "batch", "invited_by", "state", "contact", "expires"},
		Counted:     []string{"channel", "batch", "invited_by", "state"},
		Keys:        keys,
		Row:         row,
		Index:       index,
		Erase:       erase,
	}.View()
}

func keys(event domain.Recorded) []projections.Key {
	switch event.Event.(type) {
	case person.InvitedBySMS, person.InvitedByEmail, person.InvitationRedeemed,
		person.InvitationSuperseded, person.InvitationExpired, person.InvitationRevoked, person.InvitationDeclined,
		person.NewInvitationAsked, person.ContactCorrected, person.CorrectionRefused, person.Employed:
		return projections.PersonKey(event)
	}
	return nil
}

func row(_ projections.Key, before *Invitee, event domain.Recorded) *Invitee {
	switch e := event.Event.(type) {
	case person.InvitedBySMS:
		return &Invitee{
			Person: e.Person, Slot: domain.SlotOf(event.Stream), Invitation: e.Invitation, Contact: e.Personal.Contact.Address, Channel: batch.SMS,
			Batch: e.Batch, InvitedBy: e.Inviter, InvitedAt: event.Time, ExpiresAt: e.ExpiresAt, Position: event.Position, Confirmed: e.Confirmed,
		}
	case person.InvitedByEmail:
		return &Invitee{
			Person: e.Person, Slot: domain.SlotOf(event.Stream), Invitation: e.Invitation, Contact: e.Personal.Contact.Address, Channel: batch.Email,
			Batch: e.Batch, InvitedBy: e.Inviter, InvitedAt: event.Time, ExpiresAt: e.ExpiresAt, Position: event.Position, Confirmed: e.Confirmed,
			Department: e.Department, Workgroups: e.Workgroups,
		}
	case person.InvitationRedeemed:
		return before.unless(e.Invitation)
	case person.InvitationSuperseded:
		return before.unless(e.Invitation)
	case person.InvitationExpired:
		return before.with(e.Invitation, func(i *Invitee) { i.Ended = Expired })
	case person.InvitationRevoked:
		return before.with(e.Invitation, func(i *Invitee) { i.Ended, i.AskedAt = revoked, time.Time{} })
	case person.InvitationDeclined:
		return before.with(e.Invitation, func(i *Invitee) { i.Ended = Declined })
	case person.NewInvitationAsked:
		return before.with(e.Invitation, func(i *Invitee) { i.Ended, i.AskedAt = Asked, event.Time })
	case person.ContactCorrected:
		return before.with(e.Invitation, func(i *Invitee) { i.Ended = corrected })
	case person.CorrectionRefused:
		return before.with(e.Invitation, func(i *Invitee) { i.Ended, i.Refused = Refused, domain.Code(e.Code) })
	case person.Employed:
		return nil
	}
	return before
}

// erase leaves that somebody was invited.
func erase(i Invitee) *Invitee {
	i.Contact = ""
	return &i
}

// unless is the row where the invitation that ended is another's.
func (i *Invitee) unless(ended int) *Invitee {
	if i == nil || i.Invitation == ended {
		return nil
	}
	return i
}

// with is the row changed, where it is about the invitation meant.
func (i *Invitee) with(meant int, change func(*Invitee)) *Invitee {
	if i == nil || i.Invitation != meant {
		return i
	}
	after := *i
	change(&after)
	return &after
}

// open is the state of those that a time decides about: pending until then,
// expired after.
const open = "open"

func (i *Invitee) state() string {
	if i.Ended == "" || i.Ended == Expired {
		return open
	}
	return string(i.Ended)
}

func index(_ projections.Key, i *Invitee) projections.Index {
	index := projections.Index{
		Sort: projections.InLogOrder(i.Position),
		At:   i.ExpiresAt,
		Facets: []string{
			string(i.Channel), i.Batch.String(), i.InvitedBy.String(), i.state(), projections.SortText(i.Contact), projections.SortTime(i.ExpiresAt),
		},
		Search: projections.SearchText(i.Contact),
	}
	if i.Ended == revoked || i.Ended == corrected {
		index.Sort = "" // until somebody asks, or the correction fails
	}
	return index
}
