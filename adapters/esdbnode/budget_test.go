package esdbnode_test

import (
	"context"
	"crypto/tls"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// ballast is a message that is nothing but large: a field that nobody knows.
func ballast(bytes int) wire.Message {
	return protowire.AppendBytes(protowire.AppendTag(nil, 1000, protowire.BytesType), make([]byte, bytes))
}

// asItIs sends messages that are encoded already, of which many share the bytes.
func asItIs() grpc.DialOption { return grpc.WithDefaultCallOptions(grpc.ForceCodecV2(wire.Codec())) }

func TestNobodyFillsTheMemoryWithoutAPassword(t *testing.T) {
	encryption, _ := certificate(t)
	buffers := &esdbnode.Buffers{}
	server := nodetest.Start(t, nodetest.With(buffers.Count), nodetest.With(func(options *esdbnode.Options) {
		options.TLS, options.User, options.Password = encryption, "usher", "correct horse"
	}))
	const calls, connections = 1000, 10
	request := ballast(1_900_000)
	trust := grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{InsecureSkipVerify: true}))
	methods := map[string]codes.Code{
		gossip.Gossip_Read_FullMethodName:                                codes.OK,
		serverfeatures.ServerFeatures_GetSupportedMethods_FullMethodName: codes.OK,
		streams.Streams_Delete_FullMethodName:                            codes.PermissionDenied,
		"/event_store.client.none.None/None":                             codes.PermissionDenied,
	}
	var called sync.WaitGroup
	for range connections {
		connection := dial(t, server, trust, asItIs())
		for method, code := range methods {
			for range calls / connections / len(methods) {
				called.Go(func() {
					err := connection.Invoke(within(t), method, request, &shared.Empty{})
					require.Equal(t, code, status.Code(err), "%s: %v", method, err)
				})
			}
		}
	}
	called.Wait()
	t.Logf("%d calls of 1.9 MB: at most %d KiB of them in memory", calls, buffers.Most()>>10)
	require.Less(t, buffers.Most(), int64(2*calls*esdbnode.UnreadBytes), "of %d bytes sent", calls*len(request))
}

// appendOf is an append of one event, of so many bytes of data.
func appendOf(t *testing.T, bytes int) (options, event wire.Message) {
	t.Helper()
	encode := func(message *streams.AppendReq) wire.Message {
		encoded, err := proto.Marshal(message)
		require.NoError(t, err)
		return encoded
	}
	return encode(appendOptions("s")), encode(&streams.AppendReq{Content: &streams.AppendReq_ProposedMessage_{
		ProposedMessage: &streams.AppendReq_ProposedMessage{
			Id: wire.UUID(uuid.New(), wire.Text), Data: make([]byte, bytes),
			Metadata: map[string]string{"type": "kind", "content-type": wire.ContentBytes},
		},
	}})
}

func appendOptions(stream string) *streams.AppendReq {
	return &streams.AppendReq{Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{
		StreamIdentifier:       wire.StreamIdentifier(stream),
		ExpectedStreamRevision: &streams.AppendReq_Options_Any{Any: &shared.Empty{}},
	}}}
}

func TestLargeAppendsTakeLittleMemory(t *testing.T) {
	buffers := &esdbnode.Buffers{}
	server := nodetest.Start(t, nodetest.With(buffers.Count))
	appends := min(10*soak(), 40)
	options, event := appendOf(t, 15_000_000)
	client := raw(t, server, asItIs())
	var appended sync.WaitGroup
	for range appends {
		appended.Go(func() {
			trailer := grpcmetadata.MD{}
			call, err := client.Append(within(t), grpc.Trailer(&trailer))
			require.NoError(t, err)
			_ = call.SendMsg(options) // the answer tells
			_ = call.SendMsg(event)
			_, err = call.CloseAndRecv()
			require.Equal(t, codes.InvalidArgument, status.Code(err), "%v", err)
			require.Equal(t, []string{"maximum-append-size-exceeded"}, trailer.Get("exception"))
		})
	}
	appended.Wait()
	t.Logf("%d appends of 15 MB: at most %d KiB of them in memory before they are read", appends, buffers.Most()>>10)
	require.Less(t, buffers.Most(), int64(esdbnode.MaxArriving*esdbnode.MaxRequest+2*appends*esdbnode.UnreadBytes))
}

