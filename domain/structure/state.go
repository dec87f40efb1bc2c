package structure

import "github.com/usher-engine/usher/domain"

// State is a structure as its decisions see it. The root department is not in
// it: it exists from the beginning, with an id derived from the account's.
type State struct {
	Departments domain.Map[domain.DepartmentID, Department]
	Below       domain.Map[domain.DepartmentID, children] // what stands right below each
	Workgroups  domain.Map[domain.WorkgroupID, string]    // by id, the name
	Archived    domain.Map[domain.WorkgroupID, struct{}]
	Heads       domain.Map[domain.DepartmentID, Head]
	// Deleted is the departments that were dissolved, with their parent then.
	Deleted domain.Map[domain.DepartmentID, domain.DepartmentID]
}

// Head is who leads a department, and in which epoch of their employment they
// were chosen: whoever is dismissed leads none any more, nor does so again after a return.
type Head struct {
	Person domain.PersonID
	Epoch  int
}

// Department is a node of the tree.
type Department struct {
	Parent domain.DepartmentID
	Name   string
}

type children = domain.Map[domain.DepartmentID, struct{}]

// HasDepartment reports whether people of the account can be placed there.
func (s State) HasDepartment(account domain.AccountID, id domain.DepartmentID) bool {
	return s.Departments.Has(id) || id == domain.RootDepartment(account)
}

// HasWorkgroup reports whether people can be added to the workgroup.
func (s State) HasWorkgroup(id domain.WorkgroupID) bool {
	return s.Workgroups.Has(id) && !s.Archived.Has(id)
}

// Living returns a department, or the nearest above it that was not deleted.
func (s State) Living(account domain.AccountID, id domain.DepartmentID) domain.DepartmentID {
	for !s.HasDepartment(account, id) {
		parent, deleted := s.Deleted.Get(id)
		if !deleted {
			return domain.RootDepartment(account)
		}
		id = parent
	}
	return id
}
