package sqlitedb_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/sqlitedb/disktest"
)

// filled writes numbers from the first on until there is no space, and is the
// next number.
func filled(t *testing.T, db *sqlitedb.DB, first int) (next int, full error) {
	t.Helper()
	for next = first; full == nil; next++ {
		full = db.Write(t.Context(), insert(next))
	}
	return next - 1, full
}

func TestAReallyFullDisk(t *testing.T) {
	disktest.Run(t, func(t *testing.T) {
		t.Run("given no space, what is written is refused with path and cause until there is some, and nothing is lost", func(t *testing.T) {
			disk := disktest.Memory(t, 3<<20)
			path := filepath.Join(disk.Folder, "file.db")
			db := open(t, path, sqlitedb.Options{WALPages: 20})
			next := 0
			for range 20 {
				disk.Fill()
				var err error
				next, err = filled(t, db, next)
				require.ErrorIs(t, err, sqlitedb.ErrFull)
				require.ErrorIs(t, err, syscall.ENOSPC)
				require.ErrorContains(t, err, path)
				require.ErrorContains(t, err, "no space left on device")
				require.ErrorContains(t, err, "extended code 13")
				require.NoError(t, db.Broken())
				require.Equal(t, next, count(t, db))
				_, write := db.Failing()
				require.ErrorIs(t, write, sqlitedb.ErrFull)

				disk.Free()
				for range 50 {
					require.NoError(t, db.Write(t.Context(), insert(next)))
					next++
				}
				_, write = db.Failing()
				require.NoError(t, write)
			}
			require.NoError(t, db.Close())
			require.NoError(t, sqlitedb.Check(path))
			require.Equal(t, next, count(t, open(t, path, sqlitedb.Options{})))
		})

		t.Run("given a reserve, what is vital goes on, and the file opens", func(t *testing.T) {
			disk := disktest.Memory(t, 8<<20)
			path := filepath.Join(disk.Folder, "file.db")
			reserve, err := sqlitedb.OpenReserve(filepath.Join(disk.Folder, "reserve"), 2<<20)
			require.NoError(t, err)
			require.True(t, reserve.Whole())
			options := sqlitedb.Options{WALPages: 20, Reserve: reserve}
			db := open(t, path, options)
			next := 0
			for range 10 {
				disk.Fill()
				next, err = filled(t, db, next)
				require.ErrorIs(t, err, sqlitedb.ErrFull)
				for range 100 {
					require.NoError(t, db.WriteVital(t.Context(), insert(next)))
					next++
				}
				require.False(t, reserve.Whole())
				require.ErrorIs(t, db.Write(t.Context(), insert(next)), sqlitedb.ErrFull, "the rest is for what is vital")

				require.NoError(t, db.Close())
				require.NoError(t, os.RemoveAll(path+"-shm"))
				disk.Fill()
				db = open(t, path, options)
				require.Equal(t, next, count(t, db), "it opens on a full disk")
				require.NoError(t, db.WriteVital(t.Context(), insert(next)))
				next++

				disk.Free()
				require.NoError(t, reserve.Refill())
				require.True(t, reserve.Whole())
				require.NoError(t, db.Write(t.Context(), insert(next)))
				next++
			}
			require.Equal(t, next, count(t, db))
			require.NoError(t, db.Close())
			require.NoError(t, sqlitedb.Check(path))
		})

		t.Run("given a reserve that is used up, what is vital is refused as well", func(t *testing.T) {
			disk := disktest.Memory(t, 2<<20)
			reserve, err := sqlitedb.OpenReserve(filepath.Join(disk.Folder, "reserve"), 256<<10)
			require.NoError(t, err)
			db := open(t, filepath.Join(disk.Folder, "file.db"), sqlitedb.Options{Reserve: reserve})
			disk.Fill()
			next := 0
			for err == nil {
				err = db.WriteVital(t.Context(), insert(next))
				next++
			}
			require.ErrorIs(t, err, sqlitedb.ErrFull)
			require.Greater(t, next, 10)
			require.NoError(t, db.Broken())
			require.Equal(t, next-1, count(t, db))
		})

		t.Run("given a disk without room for a whole reserve, nothing but what is vital is written until there is", func(t *testing.T) {
			disk := disktest.Memory(t, 2<<20)
			reserve, err := sqlitedb.OpenReserve(filepath.Join(disk.Folder, "reserve"), 4<<20)
			require.NoError(t, err)
			require.False(t, reserve.Whole())
			db := open(t, filepath.Join(disk.Folder, "file.db"), sqlitedb.Options{Reserve: reserve})
			require.ErrorIs(t, db.Write(t.Context(), insert(1)), sqlitedb.ErrFull)
			require.NoError(t, db.WriteVital(t.Context(), insert(1)))
		})
	})
}
