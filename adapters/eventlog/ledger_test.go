package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// soak multiplies the number of runs: USHER_SOAK, 1 by default.
func soak(t *testing.T, runs int) int {
	t.Helper()
	text, ok := os.LookupEnv("USHER_SOAK")
	if !ok {
		return runs
	}
	factor, err := strconv.Atoi(text)
	require.NoError(t, err, "USHER_SOAK is a number")
	return runs * factor
}

// ledger remembers what was appended and what was answered, to compare it with
// what a log has after a fault.
type ledger struct {
	mutex sync.Mutex
	tried []attempt
}

// attempt is one append: several events that stand together or not at all.
type attempt struct {
	stream   string
	events   []uuid.UUID
	revision uint64 // of the last, where answered
	answered bool
}

func (l *ledger) begin(stream string, events []journal.Proposed) int {
	one := attempt{stream: stream}
	for _, event := range events {
		one.events = append(one.events, event.ID)
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.tried = append(l.tried, one)
	return len(l.tried) - 1
}

func (l *ledger) answer(number int, revision uint64) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.tried[number].answered, l.tried[number].revision = true, revision
}

// append appends through the ledger and returns the log's error.
func (l *ledger) append(ctx context.Context, log *eventlog.Log, stream string, events []journal.Proposed) error {
	number := l.begin(stream, events)
	revision, _, err := log.Append(ctx, stream, domain.Any{}, events)
	if err == nil {
		l.answer(number, revision)
	}
	return err
}

// run appends until it is told to stop or fails; a stream has several appends.
// Some are changes of two streams, and some changes are refused.
func (l *ledger) run(ctx context.Context, log *eventlog.Log, name string, appends int) error {
	for i := range appends {
		one := l.append
		if i%2 == 1 {
			one = l.update
		}
		if err := one(ctx, log, fmt.Sprintf("%s-%d", name, i/4), proposed(1+i%3, 300)); err != nil {
			return err
		}
		if err := log.Update(ctx, refused); !errors.Is(err, errRefused) {
			return err
		}
	}
	return nil
}

func proposed(count, size int) []journal.Proposed {
	events := make([]journal.Proposed, count)
	for i := range events {
		data := make([]byte, size)
		for n := range data {
			data[n] = 'a' + byte(n%26)
		}
		events[i] = journal.Proposed{
			ID: uuid.New(), Type: "person.invited", JSON: true,
			Data: append(append([]byte(`"`), data...), '"'), Metadata: []byte(`{"schema":1}`),
		}
	}
	return events
}

// requireKept says that the log has all that was answered, each once, every
// append wholly or not at all, and no gaps.
func (l *ledger) requireKept(t *testing.T, log *eventlog.Log) {
	t.Helper()
	found, next := map[uuid.UUID]journal.Record{}, map[string]uint64{}
	position := uint64(0)
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		position++
		_, twice := found[record.ID]
		if position != record.Position.Commit || next[record.Stream] != record.Revision || twice {
			require.Fail(t, "there is a gap, or an event twice", "at %d: %d %s@%d", position, record.Position.Commit, record.Stream, record.Revision)
		}
		next[record.Stream]++
		found[record.ID] = record
	}
	known := 0
	for _, one := range l.tried {
		last, there := found[one.events[len(one.events)-1]]
		if one.answered && (!there || one.stream != last.Stream || one.revision != last.Revision) {
			require.Fail(t, "an acknowledged append is lost")
		}
		for _, id := range one.events {
			_, this := found[id]
			if this != there {
				require.Fail(t, "an append is there in part")
			}
			if this {
				known++
			}
		}
	}
	require.Equal(t, len(found), known, "there is nothing that was not appended")
}
