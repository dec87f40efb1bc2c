package sqlite_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

func TestBackupVault(t *testing.T) {
	folder := t.TempDir()
	from, to := filepath.Join(folder, "vault.db"), filepath.Join(folder, "copy.db")
	quiet := func(_, _ int64) {}
	at := func(n uint64) domain.Position { return domain.Position{Commit: n, Prepare: n} }
	fit := func(ctx context.Context, copied *sqlite.Vault) error {
		return copied.Fit(ctx, "1/first", at(7), time.Unix(7, 0))
	}
	vault := openVault(t, from)
	installation, err := vault.Installation(t.Context())
	require.NoError(t, err)
	require.NoError(t, vault.ReplaceCheckpoints(t.Context(), "1/first", map[string]domain.Position{"behind": at(5), "ahead": at(9)}))
	require.NoError(t, vault.StartSession(t.Context(), [32]byte{1}, commands.Session{ExpiresAt: time.Now().Add(time.Hour)}))
	key, begun := commands.IdempotencyKey{Key: "key"}, commands.IdempotencyRecord{Command: domain.CommandID{7}, At: time.Now().UTC()}
	_, err = vault.BeginRequest(t.Context(), key, begun)
	require.NoError(t, err)
	require.NoError(t, vault.FinishRequest(t.Context(), key, 200, []byte("invited")))

	t.Run("given an open vault, its copy fits the log that was copied before", func(t *testing.T) {
		require.NoError(t, sqlite.BackupVault(t.Context(), from, to, fit, quiet))
		copied := openVault(t, to)
		same, err := copied.Installation(t.Context())
		require.NoError(t, err)
		require.Equal(t, installation, same)
		checkpoints, err := copied.Checkpoints(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]domain.Position{"behind": at(5), "ahead": at(7)}, checkpoints, "no policy has handled what is not there")
		_, found, err := copied.FindSession(t.Context(), [32]byte{1})
		require.NoError(t, err)
		require.False(t, found, "a session that was ended since would live again")
		record, err := copied.BeginRequest(t.Context(), key, commands.IdempotencyRecord{})
		require.NoError(t, err)
		require.Zero(t, record.Status, "the answer may tell of what is not there")
		require.Equal(t, begun.Command, record.Command, "which finds in the log what is there")

		_, found, err = vault.FindSession(t.Context(), [32]byte{1})
		require.NoError(t, err)
		require.True(t, found, "the vault itself is as it was")
	})
	t.Run("given that it cannot be made fit, there is no backup", func(t *testing.T) {
		anothers := errors.New("it is of another log")
		other := filepath.Join(t.TempDir(), "copy.db")
		refuse := func(context.Context, *sqlite.Vault) error { return anothers }
		require.ErrorIs(t, sqlite.BackupVault(t.Context(), from, other, refuse, quiet), anothers)
	})
}
