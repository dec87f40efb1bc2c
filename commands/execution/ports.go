package execution

import (
	"context"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/domain"
)

// Ports is what the path needs from outside.
type Ports struct {
	Store EventStore
	Keys  DataKeys
	Now   func() time.Time
	// Head is where the log ended when this process began.
	Head domain.Position
	// End asks where the log ends now.
	End func(context.Context) (domain.Position, error)
	// Meter is told what commands cost; nil where nothing does.
	Meter Meter
	// Observe is told once of each command; nil where nobody listens.
	Observe Observe
}

// EventStore is the log, one stream at a time.
type EventStore interface {
	// Append commits the events at the stream's end, all or none, and returns
	// after they are durable. Where the end is not as expected it returns a
	// *domain.Conflict, unless exactly these events (by id) stand there already:
	// then it answers as the first time.
	Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []Uncommitted) (Appended, error)

	// Read yields the stream's events from a revision on, in order. A stream
	// that does not exist yields nothing. A failure is yielded as an error and
	// ends the sequence; it is never mistaken for the stream's end.
	Read(ctx context.Context, stream domain.StreamName, from uint64) iter.Seq2[domain.Recorded, error]
}

// Uncommitted is an event on its way into the log.
type Uncommitted struct {
	ID       uuid.UUID
	Event    domain.Event
	Metadata domain.Metadata
}

// Appended says where the last of some events came to stand.
type Appended struct {
	Revision uint64
	Position domain.Position
}

// DataKeys makes what personal data is encrypted under.
type DataKeys interface {
	// EnsureDataKeys makes the data keys of those who have none. It must come
	// before the first append that needs them. Erased keys are not made again.
	EnsureDataKeys(ctx context.Context, people []domain.PersonID) error
}

// Meter opens a bill for each command.
type Meter interface {
	// Open is told the request under the command's own id. The same command again, after
	// it was charged and perhaps came to something, is not charged twice.
	Open(request access.Request) Bill
}

// Bill is what one command takes of what is limited.
type Bill interface {
	// Charge takes what events cost before they are appended, or refuses them;
	// after is the state that they lead to. After a conflict it is told of the
	// events that are to be appended instead.
	Charge(ctx context.Context, events []domain.Event, after any) error
	// GiveBack undoes the charge of what came to nothing.
	GiveBack(ctx context.Context) error
}
