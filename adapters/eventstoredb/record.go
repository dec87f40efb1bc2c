package eventstoredb

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// An event that was copied from another log keeps the time at which it was
// committed there in the first member of its metadata,
//
//	{"usher.originalTime":"2026-01-31T12:00:00.123456789Z", ...
//
// which is taken out again when the event is read: its metadata is then the
// same, byte for byte, and its time the original one. Metadata that is no JSON
// object, or none at all, is a second member of that object meanwhile.
const (
	originalTime = `{"usher.originalTime":"`
	originalRaw  = `,"usher.originalMetadata":"`
)

// proposals makes events ready for the client, and refuses what EventStoreDB
// would not take.
func proposals(events []journal.Proposed) ([]esdb.EventData, error) {
	if len(events) == 0 {
		return nil, errors.New("there are no events to append")
	}
	all, size := make([]esdb.EventData, len(events)), 0
	for i, event := range events {
		metadata, err := withOriginal(event)
		switch {
		case err != nil:
			return nil, fmt.Errorf("event %s: %w", event.ID, err)
		case event.ID == uuid.Nil:
			return nil, fmt.Errorf("event %d of %d has no id", i+1, len(events))
		case event.Type == "" || strings.HasPrefix(event.Type, "$") && event.Original.IsZero(): // a copy takes along what strangers wrote
			return nil, fmt.Errorf("event %s: %q can be no event's type in EventStoreDB", event.ID, event.Type)
		}
		all[i] = esdb.EventData{EventID: event.ID, EventType: event.Type, Data: event.Data, Metadata: metadata}
		if event.JSON {
			all[i].ContentType = esdb.ContentTypeJson
		}
		size += len(event.Data) + len(metadata) + 2*len(utf16.Encode([]rune(event.Type)))
	}
	if size > MaxAppend {
		return nil, &TooLarge{Size: size, Limit: MaxAppend}
	}
	return all, nil
}

// withOriginal is an event's metadata with its original time, if it has one.
func withOriginal(event journal.Proposed) ([]byte, error) {
	if event.Original.IsZero() {
		if bytes.HasPrefix(event.Metadata, []byte(originalTime)) {
			return nil, errors.New("its metadata begins with the reserved member usher.originalTime")
		}
		return event.Metadata, nil
	}
	stored := event.Original.UTC().AppendFormat([]byte(originalTime), time.RFC3339Nano)
	stored = append(stored, '"')
	if !bytes.HasPrefix(event.Metadata, []byte("{")) || bytes.HasPrefix(event.Metadata, []byte("{"+originalRaw[1:])) || !json.Valid(event.Metadata) {
		stored = append(stored, originalRaw...)
		stored = base64.StdEncoding.AppendEncode(stored, event.Metadata)
		return append(stored, `"}`...), nil
	}
	rest := event.Metadata[1:]
	if bytes.TrimLeft(rest, " \t\r\n")[0] != '}' {
		stored = append(stored, ',')
	}
	return append(stored, rest...), nil
}

// original takes out what withOriginal put in.
func original(stored []byte) (metadata []byte, at time.Time, err error) {
	rest, found := bytes.CutPrefix(stored, []byte(originalTime))
	if !found {
		return stored, time.Time{}, nil
	}
	text, rest, _ := bytes.Cut(rest, []byte(`"`))
	if at, err = time.Parse(time.RFC3339Nano, string(text)); err != nil {
		return nil, time.Time{}, fmt.Errorf("its original time: %w", err)
	}
	if raw, found := bytes.CutPrefix(rest, []byte(originalRaw)); found {
		metadata, err = base64.StdEncoding.AppendDecode(nil, bytes.TrimSuffix(raw, []byte(`"}`)))
		return metadata, at, err
	}
	rest = bytes.TrimPrefix(rest, []byte(","))
	return append([]byte("{"), rest...), at, nil
}

// record is an event as a log has it, in a stream of this name.
func record(resolved *esdb.ResolvedEvent, stream string) (journal.Record, error) {
	event := resolved.OriginalEvent()
	if event == nil {
		return journal.Record{}, fmt.Errorf("%w: an event without an event", errUnreadable)
	}
	metadata, at, err := original(event.UserMetadata)
	if err != nil { // no Usher wrote that, as whoever decodes it will say
		metadata, at = event.UserMetadata, time.Time{}
	}
	if at.IsZero() {
		at = event.CreatedDate
	}
	position := placeOf(event)
	if position.Commit == math.MaxUint64 || position.IsZero() {
		return journal.Record{}, fmt.Errorf("%w: events without positions; it must be of version 23.10 or newer", errUnreadable)
	}
	return journal.Record{
		Proposed: journal.Proposed{
			ID: event.EventID, Type: event.EventType, JSON: event.ContentType == "application/json",
			Data: event.Data, Metadata: metadata,
		},
		Stream:   stream,
		Revision: event.EventNumber,
		Position: position,
		Time:     at.UTC(),
	}, nil
}

func placeOf(event *esdb.RecordedEvent) domain.Position {
	return domain.Position{Commit: event.Position.Commit, Prepare: event.Position.Prepare}
}
