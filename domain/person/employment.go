package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

const (
	MovedType             domain.EventType = "person.moved"
	JobTitleChangedType   domain.EventType = "person.job_title_changed"
	MadeAdministratorType domain.EventType = "person.made_administrator"
	MadeAuditorType       domain.EventType = "person.made_auditor"
	MadeEmployeeType      domain.EventType = "person.made_employee"
	DismissedType         domain.EventType = "person.dismissed"
	RehiredType           domain.EventType = "person.rehired"
)

type (
	// Moved puts an employee into another department.
	Moved struct {
		Person     domain.PersonID     `json:"person"`
		Department domain.DepartmentID `json:"department,omitzero"` // as chosen; none means the root
	}

	// JobTitleChanged says what an employee is called at work from now on.
	JobTitleChanged struct {
		Person   domain.PersonID `json:"person"`
		Personal Title           `json:"personal"`
	}

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

	// Dismissed ends an employee's access; password, links and sessions are void.
	Dismissed struct {
		Person domain.PersonID `json:"person"`
		By     domain.PersonID `json:"by"`
		Epoch  int             `json:"epoch"` // sessions of an earlier one are void
	}

	// Rehired says that an administrator takes a dismissed employee back.
	Rehired struct {
		Person domain.PersonID `json:"person"`
		By     domain.PersonID `json:"by"`
	}
)

// Title is what somebody is called at work.
type Title struct {
	JobTitle string `json:"job_title"`
}

func (e JobTitleChanged) Subject() domain.PersonID { return e.Person }

func (Moved) Type() domain.EventType             { return MovedType }
func (JobTitleChanged) Type() domain.EventType   { return JobTitleChangedType }
func (MadeAdministrator) Type() domain.EventType { return MadeAdministratorType }
func (MadeAuditor) Type() domain.EventType       { return MadeAuditorType }
func (MadeEmployee) Type() domain.EventType      { return MadeEmployeeType }
func (Dismissed) Type() domain.EventType         { return DismissedType }
func (Rehired) Type() domain.EventType           { return RehiredType }

func (Moved) personEvent()             {}
func (JobTitleChanged) personEvent()   {}
func (MadeAdministrator) personEvent() {}
func (MadeAuditor) personEvent()       {}
func (MadeEmployee) personEvent()      {}
func (Dismissed) personEvent()         {}
func (Rehired) personEvent()           {}

type (
	// Move puts an employee into a department; zero means the root.
	Move struct{ Department domain.DepartmentID }

	// ChangeJobTitle replaces an employee's job title, which may be empty.
	ChangeJobTitle struct{ JobTitle string }

	// ChangeRole gives an employee one of the three roles. Uncounted is which of the
	// person's appointments as an administrator the account has uncounted; zero for none.
	ChangeRole struct {
		Role      domain.Role
		By        domain.PersonID
		Uncounted int
	}

	// Dismiss ends an employee's access. Uncounted is as in ChangeRole.
	Dismiss struct {
		By        domain.PersonID
		Uncounted int
	}

	// Rehire takes a dismissed person back, who chooses a new password by a mailed link.
	Rehire struct {
		By            domain.PersonID
		Department    domain.DepartmentID
		LinkExpiresAt time.Time
	}
)

func (Move) personCommand()           {}
func (ChangeJobTitle) personCommand() {}
func (ChangeRole) personCommand()     {}
func (Dismiss) personCommand()        {}
func (Rehire) personCommand()         {}

func move(s State, c Move) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case c.Department == s.Employment.Department:
		return nil, nil
	}
	return []Event{Moved{Person: s.Person, Department: c.Department}}, nil
}

func changeJobTitle(s State, c ChangeJobTitle) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case c.JobTitle == s.JobTitle:
		return nil, nil
	}
	return []Event{JobTitleChanged{Person: s.Person, Personal: Title(c)}}, nil
}

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

func dismiss(s State, c Dismiss) ([]Event, error) {
	switch {
	case s.Employment.Dismissed:
		return nil, nil
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case c.By == s.Person:
		return nil, domain.Refuse(domain.NotOneself, "nobody dismisses himself; ask another administrator")
	case s.stillCounts(c.Uncounted):
		return nil, errRoleChanged()
	}
	return []Event{Dismissed{Person: s.Person, By: c.By, Epoch: s.Employment.Epoch + 1}}, nil
}

func rehire(s State, c Rehire) ([]Event, error) {
	switch {
	case s.Employment.Active:
		return nil, nil
	case !s.Employment.Dismissed:
		return nil, domain.Refuse(domain.NotDismissed, "this person never had access; invite or approve instead")
	}
	employed := s.employ(s.Person, Basis{Kind: Rehiring, Approver: c.By})
	employed.Department = c.Department
	return append(s.supersedeEverything(),
		Rehired{Person: s.Person, By: c.By},
		employed,
		PasswordLinkIssued{Person: s.Person, Counter: s.Credential.Counter + 1, ExpiresAt: c.LinkExpiresAt},
	), nil
}

// CountsAs is the number of the appointment by which the person is an
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

// concern is why the person does not come in by the join link alone, whatever the
// account's settings: an administrator has said no before.
func (s State) concern() Concern {
	switch {
	case s.Employment.Dismissed:
		return DismissedBefore
	case s.wasRejected():
		return RejectedBefore
	}
	return NoConcern
}

func (s State) dismissed(e Dismissed) State {
	s.Employment = Employment{Dismissed: true, Epoch: e.Epoch}
	s.Credential = Credential{Counter: s.Credential.Counter}
	return s
}

func errNotEmployed() error {
	return domain.Refuse(domain.NotEmployed, "this person has no access; only employees are moved, promoted or dismissed")
}

func errRoleChanged() error {
	return domain.Refuse(domain.RoleChanged, "somebody else changed this person's role meanwhile; look at the list again")
}
