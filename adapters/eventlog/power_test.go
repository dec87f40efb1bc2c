package eventlog_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/sqlitedb/faultfs"
	"github.com/usher-engine/usher/domain"
)

// few makes the write-ahead log start over often.
const few = 20

func openOn(t *testing.T, disk *faultfs.Disk, folder string) (*eventlog.Log, error) {
	t.Helper()
	return eventlog.Open(t.Context(), filepath.Join(folder, "events.db"),
		eventlog.Options{VFS: disk.Name(), CheckpointPages: few})
}

func TestPowerCut(t *testing.T) {
	t.Run("given the power cut at any call, in lives one after the other, what was acknowledged stays", func(t *testing.T) {
		calls := callsOf(t)
		for range soak(t, 10) {
			var ledger ledger
			folder := t.TempDir()
			for range 4 {
				folder = liveUntilCut(t, &ledger, folder, 1+rand.IntN(calls))
			}
			requireIntact(t, &ledger, folder)
		}
	})

	t.Run("given the power cut at each call of the first start, the log can be made", func(t *testing.T) {
		for call := 1; ; call++ {
			var ledger ledger
			folder := liveUntilCut(t, &ledger, t.TempDir(), call)
			requireIntact(t, &ledger, folder)
			if len(ledger.tried) > 0 {
				return
			}
		}
	})
}

// callsOf is how many calls a whole life makes.
func callsOf(t *testing.T) int {
	t.Helper()
	disk := faultfs.New(nil)
	defer disk.Close()
	live(t, &ledger{}, disk, t.TempDir())
	return disk.Calls()
}

// liveUntilCut opens the log, appends, and loses power at a call. It returns
// the folder with what is left.
func liveUntilCut(t *testing.T, ledger *ledger, folder string, call int) string {
	t.Helper()
	disk := faultfs.New(func(c faultfs.Call) error {
		if c.Number == call {
			return faultfs.ErrPowerCut
		}
		return nil
	})
	defer disk.Close()
	live(t, ledger, disk, folder)
	disk.Cut()
	left := t.TempDir()
	require.NoError(t, disk.Restore(left))
	return left
}

func live(t *testing.T, ledger *ledger, disk *faultfs.Disk, folder string) {
	t.Helper()
	log, err := openOn(t, disk, folder)
	if err != nil {
		requireNoDamage(t, err)
		return
	}
	var group sync.WaitGroup
	for _, name := range []string{"a", "b"} {
		group.Go(func() { _ = ledger.run(t.Context(), log, name, 20) })
	}
	group.Wait()
	_ = log.Close() // fails where the power is cut
}

func requireNoDamage(t *testing.T, err error) {
	t.Helper()
	var damage *journal.Damage
	require.NotErrorAs(t, err, &damage)
}

func requireIntact(t *testing.T, ledger *ledger, folder string) {
	t.Helper()
	log, err := eventlog.Open(t.Context(), filepath.Join(folder, "events.db"), eventlog.Options{})
	require.NoError(t, err)
	ledger.requireKept(t, log)
	require.NoError(t, ledger.append(t.Context(), log, "afterwards", proposed(2, 100)))
	ledger.requireKept(t, log)
	require.NoError(t, log.Close())
}

func TestFullDisk(t *testing.T) {
	for _, lack := range []error{syscall.ENOSPC, syscall.EDQUOT} {
		t.Run("given "+lack.Error(), func(t *testing.T) { fullDisk(t, lack) })
	}
}

func fullDisk(t *testing.T, lack error) {
	t.Helper()
	for range soak(t, 5) {
		var ledger ledger
		var mutex sync.Mutex
		space := rand.IntN(200) // calls that need some
		disk := faultfs.New(func(c faultfs.Call) error {
			mutex.Lock()
			defer mutex.Unlock()
			if c.Kind != faultfs.Write || !c.Grows {
				return nil
			}
			if space--; space < 0 {
				return lack
			}
			return nil
		})
		folder := t.TempDir()
		log, err := openOn(t, disk, folder)
		for err != nil { // it had no space to begin
			require.NotErrorIs(t, err, eventlog.ErrLocked)
			requireNoDamage(t, err)
			mutex.Lock()
			space = 200
			mutex.Unlock()
			log, err = openOn(t, disk, folder)
		}
		for err == nil {
			err = ledger.append(t.Context(), log, "filling", proposed(2, 2000))
		}
		require.ErrorIs(t, err, journal.ErrUnavailable)
		require.ErrorIs(t, err, sqlitedb.ErrFull)
		require.ErrorIs(t, err, lack)
		require.NoError(t, log.Broken())
		ledger.requireKept(t, log)

		mutex.Lock()
		space = 1 << 30
		mutex.Unlock()
		require.NoError(t, ledger.run(t.Context(), log, "freed", 30))
		ledger.requireKept(t, log)
		require.NoError(t, log.Close())
		disk.Close()
		requireIntact(t, &ledger, folder)
	}
}

