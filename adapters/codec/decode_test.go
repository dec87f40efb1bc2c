package codec_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

// badRecord is something that a log may hold and Usher did not write.
type badRecord struct {
	what  string
	event domain.Event
	spoil func(*journal.Record)
	kind  string
}

func data(text string) func(*journal.Record) {
	return func(record *journal.Record) { record.Data = []byte(text) }
}

// swap replaces a part of the payload that must be there.
func swap(old, other string) func(*journal.Record) {
	return func(record *journal.Record) {
		changed := bytes.Replace(record.Data, []byte(old), []byte(other), 1)
		if bytes.Equal(changed, record.Data) {
			panic("the payload has no " + old)
		}
		record.Data = changed
	}
}

func about(old, other string) func(*journal.Record) {
	return func(record *journal.Record) {
		changed := strings.Replace(string(record.Metadata), old, other, 1)
		if changed == string(record.Metadata) {
			panic("the metadata have no " + old)
		}
		record.Metadata = []byte(changed)
	}
}

func badRecords(t testing.TB) []badRecord {
	t.Helper()
	m := maker{constants: readDomain(t).constants}
	expired, link := m.event(t, person.InvitationExpired{}), m.event(t, person.PasswordLinkIssued{})
	rotated, employed, registered := m.event(t, account.JoinLinkRotated{}), m.event(t, person.Employed{}), m.event(t, person.Registered{})
	department, plan := m.event(t, structure.DepartmentCreated{}), m.event(t, account.PlanChanged{})
	name := func(name string) func(*journal.Record) { return func(r *journal.Record) { r.Type = name } }
	stranger := func(name string) func(*journal.Record) {
		return func(r *journal.Record) { r.Type, r.Data, r.Metadata = name, []byte("{}"), nil }
	}
	stream := func(name string) func(*journal.Record) { return func(r *journal.Record) { r.Stream = name } }
	return []badRecord{
		{"a type that nobody knows", expired, stranger("person.promoted"), codec.UnknownType},
		{"a type in other case", expired, stranger("Person.Invitation_Expired"), codec.UnknownType},
		{"no type", expired, stranger(""), codec.UnknownType},
		{"a type with line breaks", expired, stranger("person\n\x1b[31m" + strings.Repeat("x", 5000)), codec.UnknownType},
		{"a link", expired, stranger("$>"), codec.UnknownType},
		{"a type that nobody knows, of an Usher", expired, name("person.promoted"), codec.NewerVersion},
		{"a later version of a type", expired, name("person.invitation_expired.v2"), codec.NewerVersion},

		{"no payload", expired, data(""), codec.BrokenPayload},
		{"a null", expired, data("null"), codec.BrokenPayload},
		{"an array", expired, data("[]"), codec.BrokenPayload},
		{"a text", expired, data(`"person"`), codec.BrokenPayload},
		{"no JSON", expired, data("\x00\x01\x02"), codec.BrokenPayload},
		{"a payload cut off", expired, func(r *journal.Record) { r.Data = r.Data[:len(r.Data)-5] }, codec.BrokenPayload},
		{"bytes behind the payload", expired, func(r *journal.Record) { r.Data = append(r.Data, "{}"...) }, codec.BrokenPayload},
		{"a byte order mark", expired, func(r *journal.Record) { r.Data = append([]byte("\ufeff"), r.Data...) }, codec.BrokenPayload},
		{"a payload of 16 MiB", expired, func(r *journal.Record) { r.Data = append(r.Data, bytes.Repeat([]byte(" "), 16<<20)...) }, codec.BrokenPayload},
		{"deep nesting", expired, swap(`"invitation":1`, `"invitation":`+strings.Repeat("[", 100_000)), codec.BrokenPayload},
		{"a member twice", expired, swap(`"invitation":1`, `"invitation":1,"invitation":2`), codec.BrokenPayload},
		{"a member in other case", expired, swap(`"invitation"`, `"Invitation"`), codec.BrokenPayload},
		{"a member that is escaped", expired, swap(`"invitation"`, `"\u0069nvitation"`), codec.BrokenPayload},
		{"a member too many", expired, swap(`"invitation":1`, `"invitation":1,"grace@example.com":2`), codec.BrokenPayload},
		{"a member missing", expired, swap(`,"invitation":1`, ``), codec.BrokenPayload},
		{"a member missing deep inside", employed, swap(`"kind":"founding",`, ``), codec.BrokenPayload},
		{"a null for an id", expired, swap(expired.(person.InvitationExpired).Person.String(), "null"), codec.BrokenPayload},
		{"a null for a number", expired, swap(`"invitation":1`, `"invitation":null`), codec.BrokenPayload},
		{"a text for a number", expired, swap(`"invitation":1`, `"invitation":"1"`), codec.BrokenPayload},
		{"a fraction for a number", expired, swap(`"invitation":1`, `"invitation":1.5`), codec.BrokenPayload},
		{"a number too large", expired, swap(`"invitation":1`, `"invitation":9223372036854775808`), codec.BrokenPayload},
		{"a negative generation", rotated, swap(`"generation":1`, `"generation":-1`), codec.BrokenPayload},
		{"a truth value for a text", plan, swap(`"free"`, `true`), codec.BrokenPayload},
		{"a plan that nobody sells", plan, swap(`"free"`, `"gold"`), codec.BrokenPayload},
		{"a role that nobody has", employed, swap(`"role":"employee"`, `"role":"root"`), codec.BrokenPayload},
		{"an unknown reason to wait", registered, swap(`"awaits":"proof"`, `"awaits":"nothing"`), codec.BrokenPayload},
		{"an array for an object", employed, swap(`"basis":{`, `"basis":[{`), codec.BrokenPayload},
		{"an object for an array", employed, swap(`"workgroups":[`, `"workgroups":{"x":[`), codec.BrokenPayload},
		{"no UTF-8", department, swap(`"Acme"`, "\"\xff\""), codec.BrokenPayload},
		{"an id in upper case", department, swap(`"parent":"`, `"parent":"A`), codec.BrokenPayload},
		{"an id that is none", expired, swap(expired.(person.InvitationExpired).Person.String(), "grace"), codec.BrokenPayload},
		{"a time without a zone", link, swap("12:00:00Z", "12:00:00"), codec.BrokenPayload},
		{"a day that does not exist", link, swap("2026-03-01T", "2026-02-30T"), codec.BrokenPayload},
		{"a year of five digits", link, swap("2026-", "12026-"), codec.BrokenPayload},
		{"a personal part in clear", registered, func(r *journal.Record) {
			plain, _ := json.Marshal(registered)
			r.Data = plain
		}, codec.BrokenPayload},
		{"no personal part", registered, func(r *journal.Record) { r.Data = without(t, r.Data, "personal") }, codec.BrokenPayload},
		{"a personal part that was not sealed", registered, swap(`"sealed":"`, `"sealed":"!`), codec.Tampering},
		{"a personal part where none belongs", expired, swap(`"invitation":1`, `"invitation":1,"personal":{}`), codec.BrokenPayload},

		{"no metadata", expired, func(r *journal.Record) { r.Metadata = nil }, codec.BrokenMetadata},
		{"binary metadata", expired, func(r *journal.Record) { r.Metadata = []byte{0, 1, 2, 255} }, codec.BrokenMetadata},
		{"empty metadata", expired, func(r *journal.Record) { r.Metadata = []byte("{}") }, codec.BrokenMetadata},
		{"an actor of an unknown kind", expired, about(`"kind":"link"`, `"kind":"god"`), codec.BrokenMetadata},
		{"metadata without a cause", expired, about(`$causationId`, `causationId`), codec.BrokenMetadata},
		{"an account that is no id", expired, about(`"account":"`, `"account":"x`), codec.BrokenMetadata},
		{"schema 2", expired, about(`"schema":1`, `"schema":2`), codec.NewerVersion},
		{"schema 0", expired, about(`"schema":1`, `"schema":0`), codec.BrokenMetadata},
		{"schema -1", expired, about(`"schema":1`, `"schema":-1`), codec.BrokenMetadata},
		{"an account in another one's stream", department, stream("structure-" + strings.Repeat("0", 8) + "-0000-0000-0000-000000000000"), codec.WrongPlace},
		{"an event in a stream of another kind", expired, stream("batch-" + anAccount().String()), codec.WrongPlace},
		{"an event in no stream", expired, stream(""), codec.WrongPlace},
	}
}

