package esdbnode_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
)

func dataOf(count int) []esdb.EventData {
	events := make([]esdb.EventData, count)
	for i := range events {
		events[i] = esdb.EventData{
			EventID: uuid.New(), EventType: "happened", ContentType: esdb.ContentTypeJson,
			Data: []byte(`{"n":` + strconv.Itoa(i) + `}`), Metadata: []byte(`{"m":1}`),
		}
	}
	return events
}

func appendTo(t testing.TB, client *esdb.Client, stream string, expected esdb.ExpectedRevision, events ...esdb.EventData) (*esdb.WriteResult, error) {
	t.Helper()
	return client.AppendToStream(within(t), stream, esdb.AppendToStreamOptions{ExpectedRevision: expected}, events...)
}

// eventsOf reads a whole stream with the official client.
func eventsOf(t testing.TB, client *esdb.Client, stream string, options esdb.ReadStreamOptions) ([]*esdb.RecordedEvent, error) {
	t.Helper()
	reading, err := client.ReadStream(within(t), stream, options, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	defer reading.Close()
	var events []*esdb.RecordedEvent
	for {
		event, err := reading.Recv()
		if errors.Is(err, io.EOF) {
			return events, nil
		}
		if err != nil {
			return events, err
		}
		events = append(events, event.OriginalEvent())
	}
}

func revisionsOf(events []*esdb.RecordedEvent) []uint64 {
	revisions := []uint64{}
	for _, event := range events {
		revisions = append(revisions, event.EventNumber)
	}
	return revisions
}

func requireCode(t testing.TB, code esdb.ErrorCode, err error) {
	t.Helper()
	var failure *esdb.Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, code, failure.Code(), "%v", err)
}

