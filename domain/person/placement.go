package person

import (
	"slices"

	"github.com/usher-engine/usher/domain"
)

// Gone is what was chosen for somebody and is there no more (D3).
type Gone struct {
	// Departments is the deleted ones, each with the nearest above that lives.
	Departments map[domain.DepartmentID]domain.DepartmentID
	// Workgroups is the archived ones.
	Workgroups []domain.WorkgroupID
}

// Chosen is the departments and workgroups that invitations and registrations
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
func (e Employed) placed(department domain.DepartmentID, workgroups []domain.WorkgroupID, gone Gone) Employed {
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
