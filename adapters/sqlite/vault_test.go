package sqlite_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/storetest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

func TestAFileShowsNoContactOfABatch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.db")
	vault := openVault(t, path)
	batch := commands.WaitingBatch{ID: domain.BatchID{1}}
	contact := domain.Contact{Kind: domain.ContactEmail, Address: "ada@secret.example", Form: "1:ada@secret.example"}
	require.NoError(t, vault.KeepBatch(t.Context(), batch, []commands.WaitingRow{{Place: 1, Contact: contact}},
		[]commands.SettledRow{{Contact: "eve@secret.example", Refused: &domain.Refusal{Code: domain.InvalidEmail, Message: "secret.example"}}}))
	require.NoError(t, vault.Close())
	files, err := filepath.Glob(path + "*")
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NotContains(t, string(text), "secret.example", file)
	}
}

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
	t.Run("given a file from before stops were kept, it has everything, and keeps them", func(t *testing.T) {
		path, at := filepath.Join(t.TempDir(), "vault.db"), domain.Position{Commit: 3, Prepare: 3}
		older, err := sqlitedb.Open(t.Context(), path, sqlitedb.Options{Schema: func(conn *sqlitedb.Conn) error {
			steps, err := filepath.Glob("migrations/000[1-6]_*.sql")
			for _, step := range steps {
				sql, fault := os.ReadFile(step)
				err = errors.Join(err, fault, conn.Exec(string(sql)))
			}
			return errors.Join(err, conn.Exec("INSERT INTO policies VALUES ('deliver', 3, 3); PRAGMA user_version = 6"))
		}})
		require.NoError(t, err)
		require.NoError(t, older.Close())
		vault := openVault(t, path)
		found, err := vault.Checkpoint(t.Context(), "deliver")
		require.NoError(t, err)
		require.Equal(t, at, found)
		require.NoError(t, vault.SaveStop(t.Context(), "deliver", projections.Poison{Position: at}))
	})
	t.Run("given a file from before answers were kept without contacts, it forgets them", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "vault.db")
		key := commands.IdempotencyKey{Account: domain.AccountID{1}, Scope: "ann", Key: "monday"}
		older, err := sqlitedb.Open(t.Context(), path, sqlitedb.Options{Schema: func(conn *sqlitedb.Conn) error {
			steps, err := filepath.Glob("migrations/000[1-7]_*.sql")
			for _, step := range steps {
				sql, fault := os.ReadFile(step)
				err = errors.Join(err, fault, conn.Exec(string(sql)))
			}
			return errors.Join(err, conn.Exec(`INSERT INTO requests SELECT x'01000000000000000000000000000000', 'ann', 'monday',
				zeroblob(32), zeroblob(16), '2026-03-02T09:00:00.000000000Z', 200, CAST('{"results":[{"contact":"ben@mill.example","outcome":"invited","person":"p"},`+
				`{"contact":"+4915123456701","outcome":"refused","code":"number_block_limit","message":"numbers that begin with +4915123"}],"batch":"b","position":"42"}' AS BLOB);
				INSERT INTO requests SELECT account, scope, 'other', digest, command, at, 201, CAST('{"id":"1"}' AS BLOB) FROM requests;
				INSERT INTO requests SELECT account, scope, 'unanswered', digest, command, at, 0, NULL FROM requests WHERE key = 'other'; PRAGMA user_version = 7`))
		}})
		require.NoError(t, err)
		require.NoError(t, older.Close())
		vault := openVault(t, path)
		kept, err := vault.BeginRequest(t.Context(), key, commands.IdempotencyRecord{})
		require.NoError(t, err)
		require.JSONEq(t, `{"results":[{"outcome":"invited","person":"p"},{"outcome":"refused","code":"number_block_limit"}],"batch":"b","position":"42"}`, string(kept.Answer))
		key.Key = "other"
		kept, err = vault.BeginRequest(t.Context(), key, commands.IdempotencyRecord{})
		require.NoError(t, err)
		require.Equal(t, `{"id":"1"}`, string(kept.Answer))
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
