package storetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/projections"
)

// together is what every projections.Together promises besides.
func together(t *testing.T, open func(t *testing.T) projections.Store) {
	openBoth := func(t *testing.T) projections.Together {
		t.Helper()
		store, can := open(t).(projections.Together)
		require.True(t, can)
		return store
	}
	// step takes a view a step further, with a row.
	step := func(version, from int) projections.ViewChange {
		saved := []projections.Row{row(company(1), fmt.Sprint(from), "x")}
		return projections.ViewChange{View: guests(version), Change: projections.Change{Saved: saved, From: at(from), To: at(from + 1)}}
	}
	stands := func(t *testing.T, store projections.Store, version, rows int) {
		t.Helper()
		found, position := all(t, store, guests(version), projections.Query{Account: company(1)})
		require.Len(t, found, rows)
		require.Equal(t, at(rows), position)
	}
	t.Run("given changes of several views, all are committed", func(t *testing.T) {
		store := openBoth(t)
		for from := range 3 {
			moved, err := store.ApplyAll(t.Context(), []projections.ViewChange{step(1, from), step(2, from)})
			require.NoError(t, err)
			require.Equal(t, []bool{false, false}, moved)
		}
		stands(t, store, 1, 3)
		stands(t, store, 2, 3)
	})
	t.Run("given a row that goes, it is gone", func(t *testing.T) {
		store := openBoth(t)
		gone := step(1, 1)
		gone.Deleted, gone.Saved = []projections.Key{gone.Saved[0].Key, {Account: company(1), ID: "0"}}, nil
		for _, changes := range [][]projections.ViewChange{{step(1, 0), step(2, 0)}, {gone}} {
			_, err := store.ApplyAll(t.Context(), changes)
			require.NoError(t, err)
		}
		require.Empty(t, ids(t, store, projections.Query{}))
		stands(t, store, 2, 1)
	})
	t.Run("given a view that has moved, it alone is left as it is", func(t *testing.T) {
		store := openBoth(t)
		apply(t, store, 0, 1, row(company(1), "0", "x"))
		moved, err := store.ApplyAll(t.Context(), []projections.ViewChange{step(2, 0), step(1, 0), step(3, 0)})
		require.NoError(t, err)
		require.Equal(t, []bool{false, true, false}, moved)
		for version := 1; version <= 3; version++ {
			stands(t, store, version, 1)
		}
	})
	t.Run("given a change that cannot be stored, none is", func(t *testing.T) {
		store := openBoth(t)
		wrong := step(2, 0)
		wrong.Saved[0].Facets = nil
		_, err := store.ApplyAll(t.Context(), []projections.ViewChange{step(1, 0), wrong})
		require.Error(t, err)
		stands(t, store, 1, 0)
		stands(t, store, 2, 0)
	})
	t.Run("given nothing, it does nothing", func(t *testing.T) {
		moved, err := openBoth(t).ApplyAll(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, moved)
	})
	t.Run("given rivals who name the views in other orders, each step is taken once", func(t *testing.T) {
		store := openBoth(t)
		const steps = 30
		_, err := store.ApplyAll(t.Context(), []projections.ViewChange{step(1, 0), step(2, 0)})
		require.NoError(t, err)
		var group sync.WaitGroup
		for rival := range 4 {
			group.Go(func() {
				for from := 1; from < steps; from++ {
					changes := []projections.ViewChange{step(1+rival%2, from), step(2-rival%2, from)}
					if _, err := store.ApplyAll(t.Context(), changes); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		group.Wait()
		stands(t, store, 1, steps)
		stands(t, store, 2, steps)
	})
}
