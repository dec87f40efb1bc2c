package projections

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
)

// The streams that projections write, by what their names begin with.
const (
	byCategory    = "$ce-"
	byType        = "$et-"
	byCorrelation = "$bc-"
	ofCategory    = "$category-"
	ofStreams     = "$streams"
)

// referenceType is the type of events whose data is a stream's name.
const referenceType = "$@"

// deletedType is what stands in place of the type of an event that deletes a stream.
const deletedType = "$deleted"

// longestCorrelation is how many bytes a correlation id may have; one that is longer
// is as if there were none, because it becomes a stream's name.
const longestCorrelation = 1 << 10

// Writes reports whether only projections write a stream of this name.
func Writes(stream string) bool {
	for _, prefix := range []string{byCategory, byType, byCorrelation, ofCategory} {
		if strings.HasPrefix(stream, prefix) {
			return true
		}
	}
	return stream == ofStreams
}

// Missing refuses to read, or to wait for, a stream that only projections write and
// that does not exist, where there are none: it would never come.
func Missing(ctx context.Context, s *store.Store, stream string) error {
	if !Writes(stream) {
		return nil
	}
	next, err := s.End(ctx, stream)
	if errors.As(err, new(*store.Deleted)) || err == nil && next > 0 {
		return nil // which is for whoever reads
	}
	if err != nil {
		return err
	}
	return &wire.Failure{
		Code:      codes.NotFound,
		Message:   fmt.Sprintf("Event stream '%s' is not found: only system projections write it, and this node runs without them (--system-projections).", stream),
		Exception: "stream-not-found",
		Trailers:  []string{"stream-name", stream},
	}
}

// Emitted is an event that a projection writes, and where.
type Emitted struct {
	Stream string

	cause *cause
	kind  string
	data  string
	more  extra
}

// Of returns what the projections write because of an event; always the same, with
// the same ids.
func Of(record journal.Record) []Emitted {
	if !store.Visible(record) {
		return nil
	}
	record = store.Shown(record)
	c := &cause{Record: record}
	c.subject, c.deletes = deleted(record)
	if record.Type != store.LinkType && record.Type != referenceType {
		c.correlation = correlation(record.Metadata)
	}
	var emitted []Emitted
	category, inCategory := categoryOf(c.subject)
	if record.Revision == 0 {
		emitted = append(emitted, c.link(1, ofStreams, c.place(), extra{}))
		if inCategory && !c.deletes {
			emitted = append(emitted, c.emit(2, ofCategory+category, referenceType, record.Stream, extra{}))
		}
	}
	if inCategory {
		target := c.place()
		if record.Type == store.LinkType {
			target = string(record.Data)
		}
		emitted = append(emitted, c.link(3, byCategory+category, target, extra{Original: c.subject, Deleted: c.deletion()}))
	}
	if record.Type != store.LinkType {
		kind := record.Type
		if c.deletes {
			kind = deletedType
		}
		emitted = append(emitted, c.link(4, byType+kind, c.place(), extra{Deleted: c.deletion()}))
	}
	if c.correlation != "" {
		at := record.Time.UTC().Format("2006-01-02T15:04:05.000000Z")
		emitted = append(emitted, c.link(5, byCorrelation+c.correlation, c.place(), extra{At: at}))
	}
	return emitted
}

// cause is the event because of which something is written.
type cause struct {
	journal.Record
	subject     string // the stream that it is of, or that it deletes
	deletes     bool
	correlation string // empty for none
}

func (c *cause) place() string { return fmt.Sprintf("%d@%s", c.Revision, c.Stream) }

func (c *cause) deletion() *int {
	if !c.deletes {
		return nil
	}
	from := -1
	return &from
}

// extra is the metadata of what is written, as EventStoreDB spells it.
type extra struct {
	projection int

	Version     string `json:"$v"` // the projection's number, its epoch and its version
	Commit      uint64 `json:"$c"` // where the cause stands
	Prepare     uint64 `json:"$p"`
	At          string `json:"$eventTimestamp,omitempty"`
	Original    string `json:"$o,omitempty"` // the cause's stream
	Deleted     *int   `json:"$deleted,omitempty"`
	CausedBy    string `json:"$causedBy"`
	Correlation string `json:"$correlationId,omitempty"`
}

func (c *cause) link(projection int, stream, target string, more extra) Emitted {
	return c.emit(projection, stream, store.LinkType, target, more)
}

func (c *cause) emit(projection int, stream, kind, data string, more extra) Emitted {
	more.projection = projection
	return Emitted{Stream: stream, cause: c, kind: kind, data: data, more: more}
}

// Event returns the event itself.
func (e Emitted) Event() journal.Proposed {
	c, said := e.cause, e.more
	said.Version = fmt.Sprintf("%d:-1:1:4", said.projection)
	said.Commit, said.Prepare = c.Position.Commit, c.Position.Prepare
	said.CausedBy, said.Correlation = c.ID.String(), c.correlation
	metadata, err := json.Marshal(said)
	if err != nil {
		panic(err) // because text and numbers can always be written
	}
	return journal.Proposed{ID: idOf(c.ID, c.Position.Commit, e.Stream), Type: e.kind, Data: []byte(e.data), Metadata: metadata}
}

// idOf is the id of what is written into a stream because of the event at a position.
func idOf(id uuid.UUID, position uint64, stream string) uuid.UUID {
	return uuid.NewSHA1(id, fmt.Appendf(nil, "%d/%s", position, stream))
}

// causedAt returns the position because of which a record was written, if that was
// by a projection.
func causedAt(record journal.Record) (uint64, bool) {
	if record.Type != store.LinkType && record.Type != referenceType || !Writes(record.Stream) {
		return 0, false
	}
	var said extra
	if json.Unmarshal(record.Metadata, &said) != nil {
		return 0, false
	}
	id, err := uuid.Parse(said.CausedBy)
	return said.Commit, err == nil && record.ID == idOf(id, said.Commit, record.Stream)
}

// categoryOf is the text before the first hyphen of a stream's name.
func categoryOf(stream string) (string, bool) {
	category, _, found := strings.Cut(stream, "-")
	return category, found && category != "" && !strings.HasPrefix(stream, "$")
}

// deleted returns the stream that an event deletes, if it does; otherwise its own.
func deleted(record journal.Record) (stream string, deletes bool) {
	if record.Type == store.TombstoneType {
		return record.Stream, true
	}
	original, ofMetadata := strings.CutPrefix(record.Stream, store.MetadataStream(""))
	if ofMetadata && record.Type == store.MetadataType && store.ParseMetadata(record.Data).Deleted() {
		return original, true
	}
	return record.Stream, false
}

// correlation is the correlation id in an event's metadata; empty where there is none.
func correlation(metadata []byte) string {
	var said struct {
		ID any `json:"$correlationId"`
	}
	if json.Unmarshal(metadata, &said) != nil {
		return ""
	}
	id, _ := said.ID.(string)
	if len(id) > longestCorrelation {
		return ""
	}
	return id
}
