package domain

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// EventType is an event's name on the wire: dotted lower case, aggregate first,
// written by hand and never changed. A breaking change makes a new name.
type EventType string

// An Event is something that happened, in the past tense.
type Event interface {
	Type() EventType
	// About returns the person whom the event is about, or Nobody. Each event says
	// so itself: what it leaves out is missing in that person's history.
	About() PersonID
}

// Nobody returns whom an event is about that concerns no person, or all.
func Nobody() PersonID { return PersonID{} }

// A PersonalEvent carries personal data in its member "personal", which is kept
// encrypted under the data key of its subject: mostly whom the event is about, but
// the text of a batch is its inviter's.
type PersonalEvent interface {
	Event
	Subject() PersonID
}

// Recorded is an event as the log has it.
type Recorded struct {
	ID       uuid.UUID
	Stream   StreamName
	Revision uint64 // place in the stream, from 0
	Position Position
	Time     time.Time // when it was committed
	Event    Event
	Metadata Metadata

	// Data is the payload as it is stored: JSON, its personal part sealed.
	Data []byte
	// RawMetadata is the metadata as it is stored, byte for byte: what a proof
	// of the event covers. It shares memory with the log's page and must not be
	// changed, nor must Data.
	RawMetadata []byte
	// Erased says that the key of the personal part is gone for ever; the
	// event's personal fields are then empty.
	Erased bool
}

// Metadata says who caused an event and on which grounds it was permitted.
type Metadata struct {
	Correlation uuid.UUID `json:"$correlationId"`
	Causation   CommandID `json:"$causationId"` // the command that caused the event
	Actor       Actor     `json:"actor"`
	Account     AccountID `json:"account"`
	Schema      int       `json:"schema"`
	// Judged names the revisions on which the permission was judged.
	Judged Judged `json:"judged,omitzero"`
}

// Judged holds revisions of the account's and the actor's streams, each plus
// one, so that zero means "not looked at".
type Judged struct {
	Account uint64 `json:"account,omitzero"`
	Actor   uint64 `json:"actor,omitzero"`
}

// Position is a place in the log. It is opaque: compared and kept whole, never
// computed with. Zero is before everything.
type Position struct {
	Commit, Prepare uint64
}

// Compare orders positions as the log does.
func (p Position) Compare(other Position) int {
	return cmp.Or(cmp.Compare(p.Commit, other.Commit), cmp.Compare(p.Prepare, other.Prepare))
}

// After reports whether p is behind other in the log's order.
func (p Position) After(other Position) bool { return p.Compare(other) > 0 }

// IsZero reports whether p is the place before everything.
func (p Position) IsZero() bool { return p == Position{} }

// String writes the position so that ParsePosition reads it: "42", or "42.40"
// where the two parts differ. It is safe in a URL.
func (p Position) String() string { return string(p.Append(make([]byte, 0, positionLength))) }

// positionLength is that of the longest position as text.
const positionLength = 41

// Append is String at the end of a text.
func (p Position) Append(text []byte) []byte {
	text = strconv.AppendUint(text, p.Commit, 10)
	if p.Commit == p.Prepare {
		return text
	}
	return strconv.AppendUint(append(text, '.'), p.Prepare, 10)
}

// ParsePosition returns the position that String wrote, or invalid_position.
func ParsePosition(text string) (Position, error) {
	first, second, pair := strings.Cut(text, ".")
	if !pair {
		second = first
	}
	commit, err1 := strconv.ParseUint(first, 10, 64)
	prepare, err2 := strconv.ParseUint(second, 10, 64)
	position := Position{Commit: commit, Prepare: prepare}
	if err1 != nil || err2 != nil || string(position.Append(make([]byte, 0, positionLength))) != text {
		return Position{}, Refuse(InvalidPosition, "this is not a position that Usher gave out")
	}
	return position, nil
}

// Expected is what a writer believes of a stream's end: one of NoStream,
// Revision, StreamExists and Any.
type Expected interface {
	fmt.Stringer
	expected()
}

type (
	// NoStream expects that the stream has no events.
	NoStream struct{}
	// Revision expects that the stream's last event has this revision.
	Revision uint64
	// StreamExists expects that the stream has events.
	StreamExists struct{}
	// Any expects nothing.
	Any struct{}
)

func (NoStream) expected()     {}
func (Revision) expected()     {}
func (StreamExists) expected() {}
func (Any) expected()          {}

func (NoStream) String() string     { return "no stream" }
func (r Revision) String() string   { return "revision " + strconv.FormatUint(uint64(r), 10) }
func (StreamExists) String() string { return "stream exists" }
func (Any) String() string          { return "any" }

// Conflict says that a stream's end was not where the writer expected it.
type Conflict struct {
	Stream   StreamName
	Expected Expected
	Actual   Expected // NoStream or Revision
}

func (c *Conflict) Error() string {
	return fmt.Sprintf("stream %s: expected %s, found %s", c.Stream, c.Expected, c.Actual)
}
