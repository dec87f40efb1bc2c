package structure_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/structure"
)

var boss = domain.PersonID{9}

func rename(id domain.DepartmentID, name string) structure.Command {
	return structure.RenameDepartment{Account: company, Department: id, Name: name}
}

func move(id, parent domain.DepartmentID) structure.Command {
	return structure.MoveDepartment{Account: company, Department: id, Parent: parent}
}

func remove(id domain.DepartmentID) structure.Command {
	return structure.DeleteDepartment{Account: company, Department: id}
}

func lead(id domain.DepartmentID, head domain.PersonID) structure.Command {
	return structure.ChangeHead{Account: company, Department: id, Head: head}
}

func TestRenamingADepartment(t *testing.T) {
	t.Run("given another name, it has that", func(t *testing.T) {
		given(t, created(sales, root, "Sales")).When(rename(sales, "Trade")).Then(structure.DepartmentRenamed{Department: sales, Name: "Trade"})
	})
	t.Run("given the same name, it is quiet", func(t *testing.T) {
		given(t, created(sales, root, "Sales")).When(rename(sales, "Sales")).ThenNothing()
	})
	t.Run("given another case of its own name, it may", func(t *testing.T) {
		given(t, created(sales, root, "Sales")).When(rename(sales, "SALES")).Then(structure.DepartmentRenamed{Department: sales, Name: "SALES"})
	})
	t.Run("given what cannot be, it refuses", func(t *testing.T) {
		given(t, created(sales, root, "Sales"), created(export, root, "Export")).When(rename(sales, "export")).ThenRefused(domain.NameTaken)
		given(t).When(rename(sales, "Sales")).ThenRefused(domain.NotFound)
		given(t).When(rename(root, "Sales")).ThenRefused(domain.NotTheRoot)
	})
}

func TestMovingADepartment(t *testing.T) {
	below := []structure.Event{created(sales, root, "Sales"), created(export, sales, "Export")}
	t.Run("given another parent, it stands there with all below it", func(t *testing.T) {
		given(t, below...).When(move(export, root)).Then(structure.DepartmentMoved{Department: export, Parent: root})
	})
	t.Run("given the parent it has, it is quiet", func(t *testing.T) {
		given(t, below...).When(move(export, sales)).ThenNothing()
	})
	t.Run("given itself or what is below it, it refuses", func(t *testing.T) {
		given(t, below...).When(move(sales, export)).ThenRefused(domain.DepartmentCycle)
		given(t, below...).When(move(sales, sales)).ThenRefused(domain.DepartmentCycle)
	})
	t.Run("given what cannot be, it refuses", func(t *testing.T) {
		given(t, below...).When(move(export, domain.DepartmentID{8})).ThenRefused(domain.DepartmentNotFound)
		given(t, append(below, created(domain.DepartmentID{8}, root, "export"))...).When(move(export, root)).ThenRefused(domain.NameTaken)
		given(t, below...).When(move(root, sales)).ThenRefused(domain.NotTheRoot)
		given(t).When(move(sales, root)).ThenRefused(domain.NotFound)
	})
	t.Run("given twenty levels, there is no further", func(t *testing.T) {
		var levels []structure.Event
		parent := root
		for level := range 20 {
			id := domain.DepartmentID{100, byte(level)}
			levels = append(levels, created(id, parent, fmt.Sprint("Level ", level)))
			parent = id
		}
		given(t, levels...).When(create(sales, parent, "Sales")).ThenRefused(domain.StructureLimit)
		given(t, append(levels, created(sales, root, "Sales"))...).When(move(sales, parent)).ThenRefused(domain.StructureLimit)
	})
}

func TestLeadingADepartment(t *testing.T) {
	led := structure.DepartmentHeadChanged{Department: sales, Head: boss}
	t.Run("given a head, and then none", func(t *testing.T) {
		given(t, created(sales, root, "Sales")).When(lead(sales, boss)).Then(led)
		given(t, created(sales, root, "Sales"), led).When(lead(sales, boss)).ThenNothing()
		given(t, created(sales, root, "Sales"), led).When(lead(sales, domain.PersonID{})).Then(structure.DepartmentHeadChanged{Department: sales})
		given(t).When(lead(root, boss)).Then(structure.DepartmentHeadChanged{Department: root, Head: boss})
	})
	t.Run("given a head who was dismissed since they were chosen, they are head no more", func(t *testing.T) {
		led := structure.DepartmentHeadChanged{Department: sales, Head: boss, Epoch: 1}
		vacate := structure.VacateHead{Department: sales, Head: boss, Before: 2}
		given(t, created(sales, root, "Sales"), led).When(vacate).Then(structure.DepartmentHeadChanged{Department: sales})
		given(t, created(sales, root, "Sales")).When(vacate).ThenNothing()
	})
	t.Run("given a head who was chosen anew after their return, or another one, they stay", func(t *testing.T) {
		vacate := structure.VacateHead{Department: sales, Head: boss, Before: 2}
		again := structure.DepartmentHeadChanged{Department: sales, Head: boss, Epoch: 3}
		given(t, created(sales, root, "Sales"), again).When(vacate).ThenNothing()
		given(t, created(sales, root, "Sales"), structure.DepartmentHeadChanged{Department: sales, Head: domain.PersonID{8}, Epoch: 1}).When(vacate).ThenNothing()
	})
	t.Run("given no such department, it refuses", func(t *testing.T) {
		given(t).When(lead(sales, boss)).ThenRefused(domain.NotFound)
	})
}

