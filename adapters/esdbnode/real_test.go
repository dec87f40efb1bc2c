package esdbnode_test

import (
	"slices"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/domain"
)

// TestAsTheRealServer has what EventStoreDB 23.10.6 was seen to do where one
// would expect something else of it.
func TestAsTheRealServer(t *testing.T) {
	server := nodetest.Start(t)
	client, stubs := official(t, server.Connection), raw(t, server)

	t.Run("a position whose prepare is before its commit is before the event there", func(t *testing.T) {
		written(t, server, "placed", "kind", 3)
		last := head(t, server)
		between := domain.Position{Commit: last.Commit, Prepare: last.Prepare - 1}
		require.Equal(t, []string{"2@placed"}, read(t, stubs, ofAll(between), count(10)))
		require.Equal(t, []string{"1@placed"}, read(t, stubs, ofAll(between), count(1), backwards))
		subscribed, err := client.SubscribeToAll(within(t), esdb.SubscribeToAllOptions{From: esdb.Position{Commit: between.Commit, Prepare: between.Prepare}})
		require.NoError(t, err)
		defer subscribed.Close()
		require.Equal(t, uint64(2), subscribed.Recv().EventAppeared.Event.EventNumber)
	})

	t.Run("a stream is not read forwards from its end", func(t *testing.T) {
		written(t, server, "ended", "kind", 3)
		stream, err := client.ReadStream(within(t), "ended", esdb.ReadStreamOptions{From: esdb.End{}, Direction: esdb.Forwards}, 1)
		require.NoError(t, err)
		defer stream.Close()
		_, err = stream.Recv()
		requireCode(t, esdb.ErrorCodeUnknown, err)
		require.ErrorContains(t, err, "Unexpected ReadStreamResult: Error")
	})

	t.Run("the metadata of a tombstoned stream are set, and not got", func(t *testing.T) {
		_, err := client.TombstoneStream(within(t), "dead", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}})
		require.NoError(t, err)
		_, err = client.SetStreamMetadata(within(t), "dead", esdb.AppendToStreamOptions{ExpectedRevision: esdb.Any{}}, esdb.StreamMetadata{})
		require.NoError(t, err)
		_, err = answered(t, stubs, ofStream("$$dead", esdb.End{}), count(1), backwards)
		require.Equal(t, codes.FailedPrecondition, status.Code(err))
		require.ErrorContains(t, err, "is deleted")
	})

	t.Run("an append's data count, and not its metadata", func(t *testing.T) {
		event := func(metadata int) esdb.EventData {
			return esdb.EventData{EventID: uuid.New(), EventType: "kind", Data: make([]byte, 10), Metadata: make([]byte, metadata)}
		}
		for name, events := range map[string][]esdb.EventData{"one": {event(2_000_000)}, "several": {event(700_000), event(700_000), event(600_000)}} {
			_, err := client.AppendToStream(within(t), "described-"+name, esdb.AppendToStreamOptions{}, events...)
			require.NoError(t, err, name)
			found, err := eventsOf(t, client, "described-"+name, esdb.ReadStreamOptions{})
			require.NoError(t, err)
			require.Len(t, found, len(events))
			require.Len(t, found[0].UserMetadata, len(events[0].Metadata))
		}
		b := batching(t, server)
		described := withEvents(10)
		b.send(textID(uuid.NewString()), opening("described-batch"), described, described, final, func(message *streams.BatchAppendReq) {
			message.GetProposedMessages()[0].CustomMetadata = make([]byte, 2_000_000)
		})
		require.NotNil(t, b.receive().GetSuccess())
		b.done()
	})

	t.Run("a message has at most 16 MiB less 10 kB", func(t *testing.T) {
		send := func(size int) error {
			call, err := raw(t, server, asItIs()).Append(within(t))
			require.NoError(t, err)
			options, _ := appendOf(t, 0)
			require.NoError(t, call.SendMsg(options))
			_ = call.SendMsg(ballast(size - 6)) // with its tag and length
			_, err = call.CloseAndRecv()
			return err
		}
		longest := 16*1024*1024 - 10_000
		require.Equal(t, codes.Unknown, status.Code(send(longest-100)), "it is read, and is no event")
		require.Equal(t, codes.ResourceExhausted, status.Code(send(longest+1)))
	})

	t.Run("the same id six times in an append is written six times, and a repetition finds the first", func(t *testing.T) {
		id := uuid.New()
		events := slices.Repeat([]esdb.EventData{{EventID: id, EventType: "kind"}}, 6)
		first, err := appendTo(t, client, "same", esdb.Any{}, events...)
		require.NoError(t, err)
		require.Equal(t, uint64(5), first.NextExpectedVersion)
		again, err := appendTo(t, client, "same", esdb.Any{}, events...)
		require.NoError(t, err)
		require.Zero(t, again.NextExpectedVersion)
		found, err := eventsOf(t, client, "same", esdb.ReadStreamOptions{})
		require.NoError(t, err)
		require.Len(t, found, 6)
	})
}

func TestOneAppendIsNotEndless(t *testing.T) {
	server := nodetest.Start(t)
	client := official(t, server.Connection)
	event := esdb.EventData{EventType: "kind", Metadata: make([]byte, 4_000_000)}
	_, err := client.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{}, slices.Repeat([]esdb.EventData{event}, 5)...)
	require.Error(t, err) // with words where the client had sent all
	_, err = eventsOf(t, client, "s", esdb.ReadStreamOptions{})
	requireCode(t, esdb.ErrorCodeResourceNotFound, err)
}
