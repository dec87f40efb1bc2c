package person

import (
	"slices"

	"github.com/usher-engine/usher/domain"
)

// Move puts an employee into a department; zero means the root.
type Move struct{ Department domain.DepartmentID }

const MovedType domain.EventType = "person.moved"

// Moved puts an employee into another department.
type Moved struct {
	Person     domain.PersonID     `json:"person"`
	Department domain.DepartmentID `json:"department,omitzero"` // as chosen; none means the root
}

// Missing is what was chosen for somebody and is there no more (D3).
type Missing struct {
	// Departments is the deleted ones, each with the nearest above that lives.
	Departments map[domain.DepartmentID]domain.DepartmentID
	// Workgroups is the archived ones.
	Workgroups []domain.WorkgroupID
}

func (Moved) Type() domain.EventType { return MovedType }

func (e Moved) About() domain.PersonID { return e.Person }

func (Moved) personEvent() {}

func (Move) personCommand() {}

func move(s State, c Move) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case c.Department == s.Employment.Department:
		return nil, nil
	}
	return []Event{Moved{Person: s.Person, Department: c.Department}}, nil
}

// Chosen returns the departments and workgroups that invitations and registrations
// name for the person.
func (s State) Chosen() (departments []domain.DepartmentID, workgroups []domain.WorkgroupID) {
	for _, invitation := range s.Invitations {
		departments = append(departments, invitation.Department)
		workgroups = append(workgroups, invitation.Workgroups...)
	}
	for _, registration := range s.Registrations {
		departments = append(departments, registration.Department)
	}
	return departments, workgroups
}

// placed puts somebody where was chosen. A department keeps its id though it is
// gone, and the event says where the person stands instead; nobody becomes a
// member of a workgroup that was archived.
func (e Employed) placed(department domain.DepartmentID, workgroups []domain.WorkgroupID, gone Missing) Employed {
	e.Department, e.Instead = department, gone.Departments[department]
	for _, id := range workgroups {
		if slices.Contains(gone.Workgroups, id) {
			e.Archived = append(e.Archived, id)
		} else {
			e.Workgroups = append(e.Workgroups, id)
		}
	}
	return e
}

func (s State) moved(e Moved) State {
	s.Employment.Department = e.Department
	return s
}
