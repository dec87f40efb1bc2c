package codec

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Why a record is refused: the first words of the reason.
const (
	// UnknownType is a wire name that this version of Usher does not know.
	UnknownType = "unknown type"
	// NewerVersion is what a newer Usher may have written: its metadata are an Usher's.
	NewerVersion = "unknown to this version"
	// BrokenMetadata is metadata that Usher did not write.
	BrokenMetadata = "broken metadata"
	// BrokenPayload is a payload that Usher did not write.
	BrokenPayload = "broken payload"
	// WrongPlace is an event in a stream where it cannot be.
	WrongPlace = "wrong place"
	// MissingKey is a data key that the vault never had, since it is older than the
	// log, or belongs to another; or one that is damaged. An erased key is not missing.
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
// *journal.Foreign, where no Usher wrote it as it is, or a *projections.Poison, where
// it may be read with what is missing now: a newer Usher, or a key. Where keys cannot
// be looked up it returns that error and no events.
func (c *Codec) Decode(ctx context.Context, records []journal.Record) ([]domain.Recorded, error) {
	halves := make([]half, 0, len(records))
	var people []domain.PersonID
	var stop error
	for _, record := range records {
		h, err := c.halve(record)
		if err != nil {
			stop = err
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

// WithoutKey returns the first of some records whose personal part has a key that the
// vault never had; nil where there is none. What cannot be read for another reason
// is passed over, and what is not Ours.
func (c *Codec) WithoutKey(ctx context.Context, records []journal.Record) (*projections.Poison, error) {
	type keyed struct {
		journal.Record
		key domain.PersonID
	}
	var all []keyed
	var people []domain.PersonID
	for _, record := range records {
		if !Ours(record) {
			continue
		}
		if h, err := c.halve(record); err == nil && h.entry.personal != nil {
			all, people = append(all, keyed{record, h.sealed.Key}), append(people, h.sealed.Key)
		}
	}
	keys, err := c.lookUp(ctx, people)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		if _, found := keys[one.key]; !found {
			return withoutKey(one.Record, one.key), nil
		}
	}
	return nil, nil
}

// Foreign returns why no Usher wrote a record that is Ours, as far as that shows without
// keys; nil where nothing shows.
func (c *Codec) Foreign(record journal.Record) *journal.Foreign {
	_, err := c.halve(record)
	found, _ := errors.AsType[*journal.Foreign](err)
	return found
}

// LacksKey tells whether an event cannot be read because its key is missing.
func LacksKey(poison *projections.Poison) bool { return strings.HasPrefix(poison.Reason, MissingKey) }

func withoutKey(record journal.Record, key domain.PersonID) *projections.Poison {
	return poison(record, MissingKey, "the vault has no data key of "+key.String()+"; restore the vault that belongs to this log")
}

// halve reads what can be read without keys.
func (c *Codec) halve(record journal.Record) (half, error) {
	entry, known := c.registry.entries[domain.EventType(record.Type)]
	h := half{entry: entry}
	if err := c.about(record, known, &h.metadata); err != nil {
		return half{}, err
	}
	if why := misplaced(record.Stream, record.Type, h.metadata); why != "" {
		return half{}, foreign(record, WrongPlace, why)
	}
	if len(record.Data) > largest {
		return half{}, foreign(record, BrokenPayload, fmt.Sprintf("its %d bytes are more than %d", len(record.Data), largest))
	}
	var f *fault
	if h.personal, f = entry.facts.check(record.Data); f != nil {
		return half{}, foreign(record, BrokenPayload, f.String())
	}
	if entry.personal == nil {
		return h, nil
	}
	envelope := record.Data[h.personal.from:h.personal.to]
	if _, f = c.sealed.check(envelope); f != nil {
		return half{}, foreign(record, BrokenPayload, f.in(personalMember).String())
	}
	if err := strictly(envelope, &h.sealed); err != nil {
		return half{}, foreign(record, BrokenPayload, "/personal "+wrongValue(err))
	}
	return h, nil
}

// about reads a record's metadata. An event of an unknown type, or of a later schema, may
// be a newer Usher's where its metadata are an Usher's.
func (c *Codec) about(record journal.Record, known bool, metadata *domain.Metadata) error {
	_, f := c.metadata.check(record.Metadata)
	var err error
	if f == nil {
		err = strictly(record.Metadata, metadata)
	}
	switch broken := f != nil || err != nil; {
	case broken && !known:
		return foreign(record, UnknownType, "no Usher has one like it")
	case f != nil:
		return foreign(record, BrokenMetadata, f.String())
	case broken:
		return foreign(record, BrokenMetadata, wrongValue(err))
	case metadata.Schema > schema:
		return poison(record, NewerVersion, fmt.Sprintf("schema %d", metadata.Schema))
	case metadata.Schema != schema:
		return foreign(record, BrokenMetadata, fmt.Sprintf("schema %d was never used", metadata.Schema))
	case !known:
		return poison(record, NewerVersion, "its type")
	}
	return nil
}

// complete opens the personal part and reads the whole.
func (c *Codec) complete(record journal.Record, h half, keys map[domain.PersonID]Key) (domain.Recorded, error) {
	recorded := domain.Recorded{
		ID: record.ID, Stream: domain.StreamName(record.Stream), Revision: record.Revision,
		Position: record.Position, Time: record.Time, Metadata: h.metadata,
		Data: record.Data, RawMetadata: record.Metadata,
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
		return domain.Recorded{}, foreign(record, BrokenPayload, wrongValue(err))
	}
	if personal, ok := event.(domain.PersonalEvent); ok && personal.Subject() != h.sealed.Key {
		return domain.Recorded{}, foreign(record, Tampering, "its personal part is sealed for somebody else than its subject")
	}
	recorded.Event = c.registry.today(event)
	return recorded, nil
}

// open is the personal part in clear; nil and no error where it is erased.
func (c *Codec) open(record journal.Record, h half, keys map[domain.PersonID]Key) ([]byte, error) {
	key, found := keys[h.sealed.Key]
	if !found {
		return nil, withoutKey(record, h.sealed.Key)
	}
	if key.Erased {
		return nil, nil
	}
	aead, err := c.ciphers.of(h.sealed.Key, key.Bytes)
	if err != nil { // which concerns this person alone, and must not hold up what follows
		return nil, poison(record, MissingKey, "the data key of "+h.sealed.Key.String()+" in the vault is damaged; restore the vault that belongs to this log")
	}
	plain, intact := open(aead, place{stream: record.Stream, event: record.ID, name: record.Type}, h.sealed.Sealed)
	if !intact {
		return nil, foreign(record, Tampering, "its personal part was changed or moved after it was written")
	}
	if _, f := h.entry.personal.check(plain); f != nil {
		return nil, foreign(record, BrokenPayload, f.in(personalMember).String())
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

// foreign names an event that no Usher wrote as it is, and why that is known, in words
// that are safe to show: nothing of a payload's values.
func foreign(record journal.Record, kind, detail string) *journal.Foreign {
	return journal.ForeignAt(record, printable(record.Type), kind+": "+detail)
}

// poison names an event that cannot be read for now, and why.
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
