package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/sqlitedb/shelltest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// lived is an open vault with rows in all tables that have digests.
func lived(t *testing.T) (*sqlite.Vault, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "vault.db")
	vault := openVault(t, path)
	live(t, vault)
	return vault, path
}

func live(t *testing.T, vault *sqlite.Vault) {
	t.Helper()
	ctx, at, later := t.Context(), domain.Position{Commit: 3, Prepare: 3}, time.Now().Add(time.Hour)
	_, err := vault.Installation(ctx)
	require.NoError(t, err)
	_, err = vault.LinkKeys(ctx)
	require.NoError(t, err)
	_, err = vault.LookupKey(ctx, domain.AccountIDFor(uuid.NameSpaceOID, "acme"))
	require.NoError(t, err)
	require.NoError(t, vault.EnsureDataKeys(ctx, people(5)))
	require.NoError(t, vault.EraseDataKey(ctx, people(5)[2]))
	require.NoError(t, vault.SaveCredential(ctx, domain.CredentialID{1}, "$argon2id$", later))
	for n := range byte(3) {
		require.NoError(t, vault.StartSession(ctx, [32]byte{n}, commands.Session{ID: domain.SessionID{n}, Agent: "Browser", ExpiresAt: later}))
		require.NoError(t, vault.SaveAPIToken(ctx, [32]byte{n}, commands.APIToken{ID: domain.TokenID{n}, ExpiresAt: later}))
	}
	require.NoError(t, vault.StartSession(ctx, [32]byte{1}, commands.Session{ID: domain.SessionID{9}, ExpiresAt: later})) // in the place of another
	require.NoError(t, vault.UseSession(ctx, [32]byte{1}, later))
	require.NoError(t, vault.EndSession(ctx, [32]byte{0}))
	key := commands.IdempotencyKey{Scope: "link ada@example.org", Key: "key"}
	_, err = vault.BeginRequest(ctx, key, commands.IdempotencyRecord{At: time.Now()})
	require.NoError(t, err)
	require.NoError(t, vault.FinishRequest(ctx, key, 200, []byte("done")))
	require.NoError(t, vault.SaveCheckpoint(ctx, "deliver", domain.Position{}, at))
	require.NoError(t, vault.SaveCheckpoint(ctx, "deliver", at, domain.Position{Commit: 4, Prepare: 4}))
	require.NoError(t, vault.SaveStop(ctx, "deliver", projections.Poison{Position: at, Reason: "why"}))
	require.NoError(t, vault.SetLogMark(ctx, "1/first"))
	require.NoError(t, vault.SetMovedTo(ctx, "elsewhere"))
	require.NoError(t, vault.Sweep(ctx, time.Now()))
}

func checkVault(t *testing.T, path string) error {
	t.Helper()
	_, err := sqlite.CheckVault(t.Context(), path, func(_, _ int64) {})
	return err
}

func TestVaultDigests(t *testing.T) {
	vault, path := lived(t)
	require.NoError(t, checkVault(t, path), "while it is open")
	require.NoError(t, vault.Close())
	require.NoError(t, checkVault(t, path))
	const tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('messages', 'counters', 'known_networks', 'batches', 'batch_rows', 'sums')"

	for _, table := range strings.Fields(shelltest.Run(t, path, tables)) {
		t.Run("given the table "+table+", each row has a digest, and each changed column, lost row and doubled row is found", func(t *testing.T) {
			rows := shelltest.Run(t, path, fmt.Sprintf("SELECT count(*) || ' ' || count(row_digest) FROM %s", table))
			require.NotEqual(t, "0 0", rows)
			require.Equal(t, strings.Fields(rows)[0], strings.Fields(rows)[1])
			columns := strings.Fields(shelltest.Run(t, path, "SELECT name FROM pragma_table_info('"+table+"') WHERE name NOT IN ('only', 'row_digest')"))
			require.NotEmpty(t, columns)
			for _, column := range append(columns, "row_digest") {
				copied := shelltest.Copy(t, path)
				shelltest.Run(t, copied, fmt.Sprintf("UPDATE %[1]s SET %[2]s = CASE typeof(%[2]s) WHEN 'integer' THEN %[2]s + 1 WHEN 'text' THEN %[2]s || 'x'"+
					" ELSE CAST(%[2]s || 'x' AS BLOB) END WHERE %[2]s IS NOT NULL", table, column))
				err := checkVault(t, copied)
				var damage *sqlitedb.Damage
				require.ErrorAs(t, err, &damage, column)
				require.ErrorContains(t, err, "of the table "+table, column)
				require.NotContains(t, err.Error(), "ada@example.org")
				if column == "number" || table == "moved" { // which opening does not come to
					continue
				}
				_, err = sqlite.OpenVault(t.Context(), copied)
				require.ErrorAs(t, err, &damage, "opening finds it too: "+column)
			}
			copied := shelltest.Copy(t, path)
			shelltest.Run(t, copied, "DELETE FROM "+table+" WHERE row_digest = (SELECT max(row_digest) FROM "+table+")")
			require.ErrorContains(t, checkVault(t, copied), "the table "+table+" has")
		})
	}

	t.Run("given a row from another time, it is found", func(t *testing.T) {
		copied := shelltest.Copy(t, path)
		shelltest.Run(t, copied, "CREATE TABLE kept AS SELECT * FROM policies")
		again := openVault(t, copied)
		four := domain.Position{Commit: 4, Prepare: 4}
		require.NoError(t, again.SaveCheckpoint(t.Context(), "deliver", four, domain.Position{Commit: 5, Prepare: 5}))
		require.NoError(t, again.Close())
		shelltest.Run(t, copied, "INSERT OR REPLACE INTO policies SELECT * FROM kept; DROP TABLE kept")
		require.ErrorContains(t, checkVault(t, copied), "rows of the table policies are other ones")
	})

	t.Run("given any bit flipped, checking says so, or it is where nothing is kept", func(t *testing.T) {
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		harmless := 0
		for at := 20; at < len(whole); at += len(whole) / 97 {
			copied := filepath.Join(t.TempDir(), "vault.db")
			changed := append([]byte(nil), whole...)
			changed[at] ^= 1 << (at % 8)
			require.NoError(t, os.WriteFile(copied, changed, 0o600))
			if checkVault(t, copied) != nil {
				continue
			}
			harmless++
			const everything = ".dump installation lookup_keys link_keys data_keys credentials sessions api_tokens requests policies stops log moved"
			require.Equal(t, shelltest.Run(t, path, everything), shelltest.Run(t, copied, everything), "byte %d", at)
		}
		require.Less(t, harmless, 97)
	})
}

