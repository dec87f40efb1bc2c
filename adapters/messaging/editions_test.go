package messaging_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// share runs projectors that keep views edition by edition.
func (w *world) share(t testing.TB, store projections.Editions, leases messaging.Leases, skips messaging.Skips, views ...projections.View) keeping {
	t.Helper()
	feed := w.feed(messaging.FeedOptions{Leases: leases})
	projectors := messaging.NewProjectors(feed, store, views)
	if skips != nil {
		feed.Skip(skips)
	}
	start(t, feed)
	return keeping{projectors, feed}
}

// becomes waits until an edition is in a state.
func becomes(t testing.TB, store noticed, number int, state projections.EditionState) (found projections.Edition) {
	t.Helper()
	store.bell.until(t, func() bool {
		all, err := store.Editions(t.Context())
		require.NoError(t, err)
		for _, one := range all {
			if found = one; one.Number == number && one.State == state {
				return true
			}
		}
		return false
	})
	return found
}

func TestAViewIsBuiltAnewBesideTheOneThatServes(t *testing.T) {
	w := newWorld(t)
	store, view := notice(openReadModels(t)), tally("tally", calm)
	head := w.appendCounted(t, 0, 3000)
	projectors := w.share(t, store, messaging.Alone{}, nil, view)
	require.NoError(t, projectors.Wait(within(t), "tally", head))

	begun, err := projectors.Rebuild(t.Context(), "tally", 0)
	require.NoError(t, err)
	require.Equal(t, projections.Filling, begun.State)
	for number := 3000; number < 3100; number++ { // while it is filled
		head = w.appendCounted(t, number, number+1)
		require.NoError(t, projectors.Wait(within(t), "tally", head))
		rows, _ := rowsOf(t, store, view)
		require.Len(t, rows, 7, "readers never see an empty list")
	}
	served := becomes(t, store, begun.Number, projections.Serving)
	require.NotNil(t, served.Receipt)
	require.Zero(t, served.Receipt.Differences)
	require.Equal(t, 7, served.Receipt.RowsA)

	head = w.appendCounted(t, 3100, 3200)
	require.NoError(t, projectors.Wait(within(t), "tally", head))
	w.requireKept(t, store, view, head)

	t.Run("given a way back, the old rows serve again and catch up", func(t *testing.T) {
		require.NoError(t, projectors.Back(t.Context(), "tally", 1))
		becomes(t, store, 1, projections.Serving)
		head = w.appendCounted(t, 3200, 3300)
		store.bell.until(t, func() bool {
			_, position := rowsOf(t, store, view)
			return position == head
		})
		w.requireKept(t, store, view, head)
		require.NoError(t, projectors.Discard(t.Context(), "tally", begun.Number))
	})
}

func TestOneEditionIsKeptAsTheWayBack(t *testing.T) {
	w := newWorld(t)
	store, view := notice(openReadModels(t)), tally("tally", calm)
	head := w.appendCounted(t, 0, 500)
	projectors := w.share(t, store, messaging.Alone{}, nil, view)
	require.NoError(t, projectors.Wait(within(t), "tally", head))
	for range 4 {
		begun, err := projectors.Rebuild(t.Context(), "tally", 0)
		require.NoError(t, err)
		becomes(t, store, begun.Number, projections.Serving)
	}
	store.bell.until(t, func() bool {
		all, err := store.Editions(t.Context())
		require.NoError(t, err)
		return len(all) == 2 && all[0].Number == 4 && all[0].State == projections.Kept && all[1].Number == 5
	})
	w.requireKept(t, store, view, head)
	require.NoError(t, projectors.Back(t.Context(), "tally", 4))
	becomes(t, store, 4, projections.Serving)
	becomes(t, store, 5, projections.Kept)
}

func TestAViewIsVerifiedRowByRow(t *testing.T) {
	w := newWorld(t)
	store, view := notice(openReadModels(t)), tally("tally", calm)
	head := w.appendCounted(t, 0, 500)
	projectors := w.share(t, store, messaging.Alone{}, nil, view)
	require.NoError(t, projectors.Wait(within(t), "tally", head))

	verify := func() projections.Comparison {
		begun, err := projectors.Verify(t.Context(), "tally", 0)
		require.NoError(t, err)
		receipt := becomes(t, store, begun.Number, projections.Kept).Receipt
		require.NoError(t, projectors.Discard(t.Context(), "tally", begun.Number))
		return *receipt
	}
	found := verify()
	require.Zero(t, found.Differences)
	require.Equal(t, head, found.Position)
	require.Equal(t, found.DigestA, found.DigestB)

	// Somebody changes a row behind Usher's back.
	rows, _, err := store.Find(t.Context(), view, projections.Query{Account: account(), Limit: 100})
	require.NoError(t, err)
	forged := rows[3]
	forged.Doc = []byte(`{"Count":1}`)
	require.NoError(t, store.Apply(t.Context(), view, projections.Change{Saved: []projections.Row{forged}, From: head, To: head}))
	found = verify()
	require.Equal(t, 1, found.Differences)
	require.Equal(t, forged.Key, found.First)
}

