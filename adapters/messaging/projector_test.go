package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

// project runs projectors until the test ends or they are closed.
func (w *world) project(t testing.TB, store projections.Store, views ...projections.View) *messaging.Projectors {
	t.Helper()
	return w.projectFrom(t, w.log, store, views...)
}

func (w *world) projectFrom(t testing.TB, log journal.Log, store projections.Store, views ...projections.View) *messaging.Projectors {
	t.Helper()
	projectors := messaging.NewProjectors(log, w.codec, store, views, silent())
	projectors.Start(context.WithoutCancel(t.Context()))
	t.Cleanup(func() { require.NoError(t, projectors.Close()) })
	return projectors
}

// requireKept says that a view's rows are those of the whole log up to a
// position, and stand there.
func (w *world) requireKept(t testing.TB, store projections.Reader, view projections.View, at domain.Position) {
	t.Helper()
	rows, position := rowsOf(t, store, view)
	require.Equal(t, at, position)
	require.Equal(t, w.expectedRows(t, view, at), rows)
}

// stores are those on which projectors are tried.
func stores(t *testing.T, try func(t *testing.T, store projections.Store)) {
	t.Helper()
	t.Run("in memory", func(t *testing.T) { try(t, memory.New()) })
	t.Run("in SQLite", func(t *testing.T) { try(t, openReadModels(t)) })
}

func TestAViewFollowsTheLog(t *testing.T) {
	stores(t, func(t *testing.T, store projections.Store) {
		w := newWorld(t)
		view := tally("tally", calm)
		head := w.appendCounted(t, 0, 9000)
		projectors := w.project(t, store, view)
		require.NoError(t, projectors.Wait(within(t), "tally", head))
		w.requireKept(t, store, view, head)
		for number := 9000; number < 9100; number++ {
			head = w.append(t, workgroup(number), department(number))
			require.NoError(t, projectors.Wait(within(t), "tally", head))
		}
		w.requireKept(t, store, view, head)
		require.Equal(t, []messaging.Following{{Name: "tally", Version: 1, Position: head}}, projectors.Status())
	})
}

func TestAnEmptyLogIsFollowedFromItsFirstEvent(t *testing.T) {
	w := newWorld(t)
	store, view := memory.New(), tally("tally", calm)
	projectors := w.project(t, store, view)
	require.NoError(t, projectors.Wait(within(t), "tally", domain.Position{}))
	head := w.appendCounted(t, 0, 1)
	require.NoError(t, projectors.Wait(within(t), "tally", head))
	w.requireKept(t, store, view, head)
}

// TestAnyBatchingGivesTheSameRows lets a projector catch up to some event, and
// then gives it the rest in batches of various sizes, with a restart between.
func TestAnyBatchingGivesTheSameRows(t *testing.T) {
	w := newWorld(t)
	const count = 1200
	w.appendCounted(t, 0, count)
	records, view := w.records(t), tally("tally", calm)
	last := records[count-1].Position
	expected := w.expectedRows(t, view, last)
	rapid.Check(t, func(r *rapid.T) {
		store := memory.New()
		log := &chunked{Log: w.log, size: rapid.SampledFrom([]int{1, 7, 100, 1000}).Draw(r, "size")}
		log.until = records[rapid.SampledFrom([]int{0, 1, 500, 1150}).Draw(r, "catch up")].Position
		projectors := messaging.NewProjectors(log, w.codec, store, []projections.View{view}, silent())
		log.settle = func(ctx context.Context, at domain.Position) error { return projectors.Wait(ctx, "tally", at) }
		projectors.Start(context.WithoutCancel(t.Context()))
		restartAt := records[rapid.IntRange(0, count-1).Draw(r, "restart at")].Position
		require.NoError(r, projectors.Wait(within(t), "tally", restartAt))
		require.NoError(r, projectors.Close())

		again := w.project(t, store, view)
		require.NoError(r, again.Wait(within(t), "tally", last))
		require.NoError(r, again.Close())
		rows, position := rowsOf(t, store, view)
		require.Equal(r, last, position)
		require.Equal(r, expected, rows)
	})
}

