package wire

import (
	"strconv"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/usher-engine/usher/adapters/journal"
)

// The keys of an event's metadata, all of which every event has: a client ends
// its process where "created" is missing.
const (
	MetadataType        = "type"
	MetadataContentType = "content-type"
	MetadataCreated     = "created"
)

// The content types of events. EventStoreDB keeps but whether it is JSON.
const (
	ContentJSON  = "application/json"
	ContentBytes = "application/octet-stream"
)

// Resolved is an event as it is read: an event; or a link, with the event that
// it points to where that is still there.
type Resolved struct {
	Event *journal.Record
	Link  *journal.Record
}

// Original returns what was read: the link, or the event where there is none.
func (r Resolved) Original() *journal.Record {
	if r.Link != nil {
		return r.Link
	}
	return r.Event
}

// The numbers of fields. They are the same in the messages of the services
// streams and persistent_subscriptions.
const (
	respEvent = 1 // of ReadResp

	readEvent      = 1 // of ReadEvent
	readLink       = 2
	readCommit     = 3
	readRetryCount = 5

	recordedID       = 1 // of RecordedEvent
	recordedStream   = 2
	recordedRevision = 3
	recordedPrepare  = 4
	recordedCommit   = 5
	recordedMetadata = 6
	recordedCustom   = 7
	recordedData     = 8

	structuredID = 1 // of UUID
	textID       = 2
	mostBits     = 1 // of UUID.Structured
	leastBits    = 2

	streamName = 3 // of StreamIdentifier

	entryKey   = 1 // of an entry of a map
	entryValue = 2
)

// ReadResponse encodes the answer of Streams.Read that carries an event.
func ReadResponse(event Resolved, form IDForm) Message {
	return respond(event, form, nil)
}

// PersistentReadResponse encodes the answer of PersistentSubscriptions.Read that
// carries an event which was delivered so many times before.
func PersistentReadResponse(event Resolved, form IDForm, retries int) Message {
	return respond(event, form, protowire.AppendVarint(protowire.AppendTag(nil, readRetryCount, protowire.VarintType), uint64(retries)))
}

// respond measures first, because lengths stand before what they measure, and
// then writes into bytes that fit.
func respond(event Resolved, form IDForm, rest []byte) Message {
	var main, link recorded
	size := len(rest) + numberSize(event.Original().Position.Commit)
	if event.Event != nil {
		main = measure(event.Event, form)
		size += bytesSize(main.size)
	}
	if event.Link != nil {
		link = measure(event.Link, form)
		size += bytesSize(link.size)
	}
	b := make([]byte, 0, bytesSize(size))
	b = appendLength(b, respEvent, size)
	if event.Event != nil {
		b = main.append(appendLength(b, readEvent, main.size))
	}
	if event.Link != nil {
		b = link.append(appendLength(b, readLink, link.size))
	}
	b = appendNumber(b, readCommit, event.Original().Position.Commit)
	return append(b, rest...)
}

// recorded is a record that is being encoded: the sizes of what has a length.
type recorded struct {
	*journal.Record
	form    IDForm
	created [20]byte // decimal
	digits  int
	id      int
	size    int
}

func measure(record *journal.Record, form IDForm) recorded {
	r := recorded{Record: record, form: form}
	r.digits = len(strconv.AppendInt(r.created[:0], ticks(record.Time), 10))
	r.id = r.idSize()
	r.size = bytesSize(r.id) +
		bytesSize(bytesSize(len(r.Stream))) +
		numberSize(r.Revision) + numberSize(r.Position.Prepare) + numberSize(r.Position.Commit) +
		bytesSize(entrySize(MetadataType, len(r.Type))) +
		bytesSize(entrySize(MetadataContentType, len(r.contentType()))) +
		bytesSize(entrySize(MetadataCreated, r.digits)) +
		bytesSize(len(r.Metadata)) + bytesSize(len(r.Data))
	return r
}

// ticks are the 100 nanoseconds since the beginning of 1970.
func ticks(at time.Time) int64 { return at.UnixNano() / 100 }

// Ticks counts time as EventStoreDB does: in 100 nanoseconds since 1970.
func Ticks(at time.Time) int64 { return ticks(at) }

func (r *recorded) contentType() string {
	if r.JSON {
		return ContentJSON
	}
	return ContentBytes
}

const textLength = 36 // of an id with hyphens

func (r *recorded) idSize() int {
	if r.form == Text {
		return bytesSize(textLength)
	}
	most, least := halves(r.ID)
	return bytesSize(numberSize(uint64(most)) + numberSize(uint64(least)))
}

func (r *recorded) append(b []byte) []byte {
	b = r.appendID(appendLength(b, recordedID, r.id))
	b = appendLength(b, recordedStream, bytesSize(len(r.Stream)))
	b = appendText(b, streamName, r.Stream)
	b = appendNumber(b, recordedRevision, r.Revision)
	b = appendNumber(b, recordedPrepare, r.Position.Prepare)
	b = appendNumber(b, recordedCommit, r.Position.Commit)
	b = appendEntry(b, MetadataType, r.Type)
	b = appendEntry(b, MetadataContentType, r.contentType())
	b = appendEntry(b, MetadataCreated, r.created[:r.digits])
	b = append(appendLength(b, recordedCustom, len(r.Metadata)), r.Metadata...)
	return append(appendLength(b, recordedData, len(r.Data)), r.Data...)
}

func (r *recorded) appendID(b []byte) []byte {
	if r.form == Text {
		return appendText(b, textID, r.ID.String())
	}
	most, least := halves(r.ID)
	b = appendLength(b, structuredID, numberSize(uint64(most))+numberSize(uint64(least)))
	return appendNumber(appendNumber(b, mostBits, uint64(most)), leastBits, uint64(least))
}

// All field numbers here are below 16, so that a tag is one byte.

func numberSize(number uint64) int { return 1 + protowire.SizeVarint(number) }

func bytesSize(length int) int { return 1 + protowire.SizeBytes(length) }

func entrySize(key string, value int) int { return bytesSize(len(key)) + bytesSize(value) }

func appendNumber(b []byte, field protowire.Number, number uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), number)
}

func appendLength(b []byte, field protowire.Number, length int) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.BytesType), uint64(length))
}

func appendText[Text string | []byte](b []byte, field protowire.Number, text Text) []byte {
	return append(appendLength(b, field, len(text)), text...)
}

func appendEntry[Text string | []byte](b []byte, key string, value Text) []byte {
	b = appendLength(b, recordedMetadata, entrySize(key, len(value)))
	return appendText(appendText(b, entryKey, key), entryValue, value)
}