func TestFailingSync(t *testing.T) {
	for range soak(t, 10) {
		var ledger ledger
		var mutex sync.Mutex
		left, later := 20+rand.IntN(40), 0
		disk := faultfs.New(func(c faultfs.Call) error {
			mutex.Lock()
			defer mutex.Unlock()
			if left--; left > 0 || c.Kind != faultfs.Sync {
				return nil
			}
			later++
			return syscall.EIO
		})
		folder := t.TempDir()
		log, err := openOn(t, disk, folder)
		if err == nil {
			err = ledger.run(t.Context(), log, "before", 1000)
			require.ErrorIs(t, err, journal.ErrUnavailable)
			require.ErrorIs(t, err, sqlitedb.ErrBroken)
			require.ErrorIs(t, log.Broken(), sqlitedb.ErrBroken)
			err = ledger.append(t.Context(), log, "after", proposed(1, 10))
			require.ErrorIs(t, err, sqlitedb.ErrBroken)
			_, err = log.Head(t.Context())
			require.NoError(t, err)
			for _, err := range log.ReadAll(t.Context(), domain.Position{}) {
				require.NoError(t, err)
			}
			require.NoError(t, log.Close())
			require.Equal(t, 1, later, "a sync that failed is not tried again")
		}
		disk.Close()
		requireIntact(t, &ledger, folder)
	}
}

func TestDamagedFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "events.db")
	log := open(t, path)
	var ledger ledger
	require.NoError(t, ledger.run(t.Context(), log, "some", 200))
	abandoned, err := os.ReadFile(path + "-wal")
	require.NoError(t, err)
	unfinished, err := os.ReadFile(path)
	require.NoError(t, err)
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	require.NoError(t, log.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)

	reopen := func(main, wal []byte) (*eventlog.Log, error) {
		path := filepath.Join(t.TempDir(), "events.db")
		require.NoError(t, os.WriteFile(path, main, 0o600))
		require.NoError(t, os.WriteFile(path+"-wal", wal, 0o600))
		return eventlog.Open(t.Context(), path, eventlog.Options{})
	}

	written := records(t, filepath.Join(folder, "events.db"))
	t.Run("given any bit of the closed file flipped, checking it says where, or nothing else is read than was written", func(t *testing.T) {
		found := 0
		for range soak(t, 60) {
			flippedAt := rand.IntN(len(whole))
			path := filepath.Join(t.TempDir(), "events.db")
			require.NoError(t, os.WriteFile(path, flipped(whole, flippedAt), 0o600))
			_, err := eventlog.Check(t.Context(), path, func(_, _ uint64) {}, nil)
			if err == nil {
				require.Equal(t, written, records(t, path), "byte %d", flippedAt)
				continue
			}
			found++
			var damage *journal.Damage
			require.ErrorAs(t, err, &damage, "byte %d", flippedAt)
			require.NotEmpty(t, damage.Reason)
		}
		require.Positive(t, found)
	})

	t.Run("given a bit of the write-ahead log flipped, no more than the last append is gone", func(t *testing.T) {
		refused := 0
		runs := soak(t, 40)
		for range runs {
			log, err := reopen(unfinished, flipped(abandoned, rand.IntN(len(abandoned))))
			if err != nil {
				var damage *journal.Damage
				require.ErrorAs(t, err, &damage)
				refused++
				continue
			}
			now, err := log.Head(t.Context())
			require.NoError(t, err)
			require.GreaterOrEqual(t, now.Commit, head.Commit-3)
			require.NoError(t, log.Close())
		}
		require.Greater(t, refused, runs/2)
	})
}

// records are all events of a log, with their times as far as every log has them.
func records(t *testing.T, path string) (all []journal.Record) {
	t.Helper()
	log, err := eventlog.Open(t.Context(), path, eventlog.Options{})
	require.NoError(t, err)
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		record.Time = record.Time.Truncate(100)
		all = append(all, record)
	}
	require.NoError(t, log.Close())
	return all
}

func flipped(data []byte, offset int) []byte {
	data = append([]byte(nil), data...)
	data[offset] ^= 1 << rand.IntN(8)
	return data
}
