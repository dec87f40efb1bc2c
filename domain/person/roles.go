package person

import "github.com/usher-engine/usher/domain"

// ChangeRole gives an employee one of the three roles. Uncounted is which of the
// person's appointments as an administrator the account has uncounted; zero for none.
type ChangeRole struct {
	Role      domain.Role
	By        domain.PersonID
	Uncounted int
}

const (
	MadeAdministratorType domain.EventType = "person.made_administrator"
	MadeAuditorType       domain.EventType = "person.made_auditor"
	MadeEmployeeType      domain.EventType = "person.made_employee"
)

type (
	// MadeAdministrator gives an employee the administrator's role; the account counts it next.
	MadeAdministrator struct {
		Person domain.PersonID `json:"person"`
		N      int             `json:"n"` // rises for the life of the stream
		By     domain.PersonID `json:"by"`
	}

	// MadeAuditor gives an employee the role of one who reads, and changes nothing.
	MadeAuditor struct {
		Person domain.PersonID `json:"person"`
		By     domain.PersonID `json:"by"`
	}

	// MadeEmployee takes an employee's special role back.
	MadeEmployee struct {
		Person domain.PersonID `json:"person"`
		By     domain.PersonID `json:"by"`
	}
)

func (MadeAdministrator) Type() domain.EventType { return MadeAdministratorType }
func (MadeAuditor) Type() domain.EventType       { return MadeAuditorType }
func (MadeEmployee) Type() domain.EventType      { return MadeEmployeeType }

func (e MadeAdministrator) About() domain.PersonID { return e.Person }
func (e MadeAuditor) About() domain.PersonID       { return e.Person }
func (e MadeEmployee) About() domain.PersonID      { return e.Person }

func (MadeAdministrator) personEvent() {}
func (MadeAuditor) personEvent()       {}
func (MadeEmployee) personEvent()      {}

func (ChangeRole) personCommand() {}

func changeRole(s State, c ChangeRole) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case c.Role == s.Employment.Role:
		return nil, nil
	case s.stillCounts(c.Uncounted):
		return nil, errRoleChanged()
	}
	switch c.Role {
	case domain.RoleAdministrator:
		return []Event{MadeAdministrator{Person: s.Person, N: s.Appointments + 1, By: c.By}}, nil
	case domain.RoleAuditor:
		return []Event{MadeAuditor{Person: s.Person, By: c.By}}, nil
	case domain.RoleEmployee:
		return []Event{MadeEmployee{Person: s.Person, By: c.By}}, nil
	}
	return nil, domain.Refuse(domain.InvalidRole, "the roles are administrator, auditor and employee").In("role")
}

// CountsAs returns the number of the appointment by which the person is an
// administrator now; zero for all others.
func (s State) CountsAs() int {
	if s.Employment.Active && s.Employment.Role == domain.RoleAdministrator {
		return s.Appointments
	}
	return 0
}

// stillCounts reports whether the person is an administrator whom the account
// may count: it must uncount first.
func (s State) stillCounts(uncounted int) bool { return s.CountsAs() > uncounted }

func (s State) madeAdministrator(e MadeAdministrator) State {
	s.Appointments = e.N
	return s.made(domain.RoleAdministrator)
}

func (s State) made(role domain.Role) State {
	s.Employment.Role = role
	return s
}

func errRoleChanged() error {
	return domain.Refuse(domain.RoleChanged, "somebody else changed this person's role meanwhile; look at the list again")
}
