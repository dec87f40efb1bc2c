package commands_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
)

// onlyAdministratorsMay expects that nobody else may ask, and that administrators
// may not ask in another company.
func onlyAdministratorsMay(t *testing.T, w *commandstest.World, ask asking) {
	t.Helper()
	uma, nic := w.Employee("uma@acme.example"), w.Auditor("nic@acme.example")
	w.By(uma).When(ask).ThenRefused(domain.NotPermitted)
	w.By(nic).When(ask).ThenRefused(domain.NotPermitted)
	onlyTheirOwnMay(t, w, ask)
}

// onlyTheirOwnMay expects that only who is of the company may ask.
func onlyTheirOwnMay(t *testing.T, w *commandstest.World, ask asking) {
	t.Helper()
	w.As(commands.Operator()).When(ask).ThenRefused(domain.NotPermitted)
	w.As(commands.LinkHolder()).When(ask).ThenRefused(domain.NotSignedIn)
	w.As(commands.Policy()).When(ask).ThenRefused(domain.NotSignedIn)

	pat := w.Employee("pat@acme.example")
	gone := w.Request(pat)
	require.NoError(t, w.When(dismissing(pat.Person)).Err)
	w.Again(gone).When(ask).ThenRefused(domain.NotSignedIn)

	elsewhere := w.Request(w.Founder)
	elsewhere.Account = domain.AccountID{9}
	w.Again(elsewhere).When(ask).ThenRefused(domain.NotFound)
}

// withOneToken is somebody with an API token, as whom a program asks.
func withOneToken(w *commandstest.World, who commandstest.Someone, token commands.MakeToken) commands.Caller {
	w.T.Helper()
	made, err := w.App.MakeToken(context.Background(), w.Request(who), token)
	require.NoError(w.T, err)
	caller, err := w.App.Authenticate(context.Background(), made.Secret)
	require.NoError(w.T, err)
	return caller
}
