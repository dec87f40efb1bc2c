package person

import (
	"time"

	"github.com/usher-engine/usher/domain"
)

type (
	// ChangeJobTitle replaces an employee's job title, which may be empty.
	ChangeJobTitle struct{ JobTitle string }

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

const (
	EmployedType        domain.EventType = "person.employed"
	JobTitleChangedType domain.EventType = "person.job_title_changed"
	DismissedType       domain.EventType = "person.dismissed"
	RehiredType         domain.EventType = "person.rehired"
)

type (
	// Employed gives the person access to the account, and says on which basis.
	Employed struct {
		Person     domain.PersonID      `json:"person"`
		Tenure     int                  `json:"tenure"`
		Epoch      int                  `json:"epoch"` // sessions carry it; dismissal raises it
		Role       domain.Role          `json:"role"`
		Basis      Basis                `json:"basis"`
		Department domain.DepartmentID  `json:"department,omitzero"` // as chosen; none means the root
		Workgroups []domain.WorkgroupID `json:"workgroups,omitzero"`
		Instead    domain.DepartmentID  `json:"instead,omitzero"`  // the nearest above that lived, where the chosen one was deleted by then
		Archived   []domain.WorkgroupID `json:"archived,omitzero"` // chosen, and archived by then: the person is in none of them
	}

	// JobTitleChanged says what an employee is called at work from now on.
	JobTitleChanged struct {
		Person   domain.PersonID `json:"person"`
		Personal Title           `json:"personal"`
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

// Employment is whether the person has access to the account: never had, has,
// or has no more.
type Employment struct {
	Active     bool
	Dismissed  bool
	Epoch      int
	Began      int  // the epoch in which the person came, or came back
	LoggedIn   bool // since then
	Role       domain.Role
	Department domain.DepartmentID // as chosen; none means the root
	Workgroups []domain.WorkgroupID
}

// Basis is why somebody has access.
type Basis struct {
	Kind         BasisKind       `json:"kind"`
	Registration int             `json:"registration,omitzero"`
	Invitation   int             `json:"invitation,omitzero"`
	Batch        domain.BatchID  `json:"batch,omitzero"`
	Generation   uint64          `json:"generation,omitzero"` // of the join link
	Inviter      domain.PersonID `json:"inviter,omitzero"`
	Approver     domain.PersonID `json:"approver,omitzero"`
	Rule         string          `json:"rule,omitzero"`
}

// BasisKind is one of the constants below.
type BasisKind string

const (
	Founding           BasisKind = "founding"
	PublicLink         BasisKind = "public_link"
	DomainRule         BasisKind = "domain_rule"
	ApprovedByAdmin    BasisKind = "approval"
	SMSInvitation      BasisKind = "sms_invitation"
	EmailInvitation    BasisKind = "email_invitation"
	DirectRegistration BasisKind = "direct_registration"
	Rehiring           BasisKind = "rehire"
)

// Title is what somebody is called at work.
type Title struct {
	JobTitle string `json:"job_title"`
}

func (Employed) Type() domain.EventType        { return EmployedType }
func (JobTitleChanged) Type() domain.EventType { return JobTitleChangedType }
func (Dismissed) Type() domain.EventType       { return DismissedType }
func (Rehired) Type() domain.EventType         { return RehiredType }

func (e Employed) About() domain.PersonID        { return e.Person }
func (e JobTitleChanged) About() domain.PersonID { return e.Person }
func (e Dismissed) About() domain.PersonID       { return e.Person }
func (e Rehired) About() domain.PersonID         { return e.Person }

func (e JobTitleChanged) Subject() domain.PersonID { return e.Person }

func (Employed) personEvent()        {}
func (JobTitleChanged) personEvent() {}
func (Dismissed) personEvent()       {}
func (Rehired) personEvent()         {}

func (ChangeJobTitle) personCommand() {}
func (Dismiss) personCommand()        {}
func (Rehire) personCommand()         {}

func changeJobTitle(s State, c ChangeJobTitle) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case c.JobTitle == s.JobTitle:
		return nil, nil
	}
	return []Event{JobTitleChanged{Person: s.Person, Personal: Title(c)}}, nil
}

func dismiss(s State, c Dismiss) ([]Event, error) {
	switch {
	case s.Employment.Dismissed:
		return nil, nil
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case c.By == s.Person:
		return nil, domain.Refuse(domain.NotOneself, "nobody dismisses themselves; ask another administrator")
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

func (s State) employ(person domain.PersonID, basis Basis) Employed {
	return Employed{
		Person: person, Tenure: s.tenure(), Epoch: s.Employment.Epoch + 1, Role: domain.RoleEmployee, Basis: basis,
	}
}

// Since returns the epoch from which on the person is employed, without a break;
// or in which they are not.
func (e Employment) Since() int {
	if e.Active {
		return e.Began
	}
	return e.Epoch
}

func (s State) employed(e Employed) State {
	s.Employment = Employment{Active: true, Epoch: e.Epoch, Began: e.Epoch, Role: e.Role, Department: e.Department, Workgroups: e.Workgroups}
	if e.Role == domain.RoleAdministrator {
		s.Appointments++ // a founder's
	}
	if e.Basis.Kind != Rehiring {
		s.Login = s.Login.own()
	}
	if n := e.Basis.Registration; n > 0 && n <= len(s.Registrations) {
		s = s.passwordChosen(s.Registrations[n-1].Credential)
	}
	return s
}

func (s State) retitled(e JobTitleChanged) State {
	s.JobTitle = e.Personal.JobTitle
	return s
}

func (s State) dismissed(e Dismissed) State {
	s.Employment = Employment{Dismissed: true, Epoch: e.Epoch}
	s.Credential = Credential{Counter: s.Credential.Counter}
	return s
}

func (s State) rehired() State {
	if !s.Login.Claim.IsZero() { // whatever was tried by the other contact since
		s.Contact = s.Login.Contact
	}
	return s
}

func errAlreadyEmployed() error {
	return domain.Refuse(domain.AlreadyEmployed, "this contact belongs to an employee")
}

func errNotEmployed() error {
	return domain.Refuse(domain.NotEmployed, "this person has no access; only employees are moved, promoted or dismissed")
}
