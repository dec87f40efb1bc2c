package storetest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/projections"
)

func paging(t *testing.T, open func(t *testing.T) projections.Store) {
	t.Run("given pages of any size, together they are the list", func(t *testing.T) {
		store := open(t)
		var saved []projections.Row
		for i := range 100 {
			saved = append(saved, row(company(1), fmt.Sprintf("%02d", i), fmt.Sprint(i/7%5), []string{"red", "blue"}[i%2]))
		}
		apply(t, store, 0, 1, saved...)
		for _, query := range []projections.Query{
			{}, {Descending: true}, {Order: "team"}, {Order: "team", Descending: true}, {Order: "role", Facets: map[string]string{"team": "red"}}, {Facets: map[string]string{"team": "red"}}, {Facets: map[string]string{"team": "blue"}, Descending: true},
		} {
			whole := ids(t, store, query)
			require.Len(t, whole, len(query.Facets)*-50+100)
			for _, size := range []int{1, 3, 50, 100, 101} {
				require.Equal(t, whole, inPages(t, store, query, size, func() {}))
			}
		}
	})
	t.Run("given rows that come and go between pages, the others appear once each", func(t *testing.T) {
		for _, query := range []projections.Query{{}, {Descending: true}, {Order: "role"}, {Order: "role", Descending: true}} {
			store := open(t)
			var staying []projections.Row
			for i := range 40 {
				staying = append(staying, row(company(1), fmt.Sprint("stays", i), fmt.Sprintf("%03d", i*10)))
			}
			apply(t, store, 0, 1, staying...)
			step := 1
			churn := func() {
				change := projections.Change{From: at(step), To: at(step + 1)}
				for i := range 10 {
					place := (step*97 + i*41) % 400
					change.Saved = append(change.Saved, row(company(1), fmt.Sprint("comes", step, i), fmt.Sprintf("%03d", place)))
					change.Deleted = append(change.Deleted, projections.Key{Account: company(1), ID: fmt.Sprint("comes", step-1, i)})
				}
				require.NoError(t, store.Apply(t.Context(), guests(1), change))
				step++
			}
			seen := map[string]int{}
			for _, id := range inPages(t, store, query, 3, churn) {
				seen[id]++
			}
			for _, row := range staying {
				require.Equal(t, 1, seen[row.ID], row.ID)
			}
			for id, times := range seen {
				require.Equal(t, 1, times, id)
			}
		}
	})
	t.Run("given a place where no row stands any more, the page begins behind it", func(t *testing.T) {
		store := open(t)
		apply(t, store, 0, 1, row(company(1), "a", "1"), row(company(1), "c", "3"))
		require.Equal(t, []string{"c"}, ids(t, store, projections.Query{After: projections.Place{Sort: "2", ID: "b"}}))
		require.Equal(t, []string{"a"}, ids(t, store, projections.Query{After: projections.Place{Sort: "2", ID: "b"}, Descending: true}))
	})
}

// sought is one text that is looked for as it is.
func sought(text string) []projections.Words {
	if text == "" {
		return nil
	}
	return []projections.Words{{text}}
}

// inPages is the ids found page by page in company 1.
func inPages(t *testing.T, store projections.Store, query projections.Query, size int, between func()) []string {
	t.Helper()
	query.Account, query.Limit = company(1), size
	var found []string
	for {
		rows, _, err := store.Find(t.Context(), guests(1), query)
		require.NoError(t, err)
		for _, row := range rows {
			found = append(found, row.ID)
		}
		if len(rows) < size {
			return found
		}
		last := rows[len(rows)-1]
		query.After = projections.PlaceOf(guests(1), query, last)
		between()
	}
}
