package messaging_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

// unreliable is a real store that fails at some of its transactions, before or
// after the commit.
type unreliable struct {
	projections.Store
	calls atomic.Int64
}

func (u *unreliable) Apply(ctx context.Context, view projections.View, change projections.Change) error {
	switch u.calls.Add(1) % 4 {
	case 1:
		return errBroken
	case 3:
		return errors.Join(u.Store.Apply(ctx, view, change), errBroken)
	}
	return u.Store.Apply(ctx, view, change)
}

func TestAStoreThatFailsLosesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		store, view := &unreliable{Store: memory.New()}, tally("tally", calm)
		projectors := w.project(t, store, view)
		for number := range 60 {
			w.append(t, workgroup(number), department(number))
		}
		require.NoError(t, projectors.Wait(t.Context(), "tally", head(t, w.log)))
		w.requireKept(t, store, view, head(t, w.log))
		require.NoError(t, projectors.Standings()[0].Failure)
	})
}

func TestALogThatFailsLosesNothing(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		store, view := memory.New(), tally("tally", calm)
		log := &brittle{Log: w.log, every: 7}
		log.breaks.Store(20)
		projectors := w.projectFrom(t, log, store, view)
		for number := range 300 {
			w.append(t, workgroup(number))
		}
		require.NoError(t, projectors.Wait(t.Context(), "tally", head(t, w.log)))
		w.requireKept(t, store, view, head(t, w.log))
	})
}

func TestAViewStopsAtAPoisonousEvent(t *testing.T) {
	for name, number := range map[string]int{"the first": 0, "one in the middle": 321, "the last": 599} {
		t.Run("given a fold that panics at "+name+", everything before it is there, and others go on", func(t *testing.T) {
			w := newWorld(t)
			store := notice(openReadModels(t))
			var mended atomic.Bool
			fragile := tally("fragile", func(at int) {
				if at == number && !mended.Load() {
					panic("no such number")
				}
			})
			sturdy := tally("sturdy", calm)
			live := number / 2
			w.appendCounted(t, 0, live)
			projectors := w.project(t, store, fragile, sturdy)
			last := w.appendCounted(t, live, 600)
			require.NoError(t, projectors.Wait(within(t), "sturdy", last))
			w.requireKept(t, store, sturdy, last)

			err := projectors.Wait(within(t), "fragile", last)
			poison, stopped := errors.AsType[*projections.Poison](err)
			require.True(t, stopped, "%v", err)
			poisoned := w.records(t)[number]
			require.Equal(t, poisoned.Position, poison.Position)
			require.Equal(t, poisoned.Type, string(poison.Type))
			require.Contains(t, poison.Reason, "view fragile panicked with a string at faults_test.go:")
			var before domain.Position
			if number > 0 {
				before = w.records(t)[number-1].Position
			}
			w.requireKept(t, store, fragile, before)
			require.Equal(t, poison, projectors.Standings()[0].Stopped)
			require.Equal(t, before, projectors.Standings()[0].Position)
			require.Nil(t, projectors.Standings()[1].Stopped)

			mended.Store(true)
			store.bell.until(t, func() bool {
				_, position := rowsOf(t, store, fragile)
				return position == last
			})
			require.NoError(t, projectors.Close())
			require.Equal(t, last, projectors.Standings()[0].Position)
			w.requireKept(t, store, fragile, last)
			require.Nil(t, projectors.Standings()[0].Stopped)
		})
	}

	in(t, "given an event that cannot be decoded, all views stop at it with everything before it applied", func(t *testing.T, w *world) {
		store := memory.New()
		views := []projections.View{tally("one", calm), tally("two", calm)}
		projectors := w.project(t, store, views...)
		before := w.appendCounted(t, 0, 50)
		at := w.appendNewer(t)
		last := w.appendCounted(t, 50, 100)
		for i, view := range views {
			err := projectors.Wait(t.Context(), view.Name(), last)
			poison, stopped := errors.AsType[*projections.Poison](err)
			require.True(t, stopped, "%v", err)
			require.Equal(t, at, poison.Position)
			require.EqualValues(t, "structure.unheard_of", poison.Type)
			w.requireStands(t, store, view, before, 50)
			require.Equal(t, poison, projectors.Standings()[i].Stopped)
		}
	})

	in(t, "given a row that cannot be encoded, the view stops at the event that made it so", func(t *testing.T, w *world) {
		store := memory.New()
		view := unencodable{View: tally("tally", calm), at: "41"}
		w.appendCounted(t, 0, 100)
		projectors := w.project(t, store, view)
		err := projectors.Wait(within(t), "tally", head(t, w.log))
		poison, stopped := errors.AsType[*projections.Poison](err)
		require.True(t, stopped, "%v", err)
		require.Equal(t, w.records(t)[41].Position, poison.Position)
		require.Contains(t, poison.Reason, "view tally panicked with a string at faults_test.go:")
		w.requireStands(t, store, view, w.records(t)[40].Position, 41)
	})
}