// chunked is a real log that seems to end at a position, and lets what is behind
// it come in chunks, each when the one before is settled.
type chunked struct {
	journal.Log
	until  domain.Position
	size   int
	settle func(ctx context.Context, at domain.Position) error
}

func (c *chunked) ReadAll(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		for record, err := range c.Log.ReadAll(ctx, after) {
			if err == nil && record.Position.After(c.until) || !yield(record, err) {
				return
			}
		}
	}
}

func (c *chunked) Subscribe(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		count := 0
		for record, err := range c.Log.Subscribe(ctx, after) {
			if !yield(record, err) {
				return
			}
			if count++; count%c.size == 0 && c.settle(ctx, record.Position) != nil {
				return
			}
		}
	}
}

func head(t testing.TB, log journal.Log) domain.Position {
	t.Helper()
	at, err := log.Head(t.Context())
	require.NoError(t, err)
	return at
}

// counting counts the transactions of a real store.
type counting struct {
	projections.Store
	applied atomic.Int64
	empty   atomic.Int64
}

func (c *counting) Apply(ctx context.Context, view projections.View, change projections.Change) error {
	c.applied.Add(1)
	if len(change.Saved)+len(change.Deleted) == 0 {
		c.empty.Add(1)
	}
	return c.Store.Apply(ctx, view, change)
}

func TestEventsThatChangeNothing(t *testing.T) {
	w := newWorld(t)
	store, view := &counting{Store: memory.New()}, tally("tally", calm)
	projectors := w.project(t, store, view)
	w.appendCounted(t, 0, 1)
	require.NoError(t, projectors.Wait(within(t), "tally", head(t, w.log)))

	t.Run("given that nobody waits, they are committed together", func(t *testing.T) {
		before := store.empty.Load()
		for number := range 500 {
			w.append(t, department(number))
		}
		last := head(t, w.log)
		require.Eventually(t, func() bool {
			_, position := rowsOf(t, store, view)
			return position == last
		}, patience, time.Millisecond)
		require.Less(t, store.empty.Load()-before, int64(100))
	})
	t.Run("given somebody who waits, they are committed at once", func(t *testing.T) {
		begun := time.Now()
		for number := range 20 {
			at := w.append(t, department(number))
			require.NoError(t, projectors.Wait(within(t), "tally", at))
			w.requireKept(t, store, view, at)
		}
		require.Less(t, time.Since(begun), 20*50*time.Millisecond)
	})
	t.Run("given events of others, they are passed over", func(t *testing.T) {
		at := w.appendRaw(t, "account-1", "$others", "no JSON")
		at2 := w.appendRaw(t, "$settings", "settings", "{}")
		require.True(t, at2.After(at))
		require.NoError(t, projectors.Wait(within(t), "tally", at2))
		w.requireKept(t, store, view, at2)
		require.Nil(t, projectors.Status()[0].Stopped)
	})
}

func TestTwoProjectorsOfOneViewApplyEachEventOnce(t *testing.T) {
	stores(t, func(t *testing.T, store projections.Store) {
		for range soak(1) {
			w := newWorld(t)
			view := tally("tally", calm)
			all := []*messaging.Projectors{w.project(t, store, view), w.project(t, store, view), w.project(t, store, view)}
			for number := range 400 {
				w.append(t, workgroup(number), department(number))
				if number%50 == 49 {
					i := number / 50 % len(all)
					require.NoError(t, all[i].Close())
					all[i] = w.project(t, store, view)
				}
			}
			last := head(t, w.log)
			for _, projectors := range all {
				require.NoError(t, projectors.Wait(within(t), "tally", last))
			}
			w.requireKept(t, store, view, last)
			for _, projectors := range all {
				require.NoError(t, projectors.Close())
			}
		}
	})
}

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
	w := newWorld(t)
	store, view := &unreliable{Store: memory.New()}, tally("tally", calm)
	projectors := w.project(t, store, view)
	for number := range 60 {
		w.append(t, workgroup(number), department(number))
	}
	require.NoError(t, projectors.Wait(within(t), "tally", head(t, w.log)))
	w.requireKept(t, store, view, head(t, w.log))
	require.NoError(t, projectors.Status()[0].Failure)
}

