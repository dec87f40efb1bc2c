package codec

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

const (
	// personalMember is the member of a payload that is kept sealed.
	personalMember = "personal"
	// schema is the version of the envelope: metadata, and how parts are sealed.
	schema = 1
	// largest bounds a payload, in bytes: what is longer is neither written nor read.
	largest = 1 << 20
)

// Codec encodes and decodes events. Its methods may be called from many
// goroutines.
type Codec struct {
	registry *Registry
	keys     DataKeys
	ciphers  ciphers

	metadata, sealed *shape
}

var _ journal.Codec = (*Codec)(nil)

// New returns the codec of all of Usher's events.
func New(keys DataKeys) (*Codec, error) {
	registry, err := NewRegistry(Events())
	if err != nil {
		return nil, err
	}
	return NewWith(registry, keys)
}

// NewWith returns a codec of other events.
func NewWith(registry *Registry, keys DataKeys) (*Codec, error) {
	metadata, err := shapeOf(reflect.TypeFor[domain.Metadata](), closedTypes())
	if err != nil {
		return nil, fmt.Errorf("codec: metadata: %w", err)
	}
	envelope, err := shapeOf(reflect.TypeFor[sealed](), nil)
	if err != nil {
		return nil, fmt.Errorf("codec: sealed part: %w", err)
	}
	return &Codec{registry: registry, keys: keys, ciphers: newCiphers(), metadata: metadata, sealed: envelope}, nil
}

// Registry returns what the codec knows.
func (c *Codec) Registry() *Registry { return c.registry }

// Kinds returns an empty event of each wire name, in alphabetical order.
func (c *Codec) Kinds() []domain.Event { return c.registry.Kinds() }

// Ours reports whether the record stands in a stream of Usher's. What others keep in the
// same log, or its server for itself, is passed over, not decoded.
func Ours(record journal.Record) bool { return domain.IsStream(domain.StreamName(record.Stream)) }

// Encode makes events ready for the log. What Decode would refuse is not
// encoded; personal data without a data key give ErrNoDataKey.
func (c *Codec) Encode(ctx context.Context, stream domain.StreamName, events []commands.Uncommitted) ([]journal.Proposed, error) {
	var people []domain.PersonID
	for _, uncommitted := range events {
		if personal, ok := uncommitted.Event.(domain.PersonalEvent); ok {
			people = append(people, personal.Subject())
		}
	}
	keys, err := c.lookUp(ctx, people)
	if err != nil {
		return nil, err
	}
	proposed := make([]journal.Proposed, len(events))
	for i, uncommitted := range events {
		if proposed[i], err = c.encode(stream, uncommitted, keys); err != nil {
			return nil, fmt.Errorf("codec: encode %s for %s: %w", uncommitted.Event.Type(), stream, err)
		}
	}
	return proposed, nil
}

func (c *Codec) encode(stream domain.StreamName, u commands.Uncommitted, keys map[domain.PersonID]Key) (journal.Proposed, error) {
	name := u.Event.Type()
	data, entry, opaque, err := c.clear(u.Event)
	if err != nil {
		return journal.Proposed{}, err
	}
	if entry.successor != "" {
		return journal.Proposed{}, fmt.Errorf("it is a name of the past: write %s", entry.successor)
	}
	metadata, err := json.Marshal(u.Metadata)
	if err != nil {
		return journal.Proposed{}, fmt.Errorf("metadata: %w", err)
	}
	if _, f := c.metadata.check(metadata); f != nil {
		return journal.Proposed{}, fmt.Errorf("metadata: %s", f)
	}
	if why := misplaced(string(stream), string(name), u.Metadata); why != "" {
		return journal.Proposed{}, errors.New(why)
	}
	if u.Metadata.Schema != schema {
		return journal.Proposed{}, fmt.Errorf("schema %d is not this version's", u.Metadata.Schema)
	}
	if u.ID == uuid.Nil {
		return journal.Proposed{}, errors.New("it has no id")
	}
	if personal, ok := u.Event.(domain.PersonalEvent); ok {
		if _, f := entry.personal.check(data[opaque.from:opaque.to]); f != nil {
			return journal.Proposed{}, errors.New(f.in(personalMember).String())
		}
		at := place{stream: string(stream), event: u.ID, name: string(name)}
		if data, err = c.seal(data, opaque, at, personal.Subject(), keys); err != nil {
			return journal.Proposed{}, err
		}
	}
	if len(data) > largest {
		return journal.Proposed{}, fmt.Errorf("its %d bytes are more than %d", len(data), largest)
	}
	return journal.Proposed{ID: u.ID, Type: string(name), JSON: true, Data: data, Metadata: metadata}, nil
}

