package structure

import (
	"strings"
	"unicode"

	"github.com/usher-engine/usher/domain"
)

const (
	// maxDepth is how many departments can stand below each other.
	maxDepth = 20
	// maxDepartments is how many a company can have.
	maxDepartments = 10_000
)

// What becomes of departments and workgroups after they are created. The root is
// neither renamed, moved nor deleted: it is the company.
type (
	// RenameDepartment gives a department another name.
	RenameDepartment struct {
		Account    domain.AccountID
		Department domain.DepartmentID
		Name       string
	}

	// MoveDepartment puts a department, with all below it, below another one.
	MoveDepartment struct {
		Account    domain.AccountID
		Department domain.DepartmentID
		Parent     domain.DepartmentID
	}

	// ChangeHead says who leads a department, the root included; zero for nobody.
	ChangeHead struct {
		Account    domain.AccountID
		Department domain.DepartmentID
		Head       domain.PersonID
		Epoch      int // of that one's employment
	}

	// VacateHead leaves a department without a head, unless another leads it by now, or
	// the same one was chosen anew.
	VacateHead struct {
		Department domain.DepartmentID
		Head       domain.PersonID
		Before     int // an epoch of that one's employment, in which they were not chosen yet
	}

	// DeleteDepartment dissolves a department. What stands below it moves to its
	// parent, and so do its people, whose own events are not rewritten.
	DeleteDepartment struct {
		Account    domain.AccountID
		Department domain.DepartmentID
	}

	// RenameWorkgroup gives a workgroup another name.
	RenameWorkgroup struct {
		Workgroup domain.WorkgroupID
		Name      string
	}

	// ArchiveWorkgroup ends a workgroup; RestoreWorkgroup brings it back.
	ArchiveWorkgroup struct{ Workgroup domain.WorkgroupID }

	// RestoreWorkgroup takes an archived workgroup up again.
	RestoreWorkgroup struct{ Workgroup domain.WorkgroupID }
)

func (RenameDepartment) structureCommand() {}
func (MoveDepartment) structureCommand()   {}
func (ChangeHead) structureCommand()       {}
func (VacateHead) structureCommand()       {}
func (DeleteDepartment) structureCommand() {}
func (RenameWorkgroup) structureCommand()  {}
func (ArchiveWorkgroup) structureCommand() {}
func (RestoreWorkgroup) structureCommand() {}

const (
	DepartmentRenamedType     domain.EventType = "structure.department_renamed"
	DepartmentMovedType       domain.EventType = "structure.department_moved"
	DepartmentHeadChangedType domain.EventType = "structure.department_head_changed"
	DepartmentDeletedType     domain.EventType = "structure.department_deleted"
	WorkgroupRenamedType      domain.EventType = "structure.workgroup_renamed"
	WorkgroupArchivedType     domain.EventType = "structure.workgroup_archived"
	WorkgroupRestoredType     domain.EventType = "structure.workgroup_restored"
)

type (
	// DepartmentRenamed gives a department another name.
	DepartmentRenamed struct {
		Department domain.DepartmentID `json:"department"`
		Name       string              `json:"name"`
	}

	// DepartmentMoved puts a department below another one.
	DepartmentMoved struct {
		Department domain.DepartmentID `json:"department"`
		Parent     domain.DepartmentID `json:"parent"`
	}

	// DepartmentHeadChanged says who leads a department.
	DepartmentHeadChanged struct {
		Department domain.DepartmentID `json:"department"`
		Head       domain.PersonID     `json:"head,omitzero"`  // absent: nobody
		Epoch      int                 `json:"epoch,omitzero"` // of the head's employment
	}

	// DepartmentDeleted dissolves a department: whoever stood there, and each
	// department right below it, stands in the parent from now on.
	DepartmentDeleted struct {
		Department domain.DepartmentID `json:"department"`
		Parent     domain.DepartmentID `json:"parent"` // at that time
	}

	// WorkgroupRenamed gives a workgroup another name.
	WorkgroupRenamed struct {
		Workgroup domain.WorkgroupID `json:"workgroup"`
		Name      string             `json:"name"`
	}

	// WorkgroupArchived ends a workgroup.
	WorkgroupArchived struct {
		Workgroup domain.WorkgroupID `json:"workgroup"`
	}

	// WorkgroupRestored takes an archived workgroup up again.
	WorkgroupRestored struct {
		Workgroup domain.WorkgroupID `json:"workgroup"`
	}
)

