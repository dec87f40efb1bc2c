package esdbnode_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func TestReadingAStream(t *testing.T) {
	server := nodetest.Start(t)
	client := raw(t, server)
	written(t, server, "other", "noise", 3)
	written(t, server, "s", "kind", 5)
	for _, q := range []struct {
		name  string
		found []string
		query []func(*streams.ReadReq_Options)
	}{
		{"from the start", []string{"0@s", "1@s", "2@s", "3@s", "4@s"}, with(ofStream("s", esdb.Start{}), count(100))},
		{"from the start, so many", []string{"0@s", "1@s"}, with(ofStream("s", esdb.Start{}), count(2))},
		{"from a revision", []string{"3@s", "4@s"}, with(ofStream("s", 3), count(math.MaxUint64))},
		{"behind the end", []string{}, with(ofStream("s", 5), count(10))},
		{"backwards from the end", []string{"4@s", "3@s", "2@s", "1@s", "0@s"}, with(ofStream("s", esdb.End{}), count(10), backwards)},
		{"backwards from a revision", []string{"2@s", "1@s"}, with(ofStream("s", 2), count(2), backwards)},
		{"backwards from behind the end", []string{"4@s"}, with(ofStream("s", 50), count(1), backwards)},
		{"backwards from the start", []string{"0@s"}, with(ofStream("s", esdb.Start{}), count(10), backwards)},
	} {
		t.Run(q.name, func(t *testing.T) { require.Equal(t, q.found, read(t, client, q.query...)) })
	}
}

func with(changes ...func(*streams.ReadReq_Options)) []func(*streams.ReadReq_Options) { return changes }

func TestReadingEverything(t *testing.T) {
	server := nodetest.Start(t, nodetest.ReadOnly()) // which has no system events
	client := raw(t, server)
	written(t, server, "a", "kind.a", 2)
	written(t, server, "b", "kind.b", 2)
	written(t, server, "$epoch-information", "$epoch", 1)
	written(t, server, "$persistentsubscription-$all::g-checkpoint", "$SubscriptionCheckpoint", 1)
	written(t, server, "$persistentsubscription-$all::g-parked", "$>", 1)
	written(t, server, "$shown", "$kind", 1)
	everything := []string{"0@a", "1@a", "0@b", "1@b", "0@$shown"}
	second := domain.Position{Commit: 2, Prepare: 2}
	none := []string{}
	for _, q := range []struct {
		name  string
		found []string
		query []func(*streams.ReadReq_Options)
	}{
		{"from the start, without what is hidden", everything, with(ofAll(esdb.Start{}), count(100))},
		{"from the zero position", everything, with(ofAll(domain.Position{}), count(100))},
		{"so many", everything[:3], with(ofAll(esdb.Start{}), count(3))},
		{"none", none, with(ofAll(esdb.Start{}), count(0))},
		{"from a position on, that one included", everything[1:], with(ofAll(second), count(100))},
		{"behind the end", none, with(ofAll(domain.Position{Commit: 99, Prepare: 99}), count(100))},
		{"from the end", none, with(ofAll(esdb.End{}), count(100))},
		{"from the end by its number", none, with(ofAll(domain.Position{Commit: math.MaxUint64, Prepare: math.MaxUint64}), count(100))},
		{"backwards from the end", []string{"0@$shown", "1@b", "0@b", "1@a", "0@a"}, with(ofAll(esdb.End{}), count(100), backwards)},
		{"backwards from a position, that one not included", []string{"0@a"}, with(ofAll(second), count(100), backwards)},
		{"backwards from the start", none, with(ofAll(esdb.Start{}), count(100), backwards)},
		{"filtered", []string{"0@b", "1@b"}, with(ofAll(esdb.Start{}), count(100), filtered(1, 1, "kind.b"))},
		{"filtered, so many", []string{"0@b"}, with(ofAll(esdb.Start{}), count(1), filtered(1, 0, "kind.b"))},
		{"filtered backwards", []string{"1@b"}, with(ofAll(esdb.End{}), count(1), backwards, filtered(1, 1, "kind.b", "kind.c"))},
		{"filtered by streams", []string{"0@b", "1@b"}, with(ofAll(esdb.Start{}), count(9), byStream("^b$"))},
	} {
		t.Run(q.name, func(t *testing.T) { require.Equal(t, q.found, read(t, client, q.query...)) })
	}
}

func byStream(regex string) func(*streams.ReadReq_Options) {
	return func(options *streams.ReadReq_Options) {
		options.FilterOption = &streams.ReadReq_Options_Filter{Filter: &streams.ReadReq_Options_FilterOptions{
			Filter: &streams.ReadReq_Options_FilterOptions_StreamIdentifier{
				StreamIdentifier: &streams.ReadReq_Options_FilterOptions_Expression{Regex: regex},
			},
			Window:                       &streams.ReadReq_Options_FilterOptions_Count{Count: &shared.Empty{}},
			CheckpointIntervalMultiplier: 1,
		}}
	}
}

