package journal

import (
	"context"
	"iter"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// Local is a log in this process. It can do what a server of the log needs
// besides what Usher itself does. Its positions count the events, from 1.
type Local interface {
	Log

	// Update runs a change while nobody else appends, and commits what it
	// appended, to any streams, all or none. It returns after that is synced to
	// disk. An error of the change undoes it and is returned as it is.
	Update(ctx context.Context, change func(Transaction) error) error

	// SubscribePages is Subscribe for those who pass over most events: it yields some at a
	// time. They are others' too, and are not to be changed.
	SubscribePages(ctx context.Context, after domain.Position) iter.Seq2[[]Record, error]

	// ReadStreamBackwards yields a stream's events from a revision downwards,
	// that one included; from its end where it is not as long.
	ReadStreamBackwards(ctx context.Context, stream string, from uint64) iter.Seq2[Record, error]

	// ReadAllBackwards yields the events of all streams before a position,
	// the newest first; from the head where the position is behind it.
	ReadAllBackwards(ctx context.Context, before domain.Position) iter.Seq2[Record, error]
}

// Transaction is a log as the one who may append to it sees it, with what was
// appended in this transaction. It must not be used after its change returned.
type Transaction interface {
	// End returns the revision of the event to come in a stream: 0 where there is none.
	End(stream string) (uint64, error)

	// Event returns a stream's event with a revision, if there is one.
	Event(stream string, revision uint64) (Record, bool, error)

	// Find returns the first event of a stream with an id, if there is one.
	Find(stream string, id uuid.UUID) (Record, bool, error)

	// Append adds events at a stream's end, and says where the last one stands.
	Append(stream string, events []Proposed) (revision uint64, position domain.Position, err error)
}