func TestDeletingADepartment(t *testing.T) {
	below := []structure.Event{created(sales, root, "Sales"), created(export, sales, "Export")}
	deleted := structure.DepartmentDeleted{Department: sales, Parent: root}
	t.Run("given departments below it, one event says that they move up", func(t *testing.T) {
		given(t, below...).When(remove(sales)).Then(deleted)
		given(t, append(below, deleted)...).When(move(export, root)).ThenNothing()
		given(t, append(below, deleted)...).When(create(domain.DepartmentID{8}, root, "export")).ThenRefused(domain.NameTaken)
	})
	t.Run("given a log that tells each move by an event of its own, it is the same", func(t *testing.T) {
		moved := structure.DepartmentMoved{Department: export, Parent: root}
		given(t, append(below, moved, deleted)...).When(move(export, root)).ThenNothing()
		require.Equal(t,
			fmt.Sprintf("%#v", structure.Decider().Fold(structure.State{}, append(below, deleted)...)),
			fmt.Sprintf("%#v", structure.Decider().Fold(structure.State{}, append(below, moved, deleted)...)))
	})
	t.Run("given a department of its own name below it, that one takes its place", func(t *testing.T) {
		given(t, created(sales, root, "Sales"), created(export, sales, "SALES")).When(remove(sales)).Then(deleted)
	})
	t.Run("given that it is gone, it is quiet, and nothing takes its id", func(t *testing.T) {
		given(t, created(sales, root, "Sales"), deleted).When(remove(sales)).ThenNothing()
		given(t, created(sales, root, "Sales"), deleted).When(create(sales, root, "Sales")).ThenRefused(domain.InvalidID)
	})
	t.Run("given what cannot be, it refuses", func(t *testing.T) {
		given(t, append(below, created(domain.DepartmentID{8}, root, "export"))...).When(remove(sales)).ThenRefused(domain.NameTaken)
		given(t).When(remove(root)).ThenRefused(domain.NotTheRoot)
		given(t).When(remove(sales)).ThenRefused(domain.NotFound)
	})
}

func TestWorkgroupsEndAndBeginAgain(t *testing.T) {
	begun := structure.WorkgroupCreated{Workgroup: chess, Name: "Chess"}
	archived := structure.WorkgroupArchived{Workgroup: chess}
	t.Run("given a workgroup, it can be renamed", func(t *testing.T) {
		renamed := structure.WorkgroupRenamed{Workgroup: chess, Name: "Go"}
		given(t, begun).When(structure.RenameWorkgroup{Workgroup: chess, Name: "Go"}).Then(renamed)
		given(t, begun, renamed).When(structure.RenameWorkgroup{Workgroup: chess, Name: "Go"}).ThenNothing()
		given(t, begun, structure.WorkgroupCreated{Workgroup: choir, Name: "Choir"}).When(structure.RenameWorkgroup{Workgroup: chess, Name: "choir"}).ThenRefused(domain.NameTaken)
		given(t).When(structure.RenameWorkgroup{Workgroup: chess, Name: "Go"}).ThenRefused(domain.NotFound)
	})
	t.Run("given a workgroup, it can be archived and restored", func(t *testing.T) {
		given(t, begun).When(structure.ArchiveWorkgroup{Workgroup: chess}).Then(archived)
		given(t, begun, archived).When(structure.ArchiveWorkgroup{Workgroup: chess}).ThenNothing()
		given(t, begun, archived).When(structure.RestoreWorkgroup{Workgroup: chess}).Then(structure.WorkgroupRestored{Workgroup: chess})
		given(t, begun).When(structure.RestoreWorkgroup{Workgroup: chess}).ThenNothing()
		given(t).When(structure.ArchiveWorkgroup{Workgroup: chess}).ThenRefused(domain.NotFound)
		given(t).When(structure.RestoreWorkgroup{Workgroup: chess}).ThenRefused(domain.NotFound)
	})
}
