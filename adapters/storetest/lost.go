package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Lost is what every projections.Editions promises where somebody else has removed
// what it keeps: rows and the position that comes with them never differ. ways are
// how that is done to the store that open gave last, and lead to the store as it is
// then. The view guests, and its first edition, stand at 5 before.
func Lost(t *testing.T, open func(t *testing.T) projections.Editions, ways map[string]func(t *testing.T, store projections.Editions) projections.Editions) {
	for name, lose := range ways {
		suite := lost{open, lose}
		t.Run("given "+name, func(t *testing.T) {
			t.Run("a list is empty and stands before everything", suite.finding)
			t.Run("a row that is asked for is not there, before everything", suite.loading)
			t.Run("the position is before everything, in the list of editions too", suite.standing)
			t.Run("a change of the rows that were is refused, and they can be made anew", suite.changing)
		})
	}
}

type lost struct {
	open func(t *testing.T) projections.Editions
	lose func(t *testing.T, store projections.Editions) projections.Editions
}

func (s lost) given(t *testing.T) projections.Editions {
	t.Helper()
	store := s.open(t)
	apply(t, store, 0, 5, row(company(1), "one", "1"), row(company(1), "two", "2"))
	return s.lose(t, store)
}

func (s lost) finding(t *testing.T) {
	rows, position := all(t, s.given(t), guests(1), projections.Query{Account: company(1)})
	require.Empty(t, rows)
	require.Zero(t, position)
}

func (s lost) loading(t *testing.T) {
	rows, position, err := s.given(t).Load(t.Context(), guests(1), []projections.Key{{Account: company(1), ID: "one"}})
	require.NoError(t, err)
	require.Empty(t, rows)
	require.Zero(t, position)
}

func (s lost) standing(t *testing.T) {
	store := s.given(t)
	listed, err := store.Editions(t.Context())
	require.NoError(t, err)
	for _, one := range listed {
		require.Zero(t, one.Position, one.String())
	}
	position, err := store.Position(t.Context(), guests(1))
	require.NoError(t, err)
	require.Equal(t, domain.Position{}, position)
}

func (s lost) changing(t *testing.T) {
	store := s.given(t)
	late := projections.Change{Saved: []projections.Row{row(company(1), "three", "3")}, From: at(5), To: at(6)}
	require.ErrorIs(t, store.Apply(t.Context(), guests(1), late), projections.ErrMoved)
	moved, err := projections.ApplyAll(t.Context(), store, []projections.ViewChange{{View: guests(1), Change: late}})
	require.NoError(t, err)
	require.Equal(t, []bool{true}, moved)
	position, err := store.Position(t.Context(), guests(1)) // as whoever follows asks then
	require.NoError(t, err)
	require.Zero(t, position)
	apply(t, store, 0, 7, row(company(1), "one", "1"))
	require.Equal(t, []string{"one"}, ids(t, store, projections.Query{}))
}
