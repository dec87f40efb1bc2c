package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Editions is what every projections.Editions promises besides ReadModels. open
// gives a new, empty store at each call and closes it when the test ends.
func Editions(t *testing.T, open func(t *testing.T) projections.Editions) {
	suite := editions{open}
	t.Run("filling", suite.filling)
	t.Run("serving", suite.serving)
	t.Run("versions", suite.versions)
	t.Run("comparing", suite.comparing)
	t.Run("discarding", suite.discarding)
	t.Run("forgetting", suite.forgetting)
	t.Run("racing", suite.racing)
}

type editions struct {
	open func(t *testing.T) projections.Editions
}

// serving is a store with a view of one row, standing at 1, and another edition
// of it, empty.
func (s editions) given(t *testing.T) (projections.Editions, projections.Numbered) {
	t.Helper()
	store := s.open(t)
	apply(t, store, 0, 1, row(company(1), "old", "1"))
	return store, begin(t, store, guests(1), projections.Filling)
}

func begin(t *testing.T, store projections.Editions, view projections.View, state projections.EditionState) projections.Numbered {
	t.Helper()
	begun, err := store.Begin(t.Context(), view, state, 0)
	require.NoError(t, err)
	require.Equal(t, state, begun.State)
	return projections.Numbered{View: view, Number: begun.Number}
}

// fill applies rows to an edition.
func fill(t *testing.T, store projections.Editions, view projections.View, from, to int, rows ...projections.Row) {
	t.Helper()
	require.NoError(t, store.Apply(t.Context(), view, projections.Change{Saved: rows, From: at(from), To: at(to)}))
}

func (s editions) filling(t *testing.T) {
	t.Run("given an edition that is filled, readers see nothing of it", func(t *testing.T) {
		store, next := s.given(t)
		fill(t, store, next, 0, 5, row(company(1), "new", "1"))
		require.Equal(t, []string{"old"}, ids(t, store, projections.Query{}))
		position, err := store.Position(t.Context(), guests(1))
		require.NoError(t, err)
		require.Equal(t, at(1), position)
	})
	t.Run("given an edition that is filled, what is asked of it is its own", func(t *testing.T) {
		store, next := s.given(t)
		fill(t, store, next, 0, 5, row(company(1), "new", "1"))
		require.Len(t, load(t, store, next, projections.Key{Account: company(1), ID: "new"}, projections.Key{Account: company(1), ID: "old"}), 1)
		position, err := store.Position(t.Context(), next)
		require.NoError(t, err)
		require.Equal(t, at(5), position)
		rows, position := all(t, store, next, projections.Query{Account: company(1)})
		require.Len(t, rows, 1)
		require.Equal(t, at(5), position)
	})
	t.Run("given two who begin, they fill the same edition", func(t *testing.T) {
		store, next := s.given(t)
		again, err := store.Begin(t.Context(), guests(1), projections.Filling, 7)
		require.NoError(t, err)
		require.Equal(t, next.Number, again.Number)
		require.NotEqual(t, next.Number, begin(t, store, guests(1), projections.Scratch).Number)
	})
	t.Run("given editions, they are listed with what is known of them", func(t *testing.T) {
		store := s.open(t)
		apply(t, store, 0, 3)
		_, err := store.Begin(t.Context(), guests(1), projections.Filling, 500)
		require.NoError(t, err)
		poison := projections.Poison{Event: uuid.New(), Position: domain.Position{Commit: 1<<64 - 1, Prepare: 7}, Type: "guest.arrived", Reason: "it 'broke'"}
		require.NoError(t, store.Note(t.Context(), guests(1), 1, &poison))
		listed, err := store.Editions(t.Context())
		require.NoError(t, err)
		require.Equal(t, []projections.Edition{
			{View: "guests", Version: 1, Number: 1, State: projections.Serving, Position: at(3), Stopped: &poison},
			{View: "guests", Version: 1, Number: 2, State: projections.Filling, Throttle: 500},
		}, listed)
		require.NoError(t, store.Note(t.Context(), guests(1), 1, nil))
		listed, err = store.Editions(t.Context())
		require.NoError(t, err)
		require.Nil(t, listed[0].Stopped)
	})
}