// clear is an event's payload before sealing, and where its personal part is.
func (c *Codec) clear(event domain.Event) ([]byte, Entry, span, error) {
	entry, known := c.registry.entries[event.Type()]
	if !known || reflect.TypeOf(event) != reflect.TypeOf(entry.prototype) {
		return nil, Entry{}, span{}, fmt.Errorf("%T is not registered under this name", event)
	}
	data, err := json.Marshal(event)
	if err != nil {
		return nil, Entry{}, span{}, err
	}
	opaque, f := entry.facts.check(data)
	if f != nil {
		return nil, Entry{}, span{}, errors.New(f.String())
	}
	return data, entry, opaque, nil
}

func (c *Codec) seal(data []byte, personal span, at place, subject domain.PersonID, keys map[domain.PersonID]Key) ([]byte, error) {
	key, found := keys[subject]
	if !found || key.Erased {
		return nil, fmt.Errorf("%w of %s", ErrNoDataKey, subject)
	}
	aead, err := c.ciphers.of(subject, key.Bytes)
	if err != nil {
		return nil, err
	}
	envelope, err := json.Marshal(sealed{Key: subject, Sealed: seal(aead, at, data[personal.from:personal.to])})
	if err != nil {
		return nil, err
	}
	return splice(data, personal, envelope), nil
}

// Render returns an event for people who read history: its payload in the shape of
// today, with the personal part in clear, or {"erased":true} in its place.
func (c *Codec) Render(event domain.Recorded) ([]byte, error) {
	data, _, personal, err := c.clear(event.Event)
	if err != nil {
		return nil, fmt.Errorf("codec: render %s: %w", event.Event.Type(), err)
	}
	if event.Erased {
		data = splice(data, personal, []byte(`{"erased":true}`))
	}
	return data, nil
}

func splice(text []byte, at span, insert []byte) []byte {
	return slices.Concat(text[:at.from], insert, text[at.to:])
}

// lookUp asks for the keys of people, each once.
func (c *Codec) lookUp(ctx context.Context, people []domain.PersonID) (map[domain.PersonID]Key, error) {
	if len(people) == 0 {
		return nil, nil
	}
	seen := make(map[domain.PersonID]bool, len(people))
	people = slices.DeleteFunc(people, func(person domain.PersonID) bool {
		again := seen[person]
		seen[person] = true
		return again
	})
	keys, err := c.keys.DataKeys(ctx, people)
	if err != nil {
		return nil, fmt.Errorf("codec: look up %d data keys: %w", len(people), err)
	}
	for person, key := range keys {
		if key.Erased {
			c.ciphers.forget(person)
		}
	}
	return keys, nil
}

// misplaced says why an event cannot be where it is; empty where it can.
func misplaced(stream, name string, metadata domain.Metadata) string {
	aggregate, id, _ := strings.Cut(stream, "-")
	kind, _, _ := strings.Cut(name, ".")
	switch {
	case kind != aggregate:
		return "it does not belong to a stream of this kind"
	case (aggregate == "account" || aggregate == "structure") && id != metadata.Account.String():
		return "its metadata name another account than its stream"
	}
	return ""
}
