package messaging

import (
	"encoding/hex"
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

// FromRecord returns a record as a message; its UUID is the event's id.
func FromRecord(record journal.Record) *message.Message {
	// One string is cut into all texts: this runs once for each event.
	text := make([]byte, 0, 512)
	var cuts [6]int
	text = appendUUID(text, record.ID)
	cuts[1] = len(text)
	text = strconv.AppendUint(text, record.Revision, 10)
	cuts[2] = len(text)
	text = record.Position.Append(text)
	cuts[3] = len(text)
	text = record.Time.UTC().AppendFormat(text, time.RFC3339Nano)
	cuts[4] = len(text)
	text = append(text, record.Metadata...)
	cuts[5] = len(text)
	whole := string(text)
	part := func(i int) string { return whole[cuts[i]:cuts[i+1]] }

	m := message.NewMessage(part(0), record.Data)
	m.Metadata[StreamKey] = record.Stream
	m.Metadata[RevisionKey] = part(1)
	m.Metadata[PositionKey] = part(2)
	m.Metadata[TypeKey] = record.Type
	m.Metadata[TimeKey] = part(3)
	m.Metadata[JSONKey] = strconv.FormatBool(record.JSON)
	m.Metadata[MetadataKey] = part(4)
	return m
}

// appendUUID is as UUID.String has it.
func appendUUID(text []byte, id uuid.UUID) []byte {
	from := 0
	for _, until := range [...]int{4, 6, 8, 10, 16} {
		if from > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, id[from:until])
		from = until
	}
	return text
}

// ToRecord returns the record that a message was made of.
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
