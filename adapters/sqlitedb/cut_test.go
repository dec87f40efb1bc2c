package sqlitedb_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// TestAnIndexThatIsCut cuts the index of a write-ahead log under an open file, whose
// pages in memory are gone then.
func TestAnIndexThatIsCut(t *testing.T) {
	look := func(conn *sqlitedb.Conn) error {
		statement, err := conn.Statement("SELECT count(*) FROM numbers")
		if err != nil {
			return err
		}
		statement.Step()
		return statement.Err()
	}
	for name, meets := range map[string]func(ctx context.Context, db *sqlitedb.DB) error{
		"a write":             func(ctx context.Context, db *sqlitedb.DB) error { return db.Write(ctx, insert(2)) },
		"a read":              func(ctx context.Context, db *sqlitedb.DB) error { return db.Read(ctx, look) },
		"a probe":             func(ctx context.Context, db *sqlitedb.DB) error { return db.Probe(ctx, nil) },
		"emptying":            func(ctx context.Context, db *sqlitedb.DB) error { return db.Empty(ctx) },
		"nothing but closing": func(context.Context, *sqlitedb.DB) error { return nil },
	} {
		t.Run("given "+name+" that meets it, it breaks the database, whose rows are there for the next process", func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.db")
			db := open(t, path, sqlitedb.Options{Readers: 1})
			require.NoError(t, db.Write(t.Context(), insert(1)))
			require.Equal(t, 1, count(t, db))
			require.NoError(t, os.Truncate(path+"-shm", 0))
			if err := meets(t.Context(), db); name != "nothing but closing" {
				require.ErrorContains(t, err, path+"-shm is damaged: it was cut while it was open")
				require.ErrorIs(t, db.Broken(), sqlitedb.ErrBroken)
				require.ErrorIs(t, db.Write(t.Context(), insert(2)), sqlitedb.ErrBroken)
				require.Error(t, db.Read(t.Context(), look), "not as if all were well")
			}
			if err := db.Close(); name == "nothing but closing" {
				require.ErrorContains(t, err, "it was cut while it was open")
			} else {
				require.NoError(t, err)
			}
			next := filepath.Join(t.TempDir(), "file.db") // as for the next process: this one has left its locks
			for _, end := range []string{"", "-wal"} {
				content, err := os.ReadFile(path + end)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(next+end, content, 0o600))
			}
			require.NoError(t, sqlitedb.Check(next))
			require.Equal(t, 1, count(t, open(t, next, sqlitedb.Options{})))
		})
	}
}
