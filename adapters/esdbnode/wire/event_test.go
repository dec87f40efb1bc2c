package wire_test

import (
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func anyRecord(t *rapid.T, label string) *journal.Record {
	position := rapid.Uint64Range(1, math.MaxInt64).Draw(t, label+" position")
	return &journal.Record{
		Proposed: journal.Proposed{
			ID:       uuid.UUID(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, label+" id")),
			Type:     rapid.String().Draw(t, label+" type"),
			JSON:     rapid.Bool().Draw(t, label+" json"),
			Data:     rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, label+" data"),
			Metadata: rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, label+" metadata"),
		},
		Stream:   rapid.StringN(1, 200, 500).Draw(t, label+" stream"),
		Revision: rapid.Uint64Range(0, math.MaxInt64).Draw(t, label+" revision"),
		Position: domain.Position{Commit: position, Prepare: position},
		Time:     time.Unix(0, rapid.Int64Range(0, math.MaxInt64).Draw(t, label+" time")).UTC(),
	}
}

// spelled is a record as the generated types have it.
func spelled(record *journal.Record, form wire.IDForm) *streams.ReadResp_ReadEvent_RecordedEvent {
	if record == nil {
		return nil
	}
	contentType := "application/octet-stream"
	if record.JSON {
		contentType = "application/json"
	}
	return &streams.ReadResp_ReadEvent_RecordedEvent{
		Id:               wire.UUID(record.ID, form),
		StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(record.Stream)},
		StreamRevision:   record.Revision,
		PreparePosition:  record.Position.Prepare,
		CommitPosition:   record.Position.Commit,
		Metadata: map[string]string{
			"type": record.Type, "content-type": contentType,
			"created": strconv.FormatInt(record.Time.UnixNano()/100, 10),
		},
		CustomMetadata: record.Metadata,
		Data:           record.Data,
	}
}

func TestAnEventIsSpelledAsTheGeneratedTypesSpellIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.SampledFrom([]wire.IDForm{wire.Structured, wire.Text}).Draw(t, "form")
		event := wire.Resolved{Event: anyRecord(t, "event")}
		if rapid.Bool().Draw(t, "linked") {
			event.Link = anyRecord(t, "link")
			if rapid.Bool().Draw(t, "lost") {
				event.Event = nil
			}
		}
		expected := &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
			Event: spelled(event.Event, form), Link: spelled(event.Link, form),
			Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: event.Original().Position.Commit},
		}}}

		encoded := wire.ReadResponse(event, form)
		require.Equal(t, len(encoded), cap(encoded), "measured wrongly")
		var decoded streams.ReadResp
		require.NoError(t, proto.Unmarshal(encoded, &decoded))
		require.True(t, proto.Equal(expected, &decoded), "%v\n%v", expected, &decoded)
	})
}

func TestAPersistentSubscriptionsEventSaysHowOftenItCame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		record := anyRecord(t, "event")
		retries := rapid.IntRange(0, math.MaxInt32).Draw(t, "retries")
		encoded := wire.PersistentReadResponse(wire.Resolved{Event: record}, wire.Structured, retries)
		require.Equal(t, len(encoded), cap(encoded), "measured wrongly")
		var decoded persistent.ReadResp
		require.NoError(t, proto.Unmarshal(encoded, &decoded))
		require.Empty(t, decoded.ProtoReflect().GetUnknown())
		event := decoded.GetEvent()
		require.Equal(t, int32(retries), event.GetRetryCount())
		require.Equal(t, record.Position.Commit, event.GetCommitPosition())
		require.Equal(t, record.Type, event.GetEvent().GetMetadata()["type"])
		require.Nil(t, event.GetLink())
	})
}

func TestIDsAreReadAsTheyAreWritten(t *testing.T) {
	id := uuid.MustParse("f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
	for _, form := range []wire.IDForm{wire.Structured, wire.Text} {
		read, err := wire.ParseUUID(wire.UUID(id, form))
		require.NoError(t, err)
		require.Equal(t, id, read)
	}
	t.Run("given the high half first, as all clients do", func(t *testing.T) {
		structured := wire.UUID(id, wire.Structured).GetStructured()
		require.Equal(t, uint64(0xf81d4fae7dec11d0), uint64(structured.GetMostSignificantBits()))
		require.Equal(t, uint64(0xa76500a0c91e6bf6), uint64(structured.GetLeastSignificantBits()))
	})
	t.Run("given no id, it is the zero id", func(t *testing.T) {
		read, err := wire.ParseUUID(nil)
		require.NoError(t, err)
		require.Equal(t, uuid.Nil, read)
	})
	t.Run("given text that is none, it refuses", func(t *testing.T) {
		_, err := wire.ParseUUID(&shared.UUID{Value: &shared.UUID_String_{String_: "f81d"}})
		require.Error(t, err)
	})
}

func TestNumbersOfARequest(t *testing.T) {
	t.Run("given the end, a revision is -1", func(t *testing.T) {
		revision, err := wire.Revision(math.MaxUint64)
		require.NoError(t, err)
		require.Equal(t, int64(-1), revision)
	})
	t.Run("given more than a revision can be, it refuses", func(t *testing.T) {
		_, err := wire.Revision(math.MaxInt64 + 1)
		require.Error(t, err)
	})
	t.Run("given a commit position below the prepare position, it refuses", func(t *testing.T) {
		_, err := wire.Position(1, 2)
		require.Error(t, err)
	})
	t.Run("given a stream without a name, it refuses", func(t *testing.T) {
		for _, name := range [][]byte{nil, {}, {0xff}} {
			_, err := wire.StreamName(&shared.StreamIdentifier{StreamName: name})
			require.Error(t, err)
		}
	})
}

func BenchmarkReadResponse(b *testing.B) {
	record := &journal.Record{
		Proposed: journal.Proposed{ID: uuid.New(), Type: "person.invited", JSON: true, Data: make([]byte, 300), Metadata: make([]byte, 200)},
		Stream:   "person-f81d4fae-7dec-11d0-a765-00a0c91e6bf6", Revision: 17,
		Position: domain.Position{Commit: 1 << 20, Prepare: 1 << 20}, Time: time.Now(),
	}
	b.Run("straight", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			wire.ReadResponse(wire.Resolved{Event: record}, wire.Structured)
		}
	})
	b.Run("by the generated types", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := proto.Marshal(&streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
				Event:    spelled(record, wire.Structured),
				Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: record.Position.Commit},
			}}})
			require.NoError(b, err)
		}
	})
}
