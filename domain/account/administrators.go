package account

import (
	"slices"

	"github.com/usher-engine/usher/domain"
)

// The account counts its administrators, so that it is never left without one.
// Those who are counted are always among those who are administrators: somebody
// is made one first and counted then, and is uncounted first and ceases to be one
// then. Each time that somebody is made an administrator has a number of its own.

const (
	AdministratorCountedType   domain.EventType = "account.administrator_counted"
	AdministratorUncountedType domain.EventType = "account.administrator_uncounted"
)

type (
	// AdministratorCounted says that somebody, made an administrator before, counts as one.
	AdministratorCounted struct {
		Person domain.PersonID `json:"person"`
		N      int             `json:"n"` // how often the person has been made an administrator
	}

	// AdministratorUncounted decides that somebody ceases to be an administrator; the person's own stream follows.
	AdministratorUncounted struct {
		Person  domain.PersonID `json:"person"`
		N       int             `json:"n"` // a late count of it is refused
		Becomes Becomes         `json:"becomes"`
		By      domain.PersonID `json:"by"`
	}
)

// Becomes is what somebody is who was an administrator.
type Becomes string

const (
	BecomesEmployee  Becomes = "employee"
	BecomesAuditor   Becomes = "auditor"
	BecomesDismissed Becomes = "dismissed"
)

func (AdministratorCounted) Type() domain.EventType   { return AdministratorCountedType }
func (AdministratorUncounted) Type() domain.EventType { return AdministratorUncountedType }

func (e AdministratorCounted) About() domain.PersonID   { return e.Person }
func (e AdministratorUncounted) About() domain.PersonID { return e.Person }

func (AdministratorCounted) accountEvent()   {}
func (AdministratorUncounted) accountEvent() {}

type (
	// CountAdministrator follows somebody being made an administrator.
	CountAdministrator struct {
		Person domain.PersonID
		N      int
	}

	// UncountAdministrator comes before somebody ceases to be one.
	UncountAdministrator struct {
		Person  domain.PersonID
		N       int
		Becomes Becomes
		By      domain.PersonID
	}
)

func (CountAdministrator) accountCommand()   {}
func (UncountAdministrator) accountCommand() {}

// Appointment is the last time that somebody was made an administrator, as far
// as the account knows.
type Appointment struct {
	Person  domain.PersonID
	N       int
	Counted bool
}

func (s State) appointment(person domain.PersonID) Appointment {
	for _, known := range s.Appointments {
		if known.Person == person {
			return known
		}
	}
	return Appointment{Person: person}
}

// othersCounted reports whether the account has an administrator without this one.
func (s State) othersCounted(person domain.PersonID) bool {
	return slices.ContainsFunc(s.Appointments, func(a Appointment) bool { return a.Counted && a.Person != person })
}

func countAdministrator(s State, c CountAdministrator) ([]Event, error) {
	known := s.appointment(c.Person)
	switch {
	case c.N < known.N || c.N == known.N && !known.Counted:
		return nil, errRoleChanged()
	case c.N == known.N:
		return nil, nil
	}
	return []Event{AdministratorCounted(c)}, nil
}

func uncountAdministrator(s State, c UncountAdministrator) ([]Event, error) {
	known := s.appointment(c.Person)
	switch {
	case c.N < known.N:
		return nil, errRoleChanged()
	case c.N == known.N && !known.Counted:
		return nil, nil
	case !s.othersCounted(c.Person):
		return nil, domain.Refuse(domain.LastAdministrator, "this is the account's last administrator; make somebody else an administrator first")
	}
	return []Event{AdministratorUncounted(c)}, nil
}

func (s State) appoint(appointment Appointment) State {
	s.Appointments = append(slices.DeleteFunc(slices.Clone(s.Appointments), func(a Appointment) bool {
		return a.Person == appointment.Person
	}), appointment)
	return s
}

func errRoleChanged() error {
	return domain.Refuse(domain.RoleChanged, "somebody else changed this person's role meanwhile; look at the list again")
}
