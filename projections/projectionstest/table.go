package projectionstest

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

// Table is a view's rows after some events.
type Table[R any] struct {
	t    testing.TB
	rows map[projections.Key]projections.Row
}

// Given folds the events into the view, one by one.
func Given[R any](t testing.TB, view projections.View, events ...domain.Recorded) Table[R] {
	t.Helper()
	rows, err := Fold(view, events, 1)
	require.NoError(t, err)
	return Table[R]{t: t, rows: rows}
}

// Then expects exactly these listed rows, in the view's ascending order.
func (table Table[R]) Then(want ...R) {
	table.t.Helper()
	var listed []projections.Row
	for _, row := range table.rows {
		if row.Sort != "" {
			listed = append(listed, row)
		}
	}
	slices.SortFunc(listed, func(a, b projections.Row) int { return cmp.Or(cmp.Compare(a.Sort, b.Sort), cmp.Compare(a.ID, b.ID)) })
	got, err := projections.As[R](listed)
	require.NoError(table.t, err)
	if len(want) == 0 {
		require.Empty(table.t, got)
		return
	}
	require.Equal(table.t, want, got)
}

// ThenNothing expects that no row is left, listed or not.
func (table Table[R]) ThenNothing() {
	table.t.Helper()
	require.Empty(table.t, table.rows)
}

// Fold returns the view's rows after the events, folded in batches of a size.
func Fold(view projections.View, events []domain.Recorded, size int) (map[projections.Key]projections.Row, error) {
	rows := map[projections.Key]projections.Row{}
	for batch := range slices.Chunk(events, size) {
		var stored []projections.Row
		for _, key := range projections.Touched(view, batch) {
			if row, exists := rows[key]; exists {
				stored = append(stored, row)
			}
		}
		change, err := projections.FoldBatch(view, stored, batch)
		if err != nil {
			return nil, err
		}
		for _, row := range change.Saved {
			rows[row.Key] = row
		}
		for _, key := range change.Deleted {
			delete(rows, key)
		}
	}
	return rows, nil
}

// Reader answers questions about the views after the events.
func Reader(t testing.TB, events []domain.Recorded, views ...projections.View) projections.Reader {
	t.Helper()
	store := memory.New()
	for _, view := range views {
		change, err := projections.FoldBatch(view, nil, events)
		require.NoError(t, err)
		if len(events) > 0 {
			change.To = events[len(events)-1].Position
		}
		require.NoError(t, store.Apply(context.Background(), view, change))
	}
	return store
}