// requireStands says where a view stands and how many events its rows have seen.
func (w *world) requireStands(t testing.TB, store projections.Reader, view projections.View, at domain.Position, count int) {
	t.Helper()
	_, position := rowsOf(t, store, view)
	require.Equal(t, at, position)
	found, _, err := store.Find(t.Context(), view, projections.Query{Account: account(), Limit: 100})
	require.NoError(t, err)
	rows, err := projections.As[tallied](found)
	require.NoError(t, err)
	total := 0
	for _, row := range rows {
		total += row.Count
	}
	require.Equal(t, count, total)
}

// unencodable panics where a row is encoded that has seen a certain event.
type unencodable struct {
	projections.View
	at string
}

func (u unencodable) Encode(key projections.Key, row any) (projections.Row, error) {
	if row.(*tallied).Last >= u.at && len(row.(*tallied).Last) == len(u.at) {
		panic("unspeakable")
	}
	return u.View.Encode(key, row)
}

func TestReadModelsThatAreLostAreBuiltAgain(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		view := tally("tally", calm)
		store := &replaceable{current: memory.New()}
		projectors := w.project(t, store, view)
		last := w.appendCounted(t, 0, 100)
		require.NoError(t, projectors.Wait(t.Context(), "tally", last))
		store.replace()
		last = w.appendCounted(t, 100, 101)
		settle(time.Minute)
		w.requireKept(t, store, view, last)
		require.Equal(t, last, projectors.Standings()[0].Position)
	})
}

// replaceable is a store that can be exchanged for an empty one, as a damaged
// file is.
type replaceable struct {
	mu      sync.Mutex
	current *memory.Store
}

func (r *replaceable) get() *memory.Store {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.current
}

func (r *replaceable) replace() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current = memory.New()
}

func (r *replaceable) Find(ctx context.Context, view projections.View, query projections.Query) ([]projections.Row, domain.Position, error) {
	return r.get().Find(ctx, view, query)
}

func (r *replaceable) Load(ctx context.Context, view projections.View, keys []projections.Key) ([]projections.Row, domain.Position, error) {
	return r.get().Load(ctx, view, keys)
}

func (r *replaceable) Count(ctx context.Context, view projections.View, query projections.Query) (*int, domain.Position, error) {
	return r.get().Count(ctx, view, query)
}

func (r *replaceable) Tally(ctx context.Context, view projections.View, account domain.AccountID, facet string, within projections.Span) (map[string]int, domain.Position, error) {
	return r.get().Tally(ctx, view, account, facet, within)
}

func (r *replaceable) Position(ctx context.Context, view projections.View) (domain.Position, error) {
	return r.get().Position(ctx, view)
}

func (r *replaceable) Apply(ctx context.Context, view projections.View, change projections.Change) error {
	return r.get().Apply(ctx, view, change)
}
