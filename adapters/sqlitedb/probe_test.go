package sqlitedb_test

import (
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/sqlitedb/faultfs"
)

func TestAProbe(t *testing.T) {
	t.Run("given a file that works, it leaves no trace", func(t *testing.T) {
		db := open(t, filepath.Join(t.TempDir(), "file.db"), sqlitedb.Options{})
		require.NoError(t, db.Write(t.Context(), insert(1)))
		for range 3 {
			require.NoError(t, db.Probe(t.Context(), nil))
		}
		read, write := db.Failing()
		require.NoError(t, read)
		require.NoError(t, write)
		require.Equal(t, 1, count(t, db))
	})

	for call, fails := range map[faultfs.Kind]syscall.Errno{faultfs.Sync: syscall.EIO, faultfs.Write: syscall.EROFS} {
		t.Run("given a disk that fails with "+fails.Error()+", it breaks the database that nobody uses, with path and cause", func(t *testing.T) {
			var failing atomic.Bool
			disk := faultfs.New(func(c faultfs.Call) error {
				if failing.Load() && c.Kind == call {
					return fails
				}
				return nil
			})
			defer disk.Close()
			path := filepath.Join(t.TempDir(), "file.db")
			db := open(t, path, sqlitedb.Options{VFS: disk.Name()})
			require.NoError(t, db.Probe(t.Context(), nil))
			failing.Store(true)
			err := db.Probe(t.Context(), nil)
			require.ErrorIs(t, err, sqlitedb.ErrBroken)
			require.ErrorContains(t, err, path+"-wal: "+fails.Error())
			require.ErrorContains(t, err, "extended code")
			require.ErrorIs(t, db.Broken(), sqlitedb.ErrBroken)
			_, write := db.Failing()
			require.ErrorIs(t, write, sqlitedb.ErrBroken)
			require.Zero(t, count(t, db), "it can be read")
		})
	}

	for name, spoil := range map[string]func(path string) error{
		"whose write-ahead log was removed": func(path string) error { return os.Remove(path + "-wal") },
		"that was removed":                  os.Remove,
		"that another file has replaced": func(path string) error {
			if err := os.WriteFile(path+".new", nil, 0o600); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		},
	} {
		t.Run("given a file "+name+", it breaks the database before anything is written to nowhere", func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.db")
			db := open(t, path, sqlitedb.Options{})
			require.NoError(t, spoil(path))
			require.ErrorContains(t, db.Probe(t.Context(), nil), "was removed or replaced while it was open")
			require.ErrorIs(t, db.Write(t.Context(), insert(1)), sqlitedb.ErrBroken)
		})
	}

	t.Run("given a file whose bytes were changed, it breaks the database although all of it is in memory", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "file.db")
		require.NoError(t, open(t, path, sqlitedb.Options{}).Close())
		db := open(t, path, sqlitedb.Options{})
		require.Zero(t, count(t, db))
		require.NoError(t, os.Truncate(path, 0))
		require.Error(t, db.Probe(t.Context(), nil))
		require.ErrorIs(t, db.Broken(), sqlitedb.ErrBroken)
	})
}
