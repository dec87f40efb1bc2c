package commands_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// Who may change whom, and that the last administrator stays, is in
// employment_test.go; here is what a crash leaves between the two streams, and how
// it is finished.

func uncounted(w *commandstest.World, who commandstest.Someone, becomes account.Becomes) account.AdministratorUncounted {
	return account.AdministratorUncounted{Person: who.Person, N: 1, Becomes: becomes, By: w.Founder.Person}
}

func TestWhoIsMadeAnAdministratorIsCountedAfterACrash(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	w.Log.CrashAfter = 1
	o := w.When(making(eve.Person, domain.RoleAdministrator))
	o.ThenFails(commandstest.ErrCrash, commandstest.Events(eve.Stream(), person.MadeAdministrator{Person: eve.Person, N: 1, By: w.Founder.Person}))
	w.Restart()
	counted := inAccount(w, account.AdministratorCounted{Person: eve.Person, N: 1})
	w.Again(o.Request).When(making(eve.Person, domain.RoleAdministrator)).Then(counted)
	w.Again(o.Request).When(making(eve.Person, domain.RoleAdministrator)).ThenNothing()
	w.When(func(app *commands.App, _ commands.Request) error {
		_, err := app.CountAdministrator(context.Background(), w.Acme, eve.Person, 1)
		return err
	}).ThenNothing()
}

func TestWhoCeasesToBeOneAndACrashCutsItIsFinishedByTheSameCommand(t *testing.T) {
	for name, c := range map[string]struct {
		ask     func(domain.PersonID) asking
		becomes account.Becomes
		follows func(w *commandstest.World, bob commandstest.Someone) domain.Event
	}{
		"dismissed": {dismissing, account.BecomesDismissed, func(w *commandstest.World, bob commandstest.Someone) domain.Event {
			return person.Dismissed{Person: bob.Person, By: w.Founder.Person, Epoch: 2}
		}},
		"an auditor": {
			func(id domain.PersonID) asking { return making(id, domain.RoleAuditor) }, account.BecomesAuditor,
			func(w *commandstest.World, bob commandstest.Someone) domain.Event {
				return person.MadeAuditor{Person: bob.Person, By: w.Founder.Person}
			},
		},
		"an employee": {
			func(id domain.PersonID) asking { return making(id, domain.RoleEmployee) }, account.BecomesEmployee,
			func(w *commandstest.World, bob commandstest.Someone) domain.Event {
				return person.MadeEmployee{Person: bob.Person, By: w.Founder.Person}
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			bob := w.Administrator("bob@acme.example")
			decided := uncounted(w, bob, c.becomes)
			w.Log.CrashAfter = 1
			o := w.When(c.ask(bob.Person))
			o.ThenFails(commandstest.ErrCrash, inAccount(w, decided))
			w.Restart()
			w.Again(o.Request).When(c.ask(bob.Person)).Then(commandstest.Events(bob.Stream(), c.follows(w, bob)))
			w.Again(o.Request).When(c.ask(bob.Person)).ThenNothing()
		})
		t.Run(name+", by the policy", func(t *testing.T) {
			w := commandstest.New(t)
			bob := w.Administrator("bob@acme.example")
			decided := uncounted(w, bob, c.becomes)
			w.Given(domain.AccountStream(w.Acme), decided)
			all := w.Log.All()
			finishing := func(app *commands.App, _ commands.Request) error {
				return app.FinishUncounting(context.Background(), all[len(all)-1], decided)
			}
			w.When(finishing).Then(commandstest.Events(bob.Stream(), c.follows(w, bob)))
			w.When(finishing).ThenNothing()
		})
	}
	t.Run("not who has been made one anew since", func(t *testing.T) {
		w := commandstest.New(t)
		bob := w.Administrator("bob@acme.example")
		decided := uncounted(w, bob, account.BecomesDismissed)
		w.Given(domain.AccountStream(w.Acme), decided)
		all := w.Log.All()
		w.Given(bob.Stream(), person.MadeEmployee{Person: bob.Person}, person.MadeAdministrator{Person: bob.Person, N: 2})
		w.When(func(app *commands.App, _ commands.Request) error {
			return app.FinishUncounting(context.Background(), all[len(all)-1], decided)
		}).ThenNothing()
		require.True(t, w.State(bob).Employment.Active)
	})
}

func TestEndVoidSessions(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	signedIn(w, eve, commandstest.Password)
	ending := func(app *commands.App, _ commands.Request) error {
		return app.EndVoidSessions(context.Background(), eve.Stream())
	}
	for _, c := range []struct {
		given []domain.Event
		left  int
	}{
		{nil, 1},
		{[]domain.Event{person.PasswordChanged{Person: eve.Person, Credential: domain.CredentialID{8}}}, 0},
	} {
		if c.given != nil {
			w.Given(eve.Stream(), c.given...)
		}
		w.When(ending).ThenNothing()
		left, err := w.Vault.SessionsOf(t.Context(), eve.Person, 10)
		require.NoError(t, err)
		require.Len(t, left, c.left)
	}
}