func (s editions) serving(t *testing.T) {
	t.Run("given an edition that has caught up, it takes the place of the one that serves", func(t *testing.T) {
		store, next := s.given(t)
		fill(t, store, next, 0, 1, row(company(1), "new", "1"))
		require.NoError(t, store.Serve(t.Context(), guests(1), next.Number, false))
		require.Equal(t, []string{"new"}, ids(t, store, projections.Query{}))
		fill(t, store, guests(1), 1, 2, row(company(1), "newer", "2"))
		require.Equal(t, []string{"new", "newer"}, ids(t, store, projections.Query{}))
		require.Equal(t, []projections.EditionState{projections.Kept, projections.Serving}, states(t, store))
	})
	t.Run("given an edition that is behind, it may not serve", func(t *testing.T) {
		store, next := s.given(t)
		require.ErrorIs(t, store.Serve(t.Context(), guests(1), next.Number, false), projections.ErrMoved)
		require.Equal(t, []string{"old"}, ids(t, store, projections.Query{}))
		require.Equal(t, []projections.EditionState{projections.Serving, projections.Filling}, states(t, store))
	})
	t.Run("given an edition that was kept, there is a way back to it", func(t *testing.T) {
		store, next := s.given(t)
		fill(t, store, next, 0, 9, row(company(1), "new", "1"))
		require.NoError(t, store.Serve(t.Context(), guests(1), next.Number, false))
		require.ErrorIs(t, store.Serve(t.Context(), guests(1), 1, false), projections.ErrMoved)
		require.NoError(t, store.Serve(t.Context(), guests(1), 1, true))
		require.Equal(t, []string{"old"}, ids(t, store, projections.Query{}))
		fill(t, store, guests(1), 1, 2, row(company(1), "older", "2"))
		require.Equal(t, []string{"old", "older"}, ids(t, store, projections.Query{}))
	})
	t.Run("given an edition that was kept, nobody writes to it", func(t *testing.T) {
		store, next := s.given(t)
		fill(t, store, next, 0, 1)
		require.NoError(t, store.Serve(t.Context(), guests(1), next.Number, false))
		former := projections.Numbered{View: guests(1), Number: 1}
		require.ErrorIs(t, store.Apply(t.Context(), former, projections.Change{From: at(1), To: at(2)}), projections.ErrMoved)
	})
	t.Run("given an edition that serves, letting it serve changes nothing", func(t *testing.T) {
		store, next := s.given(t)
		require.NoError(t, store.Serve(t.Context(), guests(1), 1, false))
		require.Equal(t, []projections.EditionState{projections.Serving, projections.Filling}, states(t, store))
		require.Error(t, store.Serve(t.Context(), guests(1), next.Number+1, false))
	})
	t.Run("given a scratch edition, it never serves", func(t *testing.T) {
		store, _ := s.given(t)
		scratch := begin(t, store, guests(1), projections.Scratch)
		fill(t, store, scratch, 0, 5)
		require.Error(t, store.Serve(t.Context(), guests(1), scratch.Number, true))
	})
}

func states(t *testing.T, store projections.Editions) (all []projections.EditionState) {
	t.Helper()
	listed, err := store.Editions(t.Context())
	require.NoError(t, err)
	for _, one := range listed {
		all = append(all, one.State)
	}
	return all
}

func (s editions) versions(t *testing.T) {
	t.Run("given a newer version that is filled, its readers get the older one until it serves", func(t *testing.T) {
		store := s.open(t)
		apply(t, store, 0, 1, row(company(1), "old", "1"))
		next := begin(t, store, guests(2), projections.Filling)
		fill(t, store, next, 0, 1, row(company(1), "new", "1"))
		rows, position := all(t, store, guests(2), projections.Query{Account: company(1)})
		require.Equal(t, "old", rows[0].ID)
		require.Equal(t, at(1), position)

		require.NoError(t, store.Serve(t.Context(), guests(2), next.Number, false))
		rows, _ = all(t, store, guests(2), projections.Query{Account: company(1)})
		require.Equal(t, "new", rows[0].ID)
		rows, _ = all(t, store, guests(1), projections.Query{Account: company(1)})
		require.Equal(t, "old", rows[0].ID, "an older program goes on with its own")
	})
	t.Run("given a filter that only the newer version has, it asks for patience", func(t *testing.T) {
		store := s.open(t)
		apply(t, store, 0, 1, row(company(1), "old", "1"))
		newer := withFacet{guests(2)}
		begin(t, store, newer, projections.Filling)
		_, _, err := store.Find(t.Context(), newer, projections.Query{Account: company(1), Facets: map[string]string{"shoes": "red"}, Limit: 1})
		refusal, _ := errors.AsType[*domain.Refusal](err)
		require.NotNil(t, refusal, "%v", err)
		require.Equal(t, domain.NotYet, refusal.Code)
	})
}

// withFacet is a view with one facet more.
type withFacet struct{ projections.View }

func (w withFacet) FacetNames() []string { return append(w.View.FacetNames(), "shoes") }

