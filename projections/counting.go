package projections

import (
	"slices"
	"strings"
)

// Counters are kept with a view's rows, in rows of their own that nothing shows: how
// many rows are listed, and how many of these have each value of each facet that
// is Counted or Tallied.

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
func CountersOf(row Row, facets, counted, tallied []string) (ids []string) {
	if row.Sort == "" || len(counted)+len(tallied) == 0 {
		return nil
	}
	ids = append(ids, CounterID("", ""))
	for i, facet := range facets {
		if slices.Contains(counted, facet) {
			ids = append(ids, CounterID(facet, row.Facets[i]))
		}
		if slices.Contains(tallied, facet) {
			for _, value := range Values(row.Facets[i]) {
				ids = append(ids, CounterID(facet, value))
			}
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

// A counted facet's name is followed by one of these, and a tallied one's by the other,
// where stores keep what a view declares.
const (
	countedMark = "+"
	talliedMark = "="
)

// DeclarationOf returns a view's facets as stores keep them, to know what an edition has.
func DeclarationOf(view View) string {
	declared := slices.Clone(view.FacetNames())
	for i, facet := range declared {
		if slices.Contains(view.Counted(), facet) {
			declared[i] += countedMark
		}
		if slices.Contains(view.Tallied(), facet) {
			declared[i] += talliedMark
		}
	}
	return strings.Join(declared, " ")
}

// Declared returns the facets that a declaration lists, and those of them that are
// counted or tallied.
func Declared(declaration string) (facets, counted, tallied []string) {
	for _, name := range strings.Fields(declaration) {
		name, tallies := strings.CutSuffix(name, talliedMark)
		name, counts := strings.CutSuffix(name, countedMark)
		facets = append(facets, name)
		if counts {
			counted = append(counted, name)
		}
		if tallies {
			tallied = append(tallied, name)
		}
	}
	return facets, counted, tallied
}