func TestAViewThatIsStoppedIsVerifiedWhenItGoesOn(t *testing.T) {
	w := newWorld(t)
	store, view := notice(openReadModels(t)), tally("tally", calm)
	head := w.appendCounted(t, 0, 500)
	projectors := w.share(t, store, messaging.Alone{}, nil, view)
	require.NoError(t, projectors.Wait(within(t), "tally", head))
	require.NoError(t, store.Note(t.Context(), view, 1, &projections.Poison{Position: head, Reason: "it rained"}))

	begun, err := projectors.Verify(t.Context(), "tally", 0)
	require.NoError(t, err)
	store.bell.until(t, func() bool { // it is filled meanwhile
		return becomes(t, store, begun.Number, projections.Scratch).Position == head
	})
	require.NoError(t, store.Note(t.Context(), view, 1, nil))
	require.Zero(t, becomes(t, store, begun.Number, projections.Kept).Receipt.Differences)
}

// newer is the next version of a view.
type newer struct{ projections.View }

func (n newer) Version() int { return n.View.Version() + 1 }

func TestANewVersionServesWhenItHasCaughtUp(t *testing.T) {
	w := newWorld(t)
	store, view := notice(openReadModels(t)), tally("tally", calm)
	head := w.appendCounted(t, 0, 2000)
	old := w.share(t, store, messaging.Alone{}, nil, view)
	require.NoError(t, old.Wait(within(t), "tally", head))
	require.NoError(t, old.Close())

	next := newer{view}
	projectors := w.share(t, store, messaging.Alone{}, nil, next)
	for { // until it serves
		rows, position := rowsOf(t, store, next)
		require.Len(t, rows, 7, "readers get the old rows until then")
		require.Equal(t, head, position)
		all, err := store.Editions(t.Context())
		require.NoError(t, err)
		if slices.ContainsFunc(all, func(e projections.Edition) bool { return e.Version == 2 && e.State == projections.Serving }) {
			break
		}
	}
	head = w.appendCounted(t, 2000, 2001)
	require.NoError(t, projectors.Wait(within(t), "tally", head))
	w.requireKept(t, store, next, head)
}

func TestAnEventThatAnOperatorSkipsIsLeftOutForEver(t *testing.T) {
	w := newWorld(t)
	store := notice(openReadModels(t))
	fragile := tally("tally", func(number int) {
		if number == 41 {
			panic("not this one")
		}
	})
	w.appendCounted(t, 0, 50)
	raw := w.appendNewer(t)
	head := w.appendCounted(t, 50, 100)
	skipped := make(chan uuid.UUID, 2)
	known := map[uuid.UUID]bool{}
	skips := func(context.Context, string) (map[uuid.UUID]bool, error) {
		for {
			select {
			case id := <-skipped:
				known[id] = true
			default:
				return known, nil
			}
		}
	}
	projectors := w.share(t, store, messaging.Alone{}, skips, fragile)
	for _, at := range []domain.Position{w.records(t)[41].Position, raw} {
		err := projectors.Wait(within(t), "tally", head)
		poison, stopped := errors.AsType[*projections.Poison](err)
		require.True(t, stopped, "%v", err)
		require.Equal(t, at, poison.Position)
		store.bell.until(t, func() bool {
			noted := becomes(t, store, 1, projections.Serving)
			return noted.Stopped != nil && *noted.Stopped == *poison
		})
		skipped <- poison.Event
		store.bell.until(t, func() bool { // which it says on record
			one := projectors.Standings()[0]
			return one.Stopped == nil || one.Stopped.Position != at
		})
	}
	require.NoError(t, projectors.Wait(within(t), "tally", head))
	w.requireStands(t, store, fragile, head, 99)
	store.bell.until(t, func() bool { return becomes(t, store, 1, projections.Serving).Stopped == nil })

	begun, err := projectors.Rebuild(t.Context(), "tally", 0)
	require.NoError(t, err)
	receipt := becomes(t, store, begun.Number, projections.Serving).Receipt
	require.Zero(t, receipt.Differences, "a rebuild leaves them out too")
}
