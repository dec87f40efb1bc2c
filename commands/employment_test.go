package commands_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

type asking = func(*commands.App, commands.Request) error

func moving(id domain.PersonID, to domain.DepartmentID) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.Move(context.Background(), r, id, to)
		return err
	}
}

func entitling(id domain.PersonID, title string) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.ChangeJobTitle(context.Background(), r, id, title)
		return err
	}
}

func rehiring(id domain.PersonID, to domain.DepartmentID) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.Rehire(context.Background(), r, id, to)
		return err
	}
}

func dismissing(id domain.PersonID) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.Dismiss(context.Background(), r, id)
		return err
	}
}

func making(id domain.PersonID, role domain.Role) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.ChangeRole(context.Background(), r, id, role)
		return err
	}
}

// department is a new one of a company.
func department(w *commandstest.World, name string) domain.DepartmentID {
	w.T.Helper()
	id, _, err := w.App.CreateDepartment(context.Background(), w.Request(w.Founder), commands.CreateDepartment{Name: name})
	require.NoError(w.T, err)
	return id
}

func inAccount(w *commandstest.World, events ...domain.Event) commandstest.Appended {
	return commandstest.Events(domain.AccountStream(w.Acme), events...)
}

func TestMove(t *testing.T) {
	w := commandstest.New(t)
	eve, kitchen := w.Employee("eve@acme.example"), department(w, "Kitchen")
	w.When(moving(eve.Person, kitchen)).Then(commandstest.Events(eve.Stream(), person.Moved{Person: eve.Person, Department: kitchen}))
	w.When(moving(eve.Person, kitchen)).ThenNothing()
	w.When(moving(eve.Person, domain.RootDepartment(w.Acme))).Then(commandstest.Events(eve.Stream(), person.Moved{Person: eve.Person}))
	w.When(moving(eve.Person, domain.DepartmentID{})).ThenNothing()
	w.When(moving(eve.Person, domain.DepartmentID{9})).ThenRefused(domain.DepartmentNotFound)
}

func TestChangeJobTitle(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	w.When(entitling(eve.Person, "Cook")).Then(commandstest.Events(eve.Stream(), person.JobTitleChanged{Person: eve.Person, Personal: person.Title{JobTitle: "Cook"}}))
	w.When(entitling(eve.Person, "Cook")).ThenNothing()
	require.Equal(t, "job_title", w.When(entitling(eve.Person, strings.Repeat("x", 1000))).ThenRefused(domain.InvalidJobTitle).Field)
}

func TestRehire(t *testing.T) {
	w := commandstest.New(t)
	eve, kitchen := w.Employee("eve@acme.example"), department(w, "Kitchen")
	w.When(rehiring(eve.Person, kitchen)).ThenNothing()
	require.NoError(t, w.When(dismissing(eve.Person)).Err)
	w.When(rehiring(eve.Person, domain.DepartmentID{9})).ThenRefused(domain.DepartmentNotFound)
	w.When(rehiring(eve.Person, kitchen)).Then(commandstest.Events(eve.Stream(),
		person.Rehired{Person: eve.Person, By: w.Founder.Person},
		person.Employed{
			Person: eve.Person, Tenure: 1, Epoch: 3, Role: domain.RoleEmployee, Department: kitchen,
			Basis: person.Basis{Kind: person.Rehiring, Approver: w.Founder.Person},
		},
		person.PasswordLinkIssued{Person: eve.Person, Counter: 1, ExpiresAt: w.Now().AddDate(0, 0, 14)},
	))
}

func TestRehiringCounts(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	require.NoError(t, w.When(dismissing(eve.Person)).Err)
	w.Given(domain.AccountStream(w.Acme), limited(func(l *account.Limits) { l.Emails = 1 }))
	w.Invited("ben@mill.example")
	w.When(rehiring(eve.Person, domain.DepartmentID{})).ThenRefused(domain.AccountLimit)
}

func TestWhoeverNeverCameIsNotRehired(t *testing.T) {
	w := commandstest.New(t)
	pia := w.Someone("pia@mill.example")
	w.Given(pia.Stream(), person.Registered{Person: pia.Person, Tenure: 1, Registration: 1, Route: person.ByJoinLink, Awaits: person.Approval, Personal: person.Registrant{Contact: pia.Contact}})
	w.When(rehiring(pia.Person, domain.DepartmentID{})).ThenRefused(domain.NotDismissed)
	w.When(dismissing(pia.Person)).ThenRefused(domain.NotEmployed)
	w.When(making(pia.Person, domain.RoleAuditor)).ThenRefused(domain.NotEmployed)
	w.When(moving(pia.Person, domain.DepartmentID{})).ThenRefused(domain.NotEmployed)
	w.When(entitling(pia.Person, "Cook")).ThenRefused(domain.NotEmployed)
}

func TestDismiss(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	in, err := w.App.LogIn(t.Context(), commands.LogIn{Slug: "acme", Login: "eve@acme.example", Password: commandstest.Password})
	require.NoError(t, err)
	w.When(dismissing(eve.Person)).Then(commandstest.Events(eve.Stream(), person.Dismissed{Person: eve.Person, By: w.Founder.Person, Epoch: 2}))
	_, err = w.App.Authenticate(t.Context(), in.Token)
	require.Equal(t, domain.NotSignedIn, domain.CodeOf(err), "the session is gone from the vault")
	w.When(dismissing(eve.Person)).ThenNothing()
}

func TestNobodyDismissesThemselves(t *testing.T) {
	w := commandstest.New(t)
	bob := w.Administrator("bob@acme.example")
	w.By(bob).When(dismissing(bob.Person)).ThenRefused(domain.NotOneself)
}