func TestBatchAppendsShareTheMemory(t *testing.T) {
	server := nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) { options.AppendPatience = time.Hour }))
	var calls []*batch
	answer := func(b *batch) *streams.BatchAppendResp {
		for range 15 {
			b.send(textID(uuid.NewString()), opening("s"), withEvents(1_000_000))
		}
		b.send(textID(uuid.NewString()), opening("s"), withEvents(1), final)
		return b.receive()
	}
	for range 4 {
		b := batching(t, server)
		calls = append(calls, b)
		require.NotNil(t, answer(b).GetSuccess())
	}
	refused := answer(batching(t, server)).GetError() // those of five are more than there is room for
	require.Equal(t, int32(codes.Unavailable), refused.GetCode())
	require.Equal(t, "Server Is Too Busy", refused.GetMessage())
	t.Run("given that a call ends, there is room again", func(t *testing.T) {
		require.NoError(t, calls[0].call.CloseSend())
		for answered := error(nil); answered == nil; {
			_, answered = calls[0].call.Recv()
		}
		b := batching(t, server)
		b.send(textID(uuid.NewString()), opening("s"), withEvents(1_000_000), final)
		require.NotNil(t, b.receive().GetSuccess())
		b.done()
	})
}

func TestCallsAreCounted(t *testing.T) {
	server := nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) { options.Calls = 2 * esdbnode.MaxCalls }))
	client := raw(t, server)
	subscribe := func() (streams.Streams_ReadClient, error) {
		call, err := client.Read(within(t), request(ofAll(esdb.End{}), subscription))
		require.NoError(t, err)
		_, err = call.Recv()
		return call, err
	}
	for range esdbnode.MaxCalls {
		_, err := subscribe()
		require.NoError(t, err)
	}
	_, err := subscribe()
	require.Equal(t, codes.Unavailable, status.Code(err))
	require.ErrorContains(t, err, "Server Is Too Busy")
}

func TestHeadersAreShort(t *testing.T) {
	server := nodetest.Start(t)
	ctx := grpcmetadata.AppendToOutgoingContext(within(t), "note", strings.Repeat("x", 40<<10))
	_, err := gossip.NewGossipClient(dial(t, server)).Read(ctx, &shared.Empty{})
	require.ErrorContains(t, err, "header list size")
}

func TestAHundredCallsAtOnce(t *testing.T) {
	server := nodetest.Start(t)
	client := official(t, server.Connection)
	subscriptions := make([]*esdb.Subscription, 100)
	for i := range subscriptions {
		subscribed, err := client.SubscribeToAll(within(t), esdb.SubscribeToAllOptions{})
		require.NoError(t, err)
		subscriptions[i] = subscribed
	}
	write := func(ctx context.Context) error {
		_, err := client.AppendToStream(ctx, "s", esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "kind"})
		return err
	}
	t.Run("the next one waits", func(t *testing.T) {
		soon, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		require.ErrorContains(t, write(soon), context.DeadlineExceeded.Error())
	})
	t.Run("another connection has its own hundred", func(t *testing.T) {
		_, err := official(t, server.Connection).AppendToStream(within(t), "s", esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "kind"})
		require.NoError(t, err)
	})
	t.Run("given that one ends, there is room", func(t *testing.T) {
		require.NoError(t, subscriptions[0].Close())
		require.NoError(t, write(within(t)))
	})
	for _, subscribed := range subscriptions[1:] {
		require.NoError(t, subscribed.Close())
	}
}
