package storetest

import (
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
		histories, events := 0, 0
		rapid.Check(t, func(r *rapid.T) {
			mine := scope{companies: 2 * histories, events: events} // the stores go on from the history before
			history := rapid.SliceOfN(mine.happenings(), 0, 40).Draw(r, "history")
			query := mine.questions().Draw(r, "question")
			histories, events = histories+1, events+len(history)
			model := memory.New()
			project(t, model, mine, history, 1)
			want, _, err := model.Find(t.Context(), guests(1), query)
			require.NoError(t, err)
			wantCount, _, err := model.Count(t.Context(), guests(1), query)
			require.NoError(t, err)
			wantCounts, _, err := model.Tally(t.Context(), guests(1), query.Account, "team", projections.Span{})
			require.NoError(t, err)
			for i, size := range sizes {
				project(t, stores[i], mine, history, size)
				require.Equal(t, mine.everything(t, model), mine.everything(t, stores[i]), "batches of %d", size)
				found, position, err := stores[i].Find(t.Context(), guests(1), query)
				require.NoError(t, err)
				require.Equal(t, at(events), position)
				require.Equal(t, texts(want), texts(found))
				count, _, err := stores[i].Count(t.Context(), guests(1), query)
				require.NoError(t, err)
				require.Equal(t, wantCount, count)
				counts, position, err := stores[i].Tally(t.Context(), guests(1), query.Account, "team", projections.Span{})
				require.NoError(t, err)
				require.Equal(t, at(events), position)
				require.Equal(t, wantCounts, counts)
			}
		})
	})
}

// scope is what a history has for itself: two companies, and the events from a
// number on.
type scope struct{ companies, events int }

func someKeys() []string  { return []string{"a", "b", "c", "d", "é"} }
func someNames() []string { return []string{"Anna", "anna", "Bo", "李", "100%", "o'Hara", "Zoë"} }
func someTeams() []string { return []string{"", "red", "blue"} }

func (s scope) company(r *rapid.T) domain.AccountID {
	return company(s.companies + rapid.IntRange(0, 1).Draw(r, "company"))
}

func (s scope) key(r *rapid.T) projections.Key {
	return projections.Key{Account: s.company(r), ID: rapid.SampledFrom(someKeys()).Draw(r, "id")}
}

func (s scope) happenings() *rapid.Generator[domain.Event] {
	return rapid.Custom(func(r *rapid.T) domain.Event {
		key := s.key(r)
		switch rapid.IntRange(0, 5).Draw(r, "what") {
		case 0:
			return left{key}
		case 1:
			return hid{key}
		}
		return arrived{key, rapid.SampledFrom(someNames()).Draw(r, "name"), rapid.SampledFrom(someTeams()).Draw(r, "team"), rapid.SampledFrom(someTeams()).Draw(r, "role")}
	})
}

// words is nothing to look for, or one word, or several in two ways.
func words(r *rapid.T) (sought []projections.Words) {
	for range rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(r, "ways") {
		sought = append(sought, rapid.SliceOfN(rapid.SampledFrom([]string{"n", "%", "'", "red", "e"}), 1, 2).Draw(r, "words"))
	}
	return sought
}

// order is where the page before ended, in the order of a facet.
func order(r *rapid.T, facet string) string {
	if facet == "" {
		return ""
	}
	return rapid.SampledFrom(someTeams()).Draw(r, "ordered")
}

func (s scope) questions() *rapid.Generator[projections.Query] {
	return rapid.Custom(func(r *rapid.T) projections.Query {
		query := projections.Query{
			Account:    s.company(r),
			Words:      words(r),
			Order:      rapid.SampledFrom([]string{"", "", "team", "role"}).Draw(r, "order"),
			Descending: rapid.Bool().Draw(r, "descending"),
			Limit:      rapid.IntRange(0, 6).Draw(r, "limit"),
		}
		if rapid.Bool().Draw(r, "behind") {
			query.After = projections.Place{Order: order(r, query.Order), Sort: rapid.SampledFrom(someNames()).Draw(r, "sort"), ID: rapid.SampledFrom(someKeys()).Draw(r, "after")}
		}
		for _, facet := range []string{"team", "role"} {
			if rapid.IntRange(0, 3).Draw(r, facet) == 0 {
				if query.Facets == nil {
					query.Facets = map[string]string{}
				}
				query.Facets[facet] = rapid.SampledFrom(someTeams()).Draw(r, "value")
			}
			if rapid.IntRange(0, 3).Draw(r, "one of "+facet) == 0 {
				if query.OneOf == nil {
					query.OneOf = map[string][]string{}
				}
				query.OneOf[facet] = rapid.SliceOfN(rapid.SampledFrom(someTeams()), 0, 3).Draw(r, "values")
			}
		}
		if rapid.IntRange(0, 3).Draw(r, "from?") == 0 {
			query.From = moment(s.events + rapid.IntRange(1, 40).Draw(r, "from"))
		}
		if rapid.IntRange(0, 3).Draw(r, "to?") == 0 {
			query.To = moment(s.events + rapid.IntRange(1, 40).Draw(r, "to"))
		}
		return query
	})
}

// project does what projectors do.
func project(t *testing.T, store projections.Store, scope scope, history []domain.Event, size int) {
	t.Helper()
	view := guests(1)
	for batch := range slices.Chunk(happened(scope.events+1, history...), size) {
		stored, _, err := store.Load(t.Context(), view, projections.Touched(view, batch))
		require.NoError(t, err)
		change, err := projections.FoldBatch(view, stored, batch)
		require.NoError(t, err)
		change.From, err = store.Position(t.Context(), view)
		require.NoError(t, err)
		change.To = batch[len(batch)-1].Position
		require.NoError(t, store.Apply(t.Context(), view, change))
	}
}

// everything is all rows of the scope, listed or not, as text.
func (s scope) everything(t *testing.T, store projections.Store) []string {
	t.Helper()
	var keys []projections.Key
	for n := range 2 {
		for _, id := range someKeys() {
			keys = append(keys, projections.Key{Account: company(s.companies + n), ID: id})
		}
	}
	rows := texts(load(t, store, guests(1), keys...))
	slices.Sort(rows)
	return rows
}

func texts(rows []projections.Row) []string {
	all := []string{}
	for _, row := range rows {
		all = append(all, fmt.Sprintf("%s %q %q %s %q %q %s", row.Account, row.ID, row.Sort, row.At, row.Facets, row.Search, row.Doc))
	}
	return all
}
