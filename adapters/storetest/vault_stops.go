package storetest

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// stop is a stop at the event in a position.
func stop(position int) projections.Poison {
	return projections.Poison{
		Event: uuid.NewSHA1(uuid.NameSpaceOID, []byte{byte(position)}), Position: at(position), Type: "weather.rained", Reason: "it panicked: ä",
	}
}

func requireStops(t *testing.T, vault KeptVault, policy string, want ...projections.Poison) {
	t.Helper()
	found, err := vault.Stops(t.Context(), policy)
	require.NoError(t, err)
	var all []projections.Poison
	for _, one := range found {
		all = append(all, *one)
	}
	require.Equal(t, want, all)
}

func stops(t *testing.T, fresh func(*testing.T) KeptVault) {
	t.Run("given a policy that is stopped at several events, it has them in the log's order", func(t *testing.T) {
		vault := fresh(t)
		requireStops(t, vault, "deliver")
		require.NoError(t, vault.SaveStop(t.Context(), "deliver", stop(9)))
		require.NoError(t, vault.SaveStop(t.Context(), "deliver", stop(2)))
		require.NoError(t, vault.SaveStop(t.Context(), "expire", stop(2)))
		requireStops(t, vault, "deliver", stop(2), stop(9))
		requireStops(t, vault, "expire", stop(2))
	})
	t.Run("given the same event again, it has the newest reason", func(t *testing.T) {
		vault, again := fresh(t), stop(2)
		again.Reason = "it failed"
		require.NoError(t, vault.SaveStop(t.Context(), "deliver", stop(2)))
		require.NoError(t, vault.SaveStop(t.Context(), "deliver", again))
		requireStops(t, vault, "deliver", again)
	})
	t.Run("given a policy that goes on at one event, it forgets that one alone, and forgets it once", func(t *testing.T) {
		vault := fresh(t)
		for _, position := range []int{2, 9} {
			require.NoError(t, vault.SaveStop(t.Context(), "deliver", stop(position)))
			require.NoError(t, vault.SaveStop(t.Context(), "expire", stop(position)))
		}
		require.NoError(t, vault.ForgetStop(t.Context(), "deliver", stop(2).Event))
		require.NoError(t, vault.ForgetStop(t.Context(), "deliver", stop(2).Event))
		requireStops(t, vault, "deliver", stop(9))
		requireStops(t, vault, "expire", stop(2), stop(9))
	})
	t.Run("given a policy that is stopped at its first event, it has not begun", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.SaveStop(t.Context(), "deliver", stop(1)))
		begun, err := vault.Checkpoints(t.Context())
		require.NoError(t, err)
		require.Empty(t, begun)
		require.NoError(t, vault.SaveCheckpoint(t.Context(), "deliver", domain.Position{}, at(1)))
	})
	t.Run("given another log, its policies are stopped nowhere", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.SaveStop(t.Context(), "deliver", stop(2)))
		require.NoError(t, vault.ReplaceCheckpoints(t.Context(), "5/other", map[string]domain.Position{"deliver": at(1)}))
		requireStops(t, vault, "deliver")
	})
}
