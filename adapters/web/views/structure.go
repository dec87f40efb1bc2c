package views

import (
	"strconv"

	"github.com/usher-engine/usher/domain"
	structureview "github.com/usher-engine/usher/projections/structure"
)

func px(length int) string { return strconv.Itoa(length) }

// viewBox leaves room for lines and outlines at the edges.
func viewBox(d drawing) string { return "0 0 " + px(d.width) + " " + px(d.height) }

func toggleSign(f Frame, n int, open bool) string {
	if open {
		return "−"
	}
	return "+" + f.Number(n)
}

// DepartmentData is what the page of a department shows.
type DepartmentData struct {
	Unit *structureview.Unit
	// Above is the departments that it is in, from the top.
	Above []*structureview.Unit
	Head  string
	// Near are workgroups that people of the department are in.
	Near []Near
	// Edit is which form is open, and Elsewhere where the department may be moved.
	Edit      string
	Elsewhere []Destination
	// Sought is whom an administrator looks for, to make them head or to move them here.
	Sought     string
	Candidates []Candidate
	// Moved is what was just moved here, and can be moved back.
	Moved *Moved
	// Typed is the name that was typed, and Faults what is wrong with it.
	Typed  string
	Faults Faults
}

// shownPeople is how many people of a department its page shows.
const shownPeople = 100

// Shown returns the first people of the department.
func (d DepartmentData) Shown() []structureview.Member {
	return d.Unit.People[:min(len(d.Unit.People), shownPeople)]
}

// IsTop reports whether the department is the company itself.
func (d DepartmentData) IsTop() bool { return len(d.Above) == 0 }

// Near is a workgroup that people of a department are in.
type Near struct {
	*structureview.Group
	Here int // how many
}

// Destination is a department to choose, by the way to it.
type Destination struct {
	ID   domain.DepartmentID
	Path string
}

// Candidate is an employee who was looked for.
type Candidate struct {
	structureview.Member
	In *structureview.Unit // nil where that is not known
	// Already says that nothing is left to do.
	Already bool
}

// Moved is what was moved somewhere: somebody, or, where Person is zero, a department.
type Moved struct {
	Person   domain.PersonID
	Name     string
	From     domain.DepartmentID
	FromName string
}

// Dissolving is what becomes of a department's people when it is deleted.
type Dissolving struct {
	Unit   *structureview.Unit
	Parent *structureview.Unit
	Faults Faults
}

// GroupsData is what the list of workgroups shows.
type GroupsData struct {
	Groups, Archived []*structureview.Group
	Typed            string
	Faults           Faults
}

// GroupData is what the page of a workgroup shows.
type GroupData struct {
	*structureview.Group
	Archived   bool
	Edit       string
	Sought     string
	Candidates []Candidate
	// Left is who was just taken out, and can be added again.
	Left   *structureview.Member
	Typed  string
	Faults Faults
}

// Shown returns the first members of the workgroup.
func (d GroupData) Shown() []structureview.Member {
	return d.People[:min(len(d.People), shownMembers)]
}

// shownMembers is how many members of a workgroup its page shows.
const shownMembers = 500

// typed is what stands in a field of a form: what was typed where that is the form that
// was sent, and otherwise what holds.
func typed(data DepartmentData, form, holds string) string {
	if data.Edit == form && len(data.Faults) > 0 {
		return data.Typed
	}
	return holds
}

func groupName(data GroupData) string {
	if data.Edit == "name" && len(data.Faults) > 0 {
		return data.Typed
	}
	return data.Name
}
