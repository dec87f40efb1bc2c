package projections_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

func TestSorting(t *testing.T) {
	view := notes("notes")
	store := kept(t, view, 30)
	sorted := func(paging projections.Paging) (projections.Page[note], error) {
		return projections.List[note](t.Context(), store, view, projections.Query{
			Account: account(), Sorts: projections.Sorts{"number": "", "parity": "parity"}, Descending: true,
		}, paging)
	}
	whole := func(t *testing.T, by string) (numbers []int) {
		t.Helper()
		for paging := (projections.Paging{Sort: by, Limit: 7}); ; {
			page, err := sorted(paging)
			require.NoError(t, err)
			for _, one := range page.Items {
				numbers = append(numbers, one.Number)
			}
			if paging.Cursor = page.Next; paging.Cursor == "" {
				return numbers
			}
		}
	}
	t.Run("given no order, the list has its own", func(t *testing.T) {
		require.Equal(t, 29, whole(t, "")[0])
	})
	t.Run("given an order, pages follow each other in it, both ways", func(t *testing.T) {
		require.Equal(t, []int{0, 1, 2}, whole(t, "number")[:3])
		require.Equal(t, whole(t, ""), whole(t, "-number"))
		require.Equal(t, []int{0, 2, 4}, whole(t, "parity")[:3])
		require.Equal(t, []int{29, 27, 25}, whole(t, "-parity")[:3])
		require.ElementsMatch(t, whole(t, "number"), whole(t, "parity"))
	})
	for _, by := range []string{"Parity", "--parity", "+parity", "-", " parity", "parity,number", "doc"} {
		t.Run("given the order "+by+", it refuses and names those that there are", func(t *testing.T) {
			_, err := sorted(projections.Paging{Sort: by})
			require.Equal(t, domain.InvalidRequest, domain.CodeOf(err))
			require.ErrorContains(t, err, "number, parity")
		})
	}
	for from, to := range map[string]string{"number": "-number", "-number": "parity", "parity": "number", "-parity": "parity", "": "number"} {
		t.Run("given a cursor of the order "+from+", it refuses it in "+to, func(t *testing.T) {
			first, err := sorted(projections.Paging{Sort: from, Limit: 3})
			require.NoError(t, err)
			_, err = sorted(projections.Paging{Sort: to, Limit: 3, Cursor: first.Next})
			require.Equal(t, domain.InvalidCursor, domain.CodeOf(err))
		})
	}
	t.Run("given times, their texts are in their order", func(t *testing.T) {
		at := time.Date(2026, 3, 1, 23, 59, 59, 5, time.FixedZone("", -3600))
		require.IsIncreasing(t, []string{
			projections.SortTime(time.Time{}), projections.SortTime(at.Add(-1)), projections.SortTime(at), projections.SortTime(at.Add(1)), projections.SortTime(at.AddDate(1, 0, 0)),
		})
	})
}

func TestTotal(t *testing.T) {
	view := notes("notes")
	store := kept(t, view, 30)
	first := func(query projections.Query, paging projections.Paging) *int {
		query.Account = account()
		page, err := projections.List[note](t.Context(), store, view, query, paging)
		require.NoError(t, err)
		return page.Total
	}
	few := projections.Paging{Limit: 10}
	t.Run("given more rows than the page has, it says how many there are", func(t *testing.T) {
		require.Equal(t, 30, *first(projections.Query{}, few))
		require.Equal(t, 15, *first(projections.Query{Facets: map[string]string{"parity": "odd"}}, few))
	})
	t.Run("given no more rows, it knows without counters", func(t *testing.T) {
		require.Equal(t, 1, *first(projections.Query{Search: projections.Search{"note 17"}}, few))
		require.Zero(t, *first(projections.Query{Search: projections.Search{"nothing like it"}}, few))
	})
	t.Run("given a search that finds more, it does not say", func(t *testing.T) {
		require.Nil(t, first(projections.Query{Search: projections.Search{"note"}}, few))
	})
	t.Run("given a page that is not the first, it does not say", func(t *testing.T) {
		page, err := projections.List[note](t.Context(), store, view, projections.Query{Account: account()}, few)
		require.NoError(t, err)
		require.Nil(t, first(projections.Query{}, projections.Paging{Limit: 10, Cursor: page.Next}))
	})
	t.Run("given items that are shown otherwise, the total stays", func(t *testing.T) {
		page, err := projections.List[note](t.Context(), store, view, projections.Query{Account: account()}, few)
		require.NoError(t, err)
		require.Equal(t, 30, *projections.Each(page, func(note) int { return 0 }).Total)
	})
}
