package commands_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
)

func TestAttempt(t *testing.T) {
	w := commandstest.New(t)
	tried := 0
	attempt := func(address string, wrong bool) error {
		return w.App.Attempt(t.Context(), address, func() bool { tried++; return wrong })
	}
	for range 99 {
		require.NoError(t, attempt("192.0.2.1", true))
	}
	for range 10 {
		require.NoError(t, attempt("192.0.2.1", false), "who is right is counted no further")
	}
	require.NoError(t, attempt("192.0.2.1", true))
	tried = 0
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(attempt("192.0.2.1", false)))
	require.Zero(t, tried, "nothing is tried")
	require.NoError(t, attempt("192.0.2.2", false), "from elsewhere")
	w.Pass(15 * time.Minute)
	require.NoError(t, attempt("192.0.2.1", false))
}

func TestAPseudonymIsTheSameAndTellsNothing(t *testing.T) {
	w := commandstest.New(t)
	pseudonym := func(of string) string {
		name, err := w.App.Pseudonym(t.Context(), of)
		require.NoError(t, err)
		return name
	}
	require.Equal(t, pseudonym("192.0.2.1"), pseudonym("192.0.2.1"))
	require.NotEqual(t, pseudonym("192.0.2.1"), pseudonym("192.0.2.2"))
	require.NotContains(t, pseudonym("192.0.2.1"), "192")
	w.Vault.Fails = commandstest.ErrCrash
	_, err := w.App.Pseudonym(t.Context(), "192.0.2.1")
	require.ErrorIs(t, err, commandstest.ErrCrash)
	require.ErrorIs(t, w.App.Attempt(t.Context(), "192.0.2.1", func() bool { return false }), commandstest.ErrCrash)
}

func TestALinkIsGenuineAlsoWhenItIsDead(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	token := w.Token(ben)
	genuine := func(token string) bool {
		is, err := w.App.Genuine(t.Context(), token)
		require.NoError(t, err)
		return is
	}
	require.True(t, genuine(token))
	w.Pass(100 * 24 * time.Hour)
	require.True(t, genuine(token))
	require.False(t, genuine(token[:len(token)-1]))
	require.False(t, genuine(""))
}

func TestWhereSomebodyHasSignedInIsKnownForNinetyDays(t *testing.T) {
	w := commandstest.New(t)
	w.Employee("eve@acme.example")
	logIn := func(network, password string) error {
		_, err := w.App.LogIn(t.Context(), commands.LogIn{Slug: "acme", Login: "eve@acme.example", Password: password, Network: network})
		return err
	}
	strangersGuess := func() {
		for n := range 10 {
			for range 10 {
				require.Equal(t, domain.LoginFailed, domain.CodeOf(logIn(fmt.Sprintf("203.0.113.%d", n), "another passphrase")))
			}
		}
	}
	require.NoError(t, logIn("192.0.2.1", commandstest.Password))
	strangersGuess()
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(logIn("192.0.2.2", commandstest.Password)))
	require.NoError(t, logIn("192.0.2.1", commandstest.Password))
	w.Pass(commands.KnownNetworksAreKept)
	strangersGuess()
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(logIn("192.0.2.1", commandstest.Password)))
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(logIn("", commandstest.Password)), "what comes from nowhere is known to nobody")
}
