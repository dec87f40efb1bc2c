package funnel

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

func keys(event domain.Recorded) []projections.Key {
	switch event.Event.(type) {
	case person.InvitedBySMS, person.InvitedByEmail, person.InvitationOpened, person.InvitationRedeemed, person.ContactCorrected, person.CorrectionRefused,
		person.Registered, person.AddressProved, person.RegisteredDirectly, person.Employed, person.FirstLogin:
		return projections.PersonKey(event)
	}
	return nil
}

func row(_ projections.Key, before *Row, event domain.Recorded) *Row {
	after := before.clone()
	switch e := event.Event.(type) {
	case person.InvitedBySMS:
		after.invite(Way{Kind: SMS, Inviter: e.Inviter, Invited: event.Time, Invitations: []int{e.Invitation}}, e.Resent)
	case person.InvitedByEmail:
		after.invite(Way{Kind: Email, Inviter: e.Inviter, Department: e.Department, Invited: event.Time, Invitations: []int{e.Invitation}}, e.Resent)
	case person.InvitationOpened:
		first(&after.byInvitation(e.Invitation).Opened, event.Time)
	case person.ContactCorrected:
		after.byInvitation(e.Invitation).Corrected = true
	case person.CorrectionRefused:
		after.byInvitation(e.Invitation).Corrected = false
	case person.Registered:
		after.register(e, event.Time)
	case person.InvitationRedeemed:
		way := after.byInvitation(e.Invitation)
		way.Registrations = append(way.Registrations, e.Registration)
		first(&way.Registered, event.Time)
	case person.AddressProved:
		first(&after.byRegistration(e.Registration).Registered, event.Time)
	case person.RegisteredDirectly:
		after.begin(Way{Kind: Direct, Inviter: e.Inviter, Registered: event.Time}, event.Time)
	case person.Employed:
		after.employ(e, event.Time)
	case person.FirstLogin:
		first(&after.numbered(after.In).FirstLogin, event.Time)
	}
	if len(after.Ways) == 0 {
		return nil
	}
	return &after
}

// clone is a row of which everything can be changed.
func (r *Row) clone() Row {
	if r == nil {
		return Row{}
	}
	after := Row{Ways: slices.Clone(r.Ways), In: r.In}
	for i, way := range after.Ways {
		after.Ways[i].Invitations, after.Ways[i].Registrations = slices.Clone(way.Invitations), slices.Clone(way.Registrations)
	}
	return after
}

// first notes when a stage was reached, the first time.
func first(stage *time.Time, at time.Time) {
	if stage.IsZero() {
		*stage = at
	}
}

// begin adds a way, and returns its number.
func (r *Row) begin(way Way, at time.Time) int {
	way.Week = WeekOf(at)
	r.Ways = append(r.Ways, way)
	return len(r.Ways)
}

// numbered is a way by its number, from 1; one that nobody keeps where there is none.
func (r *Row) numbered(number int) *Way {
	if number < 1 || number > len(r.Ways) {
		return &Way{}
	}
	return &r.Ways[number-1]
}

// last is the number of the last way of which something is true; zero for none.
func (r *Row) last(is func(Way) bool) int {
	for i, way := range slices.Backward(r.Ways) {
		if is(way) {
			return i + 1
		}
	}
	return 0
}

func (r *Row) ofInvitation(number int) int {
	return r.last(func(way Way) bool { return slices.Contains(way.Invitations, number) })
}

func (r *Row) ofRegistration(number int) int {
	return r.last(func(way Way) bool { return slices.Contains(way.Registrations, number) })
}

func (r *Row) byInvitation(number int) *Way   { return r.numbered(r.ofInvitation(number)) }
func (r *Row) byRegistration(number int) *Way { return r.numbered(r.ofRegistration(number)) }

// invite begins a way, or goes on with that of the invitation which is sent again.
func (r *Row) invite(way Way, again int) {
	number := r.ofInvitation(again)
	if number == 0 {
		r.begin(way, way.Invited)
		return
	}
	before := r.numbered(number)
	before.Invitations, before.Corrected = append(before.Invitations, way.Invitations...), false
}

// register goes on with the way of an invitation; or with the join link's by which
// nobody has come in yet, and else begins one.
func (r *Row) register(e person.Registered, at time.Time) {
	number := r.ofInvitation(e.Invitation)
	if number == 0 {
		number = r.last(func(way Way) bool { return way.Kind == JoinLink && way.Approved.IsZero() })
	}
	if number == 0 {
		number = r.begin(Way{Kind: JoinLink, Department: e.Department}, at)
	}
	way := r.numbered(number)
	way.Registrations = append(way.Registrations, e.Registration)
	if e.Route == person.ByInvitation {
		first(&way.Opened, at)
	}
	if e.Route == person.ByInvitation || e.Invitation == 0 { // and not of somebody who has still to prove that they were invited
		first(&way.Registered, at)
	}
}

// employ ends the way by which somebody comes in. Founders and those who are taken back
// have none.
func (r *Row) employ(e person.Employed, at time.Time) {
	switch e.Basis.Kind {
	case person.Founding, person.Rehiring:
		r.In = 0
		return
	case person.DirectRegistration:
		r.In = r.last(func(way Way) bool { return way.Kind == Direct })
		r.numbered(r.In).Department = e.Department
	case person.SMSInvitation, person.EmailInvitation, person.ApprovedByAdmin, person.PublicLink, person.DomainRule:
		if r.In = r.ofInvitation(e.Basis.Invitation); r.In == 0 {
			r.In = r.ofRegistration(e.Basis.Registration)
		}
	}
	way := r.numbered(r.In)
	first(&way.Registered, at)
	first(&way.Approved, at)
}