func TestAppend(t *testing.T) {
	server := nodetest.Start(t)
	client := official(t, server.Connection)

	t.Run("given a new stream, what was written is read", func(t *testing.T) {
		before := head(t, server).Commit
		events := dataOf(3)
		events[1].ContentType, events[1].Data = esdb.ContentTypeBinary, []byte{0, 1, 2}
		result, err := appendTo(t, client, "new", esdb.NoStream{}, events...)
		require.NoError(t, err)
		require.Equal(t, &esdb.WriteResult{CommitPosition: before + 3, PreparePosition: before + 3, NextExpectedVersion: 2}, result)
		read, err := eventsOf(t, client, "new", esdb.ReadStreamOptions{})
		require.NoError(t, err)
		require.Len(t, read, 3)
		for i, event := range read {
			require.Equal(t, events[i].EventID, event.EventID)
			require.Equal(t, events[i].EventType, event.EventType)
			require.Equal(t, events[i].Data, event.Data)
			require.Equal(t, events[i].Metadata, event.UserMetadata)
			require.WithinDuration(t, time.Now(), event.CreatedDate, patience)
		}
		require.Equal(t, "application/json", read[0].ContentType)
		require.Equal(t, "application/octet-stream", read[1].ContentType)
	})

	t.Run("given a thousand events in one append, they are all there", func(t *testing.T) {
		result, err := appendTo(t, client, "thousand", esdb.Any{}, dataOf(1000)...)
		require.NoError(t, err)
		require.Equal(t, uint64(999), result.NextExpectedVersion)
		read, err := eventsOf(t, client, "thousand", esdb.ReadStreamOptions{})
		require.NoError(t, err)
		require.Len(t, read, 1000)
	})

	t.Run("given an append repeated, the answer is as the first time", func(t *testing.T) {
		events := dataOf(2)
		first, err := appendTo(t, client, "again", esdb.NoStream{}, events...)
		require.NoError(t, err)
		_, err = appendTo(t, client, "again", esdb.Revision(1), dataOf(1)...)
		require.NoError(t, err)
		for _, expected := range []esdb.ExpectedRevision{esdb.NoStream{}, esdb.Any{}, esdb.StreamExists{}} {
			repeated, err := appendTo(t, client, "again", expected, events...)
			require.NoError(t, err)
			require.Equal(t, first, repeated)
		}
	})

	t.Run("given the largest append, it is written; one byte more is refused", func(t *testing.T) {
		event := dataOf(1)[0]
		event.Data = bytes.Repeat([]byte("x"), store.MaxAppendSize)
		_, err := appendTo(t, client, "large", esdb.Any{}, event)
		require.NoError(t, err)
		read, err := eventsOf(t, client, "large", esdb.ReadStreamOptions{})
		require.NoError(t, err)
		require.Equal(t, event.Data, read[0].Data)

		event.EventID, event.Data = uuid.New(), append(event.Data, 'x')
		_, err = appendTo(t, client, "large", esdb.Any{}, event)
		requireCode(t, esdb.ErrorCodeUnknown, err)
	})

	t.Run("given nothing to append, it says where the stream ends", func(t *testing.T) {
		_, err := appendTo(t, client, "nothing", esdb.Revision(0))
		requireCode(t, esdb.ErrorCodeWrongExpectedVersion, err)
		result, err := appendTo(t, client, "again", esdb.Any{})
		require.NoError(t, err)
		require.Equal(t, uint64(2), result.NextExpectedVersion)
		require.Equal(t, head(t, server).Commit, result.CommitPosition)
	})

	for _, test := range []struct {
		expected esdb.ExpectedRevision
		stream   string
		says     string
	}{
		{esdb.NoStream{}, "again", "expecting 'no_stream' but got '2'"},
		{esdb.Revision(7), "again", "expecting '7' but got '2'"},
		{esdb.Revision(7), "none", "expecting '7' but got 'no_stream'"},
		{esdb.StreamExists{}, "none", "expecting 'stream_exists' but got 'no_stream'"},
	} {
		t.Run("given another end of the stream, the client says "+test.says, func(t *testing.T) {
			_, err := appendTo(t, client, test.stream, test.expected, dataOf(1)...)
			requireCode(t, esdb.ErrorCodeWrongExpectedVersion, err)
			require.ErrorContains(t, err, test.says)
		})
	}

	t.Run("given the first of two ids known, any end is wrong", func(t *testing.T) {
		events := dataOf(1)
		_, err := appendTo(t, client, "half", esdb.Any{}, events...)
		require.NoError(t, err)
		_, err = appendTo(t, client, "half", esdb.Any{}, append(events, dataOf(1)...)...)
		requireCode(t, esdb.ErrorCodeWrongExpectedVersion, err)
		require.ErrorContains(t, err, "expecting 'any' but got '0'")
	})
}

func toOptions(stream string) *streams.AppendReq {
	return &streams.AppendReq{Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{
		StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte(stream)},
		ExpectedStreamRevision: &streams.AppendReq_Options_Any{Any: &shared.Empty{}},
	}}}
}

func toEvent(change func(*streams.AppendReq_ProposedMessage)) *streams.AppendReq {
	event := &streams.AppendReq_ProposedMessage{
		Id:       &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
		Metadata: map[string]string{"type": "happened", "content-type": "application/json", "more": "is dropped"},
		Data:     []byte(`{}`),
	}
	change(event)
	return &streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: event}}
}

// appendRaw sends messages until the server answers.
func appendRaw(t testing.TB, client streams.StreamsClient, messages ...*streams.AppendReq) (*streams.AppendResp, grpcmetadata.MD, error) {
	t.Helper()
	call, err := client.Append(within(t))
	require.NoError(t, err)
	for _, message := range messages {
		if err := call.Send(message); err != nil {
			require.ErrorIs(t, err, io.EOF)
			break
		}
	}
	answer, err := call.CloseAndRecv()
	return answer, call.Trailer(), err
}

