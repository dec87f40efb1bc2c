package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/projections"
)

func ordering(t *testing.T, open func(t *testing.T) projections.Store) {
	t.Run("given a facet to order by, rows stand by its bytes, then by their sort text and id, both ways", func(t *testing.T) {
		store := open(t)
		apply(t, store, 0, 1,
			row(company(1), "f", "1", "red", "b"), row(company(1), "e", "2", "red", "B"), row(company(1), "d", "3", "blue", ""),
			row(company(1), "c", "3", "blue", "ä"), row(company(1), "b", "5", "Blue", "a"), row(company(1), "a", "6", "", "李"),
			row(company(1), "hidden", "", "", "a"), row(company(2), "other", "1", "", "a"))
		for _, example := range []struct {
			query projections.Query
			want  []string
		}{
			{projections.Query{Order: "team"}, []string{"a", "b", "c", "d", "f", "e"}},
			{projections.Query{Order: "role"}, []string{"d", "e", "b", "f", "c", "a"}},
			{projections.Query{Order: "role", Facets: map[string]string{"team": "blue"}}, []string{"d", "c"}},
			{projections.Query{Order: "team", Facets: map[string]string{"team": "red"}}, []string{"f", "e"}},
			{projections.Query{Order: "role", OneOf: map[string][]string{"team": {"red", "Blue"}}}, []string{"e", "b", "f"}},
			{projections.Query{Order: "role", Facets: map[string]string{"team": "green"}}, []string{}},
		} {
			require.Equal(t, example.want, ids(t, store, example.query), example.query)
			require.Equal(t, example.want, append([]string{}, inPages(t, store, example.query, 2, func() {})...), example.query)
			example.query.Descending = true
			slices.Reverse(example.want)
			require.Equal(t, example.want, ids(t, store, example.query), example.query)
		}
	})
	t.Run("given a value that more rows have than are sorted at once, they stand in order all the same", func(t *testing.T) {
		store := open(t)
		var saved []projections.Row
		for i := range 2500 {
			saved = append(saved, row(company(1), fmt.Sprintf("%04d", i), fmt.Sprintf("%04d", i), "red", fmt.Sprintf("%04d", 2500-i)))
		}
		apply(t, store, 0, 1, append(saved, row(company(1), "one", "1", "blue", "0"))...)
		query := projections.Query{Order: "role", Facets: map[string]string{"team": "red"}}
		found := inPages(t, store, query, 1000, func() {})
		require.Len(t, found, 2500)
		require.True(t, slices.IsSortedFunc(found, func(a, b string) int { return strings.Compare(b, a) }))
	})
	t.Run("given a facet that the view does not have, it cannot order by it", func(t *testing.T) {
		_, _, err := open(t).Find(t.Context(), guests(1), projections.Query{Account: company(1), Order: "doc", Limit: 1})
		require.ErrorContains(t, err, `no facet "doc"`)
	})
	t.Run("given the keys that names are sorted by, they stand as dictionaries have them", func(t *testing.T) {
		store := open(t)
		inOrder := []string{"Adam", "Ägidius", "Čapek", "Đặng", "Eva", "Łukasz", "Ștefan", "Țuțea", "Zimmer", "Žižek", "Ωμέγα", "Ёлкина", "Жуков", "أحمد", "മീര", "김", "李", "王"}
		var saved []projections.Row
		for _, name := range inOrder {
			saved = append(saved, row(company(1), name, projections.SortText(name), "", projections.SortText(name)))
		}
		apply(t, store, 0, 1, saved...)
		require.Equal(t, inOrder, ids(t, store, projections.Query{}))
		require.Equal(t, inOrder, ids(t, store, projections.Query{Order: "role"}))
	})
}

