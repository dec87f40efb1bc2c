package commands

import (
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/operations"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

// ForgetStream drops what is kept of a stream, such as one with an event that cannot
// be read, or of which somebody has hidden events: nothing is judged on it any more.
func (a *App) ForgetStream(stream domain.StreamName) {
	a.people.Drop(stream)
	a.batches.Drop(stream)
	a.accounts.Drop(stream)
	a.structures.Drop(stream)
	a.operations.Drop(stream)
}

// Hear takes what came into the log, by whichever instance: each event once, in
// order, up to a position, which was the log's end some time ago, as far as was known.
func (a *App) Hear(events []domain.Recorded, to domain.Position, ago time.Duration) {
	for _, recorded := range events {
		switch recorded.Event.(type) {
		case person.Event:
			a.people.Hear(recorded)
		case batch.Event:
			a.batches.Hear(recorded)
		case account.Event:
			a.accounts.Hear(recorded)
		case structure.Event:
			a.structures.Hear(recorded)
		case operations.Event:
			a.operations.Hear(recorded)
		}
	}
	a.path.Reach(to, a.Now().Add(-ago))
}
