package structure_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/domaintest"
	"github.com/usher-engine/usher/domain/structure"
)

var (
	company = domain.AccountID{1}
	root    = domain.RootDepartment(company)
	sales   = domain.DepartmentID{2}
	export  = domain.DepartmentID{3}
	chess   = domain.WorkgroupID{4}
	choir   = domain.WorkgroupID{5}
)

func given(t *testing.T, events ...structure.Event) domaintest.Scenario[structure.State, structure.Command, structure.Event] {
	t.Helper()
	return domaintest.Given(t, structure.Decider(), events...)
}

func create(id, parent domain.DepartmentID, name string) structure.Command {
	return structure.CreateDepartment{Account: company, Department: id, Parent: parent, Name: name}
}

func created(id, parent domain.DepartmentID, name string) structure.Event {
	return structure.DepartmentCreated{Department: id, Parent: parent, Name: name}
}

func TestCreateDepartment(t *testing.T) {
	t.Run("given nothing, a department without a parent stands below the root", func(t *testing.T) {
		given(t).When(create(sales, domain.DepartmentID{}, "Sales")).Then(created(sales, root, "Sales"))
	})
	t.Run("the root can be named as the parent", func(t *testing.T) {
		given(t).When(create(sales, root, "Sales")).Then(created(sales, root, "Sales"))
	})
	t.Run("given a department, another can stand below it", func(t *testing.T) {
		given(t, created(sales, root, "Sales")).When(create(export, sales, "Export")).Then(created(export, sales, "Export"))
	})
	t.Run("a name may come again elsewhere in the tree", func(t *testing.T) {
		given(t, created(sales, root, "Sales")).When(create(export, sales, "Sales")).Then(created(export, sales, "Sales"))
	})
	t.Run("it refuses a parent that there is not", func(t *testing.T) {
		given(t).When(create(export, sales, "Export")).ThenRefused(domain.DepartmentNotFound)
	})
	t.Run("it refuses to put a department into itself", func(t *testing.T) {
		given(t).When(create(sales, sales, "Sales")).ThenRefused(domain.DepartmentNotFound)
	})
	t.Run("it refuses the root of another company as the parent", func(t *testing.T) {
		given(t).When(create(sales, domain.RootDepartment(domain.AccountID{9}), "Sales")).ThenRefused(domain.DepartmentNotFound)
	})
	t.Run("it refuses a name that a sibling has, in whatever case", func(t *testing.T) {
		given(t, created(sales, root, "Sales")).When(create(export, root, "SALES")).ThenRefused(domain.NameTaken)
	})
	t.Run("given the same department already, it is quiet", func(t *testing.T) {
		given(t, created(sales, root, "Sales")).When(create(sales, domain.DepartmentID{}, "Sales")).ThenNothing()
	})
	t.Run("it refuses the id of a department that is another", func(t *testing.T) {
		given(t, created(sales, root, "Sales")).When(create(sales, root, "Marketing")).ThenRefused(domain.InvalidID)
		given(t, created(sales, root, "Sales")).When(create(sales, sales, "Sales")).ThenRefused(domain.InvalidID)
		given(t).When(create(root, root, "Sales")).ThenRefused(domain.InvalidID)
	})
}

func TestCreateWorkgroup(t *testing.T) {
	existing := structure.WorkgroupCreated{Workgroup: chess, Name: "Chess"}
	t.Run("given nothing, it begins the workgroup", func(t *testing.T) {
		given(t).When(structure.CreateWorkgroup{Workgroup: chess, Name: "Chess"}).Then(existing)
	})
	t.Run("a department may have the same name", func(t *testing.T) {
		given(t, created(sales, root, "Chess")).When(structure.CreateWorkgroup{Workgroup: chess, Name: "Chess"}).Then(existing)
	})
	t.Run("it refuses a name that is taken, in whatever case", func(t *testing.T) {
		given(t, existing).When(structure.CreateWorkgroup{Workgroup: choir, Name: "cHeSS"}).ThenRefused(domain.NameTaken)
	})
	t.Run("given the same workgroup already, it is quiet", func(t *testing.T) {
		given(t, existing).When(structure.CreateWorkgroup{Workgroup: chess, Name: "Chess"}).ThenNothing()
	})
	t.Run("it refuses the id of a workgroup that is another", func(t *testing.T) {
		given(t, existing).When(structure.CreateWorkgroup{Workgroup: chess, Name: "Choir"}).ThenRefused(domain.InvalidID)
	})
}

