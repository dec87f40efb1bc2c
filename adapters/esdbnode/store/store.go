package store

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
)

// MaxAppendSize is how many bytes of data the events of one append may have
// together. EventStoreDB 23.10 counts neither their metadata nor their types.
const MaxAppendSize = 1 << 20

// The types of events that mean something to the store.
const (
	MetadataType  = "$metadata"      // in a metadata stream: from now on the metadata is this
	TombstoneType = "$streamDeleted" // the last event of a stream that is deleted for ever
	LinkType      = "$>"             // the event is somewhere else: "12@stream"
)

// TombstoneRevision is the revision with which a tombstone is shown.
const TombstoneRevision = math.MaxInt64

// Expected is what a writer believes of a stream's end, in EventStoreDB's own
// numbers: the last event's revision, or one of the constants.
type Expected int64

// What can be expected but a revision.
const (
	NoStream     Expected = -1
	Any          Expected = -2
	StreamExists Expected = -4
)

// Revision expects that the stream's last event has this revision.
func Revision(revision uint64) Expected {
	return Expected(revision)
}

// Revision returns the revision that is expected, if one is.
func (e Expected) Revision() (uint64, bool) { return uint64(max(e, 0)), e >= 0 }

func (e Expected) String() string {
	switch e {
	case NoStream:
		return "no stream"
	case Any:
		return "any"
	case StreamExists:
		return "stream exists"
	}
	return fmt.Sprintf("revision %d", int64(e))
}

// WrongVersion says that a stream's end was not where the writer expected it.
type WrongVersion struct {
	Stream   string
	Expected Expected
	Actual   Expected // NoStream or a revision
}

func (w *WrongVersion) Error() string {
	return fmt.Sprintf("stream %s: expected %s, found %s", w.Stream, w.Expected, w.Actual)
}

// Deleted says that a stream is deleted: for ever, or so that it does not exist
// where a writer expects that it does.
type Deleted struct{ Stream string }

func (d *Deleted) Error() string { return fmt.Sprintf("stream %s is deleted", d.Stream) }

// NotFound says that there is no such stream, or that it was deleted and may be
// made again.
type NotFound struct{ Stream string }

func (n *NotFound) Error() string { return fmt.Sprintf("stream %s does not exist", n.Stream) }

// TooLarge says that the events of one append have too much data together.
type TooLarge struct{ Limit int }

func (t *TooLarge) Error() string {
	return fmt.Sprintf("the events' data are more than %d bytes together", t.Limit)
}

// ErrInvalid says that something cannot be written by a client: an event that
// only the store itself writes, or one to a stream that cannot exist.
var ErrInvalid = errors.New("this cannot be written")

// Store is EventStoreDB's rules over a log. Its methods may be called from many
// goroutines.
type Store struct {
	log journal.Local
	now func() time.Time
}

// New makes a store over a log, with the clock by which events grow old.
func New(log journal.Local, now func() time.Time) *Store {
	return &Store{log: log, now: now}
}

// Log returns the log underneath, for those who wait for events: what Visible and
// Shown say must be heeded there.
func (s *Store) Log() journal.Local { return s.log }

// MetadataStream returns the name of the stream that holds a stream's metadata.
func MetadataStream(stream string) string { return "$$" + stream }

// originalStream is the stream whose metadata another holds, if it does.
func originalStream(stream string) (string, bool) { return strings.CutPrefix(stream, "$$") }

func isTombstone(record journal.Record) bool { return record.Type == TombstoneType }

// Shown returns a record as it is shown to clients.
func Shown(record journal.Record) journal.Record {
	if isTombstone(record) {
		record.Revision = TombstoneRevision
	}
	return record
}

// Visible reports whether an event can be seen among those of all streams.
func Visible(record journal.Record) bool {
	if !strings.HasPrefix(record.Stream, "$") {
		return true
	}
	if record.Stream == "$epoch-information" {
		return false
	}
	return !strings.HasPrefix(record.Stream, "$persistentsubscription-$all::") ||
		!strings.HasSuffix(record.Stream, "-checkpoint") && !strings.HasSuffix(record.Stream, "-parked")
}