func (DepartmentRenamed) Type() domain.EventType     { return DepartmentRenamedType }
func (DepartmentMoved) Type() domain.EventType       { return DepartmentMovedType }
func (DepartmentHeadChanged) Type() domain.EventType { return DepartmentHeadChangedType }
func (DepartmentDeleted) Type() domain.EventType     { return DepartmentDeletedType }
func (WorkgroupRenamed) Type() domain.EventType      { return WorkgroupRenamedType }
func (WorkgroupArchived) Type() domain.EventType     { return WorkgroupArchivedType }
func (WorkgroupRestored) Type() domain.EventType     { return WorkgroupRestoredType }

// Whoever heads a department is not whom that is about: it is the department's.
func (DepartmentRenamed) About() domain.PersonID     { return domain.Nobody() }
func (DepartmentMoved) About() domain.PersonID       { return domain.Nobody() }
func (DepartmentHeadChanged) About() domain.PersonID { return domain.Nobody() }
func (DepartmentDeleted) About() domain.PersonID     { return domain.Nobody() }
func (WorkgroupRenamed) About() domain.PersonID      { return domain.Nobody() }
func (WorkgroupArchived) About() domain.PersonID     { return domain.Nobody() }
func (WorkgroupRestored) About() domain.PersonID     { return domain.Nobody() }

func (DepartmentRenamed) structureEvent()     {}
func (DepartmentMoved) structureEvent()       {}
func (DepartmentHeadChanged) structureEvent() {}
func (DepartmentDeleted) structureEvent()     {}
func (WorkgroupRenamed) structureEvent()      {}
func (WorkgroupArchived) structureEvent()     {}
func (WorkgroupRestored) structureEvent()     {}

func renameDepartment(s State, c RenameDepartment) ([]Event, error) {
	department, err := s.changeable(c.Account, c.Department)
	switch {
	case err != nil:
		return nil, err
	case department.Name == c.Name:
		return nil, nil
	case s.isTaken(department.Parent, c.Name, c.Department):
		return nil, errNameTaken()
	}
	return []Event{DepartmentRenamed{Department: c.Department, Name: c.Name}}, nil
}

func moveDepartment(s State, c MoveDepartment) ([]Event, error) {
	department, err := s.changeable(c.Account, c.Department)
	switch {
	case err != nil:
		return nil, err
	case !s.HasDepartment(c.Account, c.Parent):
		return nil, domain.Refuse(domain.DepartmentNotFound, "there is no such department to move this one to").In("parent_id")
	case department.Parent == c.Parent:
		return nil, nil
	}
	if s.isBelow(c.Account, c.Parent, c.Department) {
		return nil, domain.Refuse(domain.DepartmentCycle, "a department cannot be moved below itself").In("parent_id")
	}
	switch {
	case s.depth(c.Account, c.Parent)+s.height(c.Department, maxDepth) > maxDepth:
		return nil, errTooLarge()
	case s.isTaken(c.Parent, department.Name, c.Department):
		return nil, errNameTaken()
	}
	return []Event{DepartmentMoved{Department: c.Department, Parent: c.Parent}}, nil
}

func changeHead(s State, c ChangeHead) ([]Event, error) {
	switch {
	case !s.HasDepartment(c.Account, c.Department):
		return nil, errNoDepartment()
	case s.Heads.Of(c.Department) == Head{c.Head, c.Epoch}:
		return nil, nil
	}
	return []Event{DepartmentHeadChanged{Department: c.Department, Head: c.Head, Epoch: c.Epoch}}, nil
}

func vacateHead(s State, c VacateHead) ([]Event, error) {
	if head := s.Heads.Of(c.Department); head.Person != c.Head || head.Epoch >= c.Before {
		return nil, nil
	}
	return []Event{DepartmentHeadChanged{Department: c.Department}}, nil
}

func deleteDepartment(s State, c DeleteDepartment) ([]Event, error) {
	if s.Deleted.Has(c.Department) {
		return nil, nil
	}
	department, err := s.changeable(c.Account, c.Department)
	if err != nil {
		return nil, err
	}
	if s.clashes(c.Department, department.Parent) {
		return nil, domain.Refuse(domain.NameTaken, "the parent has a department of the same name as one that would move there; rename one of them first")
	}
	return []Event{DepartmentDeleted{Department: c.Department, Parent: department.Parent}}, nil
}

