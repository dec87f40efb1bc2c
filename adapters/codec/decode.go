package codec

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Why a record is refused: the first words of a Poison's reason.
const (
	// UnknownType is a wire name that this version of Usher does not know.
	UnknownType = "unknown type"
	// BrokenMetadata is metadata that Usher did not write.
	BrokenMetadata = "broken metadata"
	// BrokenPayload is a payload that Usher did not write.
	BrokenPayload = "broken payload"
	// WrongPlace is an event in a stream where it cannot be.
	WrongPlace = "wrong place"
	// MissingKey is a data key that the vault never had: it is older than the
	// log, or belongs to another. An erased key is not missing.
	MissingKey = "missing data key"
	// Tampering is a sealed part that does not open under its key, in this
	// stream, event and type, or names the key of somebody else.
	Tampering = "tampering"
)

// half is a record that is understood but for its personal part.
type half struct {
	entry    Entry
	metadata domain.Metadata
	personal span
	sealed   sealed
}

// Decode reads records that are Ours, in order. At the first that cannot be
// read it stops, and returns the events before it together with a
// *projections.Poison. Where keys cannot be looked up it returns that error
// and no events.
func (c *Codec) Decode(ctx context.Context, records []journal.Record) ([]domain.Recorded, error) {
	halves := make([]half, 0, len(records))
	var people []domain.PersonID
	var stop error
	for _, record := range records {
		h, poison := c.halve(record)
		if poison != nil {
			stop = poison
			break
		}
		halves = append(halves, h)
		if h.entry.personal != nil {
			people = append(people, h.sealed.Key)
		}
	}
	keys, err := c.lookUp(ctx, people)
	if err != nil {
		return nil, err
	}
	events := make([]domain.Recorded, 0, len(halves))
	for i, h := range halves {
		event, err := c.complete(records[i], h, keys)
		if err != nil {
			return events, err
		}
		events = append(events, event)
	}
	return events, stop
}

// halve reads what can be read without keys.
func (c *Codec) halve(record journal.Record) (half, *projections.Poison) {
	entry, known := c.registry.entries[domain.EventType(record.Type)]
	if !known {
		return half{}, poison(record, UnknownType, "this version of Usher does not know it")
	}
	h := half{entry: entry}
	if _, f := c.metadata.check(record.Metadata); f != nil {
		return half{}, poison(record, BrokenMetadata, f.String())
	}
	if err := strictly(record.Metadata, &h.metadata); err != nil {
		return half{}, poison(record, BrokenMetadata, wrongValue(err))
	}
	if why := misplaced(record.Stream, record.Type, h.metadata); why != "" {
		return half{}, poison(record, WrongPlace, why)
	}
	if len(record.Data) > largest {
		return half{}, poison(record, BrokenPayload, fmt.Sprintf("its %d bytes are more than %d", len(record.Data), largest))
	}
	var f *fault
	if h.personal, f = entry.facts.check(record.Data); f != nil {
		return half{}, poison(record, BrokenPayload, f.String())
	}
	if entry.personal == nil {
		return h, nil
	}
	envelope := record.Data[h.personal.from:h.personal.to]
	if _, f = c.sealed.check(envelope); f != nil {
		return half{}, poison(record, BrokenPayload, f.in(personalMember).String())
	}
	if err := strictly(envelope, &h.sealed); err != nil {
		return half{}, poison(record, BrokenPayload, "/personal "+wrongValue(err))
	}
	return h, nil
}

// complete opens the personal part and reads the whole.
func (c *Codec) complete(record journal.Record, h half, keys map[domain.PersonID]Key) (domain.Recorded, error) {
	recorded := domain.Recorded{
		ID: record.ID, Stream: domain.StreamName(record.Stream), Revision: record.Revision,
		Position: record.Position, Time: record.Time, Metadata: h.metadata, Data: record.Data,
	}
	data := record.Data
	if h.entry.personal != nil {
		plain, err := c.open(record, h, keys)
		if err != nil {
			return domain.Recorded{}, err
		}
		if recorded.Erased = plain == nil; recorded.Erased {
			plain = []byte("{}")
		}
		data = splice(data, h.personal, plain)
	}
	event, err := h.entry.decode(data)
	if err != nil {
		return domain.Recorded{}, poison(record, BrokenPayload, wrongValue(err))
	}
	if personal, ok := event.(domain.PersonalEvent); ok && personal.Subject() != h.sealed.Key {
		return domain.Recorded{}, poison(record, Tampering, "its personal part is sealed for somebody else than its subject")
	}
	recorded.Event = c.registry.today(event)
	return recorded, nil
}

// open is the personal part in clear; nil and no error where it is erased.
func (c *Codec) open(record journal.Record, h half, keys map[domain.PersonID]Key) ([]byte, error) {
	key, found := keys[h.sealed.Key]
	if !found {
		return nil, poison(record, MissingKey, "the vault has no data key of "+h.sealed.Key.String()+"; restore the vault that belongs to this log")
	}
	if key.Erased {
		return nil, nil
	}
	aead, err := c.ciphers.of(h.sealed.Key, key.Bytes)
	if err != nil {
		return nil, err
	}
	plain, intact := open(aead, place{stream: record.Stream, event: record.ID, name: record.Type}, h.sealed.Sealed)
	if !intact {
		return nil, poison(record, Tampering, "its personal part was changed or moved after it was written")
	}
	if _, f := h.entry.personal.check(plain); f != nil {
		return nil, poison(record, BrokenPayload, f.in(personalMember).String())
	}
	return plain, nil
}

func strictly(data []byte, value any) error {
	return json.Unmarshal(data, value, json.RejectUnknownMembers(true))
}

// wrongValue says where a value is of the wrong kind. The shape was checked
// before, so the path has none but known names.
func wrongValue(err error) string {
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		return string(semantic.JSONPointer) + " has a value of the wrong kind"
	}
	return "cannot be read"
}

// poison names an event that cannot be read, and why, in words that are safe to
// show: nothing of a payload's values.
func poison(record journal.Record, kind, detail string) *projections.Poison {
	return &projections.Poison{
		Event:    record.ID,
		Position: record.Position,
		Type:     domain.EventType(printable(record.Type)),
		Reason:   fmt.Sprintf("%s: %s (stream %s, revision %d)", kind, detail, printable(record.Stream), record.Revision),
	}
}

// printable keeps what a log holds under a strange name from spoiling a line.
func printable(name string) string {
	const enough = 100
	if len(name) > enough {
		name = name[:enough]
	}
	quoted := strconv.QuoteToASCII(name)
	if quoted == `"`+name+`"` {
		return name
	}
	return quoted
}
