package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/projections"
)

// statesOf is the state of each edition that a store has of guests, by its number.
func statesOf(t *testing.T, store projections.Editions) map[int]projections.EditionState {
	t.Helper()
	all, err := store.Editions(t.Context())
	require.NoError(t, err)
	states := map[int]projections.EditionState{}
	for _, one := range all {
		if one.View == guests(1).Name() {
			states[one.Number] = one.State
		}
	}
	return states
}

func (s editions) forgetting(t *testing.T) {
	// kept is a store in which edition 2 serves at 5, and edition 1 is kept at 1.
	kept := func(t *testing.T) projections.Editions {
		store, next := s.given(t)
		fill(t, store, next, 0, 5, row(company(1), "new", "1"))
		require.NoError(t, store.Serve(t.Context(), guests(1), next.Number, false))
		require.Equal(t, map[int]projections.EditionState{1: projections.Kept, 2: projections.Serving}, statesOf(t, store))
		return store
	}
	t.Run("given a kept edition, a change that takes personal data away discards it", func(t *testing.T) {
		store := kept(t)
		scratch := begin(t, store, guests(1), projections.Scratch)
		require.NoError(t, store.Apply(t.Context(), guests(1), projections.Change{From: at(5), To: at(6), Forgets: true}))
		require.Equal(t, map[int]projections.EditionState{2: projections.Serving, scratch.Number: projections.Scratch}, statesOf(t, store),
			"what is still filled is told of the same by its own changes")
		require.Equal(t, []string{"new"}, ids(t, store, projections.Query{}))
	})
	t.Run("given a kept edition, so does one of several changes at once", func(t *testing.T) {
		store := kept(t)
		together, is := store.(projections.Together)
		require.True(t, is)
		_, err := together.ApplyAll(t.Context(), []projections.ViewChange{{View: guests(1), Change: projections.Change{From: at(5), To: at(6), Forgets: true}}})
		require.NoError(t, err)
		require.Equal(t, map[int]projections.EditionState{2: projections.Serving}, statesOf(t, store))
	})
	t.Run("given a kept edition, any other change leaves it", func(t *testing.T) {
		store := kept(t)
		require.NoError(t, store.Apply(t.Context(), guests(1), projections.Change{From: at(5), To: at(6)}))
		require.Len(t, statesOf(t, store), 2)
	})
	t.Run("given a kept edition that knows of it, an edition that is filled later leaves it", func(t *testing.T) {
		store := kept(t)
		next := begin(t, store, guests(1), projections.Filling)
		require.NoError(t, store.Apply(t.Context(), next, projections.Change{From: at(0), To: at(1), Forgets: true}))
		require.Len(t, statesOf(t, store), 3)
	})
}
