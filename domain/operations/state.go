package operations

import "github.com/google/uuid"

// State is what was skipped, by follower.
type State struct {
	Skipped map[string]map[uuid.UUID]bool
}
