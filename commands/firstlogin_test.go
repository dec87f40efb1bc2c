package commands_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// newcomer is somebody who registered by an invitation and has not logged in.
func newcomer(w *commandstest.World) commandstest.Someone {
	w.T.Helper()
	ben := w.Invited("ben@mill.example")[0]
	var used commands.LinkUsed
	require.NoError(w.T, w.As(commands.LinkHolder()).When(using(commandstest.Form(w.Token(ben)), &used)).Err)
	return ben
}

func TestTheFirstLoginIsOnRecordOnce(t *testing.T) {
	w := commandstest.New(t)
	ben := newcomer(w)
	var in commands.LoggedIn
	w.When(loggingIn("ben@mill.example", "not the passphrase", &in)).ThenRefused(domain.LoginFailed)
	w.When(loggingIn("ben@mill.example", commandstest.Password, &in)).Then(commandstest.Events(ben.Stream(), person.FirstLogin{Person: ben.Person}))
	w.When(loggingIn("ben@mill.example", commandstest.Password, &in)).ThenNothing()
	w.Restart()
	w.When(loggingIn("ben@mill.example", commandstest.Password, &in)).ThenNothing()
	said := w.Log.Of(ben.Stream())
	require.Equal(t, domain.Actor{Kind: domain.ActorPerson, Person: ben.Person}, said[len(said)-1].Metadata.Actor)
}

func TestWhoLogsInWithAMailedPasswordIsOnRecord(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	w.Given(eve.Stream(), person.Dismissed{Person: eve.Person, Epoch: 2},
		person.Employed{Person: eve.Person, Tenure: 1, Epoch: 3, Role: domain.RoleEmployee, Basis: person.Basis{Kind: person.DirectRegistration}},
		person.PasswordGenerated{Person: eve.Person, Counter: 1, ExpiresAt: w.Now().Add(time.Hour)})
	w.Settle()
	filled, err := commands.Secrets{Keyring: w.Vault}.Fill(t.Context(), w.Sent[len(w.Sent)-1])
	require.NoError(t, err)
	var in commands.LoggedIn
	w.When(loggingIn("eve@acme.example", filled.Password, &in)).Then(commandstest.Events(eve.Stream(), person.FirstLogin{Person: eve.Person}))
}

func TestWhoeverLogsInIsSignedInWhereThatCannotBePutOnRecord(t *testing.T) {
	w := commandstest.New(t)
	ben := newcomer(w)
	between := 0
	var comesBetween func()
	comesBetween = func() {
		between++
		w.Given(ben.Stream(), person.JobTitleChanged{Person: ben.Person, Personal: person.Title{JobTitle: "Miller"}})
		w.Log.Before = comesBetween
	}
	w.Log.Before = comesBetween
	var in commands.LoggedIn
	require.NoError(t, w.When(loggingIn("ben@mill.example", commandstest.Password, &in)).Err)
	require.Positive(t, between)
	require.True(t, isSignedIn(w, in.Token))
	w.Log.Before = nil
	w.When(loggingIn("ben@mill.example", commandstest.Password, &in)).Then(commandstest.Events(ben.Stream(), person.FirstLogin{Person: ben.Person}))
}
