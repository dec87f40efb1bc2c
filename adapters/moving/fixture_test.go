package moving_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", strconv.Itoa(soak(10))); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// soak multiplies the number of runs: USHER_SOAK, 1 by default.
func soak(runs int) int {
	if factor, err := strconv.Atoi(os.Getenv("USHER_SOAK")); err == nil && factor > 0 {
		return runs * factor
	}
	return runs
}

// embedded opens a log of its own.
func embedded(t tester) *eventlog.Log {
	t.Helper()
	folder, err := os.MkdirTemp("", "moving")
	require.NoError(t, err)
	log, err := eventlog.Open(context.Background(), filepath.Join(folder, "log.db"), eventlog.Options{Now: ticking()})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, log.Close())
		require.NoError(t, os.RemoveAll(folder))
	})
	return log
}

// tester is a test, or one of rapid's.
type tester interface {
	require.TestingT
	Helper()
	Cleanup(f func())
	Context() context.Context
}

// ticking is a clock with times of all digits.
func ticking() func() time.Time {
	at := time.Date(2026, 1, 31, 12, 0, 0, 123456789, time.UTC)
	return func() time.Time {
		at = at.Add(time.Duration(rand.IntN(2_000_000_000)))
		return at
	}
}

// plain is a log without transactions, as a log elsewhere is.
type plain struct{ journal.Log }

// written appends random events to a few streams, some of them together.
func written(t tester, log journal.Local, random *rand.Rand, count int) {
	t.Helper()
	for count > 0 {
		require.NoError(t, log.Update(t.Context(), func(transaction journal.Transaction) error {
			for range min(count, 500) {
				events := make([]journal.Proposed, 1+random.IntN(min(5, count)))
				for i := range events {
					events[i] = event(random)
				}
				if _, _, err := transaction.Append(fmt.Sprintf("person-%08x-0000-4000-8000-000000000000", random.IntN(1+count/8)), events); err != nil {
					return err
				}
				if count -= len(events); count == 0 {
					break
				}
			}
			return nil
		}))
	}
}

// event has whatever bytes there are.
func event(random *rand.Rand) journal.Proposed {
	one := journal.Proposed{ID: uuid.UUID(bytes(random, 16)), Type: fmt.Sprintf("person.%d", random.IntN(20))}
	switch random.IntN(4) {
	case 0:
		one.Data, one.Metadata = bytes(random, random.IntN(300)), bytes(random, random.IntN(40))
	case 1:
		one.JSON, one.Data = true, []byte(`{ "name" : "Grüße, 世界" }`)
	default:
		one.JSON, one.Data, one.Metadata = true, fmt.Appendf(nil, `{"n":%d}`, random.Uint64()), []byte(`{"$correlationId":"1","actor":{}}`)
	}
	return one
}

func bytes(random *rand.Rand, count int) []byte {
	all := make([]byte, count)
	for i := range all {
		all[i] = byte(random.Uint32())
	}
	return all
}

// everything is what a log has, without positions.
func everything(t tester, log journal.Log) (all []journal.Record) {
	t.Helper()
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		record.Position = domain.Position{}
		if len(record.Data) == 0 {
			record.Data = nil
		}
		if len(record.Metadata) == 0 {
			record.Metadata = nil
		}
		all = append(all, record)
	}
	return all
}

var errInjected = errors.New("the power is gone")

// faulty is a log that fails after some appends: before the last one took
// place, or after.
type faulty struct {
	journal.Log
	left  int
	after bool
}

func (f *faulty) Append(ctx context.Context, stream string, expected domain.Expected, events []journal.Proposed) (uint64, domain.Position, error) {
	if f.left--; f.left > 0 {
		return f.Log.Append(ctx, stream, expected, events)
	}
	if f.after {
		_, _, err := f.Log.Append(ctx, stream, expected, events)
		return 0, domain.Position{}, errors.Join(errInjected, err)
	}
	return 0, domain.Position{}, errInjected
}

// faultyLocal is the same with transactions.
type faultyLocal struct {
	journal.Local
	left  int
	after bool
}

func (f *faultyLocal) Update(ctx context.Context, change func(journal.Transaction) error) error {
	if f.left--; f.left > 0 {
		return f.Local.Update(ctx, change)
	}
	if f.after {
		return errors.Join(errInjected, f.Local.Update(ctx, change))
	}
	return f.Local.Update(ctx, func(transaction journal.Transaction) error {
		return errors.Join(change(transaction), errInjected)
	})
}

// late is a log in which the first event of some appends is there already: as of
// an append before, of which nobody knew.
type late struct {
	journal.Log
	left int
}

func (l *late) Append(ctx context.Context, stream string, expected domain.Expected, events []journal.Proposed) (uint64, domain.Position, error) {
	if l.left--; l.left >= 0 {
		if _, _, err := l.Log.Append(ctx, stream, expected, events[:1]); err != nil {
			return 0, domain.Position{}, err
		}
	}
	return l.Log.Append(ctx, stream, expected, events)
}

// shortened is a log of which others took the first events away.
type shortened struct {
	journal.Log
	without uint64
}

func (s shortened) ReadAll(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	if after.Commit < s.without {
		after = domain.Position{Commit: s.without, Prepare: s.without}
	}
	return s.Log.ReadAll(ctx, after)
}

// sparse is a log whose positions leave numbers out.
type sparse struct{ journal.Log }

const gap = 10

func (s sparse) ReadAll(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		for record, err := range s.Log.ReadAll(ctx, domain.Position{Commit: after.Commit / gap, Prepare: after.Prepare / gap}) {
			record.Position.Commit, record.Position.Prepare = record.Position.Commit*gap, record.Position.Prepare*gap
			if !yield(record, err) {
				return
			}
		}
	}
}
