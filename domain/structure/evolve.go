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
