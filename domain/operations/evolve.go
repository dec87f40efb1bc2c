package operations

import (
	"maps"

	"github.com/google/uuid"
)

// Evolve returns the operations after one more event. It changes no state that
// somebody else may hold.
func Evolve(state State, event Event) State {
	switch e := event.(type) {
	case EventSkipped:
		skipped := maps.Clone(state.Skipped)
		if skipped == nil {
			skipped = map[string]map[uuid.UUID]bool{}
		}
		mine := maps.Clone(skipped[e.Follower])
		if mine == nil {
			mine = map[uuid.UUID]bool{}
		}
		mine[e.Event] = true
		skipped[e.Follower] = mine
		state.Skipped = skipped
	}
	return state
}
