package messaging

import (
	"fmt"
	"strconv"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// What a message's metadata say of its event; the payload is the event's data.
const (
	StreamKey   = "stream"
	RevisionKey = "revision"
	PositionKey = "position"
	TypeKey     = "type"
	TimeKey     = "time" // RFC 3339, nanoseconds
	JSONKey     = "json"
	MetadataKey = "metadata" // as the log has them
)

// FromRecord is a record as a message; its UUID is the event's id.
func FromRecord(record journal.Record) *message.Message {
	m := message.NewMessage(record.ID.String(), record.Data)
	// One string is cut in two: this runs once for each event and follower.
	numbers := strconv.AppendUint(make([]byte, 0, 64), record.Revision, 10)
	revision := len(numbers)
	numbers = record.Time.UTC().AppendFormat(numbers, time.RFC3339Nano)
	text := string(numbers)
	m.Metadata[StreamKey] = record.Stream
	m.Metadata[RevisionKey] = text[:revision]
	m.Metadata[PositionKey] = record.Position.String()
	m.Metadata[TypeKey] = record.Type
	m.Metadata[TimeKey] = text[revision:]
	m.Metadata[JSONKey] = strconv.FormatBool(record.JSON)
	m.Metadata[MetadataKey] = string(record.Metadata)
	return m
}

// ToRecord is the record that a message was made of.
func ToRecord(m *message.Message) (journal.Record, error) {
	id, err1 := uuid.Parse(m.UUID)
	revision, err2 := strconv.ParseUint(m.Metadata[RevisionKey], 10, 64)
	position, err3 := domain.ParsePosition(m.Metadata[PositionKey])
	at, err4 := time.Parse(time.RFC3339Nano, m.Metadata[TimeKey])
	isJSON, err5 := strconv.ParseBool(m.Metadata[JSONKey])
	for _, err := range []error{err1, err2, err3, err4, err5} {
		if err != nil {
			return journal.Record{}, fmt.Errorf("message %s is not an event: %w", m.UUID, err)
		}
	}
	return journal.Record{
		Proposed: journal.Proposed{
			ID: id, Type: m.Metadata[TypeKey], JSON: isJSON, Data: m.Payload, Metadata: []byte(m.Metadata[MetadataKey]),
		},
		Stream: m.Metadata[StreamKey], Revision: revision, Position: position, Time: at.UTC(),
	}, nil
}
