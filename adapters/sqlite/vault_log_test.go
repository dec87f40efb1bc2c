package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/adapters/storetest"
)

func TestVaultLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.db")
	vault := openVault(t, path)
	_, err := sqlite.OpenVault(t.Context(), path)
	require.ErrorIs(t, err, sqlite.ErrLocked)
	require.NoError(t, vault.Close())
	openVault(t, path)
}

func TestReadModelsBesideALog(t *testing.T) {
	storetest.ReadModelsBesideALog(t, func(t *testing.T) storetest.BesideALog {
		return openReadModels(t, filepath.Join(t.TempDir(), "readmodels.db"))
	})
	t.Run("given a file that is opened again, it remembers its log", func(t *testing.T) {
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
	})
}