func TestAnEventAsItIsRead(t *testing.T) {
	now := time.Date(2026, 7, 1, 12, 30, 15, 123456700, time.UTC)
	server := nodetest.Start(t, nodetest.At(func() time.Time { return now }))
	event := journal.Proposed{ID: uuid.New(), Type: "kind", JSON: true, Data: []byte(`{"n":1}`), Metadata: []byte("m")}
	appended := put(t, server, "s", event)

	t.Run("by the client", func(t *testing.T) {
		client := official(t, server.Connection)
		stream, err := client.ReadStream(within(t), "s", esdb.ReadStreamOptions{}, 1)
		require.NoError(t, err)
		defer stream.Close()
		got, err := stream.Recv()
		require.NoError(t, err)
		require.Equal(t, event.ID, got.Event.EventID)
		require.Equal(t, now, got.Event.CreatedDate)
		require.Equal(t, "application/json", got.Event.ContentType)
		require.Equal(t, appended.Position, domain.Position(got.Event.Position))
		require.Equal(t, appended.Position.Commit, *got.Commit)
		require.Equal(t, event.Data, got.Event.Data)
		require.Equal(t, event.Metadata, got.Event.UserMetadata)
		require.Len(t, got.Event.SystemMetadata, 3)
	})
	t.Run("given a client that wants ids as text", func(t *testing.T) {
		answers, err := answered(t, raw(t, server), ofStream("s", 0), count(1), func(options *streams.ReadReq_Options) {
			options.UuidOption.Content = &streams.ReadReq_Options_UUIDOption_String_{String_: &shared.Empty{}}
		})
		require.NoError(t, err)
		require.Equal(t, event.ID.String(), answers[0].GetEvent().GetEvent().GetId().GetString_())
	})
}

func TestReadingWhatIsNotThere(t *testing.T) {
	server := nodetest.Start(t)
	client, stubs := official(t, server.Connection), raw(t, server)
	written(t, server, "tombstoned", "kind", 2)
	written(t, server, "deleted", "kind", 2)
	_, err := rules(server).Tombstone(within(t), "tombstoned", store.Any)
	require.NoError(t, err)
	_, err = rules(server).Delete(within(t), "deleted", store.Any)
	require.NoError(t, err)

	first := func(stream string) error {
		events, err := client.ReadStream(within(t), stream, esdb.ReadStreamOptions{}, 10)
		require.NoError(t, err)
		defer events.Close()
		_, err = events.Recv()
		return err
	}
	code := func(err error) esdb.ErrorCode {
		var failure *esdb.Error
		require.ErrorAs(t, err, &failure)
		return failure.Code()
	}
	t.Run("given no such stream, the client says so", func(t *testing.T) {
		require.Equal(t, esdb.ErrorCodeResourceNotFound, code(first("none")))
		answers, err := answered(t, stubs, ofStream("none", 0), count(1))
		require.NoError(t, err)
		require.Len(t, answers, 1)
		require.Equal(t, "none", string(answers[0].GetStreamNotFound().GetStreamIdentifier().GetStreamName()))
	})
	t.Run("given a deleted stream, likewise", func(t *testing.T) {
		require.Equal(t, esdb.ErrorCodeResourceNotFound, code(first("deleted")))
	})
	t.Run("given a tombstone, the client says that, by two trailers", func(t *testing.T) {
		require.Equal(t, esdb.ErrorCodeStreamDeleted, code(first("tombstoned")))
		for _, mode := range []func(*streams.ReadReq_Options){count(1), subscription} {
			trailer := grpcmetadata.MD{}
			call, err := stubs.Read(within(t), request(ofStream("tombstoned", 0), mode), grpc.Trailer(&trailer))
			require.NoError(t, err)
			_, err = call.Recv()
			require.Equal(t, codes.FailedPrecondition, status.Code(err))
			require.Equal(t, []string{"stream-deleted"}, trailer.Get("exception"))
			require.Equal(t, []string{"tombstoned"}, trailer.Get("stream-name"))
		}
	})
	t.Run("given a tombstone, it is among everything, with the highest revision", func(t *testing.T) {
		answers, err := answered(t, stubs, ofAll(esdb.Start{}), count(1000), filtered(1, 1, "$streamDeleted"))
		require.NoError(t, err)
		require.Equal(t, []string{fmt.Sprintf("%d@tombstoned", int64(math.MaxInt64))}, places(answers))
	})
	t.Run("given a stream of which nothing is left, it is empty", func(t *testing.T) {
		written(t, server, "truncated", "kind", 3)
		describe(t, server, "truncated", `{"$tb":3}`)
		require.Empty(t, read(t, stubs, ofStream("truncated", esdb.Start{}), count(10)))
	})
}

