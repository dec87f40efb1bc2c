package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

// shelves is a view with a facet to filter by, and one that is tallied.
func shelves(version int) projections.View {
	return projections.Definition[guest]{
		ViewName: "shelves", ViewVersion: version, Facets: []string{"team", "books"}, Counted: []string{"team"}, Tallied: []string{"books"},
		Keys:  func(domain.Recorded) []projections.Key { return nil },
		Row:   func(_ projections.Key, row *guest, _ domain.Recorded) *guest { return row },
		Index: func(projections.Key, *guest) projections.Index { return projections.Index{} },
	}.View()
}

func shelf(account domain.AccountID, id, sort string, books ...string) projections.Row {
	return row(account, id, sort, "red", projections.Several(books...))
}

func tallying(t *testing.T, open func(t *testing.T) projections.Store) {
	put := func(t *testing.T, store projections.Store, from int, change projections.Change) {
		t.Helper()
		change.From, change.To = at(from), at(from+1)
		require.NoError(t, store.Apply(t.Context(), shelves(1), change))
	}
	tally := func(t *testing.T, store projections.Store, within projections.Span) map[string]int {
		t.Helper()
		counts, _, err := store.Tally(t.Context(), shelves(1), company(1), "books", within)
		require.NoError(t, err)
		return counts
	}
	t.Run("given rows with several values, each is added up, as rows come, change and go", func(t *testing.T) {
		store := open(t)
		require.Empty(t, tally(t, store, projections.Span{}))
		put(t, store, 0, projections.Change{Saved: []projections.Row{
			shelf(company(1), "a", "a", "1984", "emma", "emma"), shelf(company(1), "b", "b", "emma"), shelf(company(1), "c", "c"),
			shelf(company(1), "d", "", "emma"), shelf(company(2), "e", "e", "emma", "zorba"),
		}})
		require.Equal(t, map[string]int{"1984": 1, "emma": 3}, tally(t, store, projections.Span{}))
		put(t, store, 1, projections.Change{Saved: []projections.Row{shelf(company(1), "a", "a", "1984"), shelf(company(1), "c", "c", "o'hara")}})
		require.Equal(t, map[string]int{"1984": 1, "emma": 1, "o'hara": 1}, tally(t, store, projections.Span{}))
		put(t, store, 2, projections.Change{Deleted: []projections.Key{{Account: company(1), ID: "b"}}, Saved: []projections.Row{shelf(company(1), "d", "d", "emma/2")}})
		require.Equal(t, map[string]int{"1984": 1, "o'hara": 1, "emma/2": 1}, tally(t, store, projections.Span{}), "and none of which nothing is left")
	})
	t.Run("given a span, what lies outside is left out", func(t *testing.T) {
		store := open(t)
		put(t, store, 0, projections.Change{Saved: []projections.Row{shelf(company(1), "a", "a", "2026-W01/x", "2026-W02/x", "2026-W03/x", "Zoë")}})
		require.Equal(t, map[string]int{"2026-W02/x": 1}, tally(t, store, projections.Span{From: "2026-W02", To: "2026-W03"}))
		require.Equal(t, map[string]int{"2026-W01/x": 1, "2026-W02/x": 1}, tally(t, store, projections.Span{To: "2026-W03"}))
		require.Equal(t, map[string]int{"2026-W03/x": 1, "Zoë": 1}, tally(t, store, projections.Span{From: "2026-W03"}))
	})
	t.Run("given a tally, it says what it reflects", func(t *testing.T) {
		store := open(t)
		put(t, store, 0, projections.Change{Saved: []projections.Row{shelf(company(1), "a", "a", "emma")}})
		_, position, err := store.Tally(t.Context(), shelves(1), company(1), "books", projections.Span{})
		require.NoError(t, err)
		require.Equal(t, at(1), position)
	})
	t.Run("given more values than an index takes, the row is kept", func(t *testing.T) {
		store := open(t)
		var many []string
		for range 3000 {
			many = append(many, "2026-W02/e/"+company(len(many)).String())
		}
		put(t, store, 0, projections.Change{Saved: []projections.Row{shelf(company(1), "a", "a", many...)}})
		require.Len(t, tally(t, store, projections.Span{}), 3000)
	})
	t.Run("given a facet that is neither counted nor tallied, it says so rather than looking at all rows", func(t *testing.T) {
		_, _, err := open(t).Tally(t.Context(), shelves(1), company(1), "colour", projections.Span{})
		require.ErrorContains(t, err, `no facet "colour"`)
	})
	t.Run("given random rows, it adds up what is in them", func(t *testing.T) {
		store, applied := open(t), 0
		model := memory.New()
		rapid.Check(t, func(r *rapid.T) {
			var change projections.Change
			for _, id := range someKeys() {
				if rapid.Bool().Draw(r, "touched") {
					books := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c/d", "é"}), 0, 4).Draw(r, "books")
					change.Saved = append(change.Saved, shelf(company(1), id, rapid.SampledFrom([]string{"", "s"}).Draw(r, "sort"), books...))
				} else if rapid.Bool().Draw(r, "gone") {
					change.Deleted = append(change.Deleted, projections.Key{Account: company(1), ID: id})
				}
			}
			put(t, store, applied, change)
			put(t, model, applied, change)
			applied++
			within := projections.Span{From: rapid.SampledFrom([]string{"", "b", "c/d"}).Draw(r, "from"), To: rapid.SampledFrom([]string{"", "c", "é"}).Draw(r, "to")}
			require.Equal(t, tally(t, model, within), tally(t, store, within))
		})
	})
}
