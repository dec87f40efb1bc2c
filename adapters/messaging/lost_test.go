package messaging_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

func TestReadModelsThatAreLostWhileNothingHappens(t *testing.T) {
	in(t, "given nobody who reads, they are built again", func(t *testing.T, w *world) {
		view := tally("tally", calm)
		store := &replaceable{current: memory.New()}
		projectors := w.project(t, store, view)
		last := w.appendCounted(t, 0, 100)
		require.NoError(t, projectors.Wait(t.Context(), "tally", last))
		store.replace()
		settle(time.Minute)
		w.requireKept(t, store, view, last)
		require.Equal(t, last, projectors.Standings()[0].Position)
	})
	in(t, "given somebody who reads, nothing is answered, and they are built again at once", func(t *testing.T, w *world) {
		view := tally("tally", calm)
		store := &replaceable{current: memory.New()}
		projectors := w.project(t, store, view)
		last := w.appendCounted(t, 0, 100)
		require.NoError(t, projectors.Wait(t.Context(), "tally", last))
		rows := projectors.Rows()
		_, position, err := rows.Find(t.Context(), view, projections.Query{Account: account(), Limit: 100})
		require.NoError(t, err)
		require.Equal(t, last, position)

		store.replace()
		behind := &projections.Behind{}
		_, _, err = rows.Load(t.Context(), view, []projections.Key{{Account: account(), ID: "1"}})
		require.ErrorAs(t, err, &behind)
		require.NoError(t, projectors.Wait(t.Context(), "tally", last), "without waiting for anybody to look")
		w.requireKept(t, rows, view, last)

		store.replace()
		_, _, err = rows.Find(t.Context(), view, projections.Query{Account: account(), Limit: 100})
		require.ErrorAs(t, err, &behind)
		require.Equal(t, projections.Behind{View: "tally", Least: last}, *behind)
		require.Equal(t, domain.NotYet, domain.CodeOf(err))
		require.NoError(t, projectors.Wait(t.Context(), "tally", last))
		w.requireKept(t, rows, view, last)
	})
}

// TestNothingIsComparedWithRowsThatAreLost verifies a view right after its rows went.
func TestNothingIsComparedWithRowsThatAreLost(t *testing.T) {
	w := newWorld(t)
	models := openReadModels(t)
	store, view := notice(models), tally("tally", calm)
	head := w.appendCounted(t, 0, 500)
	projectors := w.share(t, store, messaging.Alone{}, nil, view)
	require.NoError(t, projectors.Wait(within(t), "tally", head))
	require.NoError(t, models.Clear(t.Context()))
	begun, err := projectors.Verify(t.Context(), "tally", 0)
	require.NoError(t, err)
	receipt := becomes(t, store, begun.Number, projections.Kept).Receipt
	require.Equal(t, head, receipt.Position)
	require.Equal(t, 7, receipt.RowsA)
	require.Zero(t, receipt.Differences)
}
