package commandstest

import (
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
)

// judged expects of whatever somebody signed in has caused that it says on which
// revisions their permission was judged: with the very append, not only before. What
// only counts the rows of a batch, each of which was judged, is no more than that.
func judged(t T, appended []domain.Recorded) {
	t.Helper()
	for _, one := range appended {
		if _, counts := one.Event.(batch.Closed); counts {
			continue
		}
		if one.Metadata.Actor.Kind == domain.ActorPerson {
			require.NotZero(t, one.Metadata.Judged, "%s in %s: nobody judged whether they may", one.Event.Type(), one.Stream)
		}
	}
}
