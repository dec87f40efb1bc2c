package commands_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

// structural is a use-case of the structure, of which only the error counts.
func structural(ask func(context.Context, *commands.App, commands.Request) (commands.Done, error)) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := ask(context.Background(), app, r)
		return err
	}
}

func creatingDepartment(name string, parent domain.DepartmentID) asking {
	return func(app *commands.App, r commands.Request) error {
		_, _, err := app.CreateDepartment(context.Background(), r, commands.CreateDepartment{Name: name, Parent: parent})
		return err
	}
}

func creatingWorkgroup(name string) asking {
	return func(app *commands.App, r commands.Request) error {
		_, _, err := app.CreateWorkgroup(context.Background(), r, name)
		return err
	}
}

func renamingDepartment(id domain.DepartmentID, name string) asking {
	return structural(func(ctx context.Context, app *commands.App, r commands.Request) (commands.Done, error) {
		return app.RenameDepartment(ctx, r, id, name)
	})
}

func movingDepartment(id, parent domain.DepartmentID) asking {
	return structural(func(ctx context.Context, app *commands.App, r commands.Request) (commands.Done, error) {
		return app.MoveDepartment(ctx, r, id, parent)
	})
}

func deletingDepartment(id domain.DepartmentID) asking {
	return structural(func(ctx context.Context, app *commands.App, r commands.Request) (commands.Done, error) {
		return app.DeleteDepartment(ctx, r, id)
	})
}

func heading(id domain.DepartmentID, head domain.PersonID) asking {
	return structural(func(ctx context.Context, app *commands.App, r commands.Request) (commands.Done, error) {
		return app.ChangeHead(ctx, r, id, head)
	})
}

func renamingWorkgroup(id domain.WorkgroupID, name string) asking {
	return structural(func(ctx context.Context, app *commands.App, r commands.Request) (commands.Done, error) {
		return app.RenameWorkgroup(ctx, r, id, name)
	})
}

func archiving(id domain.WorkgroupID) asking {
	return structural(func(ctx context.Context, app *commands.App, r commands.Request) (commands.Done, error) {
		return app.ArchiveWorkgroup(ctx, r, id)
	})
}

func restoring(id domain.WorkgroupID) asking {
	return structural(func(ctx context.Context, app *commands.App, r commands.Request) (commands.Done, error) {
		return app.RestoreWorkgroup(ctx, r, id)
	})
}

func joining(who domain.PersonID, id domain.WorkgroupID) asking {
	return structural(func(ctx context.Context, app *commands.App, r commands.Request) (commands.Done, error) {
		return app.JoinWorkgroup(ctx, r, who, id)
	})
}

func leaving(who domain.PersonID, id domain.WorkgroupID) asking {
	return structural(func(ctx context.Context, app *commands.App, r commands.Request) (commands.Done, error) {
		return app.LeaveWorkgroup(ctx, r, who, id)
	})
}

// workgroup is a new one of a company.
func workgroup(w *commandstest.World, name string) domain.WorkgroupID {
	w.T.Helper()
	id, _, err := w.App.CreateWorkgroup(context.Background(), w.Request(w.Founder), name)
	require.NoError(w.T, err)
	return id
}

func inStructure(w *commandstest.World, events ...domain.Event) commandstest.Appended {
	return commandstest.Events(domain.StructureStream(w.Acme), events...)
}

func TestCreateDepartment(t *testing.T) {
	w := commandstest.New(t)
	o := w.When(creatingDepartment(" Kitchen ", domain.DepartmentID{}))
	kitchen := domain.DepartmentID(o.Request.Command.Derive("department"))
	o.Then(inStructure(w, structure.DepartmentCreated{Department: kitchen, Parent: domain.RootDepartment(w.Acme), Name: "Kitchen"}))
	w.Again(o.Request).When(creatingDepartment("Kitchen", domain.DepartmentID{})).ThenNothing()
	below := w.When(creatingDepartment("Bakery", kitchen))
	below.Then(inStructure(w, structure.DepartmentCreated{Department: domain.DepartmentID(below.Request.Command.Derive("department")), Parent: kitchen, Name: "Bakery"}))

	require.Equal(t, "name", w.When(creatingDepartment("", kitchen)).ThenRefused(domain.InvalidName).Field)
	require.Equal(t, "parent_id", w.When(creatingDepartment("Bar", domain.DepartmentID{9})).ThenRefused(domain.DepartmentNotFound).Field)
	require.Equal(t, "name", w.When(creatingDepartment("KITCHEN", domain.DepartmentID{})).ThenRefused(domain.NameTaken).Field)
	parent := kitchen
	for range 19 {
		parent = departmentBelow(w, "Deeper", parent)
	}
	w.When(creatingDepartment("Deeper", parent)).ThenRefused(domain.StructureLimit)
}

