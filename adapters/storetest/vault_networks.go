package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
)

func networks(t *testing.T, fresh func(*testing.T) KeptVault) {
	remember := func(t *testing.T, vault KeptVault, who, network, at int) {
		require.NoError(t, vault.RememberNetwork(t.Context(), person(who), commands.Pseudonym{byte(network)}, moment(at)))
	}
	seen := func(t *testing.T, vault KeptVault, who, network int) time.Time {
		at, err := vault.NetworkSeen(t.Context(), person(who), commands.Pseudonym{byte(network)})
		require.NoError(t, err)
		return at
	}
	t.Run("given a network of somebody, it is known of them and of nobody else, as it was seen last", func(t *testing.T) {
		vault := fresh(t)
		remember(t, vault, 1, 1, 1)
		remember(t, vault, 1, 1, 2)
		require.Equal(t, moment(2), seen(t, vault, 1, 1))
		require.Zero(t, seen(t, vault, 2, 1))
		require.Zero(t, seen(t, vault, 1, 2))
	})
	t.Run("given more networks than are kept, those seen the longest ago are forgotten, and nobody else's", func(t *testing.T) {
		vault := fresh(t)
		remember(t, vault, 2, 1, 0)
		for n := range commands.MostKnownNetworks + 2 {
			remember(t, vault, 1, n, n)
		}
		for n := range commands.MostKnownNetworks + 2 {
			require.Equal(t, n < 2, seen(t, vault, 1, n).IsZero(), "network %d", n)
		}
		require.Equal(t, moment(0), seen(t, vault, 2, 1))
	})
	t.Run("given networks that nobody came from for long, a sweep takes those and no others", func(t *testing.T) {
		vault := fresh(t)
		remember(t, vault, 1, 1, 1)
		remember(t, vault, 1, 2, 2)
		require.NoError(t, vault.Sweep(t.Context(), moment(1).Add(commands.KnownNetworksAreKept)))
		require.Zero(t, seen(t, vault, 1, 1))
		require.Equal(t, moment(2), seen(t, vault, 1, 2))
	})
}
