package esdbnode_test

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

func TestCallsThatGoOnTakeLittleMemory(t *testing.T) {
	const calls = 40
	encode := func(t *testing.T, message proto.Message) wire.Message {
		t.Helper()
		encoded, err := proto.Marshal(message)
		require.NoError(t, err)
		return encoded
	}
	// together begins calls, and has each send a large message when all have begun.
	together := func(t *testing.T, server *nodetest.Server, method string, opening, large wire.Message, answered func(grpc.ClientStream)) {
		t.Helper()
		connection := dial(t, server, asItIs())
		var all []grpc.ClientStream
		for range calls {
			call, err := connection.NewStream(within(t), &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, method)
			require.NoError(t, err)
			require.NoError(t, call.SendMsg(opening))
			all = append(all, call)
		}
		var ended sync.WaitGroup
		for _, call := range all {
			ended.Go(func() {
				_ = call.SendMsg(large) // the answer tells
				_ = call.CloseSend()
				answered(call)
			})
		}
		ended.Wait()
	}
	bound := func(t *testing.T, buffers *esdbnode.Buffers, sent int) {
		t.Helper()
		t.Logf("%d KiB sent: at most %d KiB of them in memory before they are read", sent>>10, buffers.Most()>>10)
		require.Less(t, buffers.Most(), int64(esdbnode.MaxArriving*esdbnode.MaxRequest+2*calls*esdbnode.UnreadBytes))
	}
	t.Run("given pieces of appends, few are on their way at a time, and all are answered", func(t *testing.T) {
		buffers := &esdbnode.Buffers{}
		server := nodetest.Start(t, nodetest.With(buffers.Count), nodetest.With(func(options *esdbnode.Options) { options.AppendPatience = time.Hour }))
		id := textID(uuid.NewString())
		begin := encode(t, batchRequest(id, opening("s")))
		large := encode(t, batchRequest(id, withEvents(15_000_000), final))
		together(t, server, streams.Streams_BatchAppend_FullMethodName, begin, large, func(call grpc.ClientStream) {
			answer := &streams.BatchAppendResp{}
			require.NoError(t, call.RecvMsg(answer))
			require.Equal(t, int32(codes.InvalidArgument), answer.GetError().GetCode(), "%v", answer)
		})
		bound(t, buffers, calls*len(large))
	})
	readers := func(t *testing.T, buffers *esdbnode.Buffers, bytes int, code codes.Code, words string) {
		t.Helper()
		server := nodetest.Start(t, nodetest.With(buffers.Count))
		require.NoError(t, official(t, server.Connection).CreatePersistentSubscription(within(t), "s", "g", esdb.PersistentStreamSubscriptionOptions{}))
		opening := encode(t, &persistent.ReadReq{Content: &persistent.ReadReq_Options_{Options: &persistent.ReadReq_Options{
			StreamOption: &persistent.ReadReq_Options_StreamIdentifier{StreamIdentifier: wire.StreamIdentifier("s")}, GroupName: "g", BufferSize: 10,
		}}})
		together(t, server, persistent.PersistentSubscriptions_Read_FullMethodName, opening, ballast(bytes), func(call grpc.ClientStream) {
			require.NoError(t, call.RecvMsg(&persistent.ReadResp{}))
			err := call.RecvMsg(&persistent.ReadResp{})
			require.Equal(t, code, status.Code(err), "%v", err)
			require.ErrorContains(t, err, words)
		})
	}
	t.Run("given acknowledgements, few large ones are on their way at a time", func(t *testing.T) {
		buffers := &esdbnode.Buffers{}
		readers(t, buffers, 4_000_000, codes.InvalidArgument, "only answers")
		bound(t, buffers, calls*4_000_000)
	})
	t.Run("given what no acknowledgement can be, it is refused before it is read", func(t *testing.T) {
		buffers := &esdbnode.Buffers{}
		readers(t, buffers, 5_000_000, codes.ResourceExhausted, "Received message exceeds the maximum configured message size.")
		require.Less(t, buffers.Most(), int64(2*calls*esdbnode.UnreadBytes))
	})
}

func TestBatchAppendHoldsItsMemory(t *testing.T) {
	server := nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) { options.AppendPatience = time.Minute }))
	b := batching(t, server)
	ids := make([]*shared.UUID, 20)
	forgetful := func(options *streams.BatchAppendReq_Options) { options.DeadlineOption = nil }
	for i := range ids {
		ids[i] = textID(uuid.NewString())
		b.send(ids[i], opening("s"+strconv.Itoa(i), forgetful), withEvents(1_000_000))
	}
	for _, id := range ids {
		b.send(id, final)
	}
	require.NoError(t, b.call.CloseSend())
	outcomes := map[string]int{}
	for range ids {
		answer := b.receive()
		outcomes[fmt.Sprintf("%t %d", answer.GetSuccess() != nil, answer.GetError().GetCode())]++
	}
	require.Equal(t, map[string]int{"true 0": 16, fmt.Sprintf("false %d", codes.Unavailable): 4}, outcomes)
	_, err := b.call.Recv()
	require.ErrorIs(t, err, io.EOF)
}

func TestWhoReadsNoAnswersKeepsNoRoom(t *testing.T) {
	server := nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) {
		options.AppendPatience = time.Hour
		options.SlowAfter(time.Second)
	}))
	for range 5 { // of whom each keeps 15 MB, of 64
		b := batching(t, server)
		for range 15 {
			b.send(textID(uuid.NewString()), opening("s"), withEvents(1_000_000))
		}
		long := strings.Repeat("x", 20_000) // which is in the answers
		for range 30 {
			b.send(textID(uuid.NewString()), opening(long), withEvents(1), final)
		}
	}
	other := raw(t, server)
	require.Eventually(t, func() bool {
		call, err := other.BatchAppend(within(t))
		require.NoError(t, err)
		require.NoError(t, call.Send(batchRequest(textID(uuid.NewString()), opening("s"), withEvents(1_000_000, 10), final)))
		answer, err := call.Recv()
		return err == nil && answer.GetSuccess() != nil
	}, time.Minute, 100*time.Millisecond, "they keep their room for ever")
}
