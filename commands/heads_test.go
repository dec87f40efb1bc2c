package commands_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/structure"
)

func TestTheAnswerOfADismissalCoversTheDepartmentsThatWereLed(t *testing.T) {
	w := commandstest.New(t)
	eve, kitchen := w.Employee("eve@acme.example"), department(w, "Kitchen")
	_, err := w.App.ChangeHead(t.Context(), w.Request(w.Founder), kitchen, eve.Person)
	require.NoError(t, err)
	request := w.Request(w.Founder)
	done, err := w.App.Dismiss(t.Context(), request, eve.Person)
	require.NoError(t, err)
	all := w.Log.All()
	require.Equal(t, structure.DepartmentHeadChanged{Department: kitchen}, all[len(all)-1].Event)
	require.Equal(t, all[len(all)-1].Position, done.Position)
	again, err := w.App.Dismiss(t.Context(), request, eve.Person)
	require.NoError(t, err)
	require.Equal(t, done.Position, again.Position, "also where somebody else, such as the policy, was first")
}

// TestWhoIsDismissedLeadsNoDepartment calls what policies call: after a dismissal
// that a crash cut short, and after a choice that came late.
func TestWhoIsDismissedLeadsNoDepartment(t *testing.T) {
	w := commandstest.New(t)
	eve, kitchen, cellar := w.Employee("eve@acme.example"), department(w, "Kitchen"), department(w, "Cellar")
	for _, one := range []domain.DepartmentID{kitchen, cellar} {
		_, err := w.App.ChangeHead(t.Context(), w.Request(w.Founder), one, eve.Person)
		require.NoError(t, err)
	}
	all := w.Log.All()
	chosen := all[len(all)-1]
	alone := func(app *commands.App, _ commands.Request) error {
		_, err := app.VacateHead(context.Background(), chosen, cellar, eve.Person)
		return err
	}
	w.When(alone).ThenNothing() // who has access leads on
	w.Log.CrashAfter = 1
	require.ErrorIs(t, w.When(dismissing(eve.Person)).Err, commandstest.ErrCrash)
	w.Restart()
	all = w.Log.All()
	dismissed := all[len(all)-1]
	w.When(alone).Then(commandstest.Events(domain.StructureStream(w.Acme), structure.DepartmentHeadChanged{Department: cellar}))
	w.When(alone).ThenNothing()
	every := func(app *commands.App, _ commands.Request) error {
		_, err := app.VacateHeads(context.Background(), dismissed, eve.Person)
		return err
	}
	w.When(every).Then(commandstest.Events(domain.StructureStream(w.Acme), structure.DepartmentHeadChanged{Department: kitchen}))
	w.When(every).ThenNothing()
}
