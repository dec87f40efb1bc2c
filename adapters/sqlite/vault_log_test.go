package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/domain"
)

func TestVaultBesideALog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.db")
	vault := openVault(t, path)
	mark, err := vault.LogMark(t.Context())
	require.NoError(t, err)
	require.Empty(t, mark)
	all, err := vault.Checkpoints(t.Context())
	require.NoError(t, err)
	require.Empty(t, all)

	used, err := vault.Used(t.Context())
	require.NoError(t, err)
	require.False(t, used)
	_, err = vault.Installation(t.Context())
	require.NoError(t, err)
	used, err = vault.Used(t.Context())
	require.NoError(t, err)
	require.True(t, used)

	require.NoError(t, vault.SetLogMark(t.Context(), "1/first"))
	require.NoError(t, vault.SaveCheckpoint(t.Context(), "deliver", domain.Position{}, place(7)))
	require.NoError(t, vault.SaveCheckpoint(t.Context(), "expire", domain.Position{}, place(9)))
	all, err = vault.Checkpoints(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]domain.Position{"deliver": place(7), "expire": place(9)}, all)

	moved := map[string]domain.Position{"deliver": {Commit: 1 << 63, Prepare: 1<<63 - 1}}
	require.NoError(t, vault.ReplaceCheckpoints(t.Context(), "5/other", moved))
	require.NoError(t, vault.Close())
	vault = openVault(t, path)
	all, err = vault.Checkpoints(t.Context())
	require.NoError(t, err)
	require.Equal(t, moved, all, "also after the vault was opened again")
	mark, err = vault.LogMark(t.Context())
	require.NoError(t, err)
	require.Equal(t, "5/other", mark)
}

func place(number uint64) domain.Position { return domain.Position{Commit: number, Prepare: number} }

func TestVaultLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.db")
	vault := openVault(t, path)
	_, err := sqlite.OpenVault(t.Context(), path)
	require.ErrorIs(t, err, sqlite.ErrLocked)
	require.NoError(t, vault.Close())
	openVault(t, path)
}

func TestReadModelsBesideALog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "readmodels.db")
	store := openReadModels(t, path)
	mark, err := store.LogMark(t.Context())
	require.NoError(t, err)
	require.Empty(t, mark)
	require.NoError(t, store.SetLogMark(t.Context(), "1/first"))
	fill(t, store, 0, 300)
	require.NoError(t, store.Close())

	store = openReadModels(t, path)
	mark, err = store.LogMark(t.Context())
	require.NoError(t, err)
	require.Equal(t, "1/first", mark)
	requireRows(t, store, 300)

	require.NoError(t, store.Clear(t.Context()))
	mark, err = store.LogMark(t.Context())
	require.NoError(t, err)
	require.Empty(t, mark)
	editions, err := store.Editions(t.Context())
	require.NoError(t, err)
	require.Empty(t, editions)
	fill(t, store, 0, 100)
	requireRows(t, store, 100)
}
