package projections

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/usher-engine/usher/domain"
)

// Sorts is by what a list can be sorted: the names that people use, each with the
// facet that has the order; without a facet, it is the list's own order.
type Sorts map[string]string

// sorted is the query in the order that is asked for: a name, with a minus before it
// for the other way round. Nothing is the order that the query has.
func (q Query) sorted(by string) (Query, error) {
	if by == "" {
		return q, nil
	}
	name, descending := strings.CutPrefix(by, "-")
	facet, known := q.Sorts[name]
	if !known {
		names := slices.Sorted(maps.Keys(q.Sorts))
		return q, domain.Refuse(domain.InvalidRequest, "this list is sorted by one of "+strings.Join(names, ", ")+", with - before it for the other way round").In("sort")
	}
	q.Order, q.Descending = facet, descending
	return q, nil
}

// direction is what a cursor says of it.
func (q Query) direction() string {
	if q.Descending {
		return "-" + q.Order
	}
	return q.Order
}

// SortTime orders rows by a time, the earliest first.
func SortTime(at time.Time) string { return at.UTC().Format("20060102150405.000000000") }

// PlaceOf returns where a row stands in the order of a query.
func PlaceOf(view View, query Query, row Row) Place {
	place := Place{Sort: row.Sort, ID: row.ID}
	if index := slices.Index(view.FacetNames(), query.Order); index >= 0 && index < len(row.Facets) {
		place.Order = row.Facets[index]
	}
	return place
}
