package approvals

import (
	"slices"
	"strconv"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Registrant is somebody of whom at least one registration waits.
type Registrant struct {
	Person domain.PersonID `json:"person"`
	// Waiting is the registrations that wait, the latest last; never empty.
	Waiting []Registration `json:"waiting"`
}

// Registration is one that waits.
type Registration struct {
	Number       int              `json:"number"`
	Login        string           `json:"login" personal:"true"`
	Name         projections.Name `json:"name" personal:"true"`
	RegisteredAt time.Time        `json:"registered_at"`
	Awaits       person.Awaits    `json:"awaits"` // Proof or Approval
	Proved       bool             `json:"proved"` // the address is known to be the registrant's own
	Route        person.Route     `json:"route"`
	Rule         string           `json:"rule,omitzero"`       // the domain rule that the address meets
	Concern      person.Concern   `json:"concern,omitzero"`    // why an approval is awaited
	Inviter      domain.PersonID  `json:"inviter,omitzero"`    // of the invitation that is redeemed, or will be
	Generation   uint64           `json:"generation,omitzero"` // of the join link
	ProveBy      time.Time        `json:"prove_by,omitzero"`   // until when the mailed proof can be given, where one was mailed
	// Position is the registration's place in the log.
	Position domain.Position `json:"position"`
}

// View returns the read model. Its rows' time is that of the registration shown.
func View() projections.View {
	return projections.Definition[Registrant]{
		ViewName:    "approvals",
		ViewVersion: 5,
		Facets:      []string{"awaits", "generation", "inviter", "name", "login"},
		Counted:     []string{"awaits", "generation", "inviter"},
		Keys:        keys,
		Row:         row,
		Index:       index,
		Erase:       erase,
	}.View()
}

func keys(event domain.Recorded) []projections.Key {
	switch event.Event.(type) {
	case person.Registered, person.AddressProved, person.RegistrationApproved,
		person.RegistrationRejected, person.RegistrationSuperseded, person.ProofSentAgain, person.Employed,
		person.InvitationRevoked, person.InvitationDeclined, person.InvitationExpired, person.InvitationSuperseded, person.ContactCorrected:
		return projections.PersonKey(event)
	}
	return nil
}

func row(_ projections.Key, before *Registrant, event domain.Recorded) *Registrant {
	after := Registrant{Person: event.Event.About()}
	if before != nil {
		after.Waiting = slices.Clone(before.Waiting)
	}
	switch e := event.Event.(type) {
	case person.Registered:
		if e.Awaits != person.Nothing {
			after.Waiting = append(after.Waiting, waiting(e, event))
		}
	case person.AddressProved:
		after.prove(e)
	case person.ProofSentAgain:
		after.turn(e.Registration, func(r *Registration) { r.ProveBy = e.ProveBy })
	case person.RegistrationApproved:
		after.remove(e.Registration)
	case person.RegistrationRejected:
		after.remove(e.Registration)
	case person.RegistrationSuperseded:
		after.remove(e.Registration)
	case person.InvitationRevoked, person.InvitationDeclined, person.InvitationExpired, person.InvitationSuperseded, person.ContactCorrected:
		after.comeUninvited()
	case person.Employed:
		return nil
	}
	if len(after.Waiting) == 0 {
		return nil
	}
	return &after
}

func waiting(e person.Registered, event domain.Recorded) Registration {
	return Registration{
		Number: e.Registration, Login: e.Personal.Contact.Address,
		Name:         projections.Name{First: e.Personal.FirstName, Last: e.Personal.LastName},
		RegisteredAt: event.Time, Awaits: e.Awaits, Proved: e.Proved,
		Route: e.Route, Rule: e.InForce.Rule, Concern: e.Concern, Inviter: e.Inviter, Generation: e.Generation, ProveBy: e.ProveBy,
		Position: event.Position,
	}
}

func (r *Registrant) prove(proved person.AddressProved) {
	if proved.Awaits == person.Nothing {
		r.remove(proved.Registration)
		return
	}
	r.turn(proved.Registration, func(r *Registration) {
		r.Proved, r.Awaits, r.Concern, r.ProveBy = true, proved.Awaits, proved.Concern, time.Time{}
	})
}

func (r *Registrant) turn(number int, turn func(*Registration)) {
	for i := range r.Waiting {
		if r.Waiting[i].Number == number {
			turn(&r.Waiting[i])
		}
	}
}

// comeUninvited is that the invitation ended that a proof would have redeemed.
func (r *Registrant) comeUninvited() {
	for i := range r.Waiting {
		if r.Waiting[i].Route == person.ByJoinLink {
			r.Waiting[i].Inviter = domain.PersonID{}
		}
	}
}

func (r *Registrant) remove(number int) {
	r.Waiting = slices.DeleteFunc(r.Waiting, func(waiting Registration) bool { return waiting.Number == number })
}

// erase leaves which registrations wait, since they can still be rejected.
func erase(r Registrant) *Registrant {
	r.Waiting = slices.Clone(r.Waiting)
	for i := range r.Waiting {
		r.Waiting[i].Login, r.Waiting[i].Name = "", projections.Name{}
	}
	return &r
}

func (r Registrant) latest() Registration { return r.Waiting[len(r.Waiting)-1] }

func generationOf(generation uint64) string {
	if generation == 0 {
		return ""
	}
	return strconv.FormatUint(generation, 10)
}

func inviterOf(id domain.PersonID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

func index(_ projections.Key, r *Registrant) projections.Index {
	shown := r.latest()
	return projections.Index{
		Sort: projections.InLogOrder(shown.Position),
		At:   shown.RegisteredAt,
		Facets: []string{
			string(shown.Awaits), generationOf(shown.Generation), inviterOf(shown.Inviter),
			shown.Name.Sort(), projections.SortText(shown.Login),
		},
		Search: projections.SearchText(shown.Name.First, shown.Name.Last, shown.Login),
	}
}
