package structure

import (
	"strings"
	"time"

	"github.com/usher-engine/usher/domain"
)

// Decider returns the structure's two functions.
func Decider() domain.Decider[State, Command, Event] {
	return domain.Decider[State, Command, Event]{
		Initial: func() State { return State{} },
		Decide:  Decide,
		Evolve:  Evolve,
	}
}

// Decide returns what a command leads to, or a refusal: not_found, invalid_id,
// department_not_found, name_taken, not_the_root, department_cycle or structure_limit.
func Decide(_ time.Time, state State, command Command) ([]Event, error) {
	switch c := command.(type) {
	case CreateDepartment:
		return createDepartment(state, c)
	case RenameDepartment:
		return renameDepartment(state, c)
	case MoveDepartment:
		return moveDepartment(state, c)
	case ChangeHead:
		return changeHead(state, c)
	case VacateHead:
		return vacateHead(state, c)
	case DeleteDepartment:
		return deleteDepartment(state, c)
	case CreateWorkgroup:
		return createWorkgroup(state, c)
	case RenameWorkgroup:
		return renameWorkgroup(state, c)
	case ArchiveWorkgroup:
		return archiveWorkgroup(state, c)
	case RestoreWorkgroup:
		return restoreWorkgroup(state, c)
	}
	panic("structure: unknown command")
}

func createDepartment(state State, c CreateDepartment) ([]Event, error) {
	if c.Parent.IsZero() {
		c.Parent = domain.RootDepartment(c.Account)
	}
	if state.HasDepartment(c.Account, c.Department) {
		if state.Departments.Of(c.Department) == (Department{Parent: c.Parent, Name: c.Name}) {
			return nil, nil
		}
		return nil, domain.Refuse(domain.InvalidID, "there is a department of this id").In("department_id")
	}
	if !state.HasDepartment(c.Account, c.Parent) {
		return nil, domain.Refuse(domain.DepartmentNotFound, "there is no such department to put the new one in").In("parent_id")
	}
	if state.Deleted.Has(c.Department) {
		return nil, domain.Refuse(domain.InvalidID, "there was a department of this id").In("department_id")
	}
	if state.isTaken(c.Parent, c.Name, c.Department) {
		return nil, domain.Refuse(domain.NameTaken, "the parent has a department of this name; choose another").In("name")
	}
	if state.Departments.Len() >= maxDepartments || state.depth(c.Account, c.Parent) >= maxDepth {
		return nil, errTooLarge()
	}
	return []Event{DepartmentCreated{Department: c.Department, Parent: c.Parent, Name: c.Name}}, nil
}

func createWorkgroup(state State, c CreateWorkgroup) ([]Event, error) {
	if name, exists := state.Workgroups.Get(c.Workgroup); exists {
		if name == c.Name {
			return nil, nil
		}
		return nil, domain.Refuse(domain.InvalidID, "there is a workgroup of this id").In("workgroup_id")
	}
	for _, name := range state.Workgroups.All() {
		if strings.EqualFold(name, c.Name) {
			return nil, domain.Refuse(domain.NameTaken, "there is a workgroup of this name, perhaps an archived one; choose another").In("name")
		}
	}
	return []Event{WorkgroupCreated(c)}, nil
}
