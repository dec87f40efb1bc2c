package sqlite_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/storetest"
)

func TestVault(t *testing.T) {
	storetest.Vault(t, func(t *testing.T, folder string) storetest.KeptVault {
		return openVault(t, filepath.Join(folder, "vault.db"))
	})
}

func TestVaultFile(t *testing.T) {
	t.Run("given a new vault, nobody but its owner can read it", func(t *testing.T) {
		folder := filepath.Join(t.TempDir(), "data")
		vault := openVault(t, filepath.Join(folder, "vault.db"))
		_, err := vault.Installation(t.Context())
		require.NoError(t, err)
		requireMode(t, folder, fs.ModeDir|0o700)
		requireMode(t, filepath.Join(folder, "vault.db"), 0o600)
		requireMode(t, filepath.Join(folder, "vault.db-wal"), 0o600)
		requireMode(t, filepath.Join(folder, "vault.db-shm"), 0o600)
	})
	t.Run("given a vault that others could read, they no longer can", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "vault.db")
		require.NoError(t, openVault(t, path).Close())
		require.NoError(t, os.Chmod(path, 0o644))
		openVault(t, path)
		requireMode(t, path, 0o600)
	})
	t.Run("given a flipped bit, it is refused with the place", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "vault.db")
		vault := openVault(t, path)
		_, err := vault.Installation(t.Context())
		require.NoError(t, err)
		require.NoError(t, vault.Close())
		require.NoError(t, flip(path, 2*4096+100))
		_, err = sqlite.OpenVault(t.Context(), path)
		var damage *sqlitedb.Damage
		require.ErrorAs(t, err, &damage)
		require.ErrorContains(t, err, "damaged at byte 8192")
	})
	t.Run("given a file of a newer Usher, it is refused", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "vault.db")
		newer, err := sqlitedb.Open(t.Context(), path, sqlitedb.Options{Schema: func(conn *sqlitedb.Conn) error {
			return conn.Exec("PRAGMA user_version = 99")
		}})
		require.NoError(t, err)
		require.NoError(t, newer.Close())
		_, err = sqlite.OpenVault(t.Context(), path)
		require.ErrorContains(t, err, "newer Usher")
	})
	t.Run("given an erased key and a closed vault, the key's bytes are nowhere in the folder", func(t *testing.T) {
		folder := t.TempDir()
		vault := openVault(t, filepath.Join(folder, "vault.db"))
		require.NoError(t, vault.EnsureDataKeys(t.Context(), people(3)))
		found, err := vault.DataKeys(t.Context(), people(3))
		require.NoError(t, err)
		require.NoError(t, vault.EraseDataKey(t.Context(), people(3)[1]))
		require.NoError(t, vault.Close())
		all := ""
		for _, name := range []string{"vault.db", "vault.db-wal"} {
			bytes, err := os.ReadFile(filepath.Join(folder, name))
			if err == nil {
				all += string(bytes)
			}
		}
		require.Contains(t, all, string(found[people(3)[0]].Bytes))
		require.NotContains(t, all, string(found[people(3)[1]].Bytes))
	})
}

func openVault(t *testing.T, path string) *sqlite.Vault {
	t.Helper()
	vault, err := sqlite.OpenVault(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, vault.Close()) })
	return vault
}

func requireMode(t *testing.T, path string, want fs.FileMode) {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, want, info.Mode(), path)
}
