package sqlitedb_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/sqlitedb"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func numbers(conn *sqlitedb.Conn) error {
	return conn.Exec("CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY) STRICT")
}

func insert(n int) func(*sqlitedb.Conn) error {
	return func(conn *sqlitedb.Conn) error {
		statement, err := conn.Statement("INSERT INTO numbers VALUES (?)")
		if err != nil {
			return err
		}
		return errors.Join(statement.BindInt(1, n), statement.Exec())
	}
}

func count(t *testing.T, db *sqlitedb.DB) (found int) {
	t.Helper()
	require.NoError(t, db.Read(t.Context(), func(conn *sqlitedb.Conn) error {
		statement, err := conn.Statement("SELECT count(*) FROM numbers")
		if err != nil {
			return err
		}
		statement.Step()
		found = statement.ColumnInt(0)
		return statement.Err()
	}))
	return found
}

func open(t *testing.T, path string, options sqlitedb.Options) *sqlitedb.DB {
	t.Helper()
	options.Schema = numbers
	db, err := sqlitedb.Open(t.Context(), path, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func TestWriting(t *testing.T) {
	t.Run("given many writers, nothing is lost and reopening finds it", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "some folder?&#", "file.db")
		require.NoError(t, os.Mkdir(filepath.Dir(path), 0o700))
		var groups int
		options := sqlitedb.Options{Committed: func(err error) {
			require.NoError(t, err)
			groups++
		}}
		db := open(t, path, options)
		var group sync.WaitGroup
		for writer := range 16 {
			group.Go(func() {
				for n := range 50 {
					require.NoError(t, db.Write(t.Context(), insert(writer*50+n)))
				}
			})
		}
		group.Wait()
		require.Equal(t, 800, count(t, db))
		require.NoError(t, db.Close())
		require.Less(t, groups, 800, "some shared a commit")

		require.Equal(t, 800, count(t, open(t, path, sqlitedb.Options{})))
	})

	t.Run("given a change that fails, it alone is undone", func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "file.db"), sqlitedb.Options{})
		failure := errors.New("no")
		var group sync.WaitGroup
		for n := range 64 {
			group.Go(func() {
				err := db.Write(t.Context(), func(conn *sqlitedb.Conn) error {
					if err := insert(n)(conn); err != nil || n%2 == 0 {
						return err
					}
					return failure
				})
				if n%2 == 1 {
					require.ErrorIs(t, err, failure)
				} else {
					require.NoError(t, err)
				}
			})
		}
		group.Wait()
		require.Equal(t, 32, count(t, db))
		require.ErrorIs(t, db.Write(t.Context(), func(conn *sqlitedb.Conn) error {
			return errors.Join(insert(64)(conn), failure)
		}), failure, "also where no other comes with it")
		require.NoError(t, db.Write(t.Context(), insert(65)))
		require.Equal(t, 33, count(t, db))
	})

	t.Run("given changes that share their fate, a refusal is alone and a failure is not", func(t *testing.T) {
		var outcomes []error
		db := open(t, filepath.Join(t.TempDir(), "file.db"), sqlitedb.Options{
			SharedFate: true,
			Committed:  func(err error) { outcomes = append(outcomes, err) },
		})
		failure := errors.New("no")
		require.NoError(t, db.Write(t.Context(), insert(1)))
		require.ErrorIs(t, db.Write(t.Context(), func(*sqlitedb.Conn) error { return failure }), failure)
		require.ErrorIs(t, db.Write(t.Context(), func(conn *sqlitedb.Conn) error {
			return errors.Join(insert(2)(conn), failure)
		}), failure)
		require.NoError(t, db.Write(t.Context(), insert(3)))
		require.Equal(t, 2, count(t, db))
		require.Len(t, outcomes, 4)
		require.ErrorIs(t, outcomes[2], failure)
		require.NoError(t, db.Broken())
	})

	t.Run("given a context that has ended, nothing takes place", func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "file.db"), sqlitedb.Options{})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, db.Write(ctx, insert(1)), context.Canceled)
		require.ErrorIs(t, db.Read(ctx, nil), context.Canceled)
		require.Zero(t, count(t, db))
	})

	t.Run("given a closed database, it says so", func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "file.db"), sqlitedb.Options{})
		require.NoError(t, db.Close())
		require.ErrorIs(t, db.Write(t.Context(), insert(1)), sqlitedb.ErrClosed)
		require.ErrorIs(t, db.Read(t.Context(), numbers), sqlitedb.ErrClosed)
	})
}

func TestReading(t *testing.T) {
	db := open(t, filepath.Join(t.TempDir(), "file.db"), sqlitedb.Options{Readers: 2})

	t.Run("given a reader, it may not write", func(t *testing.T) {
		require.Error(t, db.Read(t.Context(), insert(1)))
	})

	t.Run("given an endless query, the end of the context interrupts it", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		err := db.Read(ctx, func(conn *sqlitedb.Conn) error {
			cancel()
			return conn.Exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n")
		})
		require.ErrorIs(t, err, context.Canceled)
	})

	t.Run("given more readers than connections, all are served from snapshots", func(t *testing.T) {
		var group sync.WaitGroup
		for n := range 20 {
			group.Go(func() {
				require.NoError(t, db.Write(t.Context(), insert(n)))
				require.Positive(t, count(t, db))
			})
		}
		group.Wait()
		require.Equal(t, 20, count(t, db))
	})
}

func ExampleDB() {
	ctx := context.Background()
	folder, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(folder)
	db, _ := sqlitedb.Open(ctx, filepath.Join(folder, "numbers.db"), sqlitedb.Options{Schema: numbers})
	defer db.Close()

	_ = db.Write(ctx, insert(42))
	_ = db.Read(ctx, func(conn *sqlitedb.Conn) error {
		statement, err := conn.Statement("SELECT n FROM numbers WHERE n > ?")
		if err != nil {
			return err
		}
		for err = statement.BindInt(1, 0); err == nil && statement.Step(); {
			fmt.Println(statement.ColumnInt(0))
		}
		return errors.Join(err, statement.Err())
	})
	// Output: 42
}
