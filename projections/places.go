package projections

import (
	"strings"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Places is what departments and workgroups are called whom rows name by id,
// the deleted and archived among them.
type Places struct {
	Root        domain.DepartmentID
	Departments map[domain.DepartmentID]string
	Workgroups  map[domain.WorkgroupID]string
}

// WorkgroupNames returns what workgroups are called, in their order.
func (p Places) WorkgroupNames(ids []domain.WorkgroupID) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = p.Workgroups[id]
	}
	return names
}

// Department returns a department within a sentence.
func (p Places) Department(id domain.DepartmentID) string {
	if id == p.Root {
		return "the top of the company"
	}
	if name := p.Departments[id]; name != "" {
		return "the department " + name
	}
	return "a department"
}

// Workgroup returns a workgroup within a sentence.
func (p Places) Workgroup(id domain.WorkgroupID) string {
	if name := p.Workgroups[id]; name != "" {
		return "the workgroup " + name
	}
	return "a workgroup"
}

// Unplaced is what was chosen for somebody let in and was there no more (D3).
type Unplaced struct {
	Department domain.DepartmentID  `json:"department,omitzero"` // the one chosen
	Instead    domain.DepartmentID  `json:"instead,omitzero"`
	Workgroups []domain.WorkgroupID `json:"workgroups,omitzero"`
}

// UnplacedOf returns what was gone when somebody was let in.
func UnplacedOf(e person.Employed) Unplaced {
	gone := Unplaced{Instead: e.Instead, Workgroups: e.Archived}
	if !e.Instead.IsZero() {
		gone.Department = e.Department
	}
	return gone
}

// Text says it as a part of a sentence; it is empty where nothing was gone.
func (g Unplaced) Text(places Places) string {
	var reasons []string
	if !g.Instead.IsZero() {
		reasons = append(reasons, "placed in "+places.Department(g.Instead)+" because "+places.Department(g.Department)+" was deleted")
	}
	for _, id := range g.Workgroups {
		reasons = append(reasons, "not added to "+places.Workgroup(id)+" because it was archived")
	}
	return strings.Join(reasons, "; ")
}
