package views

import (
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
)

// PersonData is what one person's page shows.
type PersonData struct {
	questions.Colleague
	// Shown is the login as its country writes it.
	Shown string
	// IsIn says that the person has, or had, access.
	IsIn bool
	// Changes says that whoever looks may change people, Reads that they read history, and
	// Self that they look at themselves.
	Changes, Reads, Self bool
	Places               []Place
	// Done is what was just done, and MovedFrom where the person stood before.
	Done      string
	MovedFrom domain.DepartmentID
	Form      PersonForm
	// OpenInvitations is how many of those whom the person invited may still come.
	OpenInvitations int

	Record PersonRecord
}

// PersonForm is what was typed into one of the forms of a person's page.
type PersonForm struct {
	Of                             string // which of them: "name", "title", ...
	First, Last, JobTitle, Contact string
	Department                     domain.DepartmentID
	Role                           domain.Role
	Confirm                        bool // it looks wrong, and may be right
	Faults                         Faults
}

// PersonRecord is what history says of a person.
type PersonRecord struct {
	Why   *questions.Grounds // nil where the person never was let in
	Chain []questions.Admission
	LetIn projections.Page[questions.Admission]
	Story []domain.Recorded // the latest first
	More  bool              // there is more of it
	Names projections.Names
}

// isActive reports whether the person has access now.
func (d PersonData) isActive() bool { return d.IsIn && d.Status != employeesview.Dismissed }

// mayChange reports whether whoever looks can change the person.
func (d PersonData) mayChange() bool { return d.Changes && d.isActive() && !d.HistoryMissing }

// formOf is a form with what was typed into it, or with what is.
func (d PersonData) formOf(which string) PersonForm {
	if d.Form.Of == which {
		return d.Form
	}
	return PersonForm{First: d.Name.First, Last: d.Name.Last, JobTitle: d.JobTitle, Department: d.Stands, Role: d.Role}
}

// name is what the page calls the person.
func (d PersonData) name(f Frame) string {
	if d.Name.IsZero() {
		return f.PersonUnknown()
	}
	return d.Name.String()
}

// DismissData is what the page asks before somebody is dismissed.
type DismissData struct {
	Person domain.PersonID
	Name   string
	Faults Faults
}