func TestALogThatFailsLosesNothing(t *testing.T) {
	w := newWorld(t)
	store, view := memory.New(), tally("tally", calm)
	log := &brittle{Log: w.log, every: 7}
	log.breaks.Store(20)
	projectors := w.projectFrom(t, log, store, view)
	for number := range 300 {
		w.append(t, workgroup(number))
	}
	require.NoError(t, projectors.Wait(within(t), "tally", head(t, w.log)))
	w.requireKept(t, store, view, head(t, w.log))
}

func TestAViewStopsAtAPoisonousEvent(t *testing.T) {
	for name, number := range map[string]int{"the first": 0, "one in the middle": 1234, "the last": 2999} {
		t.Run("given a fold that panics at "+name+", everything before it is there, and others go on", func(t *testing.T) {
			w := newWorld(t)
			store := openReadModels(t)
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
			last := w.appendCounted(t, live, 3000)
			require.NoError(t, projectors.Wait(within(t), "sturdy", last))
			w.requireKept(t, store, sturdy, last)

			err := projectors.Wait(within(t), "fragile", last)
			poison, stopped := errors.AsType[*projections.Poison](err)
			require.True(t, stopped, "%v", err)
			poisoned := w.records(t)[number]
			require.Equal(t, poisoned.Position, poison.Position)
			require.Equal(t, poisoned.Type, string(poison.Type))
			require.Contains(t, poison.Reason, "no such number")
			var before domain.Position
			if number > 0 {
				before = w.records(t)[number-1].Position
			}
			w.requireKept(t, store, fragile, before)
			require.Equal(t, poison, projectors.Status()[0].Stopped)
			require.Equal(t, before, projectors.Status()[0].Position)
			require.Nil(t, projectors.Status()[1].Stopped)

			mended.Store(true)
			require.Eventually(t, func() bool { return projectors.Status()[0].Position == last }, patience, time.Millisecond)
			w.requireKept(t, store, fragile, last)
			require.Nil(t, projectors.Status()[0].Stopped)
		})
	}

	t.Run("given an event that cannot be decoded, all views stop at it with everything before it applied", func(t *testing.T) {
		w := newWorld(t)
		store := memory.New()
		views := []projections.View{tally("one", calm), tally("two", calm)}
		projectors := w.project(t, store, views...)
		before := w.appendCounted(t, 0, 50)
		at := w.appendRaw(t, "structure-"+account().String(), "structure.unheard_of", "{}")
		last := w.appendCounted(t, 50, 100)
		for i, view := range views {
			err := projectors.Wait(within(t), view.Name(), last)
			poison, stopped := errors.AsType[*projections.Poison](err)
			require.True(t, stopped, "%v", err)
			require.Equal(t, at, poison.Position)
			require.EqualValues(t, "structure.unheard_of", poison.Type)
			w.requireStands(t, store, view, before, 50)
			require.Equal(t, poison, projectors.Status()[i].Stopped)
		}
	})

	t.Run("given a row that cannot be encoded, the view stops at the event that made it so", func(t *testing.T) {
		w := newWorld(t)
		store := memory.New()
		view := unencodable{View: tally("tally", calm), at: "41"}
		w.appendCounted(t, 0, 100)
		projectors := w.project(t, store, view)
		err := projectors.Wait(within(t), "tally", head(t, w.log))
		poison, stopped := errors.AsType[*projections.Poison](err)
		require.True(t, stopped, "%v", err)
		require.Equal(t, w.records(t)[41].Position, poison.Position)
		require.Contains(t, poison.Reason, "unspeakable")
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

func TestWaiting(t *testing.T) {
	w := newWorld(t)
	store, view := memory.New(), tally("tally", calm)
	projectors := w.project(t, store, view)
	at := w.appendCounted(t, 0, 10)
	t.Run("given a position that never comes, it ends with the context", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), quiet)
		defer cancel()
		never := domain.Position{Commit: at.Commit + 1, Prepare: at.Prepare + 1}
		require.ErrorIs(t, projectors.Wait(ctx, "tally", never), context.DeadlineExceeded)
	})
	t.Run("given a view that is not there, it says so", func(t *testing.T) {
		require.ErrorContains(t, projectors.Wait(t.Context(), "other", at), "no view other")
	})
	t.Run("given many who wait, each sees what it wrote", func(t *testing.T) {
		var group sync.WaitGroup
		var wrong sync.Map
		for i := range 8 {
			group.Go(func() {
				for number := range 25 {
					at := w.append(t, workgroup(i*100+number))
					err := projectors.Wait(within(t), "tally", at)
					_, position := rowsOf(t, store, view)
					if err != nil || at.After(position) {
						wrong.Store(fmt.Sprint(i, number), err)
					}
				}
			})
		}
		group.Wait()
		wrong.Range(func(key, err any) bool {
			require.Fail(t, "did not see its own event", "%v: %v", key, err)
			return true
		})
	})
	t.Run("given that another instance does the work, it sees that too", func(t *testing.T) {
		idle := messaging.NewProjectors(w.log, w.codec, store, []projections.View{view}, silent())
		at := w.appendCounted(t, 0, 1)
		require.NoError(t, idle.Wait(within(t), "tally", at))
	})
}

