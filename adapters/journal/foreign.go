package journal

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
)

// Foreign is an event in one of Usher's streams that no Usher wrote, or that was
// changed since. It sets its stream aside: nothing of that stream counts from there on,
// for anybody, and all other streams go on.
type Foreign struct {
	Stream   string
	Revision uint64
	Event    uuid.UUID
	Position domain.Position
	Type     string // printable
	Reason   string // safe to show: nothing of a payload's values
}

func (f *Foreign) Error() string {
	return fmt.Sprintf("the stream %s is set aside from revision %d on (position %s): no Usher wrote the event there: %s", f.Stream, f.Revision, f.Position, f.Reason)
}

// Alone says that nothing but the event itself is left out: what operators said, in its own
// stream, does not depend on what was said before, and nobody may take it from them.
func (f *Foreign) Alone() bool { return f.Stream == string(domain.OperationsStream()) }

// ForeignAt returns a record as one that no Usher wrote, with why that is known.
func ForeignAt(record Record, name, reason string) *Foreign {
	return &Foreign{
		Stream: record.Stream, Revision: record.Revision, Event: record.ID, Position: record.Position, Type: name, Reason: reason,
	}
}
