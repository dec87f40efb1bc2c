package sqlitedb_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlitedb"
)

func TestBackup(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "file.db")
	db, err := sqlitedb.Open(t.Context(), path, sqlitedb.Options{WALPages: 16, Schema: func(conn *sqlitedb.Conn) error {
		return conn.Exec("CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY, data BLOB)")
	}})
	require.NoError(t, err)
	defer db.Close()
	var written atomic.Int64
	insert := func(ctx context.Context) error {
		err := db.Write(ctx, func(conn *sqlitedb.Conn) error {
			return conn.Exec("INSERT INTO numbers (data) VALUES (randomblob(3000))")
		})
		if err == nil {
			written.Add(1)
		}
		return err
	}
	for range 1500 { // several steps of a copy
		require.NoError(t, insert(t.Context()))
	}
	t.Run("given a writer beside it, it has one moment, and the writer goes on", func(t *testing.T) {
		to, before := filepath.Join(folder, "copy.db"), written.Load()
		looks := 0
		require.NoError(t, sqlitedb.Backup(t.Context(), path, to, func(done, all int64) {
			looks++
			require.LessOrEqual(t, done, all)
			began := time.Now()
			for range 100 { // so that the write-ahead log becomes much too long
				require.NoError(t, insert(t.Context()))
			}
			require.Less(t, time.Since(began), 2*time.Second, "nobody waits long for the copy")
		}))
		require.Greater(t, looks, 2)
		requireNumbers(t, to, before)
	})
	t.Run("given a file that is there already, it is left alone", func(t *testing.T) {
		require.Error(t, sqlitedb.Backup(t.Context(), path, filepath.Join(folder, "copy.db"), func(int64, int64) {}))
	})
	t.Run("given a file that is not there, none is made", func(t *testing.T) {
		none := filepath.Join(folder, "none.db")
		require.Error(t, sqlitedb.Backup(t.Context(), none, filepath.Join(folder, "other.db"), func(int64, int64) {}))
		require.NoFileExists(t, none)
	})
	t.Run("given a context that ends, it ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		err := sqlitedb.Backup(ctx, path, filepath.Join(folder, "cut.db"), func(int64, int64) { cancel() })
		require.ErrorIs(t, err, context.Canceled)
	})
}

func requireNumbers(t *testing.T, path string, want int64) {
	t.Helper()
	db, err := sqlitedb.Open(t.Context(), path, sqlitedb.Options{})
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.Read(t.Context(), func(conn *sqlitedb.Conn) error {
		count, err := conn.Statement("SELECT count(*), max(n) FROM numbers")
		if err != nil {
			return err
		}
		require.True(t, count.Step())
		require.Equal(t, want, count.ColumnInt64(0))
		require.Equal(t, want, count.ColumnInt64(1))
		return count.Err()
	}))
}
