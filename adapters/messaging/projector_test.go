package messaging_test

import (
	"context"
	"fmt"
	"iter"
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
func (w *world) project(t testing.TB, store projections.Store, views ...projections.View) keeping {
	t.Helper()
	return w.projectFrom(t, w.log, store, views...)
}

func (w *world) projectFrom(t testing.TB, log journal.Log, store projections.Store, views ...projections.View) keeping {
	t.Helper()
	feed := messaging.NewFeed(log, w.codec, messaging.FeedOptions{})
	projectors := messaging.NewProjectors(feed, store, views)
	start(t, feed)
	return keeping{projectors, feed}
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
		head := w.appendCounted(t, 0, 1500)
		projectors := w.project(t, store, view)
		require.NoError(t, projectors.Wait(within(t), "tally", head))
		w.requireStands(t, store, view, head, 1500)
		for number := 1500; number < 1550; number++ {
			head = w.append(t, workgroup(number), department(number))
			require.NoError(t, projectors.Wait(within(t), "tally", head))
		}
		w.requireKept(t, store, view, head)
		require.Equal(t, []messaging.Standing{{Name: "tally", Version: 1, Position: head, Farthest: head}}, projectors.Standings())
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
	t.Parallel()
	w := openWorld(t)
	const count = 1020
	w.appendCounted(t, 0, count)
	decoder := &remembering{Decoder: w.codec}
	records, view := w.records(t), tally("tally", calm)
	last := records[count-1].Position
	expected := w.expectedRows(t, view, last)
	rapid.Check(t, func(r *rapid.T) {
		store := memory.New()
		// The smaller the batches, the fewer events are left to them.
		size := rapid.SampledFrom([]int{1, 7, 100, 1000}).Draw(r, "size")
		left := rapid.IntRange(0, min(20*size, count-1)).Draw(r, "left")
		log := &chunked{Log: w.log, size: size, until: records[count-1-left].Position}
		feed := messaging.NewFeed(log, decoder, messaging.FeedOptions{})
		projectors := messaging.NewProjectors(feed, store, []projections.View{view})
		log.settle = func(ctx context.Context, at domain.Position) error { return projectors.Wait(ctx, "tally", at) }
		feed.Start(context.WithoutCancel(t.Context()))
		restartAt := records[rapid.IntRange(0, count-1).Draw(r, "restart at")].Position
		require.NoError(r, projectors.Wait(within(t), "tally", restartAt))
		require.NoError(r, feed.Close())

		feed = messaging.NewFeed(w.log, decoder, messaging.FeedOptions{})
		again := messaging.NewProjectors(feed, store, []projections.View{view})
		feed.Start(context.WithoutCancel(t.Context()))
		require.NoError(r, again.Wait(within(t), "tally", last))
		require.NoError(r, feed.Close())
		rows, position := rowsOf(t, store, view)
		require.Equal(r, last, position)
		require.Equal(r, expected, rows)
	})
}

// remembering decodes each record once, to save time.
type remembering struct {
	messaging.Decoder
	known sync.Map
}

func (d *remembering) Decode(ctx context.Context, records []journal.Record) (all []domain.Recorded, err error) {
	for i := range records {
		event, known := d.known.Load(records[i].ID)
		if !known {
			decoded, err := d.Decoder.Decode(ctx, records[i:i+1])
			if err != nil {
				return all, err
			}
			event = decoded[0]
			d.known.Store(records[i].ID, event)
		}
		all = append(all, event.(domain.Recorded))
	}
	return all, nil
}

// chunked is a real log that seems to end at a position, and lets what is behind
// it come in chunks, each when the one before is settled.
type chunked struct {
	journal.Log
	until  domain.Position
	size   int
	settle func(ctx context.Context, at domain.Position) error
}

// Head implements journal.Log: what is behind it comes to those who subscribe.
func (c *chunked) Head(context.Context) (domain.Position, error) { return c.until, nil }

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
	in(t, "given that nobody waits, they are committed together", func(t *testing.T, w *world) {
		store, view := &counting{Store: memory.New()}, tally("tally", calm)
		w.project(t, store, view)
		settle(time.Second)
		before := store.empty.Load()
		for number := range 200 {
			w.append(t, department(number))
			time.Sleep(time.Millisecond)
		}
		settle(time.Second)
		w.requireKept(t, store, view, head(t, w.log))
		require.LessOrEqual(t, store.empty.Load()-before, int64(200/50+1))
	})
	in(t, "given somebody who waits, they are committed for them", func(t *testing.T, w *world) {
		store, view := memory.New(), tally("tally", calm)
		projectors := w.project(t, store, view)
		settle(time.Second)
		for number := range 20 {
			at, began := w.append(t, department(number)), time.Now()
			require.NoError(t, projectors.Wait(t.Context(), "tally", at))
			require.Equal(t, began, time.Now(), "at once")
			w.requireKept(t, store, view, at)
		}
	})
	in(t, "given events of others, they are passed over", func(t *testing.T, w *world) {
		store, view := memory.New(), tally("tally", calm)
		projectors := w.project(t, store, view)
		at := w.appendRaw(t, "account-1", "$others", "no JSON")
		at2 := w.appendRaw(t, "$settings", "settings", "{}")
		require.True(t, at2.After(at))
		require.NoError(t, projectors.Wait(t.Context(), "tally", at2))
		w.requireKept(t, store, view, at2)
		require.Nil(t, projectors.Standings()[0].Stopped)
	})
}

