package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// Proposed is an event to be appended.
type Proposed struct {
	ID       uuid.UUID
	Type     string
	JSON     bool // whether Data is JSON, as EventStoreDB's content type says
	Data     []byte
	Metadata []byte
	// Original is when an event that is copied from another log was committed
	// there, and becomes its Record.Time; zero for a new event.
	Original time.Time
}

// Record is an event as a log has it.
type Record struct {
	Proposed
	Stream   string
	Revision uint64 // from 0
	Position domain.Position
	Time     time.Time // when it was committed, UTC
}

// Log is an append-only log of streams with one order over all of them.
// Its methods may be called from many goroutines.
type Log interface {
	// Append commits the events at the stream's end, all or none, and returns
	// after they are synced to disk, with the last one's revision and position.
	// A stream's end that is not as expected gives a *domain.Conflict, unless
	// exactly these events, by id, follow the expected revision already: then
	// the answer is as the first time.
	Append(ctx context.Context, stream string, expected domain.Expected, events []Proposed) (revision uint64, position domain.Position, err error)

	// ReadStream yields a stream's events from a revision on, in order; nothing
	// for a stream that does not exist. An error is yielded once and ends the
	// sequence.
	ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[Record, error]

	// ReadAll yields the events of all streams behind a position, in order, up
	// to the head at some moment during the call.
	ReadAll(ctx context.Context, after domain.Position) iter.Seq2[Record, error]

	// Subscribe yields the events of all streams behind a position, in order,
	// and then waits for more. It ends when ctx does (yielding ctx's error).
	Subscribe(ctx context.Context, after domain.Position) iter.Seq2[Record, error]

	// Head returns the position of the last event; zero for an empty log.
	Head(ctx context.Context) (domain.Position, error)

	// Mark tells the log from every other one: it is the place and the id of the
	// event with which it begins, and empty while there is none. A copy of a log has
	// the same mark where its events have the same positions.
	//
	// Whoever keeps a position beside a log keeps its mark too: in another log the
	// same position is another place.
	Mark(ctx context.Context) (string, error)
}

// ErrUnavailable says that a log cannot be reached or cannot write. Whether an
// append that ended with it took place is unknown.
var ErrUnavailable = errors.New("the event log is unavailable")

// ErrFull says that a log has no space. Nothing took place.
var ErrFull = errors.New("the event log has no space")

// ErrDenied says that the server of a log does not let Usher do this: nothing
// took place.
var ErrDenied = errors.New("the event log denies this")

// HistoryMissing says that a stream does not show all of its events, which nobody should
// do to a stream of ours. Nothing is decided on half a history, and nothing took place.
type HistoryMissing struct {
	Stream string // as the log's server calls it
	Done   string // to the stream, behind its name, such as "was deleted"
}

func (h *HistoryMissing) Error() string {
	return fmt.Sprintf("the stream %s %s in EventStoreDB: its history is missing; undo that before it is scavenged, for no stream of Usher's may be deleted, truncated or given a retention", h.Stream, h.Done)
}

// ErrClosed says that the log was closed.
var ErrClosed = errors.New("the event log is closed")

// Damage says that a log's bytes are not what was written, and where.
type Damage struct {
	File   string
	Offset int64  // in bytes
	Event  string // which one, where that is known
	Reason string
}

func (d *Damage) Error() string {
	var place string
	switch {
	case d.Event != "":
		place = " at " + d.Event
	case d.Offset > 0:
		place = fmt.Sprintf(" at byte %d", d.Offset)
	}
	return fmt.Sprintf("%s is damaged%s: %s; restore it from a backup", d.File, place, d.Reason)
}
