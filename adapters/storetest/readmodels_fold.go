package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

// folding lets random histories and questions show that no store and no batch
// size makes a difference.
func folding(t *testing.T, open func(t *testing.T) projections.Store) {
	t.Run("given a random history, batches of 1, 7 and 1000 give the rows of the fold in memory", func(t *testing.T) {
		sizes := []int{1, 7, 1000}
		var stores []projections.Store
		for range sizes {
			stores = append(stores, open(t))
		}
		version := 0
		rapid.Check(t, func(r *rapid.T) {
			version++ // a view of its own for every history
			history := rapid.SliceOfN(happenings(), 0, 60).Draw(r, "history")
			model := memory.New()
			project(t, model, guests(version), history, 1)
			for i, size := range sizes {
				project(t, stores[i], guests(version), history, size)
				require.Equal(t, everything(t, model, guests(version)), everything(t, stores[i], guests(version)), "batches of %d", size)
			}
			query := questions().Draw(r, "question")
			want, _, err := model.Find(t.Context(), guests(version), query)
			require.NoError(t, err)
			got, position, err := stores[1].Find(t.Context(), guests(version), query)
			require.NoError(t, err)
			require.Equal(t, at(len(history)), position)
			require.Equal(t, len(want), len(got))
			for i := range want {
				require.Equal(t, want[i], got[i])
			}
		})
	})
}

func someKeys() []string  { return []string{"a", "b", "c", "d", "é"} }
func someNames() []string { return []string{"Anna", "anna", "Bo", "李", "100%", "o'Hara", "Zoë"} }
func someTeams() []string { return []string{"", "red", "blue"} }

func someCompanies() []domain.AccountID { return []domain.AccountID{company(1), company(2)} }

func someKey(r *rapid.T) projections.Key {
	return projections.Key{Account: company(rapid.IntRange(1, 2).Draw(r, "company")), ID: rapid.SampledFrom(someKeys()).Draw(r, "id")}
}

func happenings() *rapid.Generator[domain.Event] {
	return rapid.Custom(func(r *rapid.T) domain.Event {
		key := someKey(r)
		switch rapid.IntRange(0, 5).Draw(r, "what") {
		case 0:
			return left{key}
		case 1:
			return hid{key}
		}
		return arrived{key, rapid.SampledFrom(someNames()).Draw(r, "name"), rapid.SampledFrom(someTeams()).Draw(r, "team"), rapid.SampledFrom(someTeams()).Draw(r, "role")}
	})
}

func questions() *rapid.Generator[projections.Query] {
	return rapid.Custom(func(r *rapid.T) projections.Query {
		query := projections.Query{
			Account:    company(rapid.IntRange(1, 2).Draw(r, "company")),
			Search:     rapid.SampledFrom([]string{"", "", "n", "%", "'", "red"}).Draw(r, "search"),
			Descending: rapid.Bool().Draw(r, "descending"),
			Limit:      rapid.IntRange(0, 6).Draw(r, "limit"),
		}
		if rapid.Bool().Draw(r, "behind") {
			query.After = projections.Place{Sort: rapid.SampledFrom(someNames()).Draw(r, "sort"), ID: rapid.SampledFrom(someKeys()).Draw(r, "after")}
		}
		for _, facet := range []string{"team", "role"} {
			if rapid.IntRange(0, 3).Draw(r, facet) == 0 {
				if query.Facets == nil {
					query.Facets = map[string]string{}
				}
				query.Facets[facet] = rapid.SampledFrom(someTeams()).Draw(r, "value")
			}
		}
		if rapid.IntRange(0, 3).Draw(r, "from?") == 0 {
			query.From = moment(rapid.IntRange(1, 60).Draw(r, "from"))
		}
		if rapid.IntRange(0, 3).Draw(r, "to?") == 0 {
			query.To = moment(rapid.IntRange(1, 60).Draw(r, "to"))
		}
		return query
	})
}

// project does what projectors do.
func project(t *testing.T, store projections.Store, view projections.View, history []domain.Event, size int) {
	t.Helper()
	for batch := range slices.Chunk(happened(1, history...), size) {
		stored, err := store.Load(t.Context(), view, projections.Touched(view, batch))
		require.NoError(t, err)
		change, err := projections.FoldBatch(view, stored, batch)
		require.NoError(t, err)
		change.From, err = store.Position(t.Context(), view)
		require.NoError(t, err)
		change.To = batch[len(batch)-1].Position
		require.NoError(t, store.Apply(t.Context(), view, change))
	}
}

// everything is all rows of the view, listed or not, as text.
func everything(t *testing.T, store projections.Store, view projections.View) []string {
	t.Helper()
	var keys []projections.Key
	for _, company := range someCompanies() {
		for _, id := range someKeys() {
			keys = append(keys, projections.Key{Account: company, ID: id})
		}
	}
	rows := load(t, store, view, keys...)
	slices.SortFunc(rows, func(a, b projections.Row) int {
		if order := bytes.Compare(a.Account[:], b.Account[:]); order != 0 {
			return order
		}
		return bytes.Compare([]byte(a.ID), []byte(b.ID))
	})
	texts := []string{}
	for _, row := range rows {
		texts = append(texts, fmt.Sprintf("%s %q %q %s %q %q %s", row.Account, row.ID, row.Sort, row.At, row.Facets, row.Search, row.Doc))
	}
	return texts
}
