package eventstoredb

import (
	"time"

	"github.com/usher-engine/usher/adapters/journal"
)

// Stored is an event's metadata as EventStoreDB gets it.
func Stored(event journal.Proposed) ([]byte, error) { return withOriginal(event) }

// Restored is what comes back of it.
func Restored(stored []byte) ([]byte, time.Time, error) { return original(stored) }
