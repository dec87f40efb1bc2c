package eventstoredb_test

import (
	"context"
	"errors"
	"iter"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// soak multiplies counts of faults: 10 makes 300 cuts.
func soak() int {
	times, _ := strconv.Atoi(os.Getenv("USHER_SOAK"))
	return max(times, 1)
}

func collected(t *testing.T, log journal.Log, stream string) (ids []uuid.UUID) {
	t.Helper()
	for record, err := range log.ReadStream(t.Context(), stream, 0) {
		require.NoError(t, err)
		require.EqualValues(t, len(ids), record.Revision)
		ids = append(ids, record.ID)
	}
	return ids
}

// fleet is some clients that append through the same wire.
type fleet struct {
	log       *eventstoredb.Log
	contended string
	shared    string
	progress  chan struct{} // told of an append now and then

	mu       sync.Mutex
	won      map[uint64]uuid.UUID // of the contended stream, by revision
	lost     map[uuid.UUID]bool
	anywhere map[uint64]uuid.UUID // of the shared stream, by revision
}

func TestCuts(t *testing.T) {
	t.Run("given many cuts under 12 appenders, nothing is lost, nothing comes twice, no conflict is false", func(t *testing.T) {
		const appenders = 12
		cuts := 30 * soak()
		node := nodetest.Start(t)
		w, connection := through(t, node.Connection)
		log := open(t, connection, eventstoredb.Options{Attempt: time.Second, Patience: 30 * time.Second})
		f := &fleet{
			log: log, contended: "account-" + uuid.NewString(), shared: "batch-" + uuid.NewString(), progress: make(chan struct{}),
			won: map[uint64]uuid.UUID{}, lost: map[uuid.UUID]bool{}, anywhere: map[uint64]uuid.UUID{},
		}
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var group sync.WaitGroup
		streams, ids := make([]string, appenders), make([][]uuid.UUID, appenders)
		for i := range appenders {
			streams[i] = "person-" + uuid.NewString()
			group.Go(func() { ids[i] = f.append(ctx, t, streams[i]) })
		}
		f.cut(w, cuts)
		stop()
		group.Wait()

		for i := range appenders {
			require.Equal(t, ids[i], collected(t, log, streams[i]))
		}
		f.judge(t)
	})
}

// cut cuts the wire in all ways, and waits between for appends that succeed.
func (f *fleet) cut(w *wire, cuts int) {
	for i := range cuts {
		illnesses := w.illnesses()
		illnesses[i%len(illnesses)]()
		ill := time.NewTimer(4 * time.Millisecond)
		select {
		case <-ill.C:
		case <-f.progress: // may still happen
			<-ill.C
		}
		w.drop()
		for range 3 {
			<-f.progress
		}
	}
}

// append appends to a stream of its own, to one that all want the same place
// in, and to one where any place will do; it returns the ids of the first.
func (f *fleet) append(ctx context.Context, t *testing.T, stream string) (ids []uuid.UUID) {
	expected, contended := domain.Expected(domain.NoStream{}), domain.Expected(domain.NoStream{})
	for round := 0; ctx.Err() == nil; round++ {
		events := proposed(1 + round%3)
		revision, _, err := f.log.Append(context.WithoutCancel(ctx), stream, expected, events)
		if !assert.NoError(t, err) {
			return ids
		}
		for _, event := range events {
			ids = append(ids, event.ID)
		}
		expected = domain.Revision(revision)
		assert.EqualValues(t, len(ids)-1, revision)
		select {
		case f.progress <- struct{}{}:
		default:
		}
		contended = f.contend(ctx, t, contended)
		f.throwIn(ctx, t)
	}
	return ids
}

// contend appends behind what is believed to be the end, and returns what is
// known of it then.
func (f *fleet) contend(ctx context.Context, t *testing.T, expected domain.Expected) domain.Expected {
	events := proposed(1)
	revision, _, err := f.log.Append(context.WithoutCancel(ctx), f.contended, expected, events)
	f.mu.Lock()
	defer f.mu.Unlock()
	if conflict, ok := errors.AsType[*domain.Conflict](err); ok {
		f.lost[events[0].ID] = true
		assert.NotEqual(t, expected, conflict.Actual)
		return conflict.Actual
	}
	assert.NoError(t, err)
	f.won[revision] = events[0].ID
	return domain.Revision(revision)
}

func (f *fleet) throwIn(ctx context.Context, t *testing.T) {
	events := proposed(1)
	revision, _, err := f.log.Append(context.WithoutCancel(ctx), f.shared, domain.Any{}, events)
	assert.NoError(t, err)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.anywhere[revision] = events[0].ID
}

// judge compares the streams of all with what each was told.
func (f *fleet) judge(t *testing.T) {
	t.Helper()
	require.NotEmpty(t, f.lost)
	for stream, told := range map[string]map[uint64]uuid.UUID{f.contended: f.won, f.shared: f.anywhere} {
		there := collected(t, f.log, stream)
		require.Len(t, there, len(told))
		for revision, id := range there {
			require.Equal(t, told[uint64(revision)], id)
			require.False(t, f.lost[id])
		}
	}
}

func TestDroppedSubscriptions(t *testing.T) {
	t.Run("given a subscription that is dropped 20 times, it delivers all, each once and in order", func(t *testing.T) {
		const each = 40
		drops := 20 * soak()
		node := nodetest.Start(t)
		w, connection := through(t, node.Connection)
		log := open(t, connection, eventstoredb.Options{Attempt: time.Second})
		writer := open(t, node.Connection, eventstoredb.Options{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var group sync.WaitGroup
		defer group.Wait()
		want := proposed((drops + 1) * each)
		group.Go(func() {
			for i := 0; i < len(want); i += 4 {
				_, _, err := writer.Append(ctx, "person-"+uuid.NewString(), domain.NoStream{}, want[i:i+4])
				assert.NoError(t, err)
			}
		})
		got := 0
		for record, err := range log.Subscribe(ctx, domain.Position{}) {
			require.NoError(t, err)
			require.Equal(t, want[got].ID, record.ID, "at %d", got)
			if got++; got == len(want) {
				break
			}
			if got%each == each/2 {
				w.drop()
			}
		}
	})
}

func TestOutages(t *testing.T) {
	t.Run("given a server that is away for long, each call returns in time, and works when it is back", func(t *testing.T) {
		node := nodetest.Start(t)
		log := open(t, node.Connection, eventstoredb.Options{Attempt: 300 * time.Millisecond, Patience: 2 * time.Second})
		stream, before := "person-"+uuid.NewString(), proposed(2)
		_, start, err := log.Append(t.Context(), stream, domain.NoStream{}, before)
		require.NoError(t, err)
		subscribed, stop := context.WithCancel(t.Context())
		defer stop()
		came := make(chan journal.Record, 100)
		var group sync.WaitGroup
		group.Go(func() {
			for record, err := range log.Subscribe(subscribed, start) {
				if err != nil {
					assert.ErrorIs(t, err, context.Canceled)
					return
				}
				came <- record
			}
		})

		node.Stop()
		away(t, log, stream)
		node.Restart()

		after := proposed(1)
		_, position, err := log.Append(t.Context(), stream, domain.Revision(1), after)
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{before[0].ID, before[1].ID, after[0].ID}, collected(t, log, stream))
		head, err := log.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, position, head)
		require.NoError(t, log.Health(t.Context()))
		require.Equal(t, after[0].ID, (<-came).ID)
		stop()
		group.Wait()
	})
}

// away calls everything, many at once, for longer than the client survives.
func away(t *testing.T, log *eventstoredb.Log, stream string) {
	t.Helper()
	fails := func(within time.Duration, call func() error) {
		began := time.Now()
		assert.ErrorIs(t, call(), journal.ErrUnavailable)
		assert.Less(t, time.Since(began), within)
	}
	first := func(records iter.Seq2[journal.Record, error]) error {
		for _, err := range records {
			return err
		}
		return nil
	}
	calls := map[time.Duration][]func() error{
		time.Second: {
			func() error { return log.Health(t.Context()) },
			func() error { _, err := log.Head(t.Context()); return err },
		},
		3 * time.Second: {
			func() error {
				_, _, err := log.Append(t.Context(), stream, domain.Revision(7), proposed(1))
				return err
			},
			func() error { return first(log.ReadStream(t.Context(), stream, 0)) },
			func() error { return first(log.ReadAll(t.Context(), domain.Position{})) },
		},
	}
	var group sync.WaitGroup
	for within, some := range calls {
		for _, call := range some {
			for range 32 {
				group.Go(func() { fails(within, call) })
			}
		}
	}
	group.Wait()
}

func TestClosing(t *testing.T) {
	t.Run("given a log that is closed, everything answers so", func(t *testing.T) {
		node := nodetest.Start(t)
		log, err := eventstoredb.Open(t.Context(), node.Connection, "", eventstoredb.Options{})
		require.NoError(t, err)
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() {
				for _, err := range log.Subscribe(t.Context(), domain.Position{}) {
					assert.ErrorIs(t, err, journal.ErrClosed)
				}
			})
		}
		require.NoError(t, log.Close())
		require.NoError(t, log.Close())
		group.Wait()
		_, _, err = log.Append(t.Context(), person1, domain.Any{}, proposed(1))
		require.ErrorIs(t, err, journal.ErrClosed)
		_, err = log.Head(t.Context())
		require.ErrorIs(t, err, journal.ErrClosed)
		for _, err := range log.ReadAll(t.Context(), domain.Position{}) {
			require.ErrorIs(t, err, journal.ErrClosed)
		}
		for _, err := range log.ReadStream(t.Context(), person1, 0) {
			require.ErrorIs(t, err, journal.ErrClosed)
		}
	})
}
