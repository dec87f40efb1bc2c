package projections

import (
	"slices"
	"strings"
)

// Counters are kept with a view's rows, in rows of their own that nothing shows: how
// many rows are listed, and how many of these have each value of each facet that
// is Counted.

// CounterPrefix is what the ids of counters begin with, and those of rows never do.
const CounterPrefix = "#"

// CounterID returns the id of the counter of a facet's value; of all rows listed,
// where the facet has no name.
func CounterID(facet, value string) string {
	if facet == "" {
		return CounterPrefix
	}
	return CounterPrefix + facet + "/" + value
}

// CountersOf returns the counters in which a row counts, of those kept of facets.
func CountersOf(row Row, facets, counted []string) (ids []string) {
	if row.Sort == "" || len(counted) == 0 {
		return nil
	}
	ids = append(ids, CounterID("", ""))
	for i, facet := range facets {
		if slices.Contains(counted, facet) {
			ids = append(ids, CounterID(facet, row.Facets[i]))
		}
	}
	return ids
}

// Counters returns the counters whose sum is how many rows the query lists, whichever
// the page; false where none are kept that say so.
func (q Query) Counters(counted []string) (ids []string, kept bool) {
	filters := q.FacetNames()
	if len(counted) == 0 || len(filters) > 1 || len(q.Words) > 0 || !q.From.IsZero() || !q.To.IsZero() {
		return nil, false
	}
	if len(filters) == 0 {
		return []string{CounterID("", "")}, true
	}
	if !slices.Contains(counted, filters[0]) {
		return nil, false
	}
	values, several := q.OneOf[filters[0]]
	if !several {
		values = []string{q.Facets[filters[0]]}
	}
	for _, value := range values {
		if id := CounterID(filters[0], value); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, true
}

// CountersOfValues returns the first id of the counters of all values of a facet, and what
// they are all before. Behind the first, which is the id of the empty value, an id goes on
// with its value.
func CountersOfValues(facet string) (from, to string) {
	from = CounterID(facet, "")
	return from, from + "\U0010FFFF"
}

// CheckCounted refuses to count by a facet of which an edition of some version keeps no
// counters, for stores.
func CheckCounted(view View, version int, counted []string, facet string) error {
	if slices.Contains(counted, facet) {
		return nil
	}
	return noFacet(view, version, facet, facet)
}

// countedMark follows the name of a counted facet where stores keep what a view declares.
const countedMark = "+"

// DeclarationOf returns a view's facets as stores keep them, to know what an edition has.
func DeclarationOf(view View) string {
	declared := slices.Clone(view.FacetNames())
	for i, facet := range declared {
		if slices.Contains(view.Counted(), facet) {
			declared[i] += countedMark
		}
	}
	return strings.Join(declared, " ")
}

// Declared returns the facets that a declaration lists, and those that are counted.
func Declared(declaration string) (facets, counted []string) {
	for _, name := range strings.Fields(declaration) {
		name, counts := strings.CutSuffix(name, countedMark)
		if facets = append(facets, name); counts {
			counted = append(counted, name)
		}
	}
	return facets, counted
}
