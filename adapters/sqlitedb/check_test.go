package sqlitedb_test

import (
	"encoding/binary"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// files is a database and its write-ahead log as bytes.
type files struct{ main, wal []byte }

func (f files) check(t *testing.T) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.db")
	require.NoError(t, os.WriteFile(path, f.main, 0o600))
	require.NoError(t, os.WriteFile(path+"-wal", f.wal, 0o600))
	return sqlitedb.Check(path)
}

// closed is the content of a database after it was closed.
func closed(t *testing.T, transactions int) files {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.db")
	fill(t, open(t, path, sqlitedb.Options{}), transactions, true)
	return read(t, path)
}

// abandoned is the content of a database that was not closed: all its
// transactions are in the write-ahead log.
func abandoned(t *testing.T, transactions int) files {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.db")
	fill(t, open(t, path, sqlitedb.Options{}), transactions, false)
	return read(t, path)
}

// fill commits transactions of several pages.
func fill(t *testing.T, db *sqlitedb.DB, transactions int, closing bool) {
	t.Helper()
	for n := range transactions {
		require.NoError(t, db.Write(t.Context(), func(conn *sqlitedb.Conn) error {
			for i := range 1000 {
				if err := insert(i*1000 + n)(conn); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	if closing {
		require.NoError(t, db.Close())
	}
}

func read(t *testing.T, path string) files {
	t.Helper()
	main, err := os.ReadFile(path)
	require.NoError(t, err)
	wal, err := os.ReadFile(path + "-wal")
	require.NoError(t, err)
	return files{main, wal}
}

func flipped(data []byte, offset int) []byte {
	data = append([]byte(nil), data...)
	data[offset] ^= 1 << rand.IntN(8)
	return data
}

const frameSize = 24 + 4096

// frames lists the offsets of frames, with whether they commit.
func frames(wal []byte) (offsets []int, commits []bool) {
	salt := string(wal[16:24])
	for offset := 32; offset+frameSize <= len(wal) && string(wal[offset+8:offset+16]) == salt; offset += frameSize {
		offsets = append(offsets, offset)
		commits = append(commits, binary.BigEndian.Uint32(wal[offset+4:]) > 0)
	}
	return offsets, commits
}

func TestCheck(t *testing.T) {
	var damage *sqlitedb.Damage

	t.Run("given a file that is not there, it is content", func(t *testing.T) {
		require.NoError(t, sqlitedb.Check(filepath.Join(t.TempDir(), "none.db")))
	})

	t.Run("given a closed file whose rows are other ones, it is content: digests judge them", func(t *testing.T) {
		whole := closed(t, 5)
		require.NoError(t, whole.check(t))
		for range 20 {
			require.NoError(t, files{flipped(whole.main, 4096+rand.IntN(len(whole.main)-4096)), nil}.check(t))
		}
	})

	t.Run("given a header that is none, it says so", func(t *testing.T) {
		whole := closed(t, 2)
		for offset := range 16 {
			require.ErrorAs(t, files{flipped(whole.main, offset), nil}.check(t), &damage)
		}
	})

	t.Run("given a file cut short, it says where it ends", func(t *testing.T) {
		whole := closed(t, 5)
		for size := range len(whole.main) / 512 {
			require.ErrorAs(t, files{whole.main[:max(1, size*512)], nil}.check(t), &damage)
		}
	})

	t.Run("given a file with its write-ahead log, it is content, torn or not", func(t *testing.T) {
		whole := abandoned(t, 5)
		offsets, commits := frames(whole.wal)
		require.NoError(t, whole.check(t))
		for i, offset := range offsets {
			for _, end := range []int{offset, offset + 512, offset + frameSize - 1} {
				require.NoError(t, files{whole.main, whole.wal[:end]}.check(t))
			}
			if commits[i] {
				zeroed := append(append([]byte(nil), whole.wal[:offset]...), make([]byte, len(whole.wal)-offset)...)
				require.NoError(t, files{whole.main, zeroed}.check(t))
			}
		}
	})

	t.Run("given a flipped bit in a synced transaction, it says in which frame", func(t *testing.T) {
		whole := abandoned(t, 4)
		offsets, commits := frames(whole.wal)
		synced := len(offsets) - 1
		for synced--; !commits[synced]; {
			synced--
		}
		for i, start := range offsets[:synced+1] {
			for range 2 {
				err := files{whole.main, flipped(whole.wal, start+rand.IntN(frameSize))}.check(t)
				require.ErrorAs(t, err, &damage, "frame %d of %d", i, len(offsets))
				require.EqualValues(t, start, damage.Offset)
			}
		}
		for range 20 { // in the last transaction it is taken for torn
			require.NoError(t, files{whole.main, flipped(whole.wal, offsets[synced+1]+rand.IntN(frameSize))}.check(t))
		}
		for offset := range 32 {
			require.ErrorAs(t, files{whole.main, flipped(whole.wal, offset)}.check(t), &damage)
		}
	})

	t.Run("given a write-ahead log without its file, it refuses", func(t *testing.T) {
		whole := abandoned(t, 3)
		require.ErrorAs(t, files{nil, whole.wal}.check(t), &damage)
	})

	t.Run("given a page that the write-ahead log has too, the file's may be torn", func(t *testing.T) {
		whole := abandoned(t, 5)
		_, commits := frames(whole.wal)
		require.NotEmpty(t, commits)
		require.NoError(t, files{flipped(whole.main, 100), whole.wal}.check(t))
	})
}

func BenchmarkCheck(b *testing.B) {
	path := filepath.Join(b.TempDir(), "file.db")
	db, err := sqlitedb.Open(b.Context(), path, sqlitedb.Options{Synchronous: sqlitedb.Normal, Schema: numbers})
	require.NoError(b, err)
	require.NoError(b, db.Write(b.Context(), func(conn *sqlitedb.Conn) error {
		return conn.Exec("CREATE TABLE large AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 50000) SELECT i, randomblob(4000) FROM n")
	}))
	require.NoError(b, db.Close())
	info, err := os.Stat(path)
	require.NoError(b, err)
	b.SetBytes(info.Size())
	for b.Loop() {
		require.NoError(b, sqlitedb.Check(path))
	}
}