func TestEventsThatComeOneAfterTheOther(t *testing.T) {
	in(t, "given that nobody waits, some are committed together", func(t *testing.T, w *world) {
		store, view := &counting{Store: memory.New()}, tally("tally", calm)
		w.project(t, store, view)
		settle(time.Second)
		before := store.applied.Load()
		for number := range 200 {
			w.append(t, workgroup(number))
			time.Sleep(time.Millisecond)
		}
		settle(time.Second)
		w.requireKept(t, store, view, head(t, w.log))
		require.LessOrEqual(t, store.applied.Load()-before, int64(200/5+1))
	})
	in(t, "given somebody who waits, each is committed for them", func(t *testing.T, w *world) {
		store, view := memory.New(), tally("tally", calm)
		projectors := w.project(t, store, view)
		settle(time.Second)
		for number := range 20 {
			at, began := w.append(t, workgroup(number)), time.Now()
			require.NoError(t, projectors.Wait(t.Context(), "tally", at))
			require.Equal(t, began, time.Now(), "at once")
			w.requireKept(t, store, view, at)
		}
	})
	in(t, "given one alone, it is committed at once", func(t *testing.T, w *world) {
		store, view := memory.New(), tally("tally", calm)
		w.project(t, store, view)
		settle(time.Second)
		at := w.append(t, workgroup(1))
		settle(0)
		w.requireKept(t, store, view, at)
	})
}

func TestTwoProjectorsOfOneViewApplyEachEventOnce(t *testing.T) {
	stores(t, func(t *testing.T, store projections.Store) {
		for range soak(1) {
			w := newWorld(t)
			view := tally("tally", calm)
			all := []keeping{w.project(t, store, view), w.project(t, store, view), w.project(t, store, view)}
			for number := range 200 {
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

func TestWaiting(t *testing.T) {
	in(t, "given a position that never comes, it ends with the context", func(t *testing.T, w *world) {
		projectors := w.project(t, memory.New(), tally("tally", calm))
		at := w.appendCounted(t, 0, 10)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		never := domain.Position{Commit: at.Commit + 1, Prepare: at.Prepare + 1}
		require.ErrorIs(t, projectors.Wait(ctx, "tally", never), context.DeadlineExceeded)
	})
	in(t, "given a view that is not there, it says so", func(t *testing.T, w *world) {
		projectors := w.project(t, memory.New(), tally("tally", calm))
		require.ErrorContains(t, projectors.Wait(t.Context(), "other", domain.Position{}), "no view other")
	})
	in(t, "given many who wait, each sees what it wrote", func(t *testing.T, w *world) {
		store, view := memory.New(), tally("tally", calm)
		projectors := w.project(t, store, view)
		var group sync.WaitGroup
		var wrong sync.Map
		for i := range 8 {
			group.Go(func() {
				for number := range 25 {
					at := w.append(t, workgroup(i*100+number))
					err := projectors.Wait(t.Context(), "tally", at)
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
	in(t, "given that another instance does the work, it sees that too", func(t *testing.T, w *world) {
		store, view := memory.New(), tally("tally", calm)
		w.project(t, store, view)
		idle := messaging.NewProjectors(w.feed(messaging.FeedOptions{}), store, []projections.View{view})
		require.NoError(t, idle.Wait(t.Context(), "tally", w.appendCounted(t, 0, 1)))
	})
}

// TestViewsThatRebuildTogetherShareTheDecoding counts how often an event is
// decoded while seven views catch up at once.
func TestViewsThatRebuildTogetherShareTheDecoding(t *testing.T) {
	t.Parallel()
	w := openWorld(t)
	const count = 5000
	last := w.appendCounted(t, 0, count)
	decoder := &countingDecoder{Decoder: w.codec}
	views := tallies(7)
	store := memory.New()
	feed := messaging.NewFeed(w.log, decoder, messaging.FeedOptions{})
	projectors := messaging.NewProjectors(feed, store, views)
	start(t, feed)
	expected := w.expectedRows(t, views[0], last)
	for _, view := range views {
		require.NoError(t, projectors.Wait(within(t), view.Name(), last))
		rows, position := rowsOf(t, store, view)
		require.Equal(t, last, position)
		require.Equal(t, expected, rows)
	}
	require.Less(t, decoder.decoded.Load(), int64(3*count))
}

type countingDecoder struct {
	messaging.Decoder
	decoded atomic.Int64
}

func (c *countingDecoder) Decode(ctx context.Context, records []journal.Record) ([]domain.Recorded, error) {
	c.decoded.Add(int64(len(records)))
	return c.Decoder.Decode(ctx, records)
}
