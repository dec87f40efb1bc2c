package codec_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// onePersonsEvents is an invitation and what follows from it; two of five have
// a personal part.
func onePersonsEvents(b *testing.B) []domain.Event {
	b.Helper()
	full := maker{constants: readDomain(b).constants}
	return []domain.Event{
		full.event(b, person.InvitedByEmail{}), full.event(b, person.Registered{}), full.event(b, person.InvitationRedeemed{}),
		full.event(b, person.Employed{}), full.event(b, person.PasswordChanged{}),
	}
}

func BenchmarkDecode(b *testing.B) {
	c, events := newCodec(b), onePersonsEvents(b)
	var records []journal.Record
	for range 50 {
		for _, event := range events {
			records = append(records, written(b, c, event))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Decode(context.Background(), records); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/event")
}

func BenchmarkEncode(b *testing.B) {
	c := newCodec(b)
	var events []commands.Uncommitted
	for _, event := range onePersonsEvents(b) {
		events = append(events, commands.Uncommitted{ID: uuid.New(), Event: event, Metadata: metadata()})
	}
	stream := streamOf(person.RegisteredType)
	b.ReportAllocs()
	for b.Loop() {
		_, err := c.Encode(context.Background(), stream, events)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
}

// BenchmarkBareDecode is what the JSON of the same events costs alone: payload
// and metadata, nothing sealed and nothing checked.
func BenchmarkBareDecode(b *testing.B) {
	events := onePersonsEvents(b)
	var payloads, metadatas [][]byte
	for _, event := range events {
		payload, err := json.Marshal(event)
		require.NoError(b, err)
		about, err := json.Marshal(metadata())
		require.NoError(b, err)
		payloads, metadatas = append(payloads, payload), append(metadatas, about)
	}
	b.ReportAllocs()
	for b.Loop() {
		for i, event := range events {
			var about domain.Metadata
			value := reflect.New(reflect.TypeOf(event)).Interface()
			if json.Unmarshal(payloads[i], value) != nil || json.Unmarshal(metadatas[i], &about) != nil {
				b.Fatal("it does not decode")
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
}
