package activity

import (
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
)

// MentionedPlaces returns the departments and workgroups whose names the entries'
// texts need.
func MentionedPlaces(entries []Entry) (departments []domain.DepartmentID, workgroups []domain.WorkgroupID) {
	for _, e := range entries {
		for _, id := range []domain.DepartmentID{e.Department, e.Parent, e.Unplaced.Department, e.Unplaced.Instead} {
			if !id.IsZero() {
				departments = append(departments, id)
			}
		}
		if !e.Workgroup.IsZero() {
			workgroups = append(workgroups, e.Workgroup)
		}
		workgroups = append(workgroups, e.Unplaced.Workgroups...)
	}
	return departments, workgroups
}

// rearranged is the entry of a change to the structure; false for other events.
func rearranged(entry Entry, event domain.Event) (Entry, bool) {
	switch e := event.(type) {
	case structure.DepartmentCreated:
		entry.About = e.Name
	case structure.DepartmentRenamed:
		entry.About, entry.Department = e.Name, e.Department
	case structure.DepartmentMoved:
		entry.Department, entry.Parent = e.Department, e.Parent
	case structure.DepartmentHeadChanged:
		entry.Department = e.Department
		if !e.Head.IsZero() {
			entry.People = []domain.PersonID{e.Head}
		}
	case structure.DepartmentDeleted:
		entry.Department = e.Department
	case structure.WorkgroupCreated:
		entry.About = e.Name
	case structure.WorkgroupRenamed:
		entry.About, entry.Workgroup = e.Name, e.Workgroup
	case structure.WorkgroupArchived:
		entry.Workgroup = e.Workgroup
	case structure.WorkgroupRestored:
		entry.Workgroup = e.Workgroup
	default:
		return Entry{}, false
	}
	return entry, true
}

// rearrangement is what was done to the structure; empty for all other entries.
func rearrangement(entry Entry, names projections.Names, places projections.Places) string {
	department, workgroup := places.Department(entry.Department), places.Workgroup(entry.Workgroup)
	switch domain.EventType(entry.Kind) {
	case structure.DepartmentCreatedType:
		return "created the department " + entry.About
	case structure.DepartmentRenamedType:
		return "renamed a department to " + entry.About
	case structure.DepartmentMovedType:
		return "moved " + department + " below " + places.Department(entry.Parent)
	case structure.DepartmentHeadChangedType:
		if len(entry.People) == 0 {
			return "left " + department + " without a head"
		}
		return "made " + names.Of(entry.People[0]) + " the head of " + department
	case structure.DepartmentDeletedType:
		return "deleted " + department
	case structure.WorkgroupCreatedType:
		return "created the workgroup " + entry.About
	case structure.WorkgroupRenamedType:
		return "renamed a workgroup to " + entry.About
	case structure.WorkgroupArchivedType:
		return "archived " + workgroup
	case structure.WorkgroupRestoredType:
		return "took up " + workgroup + " again"
	}
	return ""
}

// placement is what was done to somebody's place in the company; empty for all
// other entries.
func placement(entry Entry, whom string, places projections.Places) string {
	switch domain.EventType(entry.Kind) {
	case person.MovedType:
		return "moved " + whom + " to " + places.Department(entry.Department)
	case person.WorkgroupJoinedType:
		return "added " + whom + " to " + places.Workgroup(entry.Workgroup)
	case person.WorkgroupLeftType:
		return "removed " + whom + " from " + places.Workgroup(entry.Workgroup)
	}
	return ""
}

// ownPlacement is placement where somebody did it to themselves.
func ownPlacement(entry Entry, places projections.Places) string {
	switch domain.EventType(entry.Kind) {
	case person.MovedType:
		return "moved to " + places.Department(entry.Department)
	case person.WorkgroupJoinedType:
		return "joined " + places.Workgroup(entry.Workgroup)
	case person.WorkgroupLeftType:
		return "left " + places.Workgroup(entry.Workgroup)
	}
	return ""
}
