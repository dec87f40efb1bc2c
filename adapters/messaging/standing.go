package messaging

import (
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Standing is how far a view, a policy or another follower has come.
type Standing struct {
	Name     string
	Policy   bool // and not a view
	Version  int  // of a view
	Position domain.Position
	// Farthest is where it was ever seen to stand. Where it is farther than
	// Position, rows were lost, and are made anew.
	Farthest domain.Position
	// Stopped is the event at which it stands still, and why; nil while it goes on.
	Stopped *projections.Poison
	// Failure is what keeps it from going on for now; nil where nothing does.
	Failure error
	// BehindSince is when the end of the log was seen that it has not reached yet;
	// zero where it reflects all that was seen.
	BehindSince time.Time
	// StalledSince is since when it has not moved although it is behind the log,
	// whatever the reason; zero where it moves, or has nothing to do.
	StalledSince time.Time
	// Behind is how far a stalled one is behind, in log positions: events of the
	// embedded log, bytes of EventStoreDB's.
	Behind uint64
	// Editions are a view's, of all versions, where somebody has asked for them.
	Editions []projections.Edition
}