func TestChangeRole(t *testing.T) {
	w := commandstest.New(t)
	eve, by := w.Employee("eve@acme.example"), w.Founder.Person
	w.When(making(eve.Person, domain.RoleEmployee)).ThenNothing()
	w.When(making(eve.Person, domain.RoleAuditor)).Then(commandstest.Events(eve.Stream(), person.MadeAuditor{Person: eve.Person, By: by}))
	w.When(making(eve.Person, domain.RoleAdministrator)).Then(
		commandstest.Events(eve.Stream(), person.MadeAdministrator{Person: eve.Person, N: 1, By: by}),
		inAccount(w, account.AdministratorCounted{Person: eve.Person, N: 1}),
	)
	w.When(making(eve.Person, domain.RoleEmployee)).Then(
		inAccount(w, account.AdministratorUncounted{Person: eve.Person, N: 1, Becomes: account.BecomesEmployee, By: by}),
		commandstest.Events(eve.Stream(), person.MadeEmployee{Person: eve.Person, By: by}),
	)
	w.When(making(eve.Person, "queen")).ThenRefused(domain.InvalidRole)
}

func TestAnAdministratorIsUncountedBeforeTheDismissal(t *testing.T) {
	w := commandstest.New(t)
	bob, by := w.Administrator("bob@acme.example"), w.Founder.Person
	o := w.When(dismissing(bob.Person))
	o.Then(
		inAccount(w, account.AdministratorUncounted{Person: bob.Person, N: 1, Becomes: account.BecomesDismissed, By: by}),
		commandstest.Events(bob.Stream(), person.Dismissed{Person: bob.Person, By: by, Epoch: 2}),
	)
	all := w.Log.All()
	require.Equal(t, domain.AccountStream(w.Acme), all[len(all)-2].Stream, "nobody is counted who is none")
	require.Equal(t, all[len(all)-1].Metadata.Correlation, all[len(all)-2].Metadata.Correlation, "both belong to one request")
}

func TestTheLastAdministratorStays(t *testing.T) {
	w := commandstest.New(t)
	w.When(making(w.Founder.Person, domain.RoleAuditor)).ThenRefused(domain.LastAdministrator)
	bob := w.Administrator("bob@acme.example")
	w.By(bob).When(dismissing(w.Founder.Person)).Then(
		inAccount(w, account.AdministratorUncounted{Person: w.Founder.Person, N: 1, Becomes: account.BecomesDismissed, By: bob.Person}),
		commandstest.Events(w.Founder.Stream(), person.Dismissed{Person: w.Founder.Person, By: bob.Person, Epoch: 2}),
	)
	w.By(bob).When(making(bob.Person, domain.RoleEmployee)).ThenRefused(domain.LastAdministrator)
}

func TestWhoHasSteppedDownIsAnsweredOnceMore(t *testing.T) {
	w := commandstest.New(t)
	bob := w.Administrator("bob@acme.example")
	o := w.By(bob).When(making(bob.Person, domain.RoleEmployee))
	o.Then(
		inAccount(w, account.AdministratorUncounted{Person: bob.Person, N: 1, Becomes: account.BecomesEmployee, By: bob.Person}),
		commandstest.Events(bob.Stream(), person.MadeEmployee{Person: bob.Person, By: bob.Person}),
	)
	w.Again(o.Request).When(making(bob.Person, domain.RoleEmployee)).ThenNothing()
	w.By(bob).When(making(bob.Person, domain.RoleEmployee)).ThenRefused(domain.NotPermitted)
	w.Again(o.Request).When(making(w.Founder.Person, domain.RoleEmployee)).ThenRefused(domain.NotPermitted)
}

func TestOnlyAdministratorsChangeEmployees(t *testing.T) {
	for name, ask := range map[string]func(domain.PersonID) asking{
		"move":             func(id domain.PersonID) asking { return moving(id, domain.DepartmentID{}) },
		"change job title": func(id domain.PersonID) asking { return entitling(id, "Cook") },
		"rehire":           func(id domain.PersonID) asking { return rehiring(id, domain.DepartmentID{}) },
		"dismiss":          dismissing,
		"change role":      func(id domain.PersonID) asking { return making(id, domain.RoleAuditor) },
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			eve, bob := w.Employee("eve@acme.example"), w.Auditor("bob@acme.example")
			w.By(eve).When(ask(bob.Person)).ThenRefused(domain.NotPermitted)
			w.By(bob).When(ask(eve.Person)).ThenRefused(domain.NotPermitted)
			w.As(commands.Operator()).When(ask(eve.Person)).ThenRefused(domain.NotPermitted)
			w.As(commands.LinkHolder()).When(ask(eve.Person)).ThenRefused(domain.NotSignedIn)
			w.When(ask(domain.PersonID{9})).ThenRefused(domain.NotFound)

			gone := w.Request(eve)
			require.NoError(t, w.When(dismissing(eve.Person)).Err)
			w.Again(gone).When(ask(bob.Person)).ThenRefused(domain.NotSignedIn)
			elsewhere := w.Request(w.Founder)
			elsewhere.Account = domain.AccountID{9}
			w.Again(elsewhere).When(ask(bob.Person)).ThenRefused(domain.NotFound)
		})
	}
}

func TestNobodyChangesAnythingWithAGeneratedPassword(t *testing.T) {
	w := commandstest.New(t)
	bob, eve := w.Administrator("bob@acme.example"), w.Employee("eve@acme.example")
	w.Given(bob.Stream(), person.PasswordGenerated{Person: bob.Person, Counter: 1, ExpiresAt: w.Now().Add(time.Hour)})
	w.By(bob).When(dismissing(eve.Person)).ThenRefused(domain.PasswordChangeRequired)
}