func TestAppendThatMakesNoSense(t *testing.T) {
	server := nodetest.Start(t)
	client := raw(t, server)
	before := head(t, server)
	as := func(*streams.AppendReq_ProposedMessage) {}
	without := func(key string) func(*streams.AppendReq_ProposedMessage) {
		return func(event *streams.AppendReq_ProposedMessage) { delete(event.Metadata, key) }
	}
	expecting := func(revision uint64) *streams.AppendReq {
		options := toOptions("s")
		options.GetOptions().ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: revision}
		return options
	}
	unexpecting := toOptions("s")
	unexpecting.GetOptions().ExpectedStreamRevision = nil
	huge := toEvent(func(event *streams.AppendReq_ProposedMessage) { event.Data = make([]byte, 600_000) })
	type MD = map[string]string
	missing := MD{"exception": "missing-required-metadata-property", "required-metadata-properties": "type,content-type"}
	for _, test := range []struct {
		name     string
		code     codes.Code
		trailers MD
		messages []*streams.AppendReq
	}{
		{"nothing", codes.Unknown, nil, nil},
		{"an event first", codes.Unknown, nil, []*streams.AppendReq{toEvent(as)}},
		{"options twice", codes.Unknown, nil, []*streams.AppendReq{toOptions("s"), toOptions("s")}},
		{"an empty message", codes.Unknown, nil, []*streams.AppendReq{toOptions("s"), {}}},
		{"no name", codes.InvalidArgument, nil, []*streams.AppendReq{toOptions("")}},
		{"no stream that can be", codes.InvalidArgument, nil, []*streams.AppendReq{toOptions("$all"), toEvent(as)}},
		{"no expectation", codes.InvalidArgument, nil, []*streams.AppendReq{unexpecting}},
		{"a revision that cannot be", codes.Unknown, nil, []*streams.AppendReq{expecting(math.MaxInt64 + 1)}},
		{"no type", codes.InvalidArgument, missing, []*streams.AppendReq{toOptions("s"), toEvent(without("type"))}},
		{"no content type", codes.InvalidArgument, missing, []*streams.AppendReq{toOptions("s"), toEvent(without("content-type"))}},
		{"an empty type", codes.Unknown, nil, []*streams.AppendReq{toOptions("s"), toEvent(func(event *streams.AppendReq_ProposedMessage) { event.Metadata["type"] = "" })}},
		{"a tombstone", codes.InvalidArgument, nil, []*streams.AppendReq{toOptions("s"), toEvent(func(event *streams.AppendReq_ProposedMessage) { event.Metadata["type"] = "$streamDeleted" })}},
		{"no id", codes.Unknown, nil, []*streams.AppendReq{toOptions("s"), toEvent(func(event *streams.AppendReq_ProposedMessage) { event.Id = nil })}},
		{"an id of zeros", codes.Unknown, nil, []*streams.AppendReq{toOptions("s"), toEvent(func(event *streams.AppendReq_ProposedMessage) {
			event.Id = &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{}}}
		})}},
		{
			"too much", codes.InvalidArgument,
			MD{"exception": "maximum-append-size-exceeded", "maximum-append-size": "1048576"},
			[]*streams.AppendReq{toOptions("s"), huge, huge},
		},
	} {
		t.Run("given an append with "+test.name+", it is refused", func(t *testing.T) {
			_, trailer, err := appendRaw(t, client, test.messages...)
			require.Equal(t, test.code, status.Code(err), "%v", err)
			for key, value := range test.trailers {
				require.Equal(t, []string{value}, trailer.Get(key))
			}
			require.Equal(t, before, head(t, server))
		})
	}

	t.Run("given too much, it is refused before all has come", func(t *testing.T) {
		call, err := client.Append(within(t))
		require.NoError(t, err)
		require.NoError(t, call.Send(toOptions("s")))
		require.NoError(t, call.Send(huge))
		require.NoError(t, call.Send(huge))
		require.Equal(t, codes.InvalidArgument, status.Code(call.RecvMsg(&streams.AppendResp{})))
	})

	t.Run("given the largest number as the revision, it means no stream, in both spellings", func(t *testing.T) {
		answer, _, err := appendRaw(t, client, expecting(math.MaxUint64), toEvent(as))
		require.NoError(t, err)
		require.Zero(t, answer.GetSuccess().GetCurrentRevision())
		answer, _, err = appendRaw(t, client, expecting(math.MaxUint64), toEvent(as))
		require.NoError(t, err)
		wrong := answer.GetWrongExpectedVersion()
		require.NotNil(t, wrong.GetExpectedNoStream())
		require.Equal(t, uint64(math.MaxUint64), wrong.GetExpectedRevision_20_6_0())
		require.Zero(t, wrong.GetCurrentRevision())
		require.NotNil(t, wrong.GetCurrentRevisionOption_20_6_0())
	})
}