func departmentBelow(w *commandstest.World, name string, parent domain.DepartmentID) domain.DepartmentID {
	w.T.Helper()
	id, _, err := w.App.CreateDepartment(context.Background(), w.Request(w.Founder), commands.CreateDepartment{Name: name, Parent: parent})
	require.NoError(w.T, err)
	return id
}

func TestRenameDepartment(t *testing.T) {
	w := commandstest.New(t)
	kitchen, _ := department(w, "Kitchen"), department(w, "Bar")
	o := w.When(renamingDepartment(kitchen, " Bakery "))
	o.Then(inStructure(w, structure.DepartmentRenamed{Department: kitchen, Name: "Bakery"}))
	w.Again(o.Request).When(renamingDepartment(kitchen, "Bakery")).ThenNothing()
	w.When(renamingDepartment(kitchen, "Bakery")).ThenNothing()
	require.Equal(t, "name", w.When(renamingDepartment(kitchen, strings.Repeat("x", 1000))).ThenRefused(domain.InvalidName).Field)
	require.Equal(t, "name", w.When(renamingDepartment(kitchen, "bar")).ThenRefused(domain.NameTaken).Field)
	w.When(renamingDepartment(domain.RootDepartment(w.Acme), "Bar")).ThenRefused(domain.NotTheRoot)
	w.When(renamingDepartment(domain.DepartmentID{9}, "Bar")).ThenRefused(domain.NotFound)
}

func TestMoveDepartment(t *testing.T) {
	w := commandstest.New(t)
	kitchen := department(w, "Kitchen")
	bakery := departmentBelow(w, "Bakery", kitchen)
	o := w.When(movingDepartment(bakery, domain.DepartmentID{}))
	o.Then(inStructure(w, structure.DepartmentMoved{Department: bakery, Parent: domain.RootDepartment(w.Acme)}))
	w.Again(o.Request).When(movingDepartment(bakery, domain.DepartmentID{})).ThenNothing()
	w.When(movingDepartment(bakery, domain.RootDepartment(w.Acme))).ThenNothing()
	w.When(movingDepartment(kitchen, bakery)).Then(inStructure(w, structure.DepartmentMoved{Department: kitchen, Parent: bakery}))
	w.When(movingDepartment(bakery, kitchen)).ThenRefused(domain.DepartmentCycle)
	require.Equal(t, "parent_id", w.When(movingDepartment(bakery, domain.DepartmentID{9})).ThenRefused(domain.DepartmentNotFound).Field)
	w.When(movingDepartment(domain.RootDepartment(w.Acme), kitchen)).ThenRefused(domain.NotTheRoot)
	w.When(movingDepartment(domain.DepartmentID{9}, kitchen)).ThenRefused(domain.NotFound)
	department(w, "Kitchen")
	w.When(movingDepartment(kitchen, domain.DepartmentID{})).ThenRefused(domain.NameTaken)
}

func TestDeleteDepartment(t *testing.T) {
	w := commandstest.New(t)
	kitchen := department(w, "Kitchen")
	o := w.When(deletingDepartment(kitchen))
	o.Then(inStructure(w, structure.DepartmentDeleted{Department: kitchen, Parent: domain.RootDepartment(w.Acme)}))
	w.Again(o.Request).When(deletingDepartment(kitchen)).ThenNothing()
	w.When(deletingDepartment(kitchen)).ThenNothing()
	w.When(deletingDepartment(domain.RootDepartment(w.Acme))).ThenRefused(domain.NotTheRoot)
	w.When(deletingDepartment(domain.DepartmentID{9})).ThenRefused(domain.NotFound)
	hall := department(w, "Hall")
	department(w, "Bar")
	departmentBelow(w, "Bar", hall)
	w.When(deletingDepartment(hall)).ThenRefused(domain.NameTaken)
}