func TestVaultBeside(t *testing.T) {
	t.Run("given a key that changes while the vault is open, it is not believed, and the vault is broken", func(t *testing.T) {
		vault, path := lived(t)
		shelltest.Run(t, path, "UPDATE data_keys SET key = randomblob(32) WHERE key IS NOT NULL")
		person := people(5)[3]
		_, err := vault.DataKeys(t.Context(), []domain.PersonID{person})
		var damage *sqlitedb.Damage
		require.ErrorAs(t, err, &damage)
		require.ErrorContains(t, err, fmt.Sprintf("the row %x of the table data_keys", person[:]))
		require.ErrorIs(t, vault.Broken(), damage)
		require.ErrorIs(t, vault.SetLogMark(t.Context(), "2/other"), sqlitedb.ErrBroken)
	})
	for what, sql := range map[string]string{
		"changed a key":         "UPDATE lookup_keys SET key = randomblob(32)",
		"deleted keys":          "DELETE FROM data_keys",
		"added a session":       "INSERT INTO sessions SELECT randomblob(32), id, account, person, slot, tenure, epoch, credential, next_credential, agent, created_at, used_at, expires_at, row_digest FROM sessions LIMIT 1",
		"moved a policy back":   "UPDATE policies SET position_commit = 1",
		"took the digests away": "UPDATE credentials SET row_digest = NULL",
		"dropped a table":       "DROP TABLE stops",
	} {
		t.Run("given another program that "+what+", the next write is refused", func(t *testing.T) {
			vault, path := lived(t)
			shelltest.Run(t, path, sql)
			require.ErrorIs(t, vault.SetLogMark(t.Context(), "2/other"), sqlitedb.ErrBroken)
			require.Error(t, vault.Broken())
		})
	}
	for _, harmless := range []string{
		"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)", "SELECT * FROM data_keys", "CREATE TABLE IF NOT EXISTS _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)",
		"REINDEX", "DELETE FROM messages", ".dump",
	} {
		t.Run("given "+harmless+" by another program, the vault goes on, and again after a crash", func(t *testing.T) {
			vault, path := lived(t)
			shelltest.Run(t, path, harmless)
			require.NoError(t, vault.EnsureDataKeys(t.Context(), people(9)))
			crashed := shelltest.Copy(t, path)
			shelltest.Run(t, crashed, harmless)
			again := openVault(t, crashed)
			keys, err := again.DataKeys(t.Context(), people(9))
			require.NoError(t, err)
			require.Len(t, keys, 9)
			require.NoError(t, again.SetLogMark(t.Context(), "2/other"))
			require.NoError(t, checkVault(t, crashed))
		})
	}
	t.Run("given the shell's backups of an open vault, they can be opened", func(t *testing.T) {
		vault, path := lived(t)
		_, err := vault.DataKeys(t.Context(), people(5))
		require.NoError(t, err)
		for n, backup := range []string{".backup '%s'", "VACUUM INTO '%s'"} {
			copied := filepath.Join(t.TempDir(), fmt.Sprint("copy", n, ".db"))
			shelltest.Run(t, path, fmt.Sprintf(backup, copied))
			require.NoError(t, checkVault(t, copied))
			keys, err := openVault(t, copied).DataKeys(t.Context(), people(5))
			require.NoError(t, err)
			require.Len(t, keys, 5)
		}
	})
	t.Run("given a vault that is looked after, a change by another program in any row is found", func(t *testing.T) {
		vault, path := lived(t)
		rounds, ended := make(chan error, 8), make(chan error, 1)
		go func() {
			ended <- vault.Tend(context.WithoutCancel(t.Context()), func(_ sqlite.CheckedVault, err error) { rounds <- err })
		}()
		require.NoError(t, <-rounds)
		shelltest.Run(t, path, "UPDATE stops SET reason = 'another'")
		require.ErrorIs(t, vault.SetLogMark(t.Context(), "2/other"), sqlitedb.ErrBroken)
		require.ErrorContains(t, <-ended, "of the table stops")
	})
}
