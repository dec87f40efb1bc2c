package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

func apiTokens(t *testing.T, fresh func(*testing.T) KeptVault) {
	t.Run("given an API token, it is found by its secret alone until it is forgotten", func(t *testing.T) {
		vault := fresh(t)
		requireToken(t, vault, 1, commands.APIToken{})
		require.NoError(t, vault.SaveAPIToken(t.Context(), digest(1), apiToken(1)))
		require.NoError(t, vault.SaveAPIToken(t.Context(), digest(2), apiToken(2)))
		requireToken(t, vault, 1, apiToken(1))
		require.NoError(t, vault.ForgetAPIToken(t.Context(), apiToken(1).ID))
		require.NoError(t, vault.ForgetAPIToken(t.Context(), apiToken(1).ID))
		requireToken(t, vault, 1, commands.APIToken{})
		requireToken(t, vault, 2, apiToken(2))
	})
	t.Run("given a secret that there is already, it takes nobody's place", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.SaveAPIToken(t.Context(), digest(1), apiToken(1)))
		require.Error(t, vault.SaveAPIToken(t.Context(), digest(1), apiToken(2)))
		requireToken(t, vault, 1, apiToken(1))
	})
	t.Run("given a token that is used, it says when, and no other does", func(t *testing.T) {
		vault := fresh(t)
		for n := range 2 {
			require.NoError(t, vault.SaveAPIToken(t.Context(), digest(n), apiToken(n)))
		}
		require.NoError(t, vault.UseAPIToken(t.Context(), digest(1), moment(7)))
		used := apiToken(1)
		used.UsedAt = moment(7)
		requireToken(t, vault, 0, apiToken(0))
		requireToken(t, vault, 1, used)
	})
	t.Run("given tokens of two people, those of one are listed in the order in which they were made", func(t *testing.T) {
		vault := fresh(t)
		var want []commands.APIToken
		for n := range 4 {
			token := apiToken(n)
			token.Person = person(n % 2)
			if n%2 == 1 {
				want = append(want, token)
			}
			require.NoError(t, vault.SaveAPIToken(t.Context(), digest(9-n), token))
		}
		found, err := vault.APITokensOf(t.Context(), person(1))
		require.NoError(t, err)
		require.Equal(t, want, found)
		found, err = vault.APITokensOf(t.Context(), person(2))
		require.NoError(t, err)
		require.Empty(t, found)
	})
	t.Run("given tokens that have expired, a sweep takes those and no others", func(t *testing.T) {
		vault := fresh(t)
		for n := range 3 {
			require.NoError(t, vault.SaveAPIToken(t.Context(), digest(n), apiToken(n)))
		}
		require.NoError(t, vault.Sweep(t.Context(), apiToken(1).ExpiresAt))
		requireToken(t, vault, 0, commands.APIToken{})
		requireToken(t, vault, 1, commands.APIToken{})
		requireToken(t, vault, 2, apiToken(2))
	})
}

func apiToken(n int) commands.APIToken {
	return commands.APIToken{
		ID: domain.TokenID(person(100 + n)), Account: company(n), Person: person(n), Slot: domain.Slot(person(n)),
		Tenure: n + 1, Epoch: n + 2, MadeAt: moment(n), UsedAt: time.Time{}, ExpiresAt: moment(n + 1),
	}
}

func requireToken(t *testing.T, vault KeptVault, n int, want commands.APIToken) {
	t.Helper()
	token, found, err := vault.FindAPIToken(t.Context(), digest(n))
	require.NoError(t, err)
	require.Equal(t, !want.ID.IsZero(), found)
	require.Equal(t, want, token)
}
