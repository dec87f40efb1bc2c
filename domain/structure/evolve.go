package structure

import "github.com/usher-engine/usher/domain"

// Evolve returns the structure after one more event. An earlier one stays as it was.
func Evolve(state State, event Event) State {
	switch e := event.(type) {
	case DepartmentCreated:
		return state.put(e.Department, Department{Parent: e.Parent, Name: e.Name})
	case DepartmentRenamed:
		return state.turn(e.Department, func(d *Department) { d.Name = e.Name })
	case DepartmentMoved:
		return state.turn(e.Department, func(d *Department) { d.Parent = e.Parent })
	case DepartmentHeadChanged:
		return state.led(e)
	case DepartmentDeleted:
		return state.dissolved(e)
	case WorkgroupRenamed:
		if state.Workgroups.Has(e.Workgroup) {
			state.Workgroups = state.Workgroups.With(e.Workgroup, e.Name)
		}
	case WorkgroupArchived:
		state.Archived = state.Archived.With(e.Workgroup, struct{}{})
	case WorkgroupRestored:
		state.Archived = state.Archived.Without(e.Workgroup)
	case WorkgroupCreated:
		state.Workgroups = state.Workgroups.With(e.Workgroup, e.Name)
	}
	return state
}

// put is the structure with a department as it is from now on.
func (s State) put(id domain.DepartmentID, department Department) State {
	s = s.taken(id)
	s.Departments = s.Departments.With(id, department)
	s.Below = s.Below.With(department.Parent, s.Below.Of(department.Parent).With(id, struct{}{}))
	return s
}

// taken is the structure without a department.
func (s State) taken(id domain.DepartmentID) State {
	if before, exists := s.Departments.Get(id); exists {
		s.Departments = s.Departments.Without(id)
		s.Below = s.Below.With(before.Parent, s.Below.Of(before.Parent).Without(id))
	}
	return s
}

func (s State) turn(id domain.DepartmentID, turn func(*Department)) State {
	department, exists := s.Departments.Get(id)
	if !exists {
		return s
	}
	turn(&department)
	return s.put(id, department)
}

func (s State) led(e DepartmentHeadChanged) State {
	s.Heads = s.Heads.With(e.Department, Head{e.Head, e.Epoch})
	if e.Head.IsZero() {
		s.Heads = s.Heads.Without(e.Department)
	}
	return s
}

// dissolved moves what stood below the department to its parent: nothing, where
// an older Usher wrote an event of its own for each.
func (s State) dissolved(e DepartmentDeleted) State {
	s = s.taken(e.Department)
	for child := range s.Below.Of(e.Department).All() {
		s = s.turn(child, func(d *Department) { d.Parent = e.Parent })
	}
	s.Below = s.Below.Without(e.Department)
	s.Heads = s.Heads.Without(e.Department)
	s.Deleted = s.Deleted.With(e.Department, e.Parent)
	return s
}
