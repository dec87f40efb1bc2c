package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// fit puts a vault beside a log that lacks its last events.
func fit(t *testing.T, fresh func(*testing.T) KeptVault) {
	vault := fresh(t)
	require.NoError(t, vault.ReplaceCheckpoints(t.Context(), "1/first", map[string]domain.Position{"behind": at(5), "ahead": at(9)}))
	require.NoError(t, vault.SaveStop(t.Context(), "behind", stop(6)))
	require.NoError(t, vault.StartSession(t.Context(), digest(1), signedIn(1)))
	require.NoError(t, vault.SaveAPIToken(t.Context(), digest(1), apiToken(1)))
	for n := range 4 {
		require.NoError(t, vault.KeepMessage(t.Context(), message(n, n)))
	}
	_, err := vault.BeginRequest(t.Context(), request("key"), begun(1))
	require.NoError(t, err)
	require.NoError(t, vault.FinishRequest(t.Context(), request("key"), 200, []byte("invited")))

	for range 2 { // the second time changes nothing
		require.NoError(t, vault.Fit(t.Context(), "1/first", at(7), message(1, 1).At))
		checkpoints, err := vault.Checkpoints(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]domain.Position{"behind": at(5), "ahead": at(7)}, checkpoints, "no policy has handled what is not there")
		requireStops(t, vault, "behind")
		mark, err := vault.LogMark(t.Context())
		require.NoError(t, err)
		require.Equal(t, "1/first", mark)
		_, found, err := vault.FindSession(t.Context(), digest(1))
		require.NoError(t, err)
		require.False(t, found)
		requireToken(t, vault, 1, commands.APIToken{})
		record, err := vault.BeginRequest(t.Context(), request("key"), commands.IdempotencyRecord{})
		require.NoError(t, err)
		require.Zero(t, record.Status)
		require.Equal(t, begun(1).Command, record.Command, "which finds in the log what is there")
		left, err := vault.Messages(t.Context(), company(1), outbox.Place{}, 10)
		require.NoError(t, err)
		require.Equal(t, []commands.Message{message(1, 1), message(0, 0)}, left, "of what is not there no message is left")
	}
}
