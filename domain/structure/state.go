package structure

import "github.com/usher-engine/usher/domain"

// State is a structure as its decisions see it. The root department is not in
// it: it exists from the beginning, with an id derived from the account's.
type State struct {
	Departments map[domain.DepartmentID]Department
	Workgroups  map[domain.WorkgroupID]string // by id, the name
	Archived    map[domain.WorkgroupID]bool
	Heads       map[domain.DepartmentID]domain.PersonID
	// Deleted is the departments that were dissolved, with their parent then.
	Deleted map[domain.DepartmentID]domain.DepartmentID
}

// Department is a node of the tree.
type Department struct {
	Parent domain.DepartmentID
	Name   string
}

// HasDepartment reports whether people of the account can be placed there.
func (s State) HasDepartment(account domain.AccountID, id domain.DepartmentID) bool {
	_, exists := s.Departments[id]
	return exists || id == domain.RootDepartment(account)
}

// HasWorkgroup reports whether people can be added to the workgroup.
func (s State) HasWorkgroup(id domain.WorkgroupID) bool {
	_, exists := s.Workgroups[id]
	return exists && !s.Archived[id]
}
