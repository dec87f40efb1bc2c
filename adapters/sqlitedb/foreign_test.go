package sqlitedb_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/sqlitedb/shelltest"
)

// older makes a file as they were before: with page checksums, which are stale
// in what another program has moved out of the write-ahead log.
func older(t *testing.T, path string) {
	t.Helper()
	conn, err := sqlite3.Open(path)
	require.NoError(t, err)
	require.NoError(t, conn.EnableChecksums("main"))
	require.NoError(t, conn.Exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE numbers (n INTEGER PRIMARY KEY) STRICT"))
	require.NoError(t, conn.Exec("WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n+1 FROM c WHERE n < 4999) INSERT INTO numbers SELECT n FROM c"))
	shelltest.Run(t, path, "PRAGMA wal_checkpoint(TRUNCATE)")
	// With checksums verified, the driver would call nil on closing.
	require.NoError(t, conn.Exec("PRAGMA checksum_verification = OFF"))
	require.NoError(t, conn.Close())
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.EqualValues(t, 8, content[20])
}

func TestPlainFiles(t *testing.T) {
	t.Run("given a new file, its pages have nothing that plain SQLite does not keep", func(t *testing.T) {
		whole := closed(t, 1)
		require.Zero(t, whole.main[20])
	})

	t.Run("given a file with stale page checksums, it opens, goes on, and can be backed up", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "file.db")
		older(t, path)
		for again := range 2 {
			require.NoError(t, sqlitedb.Check(path))
			db := open(t, path, sqlitedb.Options{WALPages: 2})
			require.Equal(t, 5000+again*500, count(t, db))
			for n := range 500 {
				require.NoError(t, db.Write(t.Context(), insert(10_000*(again+1)+n)))
			}
			shelltest.Run(t, path, "PRAGMA wal_checkpoint(TRUNCATE)")
			require.Equal(t, 5500+again*500, count(t, db))
			copied := filepath.Join(t.TempDir(), "copy.db")
			require.NoError(t, sqlitedb.Backup(t.Context(), path, copied, func(int64, int64) {}))
			require.Equal(t, 5500+again*500, count(t, open(t, copied, sqlitedb.Options{})))
			require.NoError(t, db.Close())
		}
	})
}

func TestClosingAfterForeignWrites(t *testing.T) {
	for name, make := range map[string]func(*testing.T, string){
		"a new file":                 func(*testing.T, string) {},
		"a file with page checksums": older,
	} {
		t.Run("given "+name+" to which another program wrote last, it closes, and has all", func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.db")
			make(t, path)
			db := open(t, path, sqlitedb.Options{})
			require.NoError(t, db.Write(t.Context(), insert(10_000)))
			before := count(t, db)
			shelltest.Run(t, path, "INSERT INTO numbers VALUES (10001)")
			require.NoError(t, db.Close())
			require.Equal(t, before+1, count(t, open(t, path, sqlitedb.Options{})))
		})
	}
}

// others is what other programs do to a file while it is open, or after a
// crash, that leaves its rows as they are.
func others() map[string]func(t *testing.T, path string) {
	shell := func(commands ...string) func(*testing.T, string) {
		return func(t *testing.T, path string) { shelltest.Run(t, path, commands...) }
	}
	return map[string]func(*testing.T, string){
		"reads":                    shell("SELECT count(*) FROM numbers"),
		"checkpoints passively":    shell("PRAGMA wal_checkpoint(PASSIVE)"),
		"checkpoints and restarts": shell("PRAGMA wal_checkpoint(RESTART)"),
		"checkpoints and cuts":     shell("PRAGMA wal_checkpoint(TRUNCATE)"),
		"vacuums":                  shell("VACUUM"),
		"checks":                   shell("PRAGMA integrity_check"),
		"writes what is its own":   shell("CREATE TABLE IF NOT EXISTS its_own (n)", "INSERT INTO its_own VALUES (1)"),
		"backs up": func(t *testing.T, path string) {
			copied := filepath.Join(t.TempDir(), "copy.db")
			shelltest.Run(t, path, fmt.Sprintf(".backup %q", copied))
			requireSame(t, path, copied)
		},
		"backs up in SQL": func(t *testing.T, path string) {
			copied := filepath.Join(t.TempDir(), "copy.db")
			shelltest.Run(t, path, fmt.Sprintf("VACUUM INTO '%s'", copied))
			requireSame(t, path, copied)
		},
	}
}