// TestViewsThatRebuildTogetherShareTheDecoding counts how often an event is
// decoded while seven views catch up at once.
func TestViewsThatRebuildTogetherShareTheDecoding(t *testing.T) {
	w := newWorld(t)
	last := w.appendCounted(t, 0, 20_000)
	decoder := &countingDecoder{Decoder: w.codec}
	var views []projections.View
	for i := range 7 {
		views = append(views, tally(fmt.Sprintf("tally_%d", i), calm))
	}
	store := memory.New()
	projectors := messaging.NewProjectors(w.log, decoder, store, views, silent())
	projectors.Start(context.WithoutCancel(t.Context()))
	defer func() { require.NoError(t, projectors.Close()) }()
	for _, view := range views {
		require.NoError(t, projectors.Wait(within(t), view.Name(), last))
		w.requireKept(t, store, view, last)
	}
	require.Less(t, decoder.decoded.Load(), int64(3*20_000))
}

type countingDecoder struct {
	messaging.Decoder
	decoded atomic.Int64
}

func (c *countingDecoder) Decode(ctx context.Context, records []journal.Record) ([]domain.Recorded, error) {
	c.decoded.Add(int64(len(records)))
	return c.Decoder.Decode(ctx, records)
}

func TestReadModelsThatAreLostAreBuiltAgain(t *testing.T) {
	w := newWorld(t)
	view := tally("tally", calm)
	store := &replaceable{current: memory.New()}
	projectors := w.project(t, store, view)
	last := w.appendCounted(t, 0, 100)
	require.NoError(t, projectors.Wait(within(t), "tally", last))
	store.replace()
	last = w.appendCounted(t, 100, 101)
	require.Eventually(t, func() bool {
		rows, position := rowsOf(t, store, view)
		return position == last && maps.Equal(rows, w.expectedRows(t, view, last))
	}, patience, 10*time.Millisecond)
	require.True(t, slices.ContainsFunc(projectors.Status(), func(f messaging.Following) bool { return f.Position == last }))
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

func (r *replaceable) Load(ctx context.Context, view projections.View, keys []projections.Key) ([]projections.Row, error) {
	return r.get().Load(ctx, view, keys)
}

func (r *replaceable) Position(ctx context.Context, view projections.View) (domain.Position, error) {
	return r.get().Position(ctx, view)
}

func (r *replaceable) Apply(ctx context.Context, view projections.View, change projections.Change) error {
	return r.get().Apply(ctx, view, change)
}
