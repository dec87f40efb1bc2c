package journal

import (
	"fmt"
	"slices"
	"strings"
)

// Aside is a stream of which nothing counts any more, or from some event on, and why:
// whatever it is about stands as it was, and all other streams go on.
type Aside struct {
	Stream string // as Usher calls it
	Reason string
}

// AsideBy returns what is set aside for events that no Usher wrote, and by those who cut
// streams at the log's server, by the streams' names; each stream once.
func AsideBy(foreign []Foreign, cuts []Cut) []Aside {
	reasons := map[string][]string{}
	for _, one := range foreign {
		reasons[one.Stream] = append(reasons[one.Stream], fmt.Sprintf("from revision %d on, at position %s: no Usher wrote the event there: %s", one.Revision, one.Position, one.Reason))
	}
	for _, one := range cuts {
		reasons[one.Stream] = append(reasons[one.Stream], "at the server "+one.AtServer+" "+one.Done)
	}
	all := make([]Aside, 0, len(reasons))
	for stream, why := range reasons {
		all = append(all, Aside{stream, strings.Join(why, "; ")})
	}
	slices.SortFunc(all, func(one, other Aside) int { return strings.Compare(one.Stream, other.Stream) })
	return all
}