// requireSame says that a backup can be opened and has what there is, or was.
func requireSame(t *testing.T, path, copied string) {
	t.Helper()
	require.NoError(t, sqlitedb.Check(copied))
	require.Positive(t, count(t, open(t, copied, sqlitedb.Options{})))
	require.Equal(t, "ok", shelltest.Run(t, copied, "PRAGMA integrity_check"))
	require.FileExists(t, path)
}

func TestOtherPrograms(t *testing.T) {
	for what, do := range others() {
		t.Run("given another program that "+what+" while writers write, all goes on, and again after a crash", func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.db")
			db := open(t, path, sqlitedb.Options{WALPages: 20})
			ctx, stop := context.WithCancel(t.Context())
			var group sync.WaitGroup
			written := make([]int, 2)
			require.NoError(t, db.Write(t.Context(), insert(-1)))
			for writer := range written {
				group.Go(func() {
					for n := 0; ctx.Err() == nil; n++ {
						if err := db.Write(context.WithoutCancel(ctx), insert(2*n+writer)); err != nil {
							t.Errorf("write: %v", err)
							return
						}
						written[writer]++
					}
				})
			}
			do(t, path)
			do(t, path)
			stop()
			group.Wait()
			want := 1 + written[0] + written[1]
			require.Equal(t, want, count(t, db))

			crashed := shelltest.Copy(t, path)
			do(t, crashed)
			require.NoError(t, sqlitedb.Check(crashed))
			again := open(t, crashed, sqlitedb.Options{})
			require.NoError(t, again.Write(t.Context(), insert(-2)))
			require.Equal(t, want+1, count(t, again))
		})
	}

	t.Run("given that somebody checks the file meanwhile, it is whole", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "file.db")
		db := open(t, path, sqlitedb.Options{WALPages: 4})
		var group sync.WaitGroup
		group.Go(func() {
			for n := range 300 {
				if err := db.Write(context.WithoutCancel(t.Context()), insert(n)); err != nil {
					t.Errorf("write: %v", err)
				}
			}
		})
		for range 100 {
			var damage *sqlitedb.Damage
			require.NotErrorAs(t, sqlitedb.Check(path), &damage)
		}
		group.Wait()
	})
}

func TestForeignWrites(t *testing.T) {
	changed := errors.New("the rows are other ones")
	t.Run("given another program's write, the next write asks, and a refusal breaks the database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "file.db")
		asked, answer := 0, error(nil)
		db := open(t, path, sqlitedb.Options{Foreign: func(*sqlitedb.Conn) error { asked++; return answer }})
		require.NoError(t, db.Write(t.Context(), insert(1)))
		asked = 0
		require.NoError(t, db.Write(t.Context(), insert(2)))
		require.Zero(t, asked, "nobody else wrote")

		shelltest.Run(t, path, "INSERT INTO numbers VALUES (77)")
		require.NoError(t, db.Write(t.Context(), insert(3)))
		require.Equal(t, 1, asked)

		shelltest.Run(t, path, "DELETE FROM numbers")
		answer = changed
		err := db.Write(t.Context(), insert(4))
		require.ErrorIs(t, err, sqlitedb.ErrBroken)
		require.ErrorIs(t, err, changed)
		require.ErrorContains(t, err, "another program has written to "+path)
		require.ErrorIs(t, db.Broken(), changed)
		require.ErrorIs(t, db.Write(t.Context(), insert(5)), changed)
		require.Zero(t, count(t, db), "nothing was written on top")
	})

	t.Run("given a database that is told to break, it takes no more writes", func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "file.db"), sqlitedb.Options{})
		db.Break(changed)
		require.ErrorIs(t, db.Write(t.Context(), insert(1)), changed)
		require.ErrorIs(t, db.Broken(), sqlitedb.ErrBroken)
	})
}
