package engine_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// TestAnAccountThatIsNotReady signs the founder in between the two appends of a
// founding, with the policies stopped, so that nobody finishes it.
func TestAnAccountThatIsNotReady(t *testing.T) { enginetest.OnEachLog(t, anAccountThatIsNotReady) }

func anAccountThatIsNotReady(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	require.NoError(t, usher.Feed.Close())
	ctx, cancel := context.WithCancel(t.Context())
	founding := commands.FoundAccount{
		Slug: "acme", Name: "Acme", Email: "ann@acme.example", FirstName: "Ann", LastName: "Admin", Password: adminPassword,
	}
	request := commands.Request{Command: usher.App.NewCommand(), Caller: commands.Operator()}
	_, err := withCrash(t, usher, "account-", cancel).FoundAccount(ctx, request, founding)
	require.ErrorIs(t, err, context.Canceled)

	login := commands.LogIn{Slug: "acme", Login: "ann@acme.example", Password: adminPassword}
	_, err = usher.App.LogIn(t.Context(), login)
	require.Equal(t, domain.AccountNotReady, domain.CodeOf(err))

	_, err = usher.App.FoundAccount(t.Context(), request, founding)
	require.NoError(t, err, "the same command again finishes what was begun")
	_, err = usher.App.LogIn(t.Context(), login)
	require.NoError(t, err)
}
