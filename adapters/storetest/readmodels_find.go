package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/projections"
)

func finding(t *testing.T, open func(t *testing.T) projections.Store) {
	t.Run("given rows, it lists them by the bytes of their sort text, then by id, both ways", func(t *testing.T) {
		store := open(t)
		inOrder := []string{" ", "10", "2", "B", "a", "ab", "é", "李", "👍"}
		var saved []projections.Row
		for _, sort := range inOrder {
			saved = append(saved, row(company(1), sort+"2", sort), row(company(1), sort+"1", sort))
		}
		apply(t, store, 0, 1, saved...)
		var want []string
		for _, sort := range inOrder {
			want = append(want, sort+"1", sort+"2")
		}
		require.Equal(t, want, ids(t, store, projections.Query{}))
		slices.Reverse(want)
		require.Equal(t, want, ids(t, store, projections.Query{Descending: true}))
	})
	t.Run("given rows without a sort text, it does not list them", func(t *testing.T) {
		store := open(t)
		hidden := row(company(1), "a", "", "red")
		apply(t, store, 0, 1, hidden, row(company(1), "b", "b", "red"))
		require.Equal(t, []string{"b"}, ids(t, store, projections.Query{}))
		require.Equal(t, []string{"b"}, ids(t, store, projections.Query{Facets: map[string]string{"team": "red"}}))
		require.Equal(t, []projections.Row{hidden}, load(t, store, guests(1), hidden.Key))
	})
	t.Run("given two companies, neither sees the other's rows", func(t *testing.T) {
		store := open(t)
		apply(t, store, 0, 1, row(company(1), "same", "x"), row(company(2), "same", "x"), row(company(2), "other", "y"))
		require.Equal(t, []string{"same"}, ids(t, store, projections.Query{}))
		require.Equal(t, []string{"same"}, ids(t, store, projections.Query{Descending: true}))
	})
	t.Run("given facets, it keeps rows that have them all", func(t *testing.T) {
		store := open(t)
		apply(t, store, 0, 1,
			row(company(1), "a", "a", "red", "boss"), row(company(1), "b", "b", "red", "guest"),
			row(company(1), "c", "c", "Red", "boss"), row(company(1), "d", "d", "", "boss"))
		for _, example := range []struct {
			facets map[string]string
			want   []string
		}{
			{map[string]string{"team": "red"}, []string{"a", "b"}},
			{map[string]string{"role": "boss"}, []string{"a", "c", "d"}},
			{map[string]string{"team": "red", "role": "boss"}, []string{"a"}},
			{map[string]string{"team": ""}, []string{"d"}},
			{map[string]string{"team": "red' OR 1=1 --"}, []string{}},
		} {
			require.Equal(t, example.want, ids(t, store, projections.Query{Facets: example.facets}), example.facets)
			slices.Reverse(example.want)
			require.Equal(t, example.want, ids(t, store, projections.Query{Facets: example.facets, Descending: true}), example.facets)
		}
	})
	t.Run("given several values of a facet, it keeps rows that have one of them", func(t *testing.T) {
		store := open(t)
		apply(t, store, 0, 1,
			row(company(1), "a", "a", "red", "boss"), row(company(1), "b", "b", "blue", "guest"),
			row(company(1), "c", "c", "green", "boss"), row(company(1), "d", "d", `quoted "\' team`, "boss"))
		for _, example := range []struct {
			query projections.Query
			want  []string
		}{
			{projections.Query{OneOf: map[string][]string{"team": {"red", "green"}}}, []string{"a", "c"}},
			{projections.Query{OneOf: map[string][]string{"team": {"blue", "blue", "grey"}}}, []string{"b"}},
			{projections.Query{OneOf: map[string][]string{"team": {}}}, []string{}},
			{projections.Query{OneOf: map[string][]string{"team": nil}}, []string{}},
			{projections.Query{OneOf: map[string][]string{"team": {`quoted "\' team`, "red"}}}, []string{"a", "d"}},
			{projections.Query{OneOf: map[string][]string{"team": {"red", "blue"}, "role": {"guest", "boss"}}}, []string{"a", "b"}},
			{projections.Query{OneOf: map[string][]string{"team": {"red", "blue"}}, Facets: map[string]string{"role": "boss"}}, []string{"a"}},
			{projections.Query{OneOf: map[string][]string{"team": {"red", "blue"}}, Facets: map[string]string{"team": "blue"}}, []string{"b"}},
		} {
			require.Equal(t, example.want, ids(t, store, example.query), example.query)
			require.ElementsMatch(t, example.want, inPages(t, store, example.query, 1, func() {}), example.query)
		}
	})
	t.Run("given a facet that the view does not have, it is an error", func(t *testing.T) {
		_, _, err := open(t).Find(t.Context(), guests(1), projections.Query{Account: company(1), Facets: map[string]string{"sort": "x"}, Limit: 1})
		require.ErrorContains(t, err, `no facet "sort"`)
		_, _, err = open(t).Find(t.Context(), guests(1), projections.Query{Account: company(1), OneOf: map[string][]string{"sort": {"x"}}, Limit: 1})
		require.ErrorContains(t, err, `no facet "sort"`)
	})
	t.Run("given words to search, it finds them anywhere and takes every character for itself", func(t *testing.T) {
		store := open(t)
		texts := map[string]string{"a": "anna o'neill", "b": "100% _sure_", "c": `back\slash "quoted"`, "d": "jörg 李 👍", "e": ""}
		var saved []projections.Row
		for id, text := range texts {
			some := row(company(1), id, id)
			some.Search = text
			saved = append(saved, some)
		}
		apply(t, store, 0, 1, saved...)
		for search, want := range map[string][]string{
			"": {"a", "b", "c", "d", "e"}, "nna o'": {"a"}, "%": {"b"}, "_": {"b"}, "0%": {"b"}, "a%l": {}, "ann_": {}, `\`: {"c"},
			`\%`: {}, `"`: {"c"}, "李": {"d"}, "👍": {"d"}, "ö": {"d"}, "*": {}, "ANNA": {}, "anna neill": {}, "a": {"a", "c"},
		} {
			require.Equal(t, want, ids(t, store, projections.Query{Words: sought(search)}), "search %q", search)
		}
		for _, example := range []struct {
			words []projections.Words
			want  []string
		}{
			{[]projections.Words{{"o'neill", "anna"}}, []string{"a"}},
			{[]projections.Words{{"anna", "jörg"}}, []string{}},
			{[]projections.Words{{"anna"}, {"jörg"}}, []string{"a", "d"}},
			{[]projections.Words{{"anna", "jörg"}, {"_", "100%"}}, []string{"b"}},
			{[]projections.Words{{"李", "👍", "j"}, {"nobody"}}, []string{"d"}},
			{[]projections.Words{{"' OR 1=1 --"}, {"$1"}, {"?"}}, []string{}},
		} {
			require.Equal(t, example.want, ids(t, store, projections.Query{Words: example.words}), example.words)
			require.ElementsMatch(t, example.want, inPages(t, store, projections.Query{Words: example.words}, 1, func() {}), example.words)
		}
	})
	t.Run("given a time from and to, it keeps rows from the one and before the other", func(t *testing.T) {
		store := open(t)
		var saved []projections.Row
		for i, id := range []string{"a", "b", "c"} {
			some := row(company(1), id, id)
			some.At = moment(0).Add(time.Duration(i))
			saved = append(saved, some)
		}
		apply(t, store, 0, 1, saved...)
		second, abroad := moment(0).Add(1), time.FixedZone("", -5*3600)
		require.Equal(t, []string{"b", "c"}, ids(t, store, projections.Query{From: second}))
		require.Equal(t, []string{"a"}, ids(t, store, projections.Query{To: second.In(abroad)}))
		require.Equal(t, []string{"b"}, ids(t, store, projections.Query{From: second.In(abroad), To: second.Add(1)}))
		require.Empty(t, ids(t, store, projections.Query{From: second, To: second}))
	})
	t.Run("given a limit, it answers with no more rows", func(t *testing.T) {
		store := open(t)
		apply(t, store, 0, 1, row(company(1), "a", "a"), row(company(1), "b", "b"))
		for limit, want := range []int{0, 1, 2, 2} {
			rows, position, err := store.Find(t.Context(), guests(1), projections.Query{Account: company(1), Limit: limit})
			require.NoError(t, err)
			require.Len(t, rows, want)
			require.Equal(t, at(1), position)
		}
	})
}
