package structure

import (
	"maps"

	"github.com/usher-engine/usher/domain"
)

// Evolve is the structure after one more event. States share nothing, so an
// earlier one stays as it was.
func Evolve(state State, event Event) State {
	switch e := event.(type) {
	case DepartmentCreated:
		departments := maps.Clone(state.Departments)
		if departments == nil {
			departments = map[domain.DepartmentID]Department{}
		}
		departments[e.Department] = Department{Parent: e.Parent, Name: e.Name}
		state.Departments = departments
	case DepartmentRenamed:
		state = state.turnDepartment(e.Department, func(d *Department) { d.Name = e.Name })
	case DepartmentMoved:
		state = state.turnDepartment(e.Department, func(d *Department) { d.Parent = e.Parent })
	case DepartmentHeadChanged:
		state = state.led(e)
	case DepartmentDeleted:
		state = state.dissolved(e)
	case WorkgroupRenamed:
		if _, exists := state.Workgroups[e.Workgroup]; exists {
			state.Workgroups = maps.Clone(state.Workgroups)
			state.Workgroups[e.Workgroup] = e.Name
		}
	case WorkgroupArchived:
		state = state.archived(e.Workgroup, true)
	case WorkgroupRestored:
		state = state.archived(e.Workgroup, false)
	case WorkgroupCreated:
		workgroups := maps.Clone(state.Workgroups)
		if workgroups == nil {
			workgroups = map[domain.WorkgroupID]string{}
		}
		workgroups[e.Workgroup] = e.Name
		state.Workgroups = workgroups
	}
	return state
}