func TestWhatUsherDidNotWriteIsRefused(t *testing.T) {
	c := newCodec(t)
	for _, bad := range badRecords(t) {
		t.Run("given "+bad.what+", it is "+bad.kind, func(t *testing.T) {
			record := written(t, c, bad.event)
			record.Data, record.Metadata = bytes.Clone(record.Data), bytes.Clone(record.Metadata)
			bad.spoil(&record)

			_, err := c.Decode(context.Background(), []journal.Record{record})

			refused(t, c, record, bad.kind)
			require.NotContains(t, err.Error(), "grace", "reasons quote nothing")
			require.NotContains(t, err.Error(), "\n")
			require.Less(t, len(err.Error()), 500)
		})
	}
}

func TestTheEventsBeforeABrokenOneAreReturned(t *testing.T) {
	c := newCodec(t)
	good, broken := written(t, c, invited(t)), written(t, c, invited(t))
	for what, spoil := range map[string]func(*journal.Record){
		"broken in clear":  func(r *journal.Record) { r.Data = []byte("{") },
		"broken in sealed": func(r *journal.Record) { r.ID[0] ^= 1 },
	} {
		t.Run(what, func(t *testing.T) {
			bad := broken
			spoil(&bad)
			bad.Position = domain.Position{Commit: 44, Prepare: 43}

			events, err := c.Decode(context.Background(), []journal.Record{good, good, bad, good})

			require.Len(t, events, 2)
			require.Equal(t, invited(t), events[1].Event)
			var foreign *journal.Foreign
			require.ErrorAs(t, err, &foreign)
			require.Equal(t, bad.Position, foreign.Position)
			require.Equal(t, string(person.InvitedByEmailType), foreign.Type)
			require.Equal(t, bad.Stream, foreign.Stream)
			require.Equal(t, uint64(3), foreign.Revision)
		})
	}
}

