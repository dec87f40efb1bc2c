package works

import (
	"time"

	"github.com/usher-engine/usher/bench/builds"
	"github.com/usher-engine/usher/bench/compare"
)

// Settings is how everything is measured.
type Settings struct {
	Scratch      string // where servers keep their data for as long as they run
	WarmUp, Time time.Duration
}

// All returns all that is measured of two builds, with the goals of the present.
func All(base, present builds.Build, s Settings) []compare.Work {
	return []compare.Work{
		Inviting(base, present, s, 64, 1.3),
		Inviting(base, present, s, 1, 0),
	}
}