func TestStreamMetadata(t *testing.T) {
	server := nodetest.Start(t)
	client := official(t, server.Connection)
	written := esdb.StreamMetadata{}
	written.SetMaxCount(17)
	written.SetMaxAge(90 * time.Second)
	written.SetTruncateBefore(2)
	written.SetCacheControl(5 * time.Second)
	acl := esdb.Acl{}
	acl.AddReadRoles("admin")
	written.SetAcl(acl)
	written.AddCustomProperty("owner", "somebody")
	_, err := client.SetStreamMetadata(within(t), "s", esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}, written)
	require.NoError(t, err)
	_, err = appendTo(t, client, "s", esdb.StreamExists{}, dataOf(5)...)
	require.NoError(t, err, "metadata alone counts as existing")

	read, err := client.GetStreamMetadata(within(t), "s", esdb.ReadStreamOptions{})
	require.NoError(t, err)
	require.Equal(t, &written, read)
	for options, revisions := range map[esdb.ReadStreamOptions][]uint64{
		{Direction: esdb.Forwards, From: esdb.Start{}}: {2, 3, 4},
		{Direction: esdb.Backwards, From: esdb.End{}}:  {4, 3, 2},
	} {
		events, err := eventsOf(t, client, "s", options)
		require.NoError(t, err)
		require.Equal(t, revisions, revisionsOf(events))
	}
	_, err = client.GetStreamMetadata(within(t), "none", esdb.ReadStreamOptions{})
	requireCode(t, esdb.ErrorCodeResourceNotFound, errors.Unwrap(err))
}

func TestReadOnly(t *testing.T) {
	server := nodetest.Start(t, nodetest.ReadOnly())
	client, stubs := official(t, server.Connection), raw(t, server)
	before := head(t, server)
	whole := esdb.EventData{EventType: "kind", Data: make([]byte, store.MaxAppendSize)}
	for range 50 { // an answer that came too early would reach one of them as EOF
		_, err := appendTo(t, client, "s", esdb.Any{}, dataOf(100)...)
		requireCode(t, esdb.ErrorCodeAccessDenied, err)
		_, err = appendTo(t, client, "s", esdb.Any{}, whole)
		requireCode(t, esdb.ErrorCodeAccessDenied, err)
	}
	_, err := client.DeleteStream(within(t), "s", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}})
	requireCode(t, esdb.ErrorCodeAccessDenied, err)
	_, err = client.TombstoneStream(within(t), "s", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}})
	requireCode(t, esdb.ErrorCodeAccessDenied, err)

	_, trailer, err := appendRaw(t, stubs, toOptions("s"))
	require.Equal(t, codes.PermissionDenied, status.Code(err))
	require.Equal(t, []string{"access-denied"}, trailer.Get("exception"))
	call, err := stubs.BatchAppend(within(t))
	require.NoError(t, err)
	_, err = call.Recv()
	require.Equal(t, codes.PermissionDenied, status.Code(err))
	require.Equal(t, before, head(t, server))
}

func TestAppendWhoseCallerIsGone(t *testing.T) {
	server := nodetest.Start(t)
	before := head(t, server)
	ctx, cancel := context.WithCancel(within(t))
	call, err := raw(t, server).Append(ctx)
	require.NoError(t, err)
	require.NoError(t, call.Send(toOptions("s")))
	require.NoError(t, call.Send(toEvent(func(*streams.AppendReq_ProposedMessage) {})))
	cancel()
	server.Stop()
	server.Restart()
	require.Equal(t, before, head(t, server), "what was not sent to its end is not written")
}