func (s editions) comparing(t *testing.T) {
	t.Run("given the same rows at the same position, there is no difference", func(t *testing.T) {
		store, next := s.given(t)
		fill(t, store, next, 0, 1, row(company(1), "old", "1"))
		found, err := store.Compare(t.Context(), guests(1), 1, next.Number)
		require.NoError(t, err)
		require.Zero(t, found.Differences)
		require.Equal(t, []int{1, 1}, []int{found.RowsA, found.RowsB})
		require.Equal(t, found.DigestA, found.DigestB)
		require.Equal(t, at(1), found.Position)
	})
	t.Run("given rows that differ, it counts them and names the first", func(t *testing.T) {
		store, next := s.given(t)
		var left, right []projections.Row
		for n := range 1500 {
			left = append(left, row(company(1), fmt.Sprintf("%04d", n), "1"))
			right = append(right, row(company(1), fmt.Sprintf("%04d", n), "1"))
		}
		right[700].Search = "other"
		fill(t, store, guests(1), 1, 2, left...)
		fill(t, store, next, 0, 2, right...)
		found, err := store.Compare(t.Context(), guests(1), 1, next.Number)
		require.NoError(t, err)
		require.Equal(t, 2, found.Differences, "one row is other, and one is missing")
		require.Equal(t, projections.Key{Account: company(1), ID: "0700"}, found.First)
		require.NotEqual(t, found.DigestA, found.DigestB)
	})
	t.Run("given a receipt, it is kept, and a scratch edition is concluded with it", func(t *testing.T) {
		store, next := s.given(t)
		scratch := begin(t, store, guests(1), projections.Scratch)
		fill(t, store, scratch, 0, 1)
		found, err := store.Compare(t.Context(), guests(1), 1, scratch.Number)
		require.NoError(t, err)
		require.NoError(t, store.Conclude(t.Context(), guests(1), scratch.Number, found))
		require.NoError(t, store.Conclude(t.Context(), guests(1), next.Number, found))
		listed, err := store.Editions(t.Context())
		require.NoError(t, err)
		require.Nil(t, listed[0].Receipt)
		require.Equal(t, &found, listed[1].Receipt)
		require.Equal(t, &found, listed[2].Receipt)
		require.Equal(t, []projections.EditionState{projections.Serving, projections.Filling, projections.Kept}, states(t, store))
	})
	t.Run("given other positions, it does not compare", func(t *testing.T) {
		store, next := s.given(t)
		_, err := store.Compare(t.Context(), guests(1), 1, next.Number)
		require.ErrorIs(t, err, projections.ErrMoved)
	})
}

func (s editions) discarding(t *testing.T) {
	t.Run("given an edition that serves, it stays", func(t *testing.T) {
		store, _ := s.given(t)
		require.Error(t, store.Discard(t.Context(), guests(1), 1))
		require.Equal(t, []string{"old"}, ids(t, store, projections.Query{}))
	})
	t.Run("given one that does not, it is gone, and its number is not given again while others live", func(t *testing.T) {
		store, next := s.given(t)
		scratch := begin(t, store, guests(1), projections.Scratch)
		require.NoError(t, store.Discard(t.Context(), guests(1), next.Number))
		require.NoError(t, store.Discard(t.Context(), guests(1), next.Number))
		require.Greater(t, begin(t, store, guests(1), projections.Filling).Number, scratch.Number)
		require.ErrorIs(t, store.Apply(t.Context(), next, projections.Change{To: at(1)}), projections.ErrMoved)
	})
	t.Run("given an older version, it can go once a newer one serves", func(t *testing.T) {
		store := s.open(t)
		apply(t, store, 0, 1, row(company(1), "old", "1"))
		next := begin(t, store, guests(2), projections.Filling)
		require.Error(t, store.Discard(t.Context(), guests(1), 1))
		require.NoError(t, store.Serve(t.Context(), guests(2), next.Number, false))
		require.NoError(t, store.Discard(t.Context(), guests(1), 1))
	})
}

func (s editions) racing(t *testing.T) {
	t.Run("given readers while editions change, each sees one edition whole", func(t *testing.T) {
		store := s.open(t)
		fillWith := func(view projections.View, from int, name string) {
			var rows []projections.Row
			for n := range 50 {
				one := row(company(1), fmt.Sprint(n), fmt.Sprintf("%03d", n))
				one.Search = name
				rows = append(rows, one)
			}
			fill(t, store, view, from, 1, rows...)
		}
		fillWith(guests(1), 0, "edition 1")
		done := make(chan struct{})
		var readers sync.WaitGroup
		for range 4 {
			readers.Go(func() {
				for {
					select {
					case <-done:
						return
					default:
					}
					rows, _, err := store.Find(t.Context(), guests(1), projections.Query{Account: company(1), Limit: 100})
					if !assert.NoError(t, err) || !assert.Len(t, rows, 50) {
						return
					}
					for _, one := range rows {
						assert.Equal(t, rows[0].Search, one.Search)
					}
				}
			})
		}
		last := 1
		for range 10 {
			next := begin(t, store, guests(1), projections.Filling)
			fillWith(next, 0, fmt.Sprint("edition ", next.Number))
			require.NoError(t, store.Serve(t.Context(), guests(1), next.Number, false))
			require.NoError(t, store.Discard(t.Context(), guests(1), last))
			last = next.Number
		}
		close(done)
		readers.Wait()
	})
	t.Run("given many who begin and serve at once, one edition serves", func(t *testing.T) {
		store := s.open(t)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				begun, err := store.Begin(t.Context(), guests(1), projections.Filling, 0)
				if assert.NoError(t, err) {
					assert.NoError(t, store.Serve(t.Context(), guests(1), begun.Number, false))
				}
			})
		}
		group.Wait()
		serving := 0
		for _, state := range states(t, store) {
			if state == projections.Serving {
				serving++
			}
		}
		require.Equal(t, 1, serving)
	})
}