// TestWhoComesIntoADepartmentThatIsGone stands in the nearest above that lives, and
// in no workgroup that was archived.
func TestWhoComesIntoADepartmentThatIsGone(t *testing.T) {
	w := commandstest.New(t)
	kitchen := department(w, "Kitchen")
	bakery, choir, team := departmentBelow(w, "Bakery", kitchen), workgroup(w, "Choir"), workgroup(w, "Team")
	_, err := w.App.InviteByEmail(t.Context(), w.Request(w.Founder), commands.InviteByEmail{
		Emails: []string{"ben@mill.example"}, Department: bakery, Workgroups: []domain.WorkgroupID{choir, team},
	})
	require.NoError(t, err)
	ben := w.Someone("ben@mill.example")
	token := w.Token(ben)
	require.NoError(t, w.When(deletingDepartment(bakery)).Err)
	require.NoError(t, w.When(archiving(choir)).Err)
	used := w.As(commands.LinkHolder()).When(func(app *commands.App, r commands.Request) error {
		_, err := app.UseLink(context.Background(), r, commands.UseLink{Token: token, FirstName: "Ben", LastName: "Baker", Password: commandstest.Password})
		return err
	})
	require.NoError(t, used.Err)
	events := used.Appended[ben.Stream()]
	employed, isEmployed := events[len(events)-1].(person.Employed)
	require.True(t, isEmployed)
	require.Equal(t, bakery, employed.Department)
	require.Equal(t, kitchen, employed.Instead)
	require.Equal(t, []domain.WorkgroupID{team}, employed.Workgroups)
	require.Equal(t, []domain.WorkgroupID{choir}, employed.Archived)
}

func TestChangeHead(t *testing.T) {
	w := commandstest.New(t)
	eve, kitchen := w.Employee("eve@acme.example"), department(w, "Kitchen")
	o := w.When(heading(kitchen, eve.Person))
	o.Then(inStructure(w, structure.DepartmentHeadChanged{Department: kitchen, Head: eve.Person, Epoch: 1}))
	w.Again(o.Request).When(heading(kitchen, eve.Person)).ThenNothing()
	w.When(heading(kitchen, eve.Person)).ThenNothing()
	w.When(heading(domain.RootDepartment(w.Acme), eve.Person)).Then(
		inStructure(w, structure.DepartmentHeadChanged{Department: domain.RootDepartment(w.Acme), Head: eve.Person, Epoch: 1}))
	w.When(heading(kitchen, domain.PersonID{})).Then(inStructure(w, structure.DepartmentHeadChanged{Department: kitchen}))
	w.When(heading(kitchen, domain.PersonID{})).ThenNothing()

	w.When(heading(domain.DepartmentID{9}, eve.Person)).ThenRefused(domain.NotFound)
	require.Equal(t, "person", w.When(heading(kitchen, domain.PersonID{9})).ThenRefused(domain.NotFound).Field)
	require.NoError(t, w.When(dismissing(eve.Person)).Err)
	require.Equal(t, "person", w.When(heading(kitchen, eve.Person)).ThenRefused(domain.NotEmployed).Field)
}