func TestWhereAStreamBeginsAndEnds(t *testing.T) {
	server := nodetest.Start(t)
	client := raw(t, server)
	written(t, server, "s", "kind", 100)
	describe(t, server, "s", `{"$maxCount":10}`)
	bounds := func(changes ...func(*streams.ReadReq_Options)) (events int, bounds []string) {
		answers, err := answered(t, client, append(changes, compatible)...)
		require.NoError(t, err)
		for _, answer := range answers {
			switch content := answer.GetContent().(type) {
			case *streams.ReadResp_FirstStreamPosition:
				bounds = append(bounds, fmt.Sprintf("first %d after %d", content.FirstStreamPosition, events))
			case *streams.ReadResp_LastStreamPosition:
				bounds = append(bounds, fmt.Sprintf("last %d after %d", content.LastStreamPosition, events))
			case *streams.ReadResp_Event:
				events++
			}
		}
		return events, bounds
	}
	for _, q := range []struct {
		name   string
		query  []func(*streams.ReadReq_Options)
		events int
		bounds []string
	}{
		{"from the start, far before what is left", with(ofStream("s", esdb.Start{}), count(5)), 5, []string{"first 90 after 0", "last 99 after 5"}},
		{"from shortly before what is left", with(ofStream("s", 80), count(50)), 10, []string{"last 99 after 10"}},
		{"from what is left", with(ofStream("s", 95), count(2)), 2, []string{"last 99 after 2"}},
		{"from the next event on", with(ofStream("s", 100), count(2)), 0, []string{"last 99 after 0"}},
		{"from behind it", with(ofStream("s", 200), count(2)), 0, []string{"first 100 after 0", "last 99 after 0"}},
		{"backwards", with(ofStream("s", esdb.End{}), count(2), backwards), 2, []string{"last 99 after 2"}},
		{"of no stream", with(ofStream("none", esdb.Start{}), count(2)), 0, nil},
	} {
		t.Run(q.name, func(t *testing.T) {
			events, found := bounds(q.query...)
			require.Equal(t, q.events, events)
			require.Equal(t, q.bounds, found)
		})
	}
	t.Run("given a client that did not ask, it is never told, for it would crash", func(t *testing.T) {
		require.Len(t, read(t, client, ofStream("s", esdb.Start{}), count(5)), 5)
	})
}

func TestLinks(t *testing.T) {
	server := nodetest.Start(t)
	client := official(t, server.Connection)
	targets := written(t, server, "target", "kind", 2)
	written(t, server, "at@home", "kind", 1)
	put(t, server, "links", link("1@target"), link("7@target"), link("0@none"), link("not a link"), link("0@at@home"))
	written(t, server, "gone", "kind", 1)
	put(t, server, "links", link("0@gone"))
	_, err := rules(server).Tombstone(within(t), "gone", store.Any)
	require.NoError(t, err)

	resolved := func(t *testing.T, follow bool) (events []*esdb.ResolvedEvent) {
		stream, err := client.ReadStream(within(t), "links", esdb.ReadStreamOptions{ResolveLinkTos: follow}, 100)
		require.NoError(t, err)
		defer stream.Close()
		for range 6 {
			event, err := stream.Recv()
			require.NoError(t, err)
			events = append(events, event)
		}
		return events
	}
	t.Run("given a client that wants them followed", func(t *testing.T) {
		events := resolved(t, true)
		require.Equal(t, targets[1].ID, events[0].Event.EventID)
		require.Equal(t, "$>", events[0].Link.EventType)
		require.Equal(t, events[0].Link.Position.Commit, *events[0].Commit, "the link's position is the event's")
		require.Equal(t, "at@home", events[4].Event.StreamID)
		for _, lost := range []int{1, 2, 5} {
			require.Nil(t, events[lost].Event)
			require.Equal(t, "links", events[lost].Link.StreamID)
		}
		require.Nil(t, events[3].Link, "what points nowhere is an event")
		require.Equal(t, "not a link", string(events[3].Event.Data))
	})
	t.Run("given one that does not", func(t *testing.T) {
		for _, event := range resolved(t, false) {
			require.Nil(t, event.Link)
			require.Equal(t, "$>", event.Event.EventType)
		}
	})
	t.Run("given the events of all streams", func(t *testing.T) {
		answers, err := answered(t, raw(t, server), ofAll(esdb.End{}), count(100), backwards, following, filtered(1, 1, "$>"))
		require.NoError(t, err)
		require.Len(t, answers, 6)
		require.Nil(t, answers[0].GetEvent().GetEvent())
		require.Equal(t, targets[1].Type, answers[5].GetEvent().GetEvent().GetMetadata()["type"])
	})
}