func renameWorkgroup(s State, c RenameWorkgroup) ([]Event, error) {
	name, exists := s.Workgroups.Get(c.Workgroup)
	switch {
	case !exists:
		return nil, errNoWorkgroup()
	case name == c.Name:
		return nil, nil
	}
	for id, other := range s.Workgroups.All() {
		if id != c.Workgroup && strings.EqualFold(other, c.Name) {
			return nil, domain.Refuse(domain.NameTaken, "there is a workgroup of this name, perhaps an archived one; choose another").In("name")
		}
	}
	return []Event{WorkgroupRenamed(c)}, nil
}

func archiveWorkgroup(s State, c ArchiveWorkgroup) ([]Event, error) {
	if !s.Workgroups.Has(c.Workgroup) {
		return nil, errNoWorkgroup()
	}
	if s.Archived.Has(c.Workgroup) {
		return nil, nil
	}
	return []Event{WorkgroupArchived(c)}, nil
}

func restoreWorkgroup(s State, c RestoreWorkgroup) ([]Event, error) {
	if !s.Workgroups.Has(c.Workgroup) {
		return nil, errNoWorkgroup()
	}
	if !s.Archived.Has(c.Workgroup) {
		return nil, nil
	}
	return []Event{WorkgroupRestored(c)}, nil
}

// changeable is a department that is not the root.
func (s State) changeable(account domain.AccountID, id domain.DepartmentID) (Department, error) {
	department, exists := s.Departments.Get(id)
	switch {
	case id == domain.RootDepartment(account):
		return department, domain.Refuse(domain.NotTheRoot, "the top of the structure is the company itself: it is neither renamed, moved nor deleted")
	case !exists:
		return department, errNoDepartment()
	}
	return department, nil
}

// isTaken reports whether a department right below the parent has the name.
func (s State) isTaken(parent domain.DepartmentID, name string, except domain.DepartmentID) bool {
	for id := range s.Below.Of(parent).All() {
		if id != except && strings.EqualFold(s.Departments.Of(id).Name, name) {
			return true
		}
	}
	return false
}

// clashes reports whether what stands right below a department would find one of
// its names taken right below the parent, were the department gone.
func (s State) clashes(id, parent domain.DepartmentID) bool {
	taken := map[string]bool{}
	for sibling := range s.Below.Of(parent).All() {
		if sibling != id {
			taken[folded(s.Departments.Of(sibling).Name)] = true
		}
	}
	for child := range s.Below.Of(id).All() {
		if taken[folded(s.Departments.Of(child).Name)] {
			return true
		}
	}
	return false
}

// folded is the same for names that strings.EqualFold holds equal: of each
// letter's forms, the least.
func folded(name string) string {
	return strings.Map(func(letter rune) rune {
		least := letter
		for form := unicode.SimpleFold(letter); form != letter; form = unicode.SimpleFold(form) {
			least = min(least, form)
		}
		return least
	}, name)
}

// isBelow reports whether a department is another one, or stands somewhere below.
func (s State) isBelow(account domain.AccountID, id, above domain.DepartmentID) bool {
	for range s.Departments.Len() + 1 {
		if id == above {
			return true
		}
		if id == domain.RootDepartment(account) {
			return false
		}
		id = s.Departments.Of(id).Parent
	}
	return false
}

// height is how many levels a department has, itself included, as far as most.
func (s State) height(id domain.DepartmentID, most int) int {
	highest := 0
	if most > 0 {
		for child := range s.Below.Of(id).All() {
			highest = max(highest, s.height(child, most-1))
		}
	}
	return highest + 1
}

// depth is on which level a department stands, right below the root being 1.
func (s State) depth(account domain.AccountID, id domain.DepartmentID) int {
	depth := 0
	for at := id; at != domain.RootDepartment(account) && depth <= maxDepth; at = s.Departments.Of(at).Parent {
		depth++
	}
	return depth
}

func errNoDepartment() error {
	return domain.Refuse(domain.NotFound, "there is no such department")
}

func errNoWorkgroup() error { return domain.Refuse(domain.NotFound, "there is no such workgroup") }

func errNameTaken() error {
	return domain.Refuse(domain.NameTaken, "there is a department of this name beside it; choose another").In("name")
}

func errTooLarge() error {
	return domain.Refuse(domain.StructureLimit, "a structure has at most 20 levels and 10,000 departments")
}