func TestWorkgroupsComeAndGo(t *testing.T) {
	w := commandstest.New(t)
	o := w.When(creatingWorkgroup(" Choir "))
	choir := domain.WorkgroupID(o.Request.Command.Derive("workgroup"))
	o.Then(inStructure(w, structure.WorkgroupCreated{Workgroup: choir, Name: "Choir"}))
	w.Again(o.Request).When(creatingWorkgroup("Choir")).ThenNothing()
	require.Equal(t, "name", w.When(creatingWorkgroup("")).ThenRefused(domain.InvalidName).Field)
	require.Equal(t, "name", w.When(creatingWorkgroup("CHOIR")).ThenRefused(domain.NameTaken).Field)

	renamed := w.When(renamingWorkgroup(choir, " Band "))
	renamed.Then(inStructure(w, structure.WorkgroupRenamed{Workgroup: choir, Name: "Band"}))
	w.Again(renamed.Request).When(renamingWorkgroup(choir, "Band")).ThenNothing()
	w.When(renamingWorkgroup(choir, "Band")).ThenNothing()
	workgroup(w, "Team")
	require.Equal(t, "name", w.When(renamingWorkgroup(choir, "team")).ThenRefused(domain.NameTaken).Field)
	require.Equal(t, "name", w.When(renamingWorkgroup(choir, "")).ThenRefused(domain.InvalidName).Field)

	archived := w.When(archiving(choir))
	archived.Then(inStructure(w, structure.WorkgroupArchived{Workgroup: choir}))
	w.When(archiving(choir)).ThenNothing()
	w.When(restoring(choir)).Then(inStructure(w, structure.WorkgroupRestored{Workgroup: choir}))
	w.When(restoring(choir)).ThenNothing()
	w.Again(archived.Request).When(archiving(choir)).ThenNothing()
	for _, ask := range []asking{renamingWorkgroup(domain.WorkgroupID{9}, "Band"), archiving(domain.WorkgroupID{9}), restoring(domain.WorkgroupID{9})} {
		w.When(ask).ThenRefused(domain.NotFound)
	}
}

func TestMembersOfWorkgroups(t *testing.T) {
	w := commandstest.New(t)
	eve, choir, old := w.Employee("eve@acme.example"), workgroup(w, "Choir"), workgroup(w, "Old")
	require.NoError(t, w.When(archiving(old)).Err)
	o := w.When(joining(eve.Person, choir))
	o.Then(commandstest.Events(eve.Stream(), person.WorkgroupJoined{Person: eve.Person, Workgroup: choir}))
	w.When(joining(eve.Person, choir)).ThenNothing()
	w.When(leaving(eve.Person, choir)).Then(commandstest.Events(eve.Stream(), person.WorkgroupLeft{Person: eve.Person, Workgroup: choir}))
	w.When(leaving(eve.Person, choir)).ThenNothing()
	w.Again(o.Request).When(joining(eve.Person, choir)).ThenNothing()

	w.When(joining(eve.Person, domain.WorkgroupID{9})).ThenRefused(domain.WorkgroupNotFound)
	w.When(joining(eve.Person, old)).ThenRefused(domain.WorkgroupNotFound)
	for _, ask := range []func(domain.PersonID, domain.WorkgroupID) asking{joining, leaving} {
		w.When(ask(domain.PersonID{9}, choir)).ThenRefused(domain.NotFound)
	}
	require.NoError(t, w.When(dismissing(eve.Person)).Err)
	w.When(joining(eve.Person, choir)).ThenRefused(domain.NotEmployed)
	w.When(leaving(eve.Person, choir)).ThenRefused(domain.NotEmployed)
}

func TestOnlyAdministratorsChangeTheStructure(t *testing.T) {
	for name, ask := range map[string]func(*commandstest.World) asking{
		"create a department": func(*commandstest.World) asking { return creatingDepartment("Bar", domain.DepartmentID{}) },
		"rename a department": func(w *commandstest.World) asking { return renamingDepartment(department(w, "Bar"), "Hall") },
		"move a department": func(w *commandstest.World) asking {
			return movingDepartment(department(w, "Bar"), department(w, "Hall"))
		},
		"delete a department": func(w *commandstest.World) asking { return deletingDepartment(department(w, "Bar")) },
		"change its head":     func(w *commandstest.World) asking { return heading(department(w, "Bar"), w.Founder.Person) },
		"create a workgroup":  func(*commandstest.World) asking { return creatingWorkgroup("Choir") },
		"rename a workgroup":  func(w *commandstest.World) asking { return renamingWorkgroup(workgroup(w, "Choir"), "Band") },
		"archive a workgroup": func(w *commandstest.World) asking { return archiving(workgroup(w, "Choir")) },
		"restore a workgroup": func(w *commandstest.World) asking { return restoring(workgroup(w, "Choir")) },
		"join a workgroup":    func(w *commandstest.World) asking { return joining(w.Founder.Person, workgroup(w, "Choir")) },
		"leave a workgroup":   func(w *commandstest.World) asking { return leaving(w.Founder.Person, workgroup(w, "Choir")) },
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{})
			onlyAdministratorsMay(t, w, ask(w))
		})
	}
}
