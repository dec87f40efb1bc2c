package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
)

func TestKindsOfFiles(t *testing.T) {
	for name, node := range map[string]bool{"Usher's own log": false, "a node's log": true} {
		t.Run("given "+name+", it is opened as that and refused as the other", func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "events.db")
			for range 2 {
				log, err := eventlog.Open(t.Context(), path, eventlog.Options{Node: node})
				require.NoError(t, err)
				_, _, err = log.Append(t.Context(), "stream", domain.Any{}, proposed(3, 10))
				require.NoError(t, err)
				require.NoError(t, log.Close())

				_, err = eventlog.Open(t.Context(), path, eventlog.Options{Node: !node})
				require.ErrorContains(t, err, map[bool]string{false: "log of an Usher", true: "log of a node"}[node])
				var damage *journal.Damage
				require.NotErrorAs(t, err, &damage)
			}
		})
	}
}

func TestChangesAndTheLogsEnd(t *testing.T) {
	log, err := eventlog.Open(t.Context(), filepath.Join(t.TempDir(), "events.db"), eventlog.Options{})
	require.NoError(t, err)
	var kept journal.Transaction
	require.NoError(t, log.Update(t.Context(), func(transaction journal.Transaction) error {
		kept = transaction
		return nil
	}))

	t.Run("given a transaction whose change returned, all is refused", func(t *testing.T) {
		_, err := kept.End("stream")
		require.Error(t, err)
		_, _, err = kept.Event("stream", 0)
		require.Error(t, err)
		_, _, err = kept.Find("stream", uuid.New())
		require.Error(t, err)
		_, _, err = kept.Append("stream", proposed(1, 10))
		require.Error(t, err)
	})

	t.Run("given a log that is closed, a change is not run", func(t *testing.T) {
		require.NoError(t, log.Close())
		ran := false
		err := log.Update(t.Context(), func(journal.Transaction) error { ran = true; return nil })
		require.ErrorIs(t, err, journal.ErrClosed)
		require.False(t, ran)
		for _, err := range log.ReadStreamBackwards(t.Context(), "stream", 3) {
			require.ErrorIs(t, err, journal.ErrClosed)
		}
	})
}

func TestOriginalTimes(t *testing.T) {
	t.Run("given a time that the file cannot hold, it refuses before it writes", func(t *testing.T) {
		log := open(t, filepath.Join(t.TempDir(), "events.db"))
		for _, original := range []time.Time{time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)} {
			events := proposed(2, 10)
			events[1].Original = original
			_, _, err := log.Append(t.Context(), "stream", domain.NoStream{}, events)
			require.ErrorContains(t, err, "out of range")
			require.NoError(t, log.Update(t.Context(), func(transaction journal.Transaction) error {
				if _, _, err := transaction.Append("stream", events); err == nil {
					return errors.New("it was accepted")
				}
				return nil
			}))
		}
		head, err := log.Head(t.Context())
		require.NoError(t, err)
		require.True(t, head.IsZero())
	})

	t.Run("given a restart behind a copy, time goes on as without one", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "events.db")
		now := time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC)
		clock := func() time.Time { return now }
		originals := []time.Time{{}, now.Add(2 * time.Hour), {}, now.Add(-time.Hour), {}}
		expected := []time.Time{now, originals[1], originals[1], originals[3], now}
		for i, original := range originals {
			log, err := eventlog.Open(t.Context(), path, eventlog.Options{Now: clock})
			require.NoError(t, err)
			events := proposed(1, 10)
			events[0].Original = original
			_, _, err = log.Append(t.Context(), "stream", domain.Any{}, events)
			require.NoError(t, err)
			for record, err := range log.ReadStream(t.Context(), "stream", uint64(i)) {
				require.NoError(t, err)
				require.Equal(t, expected[i], record.Time)
			}
			require.NoError(t, log.Close())
		}
	})
}

func TestFailingReadWithinAChange(t *testing.T) {
	t.Run("given a file that cannot be read within a change, the change fails whatever it makes of it", func(t *testing.T) {
		folder := t.TempDir()
		path := filepath.Join(folder, "events.db")
		var ledger ledger
		log := open(t, path)
		require.NoError(t, ledger.run(t.Context(), log, "before", 40))
		require.NoError(t, log.Close())
		log = open(t, path) // with nothing in memory
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		const page = 4096
		broken := append(slices.Clone(whole[:page]), make([]byte, len(whole)-page)...)
		require.NoError(t, os.WriteFile(path, broken, 0o600))

		err = log.Update(t.Context(), func(transaction journal.Transaction) error {
			if _, _, err := transaction.Event("before-3", 0); !errors.Is(err, journal.ErrUnavailable) {
				return fmt.Errorf("it is not unavailable: %w", err)
			}
			return nil // as if nothing had happened
		})
		require.ErrorIs(t, err, journal.ErrUnavailable)
		require.ErrorIs(t, err, sqlitedb.ErrBroken)
		require.ErrorIs(t, log.Update(t.Context(), refused), sqlitedb.ErrBroken)
		require.NoError(t, log.Close())
		require.NoError(t, os.WriteFile(path, whole, 0o600))
		requireIntact(t, &ledger, folder)
	})
}

// update appends through the ledger in one change, the first event to another
// stream than the last.
func (l *ledger) update(ctx context.Context, log *eventlog.Log, stream string, events []journal.Proposed) error {
	number, revision := l.begin(stream, events), uint64(0)
	err := log.Update(ctx, spread(stream, events, &revision))
	if err == nil {
		l.answer(number, revision)
	}
	return err
}

// spread appends the first event to another stream.
func spread(stream string, events []journal.Proposed, revision *uint64) func(journal.Transaction) error {
	return func(transaction journal.Transaction) error {
		if len(events) > 1 {
			if _, _, err := transaction.Append("other-"+stream, events[:1]); err != nil {
				return err
			}
			events = events[1:]
		}
		last, _, err := transaction.Append(stream, events)
		*revision = last
		return err
	}
}

// errRefused is what changes say that are not to be kept.
var errRefused = errors.New("refused")

// refused appends what must not be kept.
func refused(transaction journal.Transaction) error {
	for _, stream := range []string{"refused", "refused-" + uuid.NewString()} {
		if _, _, err := transaction.Append(stream, proposed(1+rand.IntN(2), 300)); err != nil {
			return err
		}
	}
	return errRefused
}
