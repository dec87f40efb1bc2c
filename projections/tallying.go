package projections

import (
	"slices"
	"strings"
)

// ValueSeparator stands between the values that a row has in one tallied facet.
const ValueSeparator = "\n"

// Several returns the values of a row in one tallied facet, as one text.
func Several(values ...string) string { return strings.Join(values, ValueSeparator) }

// Values returns the values in such a text; none where it is empty.
func Values(several string) []string {
	if several == "" {
		return nil
	}
	return strings.Split(several, ValueSeparator)
}

// Span is the texts from one on, up to another and without that; where that is empty,
// all that follow. They are ordered by their bytes.
type Span struct{ From, To string }

// Has reports whether a text lies within.
func (s Span) Has(text string) bool { return text >= s.From && (s.To == "" || text < s.To) }

// Counters returns the span of the ids that a facet's counters have, for stores.
func (s Span) Counters(facet string) Span {
	counters := Span{From: CounterID(facet, s.From), To: CounterID(facet, s.To)}
	if s.To == "" {
		counters.To = CounterPrefix + facet + "0" // which follows "/"
	}
	return counters
}

// CheckTallied refuses to tally a facet of which an edition of some version keeps no
// counters, for stores: where an older version still serves, they come with the newer one.
func CheckTallied(view View, version int, counted, tallied []string, facet string) error {
	if slices.Contains(counted, facet) || slices.Contains(tallied, facet) {
		return nil
	}
	return noFacet(view, version, facet, facet)
}
