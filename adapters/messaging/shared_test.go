package messaging_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// connect is one more instance's connection to read models.
func connect(t testing.TB, database pgtest.Database) *postgres.ReadModels {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Options{URL: database.App, OwnerURL: database.Owner})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db.ReadModels()
}

// TestTwoProjectorsRaceForAView lets two work on one PostgreSQL at once,
// each as if it were alone, one of which begins again from time to time.
func TestTwoProjectorsRaceForAView(t *testing.T) {
	w, database, view := openWorld(t), pgtest.New(t), tally("tally", calm)
	reader := connect(t, database)
	steady := w.share(t, connect(t, database), messaging.Alone{}, nil, view)
	other := w.share(t, connect(t, database), messaging.Alone{}, nil, view)
	var head domain.Position
	for round := range soak(8) {
		var group sync.WaitGroup
		group.Go(func() {
			for number := range 40 {
				head = w.appendCounted(t, round*200+number*5, round*200+number*5+5)
			}
		})
		require.NoError(t, other.Close())
		other = w.share(t, connect(t, database), messaging.Alone{}, nil, view)
		group.Wait()
		require.NoError(t, steady.Wait(within(t), "tally", head))
		require.NoError(t, other.Wait(within(t), "tally", head))
		w.requireKept(t, reader, view, head)
	}
}

// skipping is what operators have said to skip.
type skipping struct {
	mu    sync.Mutex
	known map[uuid.UUID]bool
}

func (s *skipping) add(id uuid.UUID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := map[uuid.UUID]bool{id: true}
	for id := range s.known {
		known[id] = true
	}
	s.known = known
}

func (s *skipping) skips(context.Context, string) (map[uuid.UUID]bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.known, nil
}

// TestAHundredEventsThatNobodyCanRead stops two projectors at each of them until
// somebody says to skip that one: first one by one, then all that are left.
func TestAHundredEventsThatNobodyCanRead(t *testing.T) {
	const poisons, oneByOne = 100, 3
	w, database, view := openWorld(t), pgtest.New(t), tally("tally", calm)
	var said skipping
	mine, others := notice(connect(t, database)), notice(connect(t, database))
	one := w.share(t, mine, messaging.Alone{}, mine.asked(&said), view)
	other := w.share(t, others, messaging.Alone{}, others.asked(&said), view)
	before := w.appendCounted(t, 0, 10)
	for range poisons {
		w.appendNewer(t)
	}
	head := w.appendCounted(t, 10, 20)
	reader := connect(t, database)
	bad := w.records(t)[10 : 10+poisons]
	for i, record := range bad {
		if i < oneByOne {
			mine.bell.until(t, func() bool {
				poison, stopped := errors.AsType[*projections.Poison](one.Wait(within(t), "tally", head))
				return stopped && poison.Event == record.ID
			})
			w.requireStands(t, reader, view, before, 10)
		}
		said.add(record.ID)
		before = record.Position
	}
	mine.bell.until(t, func() bool { return one.Wait(within(t), "tally", head) == nil })
	others.bell.until(t, func() bool { return other.Wait(within(t), "tally", head) == nil })
	w.requireStands(t, reader, view, head, 20)
}