func counting(t *testing.T, open func(t *testing.T) projections.Store) {
	counted := func(t *testing.T, store projections.Store, query projections.Query) int {
		t.Helper()
		query.Account = company(1)
		count, _, err := store.Count(t.Context(), guests(1), query)
		require.NoError(t, err)
		if count == nil {
			return -1
		}
		return *count
	}
	red, blue := projections.Query{Facets: map[string]string{"team": "red"}}, projections.Query{Facets: map[string]string{"team": "blue"}}
	t.Run("given rows that come, change and go, it knows how many are listed, by each counted facet", func(t *testing.T) {
		store := open(t)
		require.Zero(t, counted(t, store, projections.Query{}))
		apply(t, store, 0, 1, row(company(1), "a", "a", "red"), row(company(1), "b", "b", "red"), row(company(1), "c", "", "red"), row(company(2), "d", "d", "red"))
		require.Equal(t, []int{2, 2, 0}, []int{counted(t, store, projections.Query{}), counted(t, store, red), counted(t, store, blue)})
		apply(t, store, 1, 2, row(company(1), "a", "z", "red"), row(company(1), "b", "b", "blue"), row(company(1), "c", "c", "blue"))
		require.Equal(t, []int{3, 1, 2}, []int{counted(t, store, projections.Query{}), counted(t, store, red), counted(t, store, blue)})
		apply(t, store, 2, 3, row(company(1), "a", "", "red"), row(company(1), "b", "b", "blue", "same but for this"))
		require.Equal(t, []int{2, 0, 2}, []int{counted(t, store, projections.Query{}), counted(t, store, red), counted(t, store, blue)})
		gone := []projections.Key{{Account: company(1), ID: "b"}, {Account: company(1), ID: "a"}, {Account: company(1), ID: "nobody"}}
		require.NoError(t, store.Apply(t.Context(), guests(1), projections.Change{Deleted: gone, From: at(3), To: at(4)}))
		require.Equal(t, []int{1, 0, 1}, []int{counted(t, store, projections.Query{}), counted(t, store, red), counted(t, store, blue)})
		require.Equal(t, 1, counted(t, store, projections.Query{OneOf: map[string][]string{"team": {"red", "blue", "blue"}}}))
		require.Zero(t, counted(t, store, projections.Query{OneOf: map[string][]string{"team": {}}}))
		require.Zero(t, counted(t, store, projections.Query{Facets: map[string]string{"team": "' OR 1=1 --"}}))
		require.Equal(t, 1, counted(t, store, projections.Query{Order: "role", Descending: true, Limit: 1, After: projections.Place{Sort: "zz", ID: "z"}}), "of all pages")
	})
	t.Run("given a counted facet, it knows all its values at once, of one account", func(t *testing.T) {
		store := open(t)
		values := func() map[string]int {
			counts, position, err := store.Tally(t.Context(), guests(1), company(1), "team", projections.Span{})
			require.NoError(t, err)
			stands, err := store.Position(t.Context(), guests(1))
			require.NoError(t, err)
			require.Equal(t, stands, position)
			return counts
		}
		require.Empty(t, values())
		apply(t, store, 0, 1, row(company(1), "a", "a", "red"), row(company(1), "b", "b", "r\u00e9d/#"), row(company(1), "c", "c", ""), row(company(1), "d", "", "red"), row(company(2), "e", "e", "red"))
		require.Equal(t, map[string]int{"red": 1, "r\u00e9d/#": 1, "": 1}, values())
		apply(t, store, 1, 2, row(company(1), "a", "a", "blue"), row(company(1), "d", "d", "blue"))
		require.Equal(t, map[string]int{"blue": 2, "r\u00e9d/#": 1, "": 1}, values(), "what none has any more is left out")
		_, _, err := store.Tally(t.Context(), guests(1), company(1), "role", projections.Span{})
		require.Error(t, err, "which is not counted")
	})
	t.Run("given what is not kept, it says so rather than looking at all rows", func(t *testing.T) {
		store := open(t)
		apply(t, store, 0, 1, row(company(1), "a", "a", "red", "boss"))
		for _, query := range []projections.Query{
			{Facets: map[string]string{"role": "boss"}},
			{Facets: map[string]string{"team": "red", "role": "boss"}},
			{Words: sought("a")},
			{OneOf: map[string][]string{"role": {"boss"}}},
			{From: moment(0)},
			{To: moment(1)},
			{Facets: map[string]string{"team": "red"}, Words: sought("a")},
		} {
			require.Equal(t, -1, counted(t, store, query), query)
		}
	})
	t.Run("given a change that fails, it counts nothing", func(t *testing.T) {
		store := open(t)
		require.Error(t, store.Apply(t.Context(), guests(1), projections.Change{Saved: []projections.Row{row(company(1), "a", "a", "red")}, From: at(3), To: at(4)}))
		require.Zero(t, counted(t, store, projections.Query{}))
	})
}