func TestLaws(t *testing.T) {
	domaintest.Laws[structure.State, structure.Command, structure.Event]{
		Decider: structure.Decider(), Command: anyCommand, Event: anyEvent,
	}.Hold(t)
}

func TestTheTreeStaysATree(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		for _, told := range domaintest.Tell(t, structure.Decider(), anyCommand) {
			for id := range told.After.Departments.All() {
				requireBelowTheRoot(t, told.After, id)
			}
		}
	})
}

func requireBelowTheRoot(t *rapid.T, state structure.State, id domain.DepartmentID) {
	at := id
	for range state.Departments.Len() {
		if at = state.Departments.Of(at).Parent; at == root {
			return
		}
	}
	t.Fatalf("department %s does not lead up to the root in %+v", id, state.Departments)
}

func TestNamesAreTakenOnce(t *testing.T) {
	domaintest.Check(t, func(t *rapid.T) {
		story := domaintest.Tell(t, structure.Decider(), anyCommand)
		end := story[len(story)-1].After
		siblings, groups := map[structure.Department]bool{}, map[string]bool{}
		for _, department := range end.Departments.All() {
			department.Name = folded(department.Name)
			siblings[department] = true
		}
		for _, name := range end.Workgroups.All() {
			groups[folded(name)] = true
		}
		if len(siblings) != end.Departments.Len() || len(groups) != end.Workgroups.Len() {
			t.Fatalf("a name is taken twice in %+v", end)
		}
	})
}

// folded is the same for names that differ in case only.
func folded(name string) string { return strings.ToLower(strings.ToUpper(name)) }

func anyCommand(t *rapid.T, _ structure.State) structure.Command {
	switch rapid.IntRange(0, 9).Draw(t, "command") {
	case 0:
		return structure.CreateWorkgroup{Workgroup: anyWorkgroup(t), Name: anyName(t)}
	case 1:
		return structure.RenameDepartment{Account: company, Department: anyDepartment(t), Name: anyName(t)}
	case 2, 3, 4:
		return structure.MoveDepartment{Account: company, Department: anyDepartment(t), Parent: anyDepartment(t)}
	case 5:
		return structure.DeleteDepartment{Account: company, Department: anyDepartment(t)}
	case 6:
		return structure.ChangeHead{Account: company, Department: anyDepartment(t), Head: rapid.SampledFrom([]domain.PersonID{{}, {1}}).Draw(t, "head")}
	case 7:
		return rapid.SampledFrom([]structure.Command{
			structure.RenameWorkgroup{Workgroup: anyWorkgroup(t), Name: anyName(t)},
			structure.ArchiveWorkgroup{Workgroup: anyWorkgroup(t)},
			structure.RestoreWorkgroup{Workgroup: anyWorkgroup(t)},
		}).Draw(t, "workgroup command")
	}
	return structure.CreateDepartment{Account: company, Department: anyDepartment(t), Parent: anyDepartment(t), Name: anyName(t)}
}

func anyEvent(t *rapid.T) structure.Event {
	return rapid.SampledFrom([]structure.Event{
		structure.WorkgroupCreated{Workgroup: anyWorkgroup(t), Name: anyName(t)},
		structure.DepartmentCreated{Department: anyDepartment(t), Parent: anyDepartment(t), Name: anyName(t)},
		structure.DepartmentRenamed{Department: anyDepartment(t), Name: anyName(t)},
		structure.DepartmentMoved{Department: anyDepartment(t), Parent: anyDepartment(t)},
		structure.DepartmentHeadChanged{Department: anyDepartment(t)},
		structure.DepartmentDeleted{Department: anyDepartment(t), Parent: anyDepartment(t)},
		structure.WorkgroupRenamed{Workgroup: anyWorkgroup(t), Name: anyName(t)},
		structure.WorkgroupArchived{Workgroup: anyWorkgroup(t)},
		structure.WorkgroupRestored{Workgroup: anyWorkgroup(t)},
	}).Draw(t, "event")
}

func anyDepartment(t *rapid.T) domain.DepartmentID {
	return rapid.SampledFrom([]domain.DepartmentID{{}, root, {2}, {3}, {4}, {5}, {6}}).Draw(t, "department")
}

func anyWorkgroup(t *rapid.T) domain.WorkgroupID {
	return rapid.SampledFrom([]domain.WorkgroupID{{}, {2}, {3}, {4}}).Draw(t, "workgroup id")
}

func anyName(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "a", "b", "s", "S", "ſ", "\x00"}).Draw(t, "name")
}
