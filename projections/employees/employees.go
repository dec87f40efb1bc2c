package employees

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// Employee is a person of an account.
type Employee struct {
	Person domain.PersonID `json:"person"`
	Slot   domain.Slot     `json:"slot"`
	projections.Profile
	// Formerly is what the person was called before, the earliest first.
	Formerly []projections.Former `json:"formerly,omitempty"`
	// Department is the one chosen, and the root where none was (D3).
	Department domain.DepartmentID   `json:"department,omitzero"`
	Workgroups []domain.WorkgroupID  `json:"workgroups,omitempty"`
	Role       domain.Role           `json:"role,omitzero"`
	Status     Status                `json:"status,omitzero"`
	Basis      person.Basis          `json:"basis,omitzero"`
	JoinedAt   time.Time             `json:"joined_at,omitzero"`
	Credential person.CredentialKind `json:"credential,omitzero"`
	// LapsesAt is when a mailed password, or the link for choosing one, stops
	// working; zero where the person chose a password.
	LapsesAt time.Time `json:"lapses_at,omitzero"`
	// DismissedAt and DismissedBy are of the dismissed.
	DismissedAt time.Time       `json:"dismissed_at,omitzero"`
	DismissedBy domain.PersonID `json:"dismissed_by,omitzero"`
}

// Status is whether somebody is employed; empty before.
type Status string

const (
	Active    Status = "active"
	Dismissed Status = "dismissed"
)

// Access is whether an employee has a password that works.
type Access string

const (
	// Ready has a password that works.
	Ready Access = "ready"
	// PasswordPending has a link for choosing one, and has not used it.
	PasswordPending Access = "password_pending"
	// PasswordLapsed let the mailed password or link run out, and needs a new one.
	PasswordLapsed Access = "password_lapsed"
	// NoAccess is that of the dismissed.
	NoAccess Access = "none"
)

// Access tells whether the employee has a password that works now.
func (e Employee) Access(now time.Time) Access {
	if !e.LapsesAt.IsZero() && !now.Before(e.LapsesAt) {
		return PasswordLapsed
	}
	return e.accessBeforeLapse()
}

func (e Employee) accessBeforeLapse() Access {
	if e.Status == Dismissed {
		return NoAccess
	}
	if e.Credential == person.ChosenCredential || e.Credential == person.GeneratedCredential {
		return Ready
	}
	return PasswordPending
}

// View returns the read model. Its rows' time is when their access lapses.
func View() projections.View {
	return projections.Definition[Employee]{
		ViewName:    "employees",
		ViewVersion: 6,
		Facets:      []string{"status", "department", "role", "access", "joined"},
		Counted:     []string{"status", "department", "role", "access"},
		Keys:        keys,
		Row:         row,
		Index:       index,
		Erase:       erase,
	}.View()
}

func keys(event domain.Recorded) []projections.Key {
	switch event.Event.(type) {
	case person.Registered, person.RegistrationRejected, person.RegistrationSuperseded,
		person.RegisteredDirectly, person.FounderRegistered, person.Employed,
		person.PasswordSet, person.PasswordChanged, person.PasswordGenerated, person.PasswordLinkIssued, person.LoginChanged,
		person.PasswordReset, person.WorkgroupJoined, person.WorkgroupLeft,
		person.Moved, person.JobTitleChanged, person.NameChanged, person.MadeAdministrator, person.MadeAuditor, person.MadeEmployee, person.Dismissed:
		return projections.PersonKey(event)
	}
	return nil
}

func row(key projections.Key, before *Employee, event domain.Recorded) *Employee {
	after := Employee{Person: event.Event.About(), Slot: domain.SlotOf(event.Stream)}
	if before != nil {
		after = *before
	}
	called := after.Name
	after.Profile = after.After(event)
	if !called.IsZero() && called != after.Name {
		after.Formerly = projections.NoLonger(after.Formerly, called, event.Position)
	}
	switch e := event.Event.(type) {
	case person.Employed:
		after.employ(key.Account, event.Time, e)
	case person.Moved:
		after.Department = orRoot(e.Department, key.Account)
	case person.MadeAdministrator:
		after.Role = domain.RoleAdministrator
	case person.MadeAuditor:
		after.Role = domain.RoleAuditor
	case person.MadeEmployee:
		after.Role = domain.RoleEmployee
	case person.Dismissed:
		after.dismiss(event.Time, e)
	case person.WorkgroupJoined:
		after.Workgroups = append(slices.Clip(after.Workgroups), e.Workgroup)
	case person.WorkgroupLeft:
		after.Workgroups = slices.DeleteFunc(slices.Clone(after.Workgroups), func(id domain.WorkgroupID) bool { return id == e.Workgroup })
	case person.PasswordSet, person.PasswordChanged, person.PasswordReset:
		after.Credential, after.LapsesAt = person.ChosenCredential, time.Time{}
	case person.PasswordGenerated:
		after.Credential, after.LapsesAt = person.GeneratedCredential, e.ExpiresAt
	case person.PasswordLinkIssued:
		after.Credential, after.LapsesAt = person.LinkPending, e.ExpiresAt
	}
	if before == nil && after.Status == "" && after.IsEmpty() {
		return nil
	}
	return &after // where who was not let in stands, too: so can be said that somebody else has decided
}

func (e *Employee) employ(account domain.AccountID, at time.Time, employed person.Employed) {
	e.Status, e.Role, e.Basis, e.JoinedAt = Active, employed.Role, employed.Basis, at
	e.Department, e.Workgroups = orRoot(employed.Department, account), employed.Workgroups
	e.DismissedAt, e.DismissedBy = time.Time{}, domain.PersonID{}
	e.Credential, e.LapsesAt = person.NoCredential, time.Time{}
	if employed.Basis.Registration != 0 {
		e.Credential = person.ChosenCredential
	}
}

// dismiss leaves of somebody's place in the company what is worth knowing
// afterwards: where it was, and that a return is one as a plain employee.
func (e *Employee) dismiss(at time.Time, dismissed person.Dismissed) {
	e.Status, e.Role = Dismissed, domain.RoleEmployee
	e.DismissedAt, e.DismissedBy = at, dismissed.By
	e.Credential, e.LapsesAt = person.NoCredential, time.Time{}
	e.Workgroups = nil
}

// erase leaves that somebody was let in, by whom, and where they stood.
func erase(e Employee) *Employee {
	e.Profile, e.Formerly = e.Erased(), nil
	return &e
}

func orRoot(chosen domain.DepartmentID, account domain.AccountID) domain.DepartmentID {
	if chosen.IsZero() {
		return domain.RootDepartment(account)
	}
	return chosen
}

// stands is the department in which the employee is found; none once dismissed.
func (e *Employee) stands() string {
	if e.Status == Dismissed {
		return ""
	}
	return e.Department.String()
}

func index(_ projections.Key, e *Employee) projections.Index {
	facets := []string{string(e.Status), e.stands(), string(e.Role), string(e.accessBeforeLapse()), projections.SortTime(e.JoinedAt)}
	if e.Status == "" {
		return projections.Index{Facets: facets}
	}
	lapses := e.LapsesAt
	if lapses.IsZero() {
		lapses = never()
	}
	return projections.Index{
		Sort:   e.Name.Sort(),
		At:     lapses,
		Facets: facets,
		Search: projections.SearchText(e.Name.First, e.Name.Last, e.Login, e.JobTitle),
	}
}

// never is later than any time that a password lapses, and still a time that
// every store can count in nanoseconds.
func never() time.Time { return time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC) }