func TestWhatStandsInOthersStreamsIsNotOurs(t *testing.T) {
	for _, record := range []journal.Record{
		{Proposed: journal.Proposed{Type: "$metadata"}, Stream: "$$person-1"},
		{Proposed: journal.Proposed{Type: "order.placed"}, Stream: "order-1"},
		{Proposed: journal.Proposed{Type: "person.employed"}, Stream: "person-1"},
		{Proposed: journal.Proposed{Type: "person.employed"}, Stream: "$ce-person"},
	} {
		require.False(t, codec.Ours(record))
	}
	own := string(domain.AccountStream(anAccount()))
	require.True(t, codec.Ours(journal.Record{Proposed: journal.Proposed{Type: "account.created"}, Stream: own}))
	require.True(t, codec.Ours(journal.Record{Proposed: journal.Proposed{Type: "$>"}, Stream: own}), "whoever wrote it, and whatever it is")
}

func FuzzDecode(f *testing.F) {
	c := newCodec(f)
	for _, name := range c.Registry().Types() {
		record := written(f, c, maker{constants: readDomain(f).constants}.event(f, c.Registry().Prototype(name)))
		f.Add(record.Type, record.Stream, record.Data, record.Metadata)
	}
	for _, bad := range badRecords(f) {
		record := written(f, c, bad.event)
		record.Data = bytes.Clone(record.Data)
		if bad.spoil(&record); len(record.Data) < 10_000 {
			f.Add(record.Type, record.Stream, record.Data, record.Metadata)
		}
	}
	f.Fuzz(func(t *testing.T, name, stream string, data, metadata []byte) {
		id := uncommitted(c.Registry().Prototype(person.RegisteredType)).ID
		record := journal.Record{Proposed: journal.Proposed{ID: id, Type: name, Data: data, Metadata: metadata}, Stream: stream}
		events, err := c.Decode(context.Background(), []journal.Record{record})
		if err != nil {
			require.Empty(t, events)
			return
		}
		require.Equal(t, events[0].Event, read(t, c, written(t, c, events[0].Event)).Event, "what is read can be written")
	})
}

// without is a JSON object with one member less.
func without(t testing.TB, object []byte, member string) []byte {
	t.Helper()
	members := map[string]jsontext.Value{}
	require.NoError(t, json.Unmarshal(object, &members))
	require.Contains(t, members, member)
	delete(members, member)
	rest, err := json.Marshal(members, json.Deterministic(true))
	require.NoError(t, err)
	return rest
}

func TestWhatIsReadHoldsTheMetadataBitByBit(t *testing.T) {
	c := newCodec(t)
	record := written(t, c, invited(t))
	record.Metadata = append([]byte("{ \n\t"), record.Metadata[1:]...)
	recorded := read(t, c, record)
	require.Equal(t, metadata(), recorded.Metadata)
	require.Equal(t, string(record.Metadata), string(recorded.RawMetadata))
	require.Same(t, &record.Metadata[0], &recorded.RawMetadata[0], "the bytes were copied")
}
