package esdbnode_test

import (
	"errors"
	"io"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
)

func textID(id string) *shared.UUID {
	return &shared.UUID{Value: &shared.UUID_String_{String_: id}}
}

// piece is a part of an append; it changes what a client would send.
type piece func(*streams.BatchAppendReq)

func opening(stream string, change ...func(*streams.BatchAppendReq_Options)) piece {
	return func(message *streams.BatchAppendReq) {
		message.Options = &streams.BatchAppendReq_Options{
			StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte(stream)},
			ExpectedStreamPosition: &streams.BatchAppendReq_Options_Any{Any: &emptypb.Empty{}},
			DeadlineOption:         &streams.BatchAppendReq_Options_Deadline_21_10_0{Deadline_21_10_0: timestamppb.New(time.Now().Add(time.Minute))},
		}
		for _, change := range change {
			change(message.Options)
		}
	}
}

func expectingRevision(revision uint64) func(*streams.BatchAppendReq_Options) {
	return func(options *streams.BatchAppendReq_Options) {
		options.ExpectedStreamPosition = &streams.BatchAppendReq_Options_StreamPosition{StreamPosition: revision}
	}
}

func expectingNoStream(options *streams.BatchAppendReq_Options) {
	options.ExpectedStreamPosition = &streams.BatchAppendReq_Options_NoStream{NoStream: &emptypb.Empty{}}
}

func expectingStream(options *streams.BatchAppendReq_Options) {
	options.ExpectedStreamPosition = &streams.BatchAppendReq_Options_StreamExists{StreamExists: &emptypb.Empty{}}
}

func final(message *streams.BatchAppendReq) { message.IsFinal = true }

// withEvents adds events of so many bytes.
func withEvents(sizes ...int) piece {
	return func(message *streams.BatchAppendReq) {
		for _, size := range sizes {
			message.ProposedMessages = append(message.ProposedMessages, &streams.BatchAppendReq_ProposedMessage{
				Id:       textID(uuid.NewString()),
				Metadata: map[string]string{"type": "happened", "content-type": "application/json"},
				Data:     make([]byte, size),
			})
		}
	}
}

type batch struct {
	testing.TB
	call streams.Streams_BatchAppendClient
}

func batching(t testing.TB, server *nodetest.Server) *batch {
	t.Helper()
	call, err := raw(t, server).BatchAppend(within(t))
	require.NoError(t, err)
	return &batch{t, call}
}

func (b *batch) send(correlation *shared.UUID, pieces ...piece) {
	b.Helper()
	require.NoError(b, b.call.Send(batchRequest(correlation, pieces...)))
}

func batchRequest(correlation *shared.UUID, pieces ...piece) *streams.BatchAppendReq {
	message := &streams.BatchAppendReq{CorrelationId: correlation}
	for _, change := range pieces {
		change(message)
	}
	return message
}

func (b *batch) receive() *streams.BatchAppendResp {
	b.Helper()
	answer, err := b.call.Recv()
	require.NoError(b, err)
	return answer
}

// done ends the call, on which nothing more must be answered.
func (b *batch) done() {
	b.Helper()
	require.NoError(b, b.call.CloseSend())
	answer, err := b.call.Recv()
	require.ErrorIs(b, err, io.EOF, "%v", answer)
}

func requireFailed(t testing.TB, failure *status.Status, code codes.Code, details proto.Message) {
	t.Helper()
	require.Equal(t, int32(code), failure.GetCode(), "%v", failure)
	require.Len(t, failure.GetDetails(), 1)
	require.Equal(t, "type.googleapis.com/"+string(details.ProtoReflect().Descriptor().FullName()), failure.GetDetails()[0].GetTypeUrl())
	got, err := failure.GetDetails()[0].UnmarshalNew()
	require.NoError(t, err)
	if _, ok := details.(*shared.BadRequest); !ok {
		require.True(t, proto.Equal(details, got), "%v", got)
	}
}

func TestBatchAppend(t *testing.T) {
	server := nodetest.Start(t)

	t.Run("given appends in pieces among each other, each is answered when it is whole", func(t *testing.T) {
		b := batching(t, server)
		one := textID(uuid.NewString())
		two := &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{MostSignificantBits: -1, LeastSignificantBits: 2}}}
		before := head(t, server).Commit
		b.send(one, opening("one", expectingNoStream), withEvents(1))
		b.send(two, opening("two", expectingNoStream), withEvents(1, 2))
		b.send(one, withEvents(3, 4))
		b.send(two, withEvents(3), final)
		answer := b.receive()
		require.True(t, proto.Equal(two, answer.GetCorrelationId()), "in the form that it came in")
		require.Equal(t, "two", string(answer.GetStreamIdentifier().GetStreamName()))
		require.Equal(t, uint64(2), answer.GetSuccess().GetCurrentRevision())
		require.Equal(t, before+3, answer.GetSuccess().GetPosition().GetCommitPosition())
		require.Equal(t, before+3, answer.GetSuccess().GetPosition().GetPreparePosition())
		b.send(one, final)
		answer = b.receive()
		require.True(t, proto.Equal(one, answer.GetCorrelationId()))
		require.Equal(t, uint64(2), answer.GetSuccess().GetCurrentRevision())
		b.done()
	})

	t.Run("given hundreds at once that build on each other, they are written in the order of their arrival, and drained", func(t *testing.T) {
		const many = 500
		b := batching(t, server)
		for i := range many {
			expecting := expectingNoStream
			if i > 0 {
				expecting = expectingRevision(uint64(i - 1))
			}
			b.send(textID(uuid.NewString()), opening("many", expecting), withEvents(100), final)
		}
		require.NoError(t, b.call.CloseSend())
		for i := range many {
			require.Equal(t, uint64(i), b.receive().GetSuccess().GetCurrentRevision())
		}
		_, err := b.call.Recv()
		require.ErrorIs(t, err, io.EOF)
	})

	t.Run("given a correlation that is used again, each append has its answer", func(t *testing.T) {
		b := batching(t, server)
		id := textID(uuid.NewString())
		for i := range 3 {
			b.send(id, opening("reused"), withEvents(1), final)
			require.Equal(t, uint64(i), b.receive().GetSuccess().GetCurrentRevision())
		}
		b.done()
	})

	t.Run("given the same append twice on its way, both are answered alike", func(t *testing.T) {
		b := batching(t, server)
		message := &streams.BatchAppendReq{}
		opening("twice", expectingNoStream)(message)
		withEvents(1, 1)(message)
		final(message)
		for _, id := range []string{uuid.NewString(), uuid.NewString()} {
			message.CorrelationId = textID(id)
			require.NoError(t, b.call.Send(message))
		}
		first, second := b.receive(), b.receive()
		require.NotNil(t, first.GetSuccess())
		require.True(t, proto.Equal(first.GetSuccess(), second.GetSuccess()))
		b.done()
	})

	t.Run("given nothing to append to no stream, it says so", func(t *testing.T) {
		b := batching(t, server)
		b.send(textID(uuid.NewString()), opening("nothing"), final)
		success := b.receive().GetSuccess()
		require.NotNil(t, success.GetNoStream())
		require.NotZero(t, success.GetPosition().GetCommitPosition())
		b.done()
	})
}

func TestBatchAppendRefused(t *testing.T) {
	server := nodetest.Start(t)
	written(t, server, "s", "happened", 3)
	written(t, server, "dead", "happened", 3)
	_, err := rules(server).Tombstone(within(t), "dead", store.Any)
	require.NoError(t, err)
	before := head(t, server)
	type wrong = shared.WrongExpectedVersion
	empty := &emptypb.Empty{}
	typeless := func(message *streams.BatchAppendReq) {
		withEvents(1)(message)
		delete(message.ProposedMessages[0].Metadata, "type")
	}
	nameless := func(options *streams.BatchAppendReq_Options) { options.StreamIdentifier = nil }
	expectless := func(options *streams.BatchAppendReq_Options) { options.ExpectedStreamPosition = nil }
	late := func(options *streams.BatchAppendReq_Options) {
		options.DeadlineOption = &streams.BatchAppendReq_Options_Deadline_21_10_0{Deadline_21_10_0: timestamppb.New(time.Now().Add(-time.Second))}
	}
	instant := func(options *streams.BatchAppendReq_Options) {
		options.DeadlineOption = &streams.BatchAppendReq_Options_Deadline{Deadline: durationpb.New(0)}
	}
	for _, test := range []struct {
		name    string
		pieces  []piece
		code    codes.Code
		details proto.Message
	}{
		{"another revision", []piece{opening("s", expectingRevision(7)), withEvents(1)}, codes.AlreadyExists, &wrong{
			CurrentStreamRevisionOption:  &shared.WrongExpectedVersion_CurrentStreamRevision{CurrentStreamRevision: 2},
			ExpectedStreamPositionOption: &shared.WrongExpectedVersion_ExpectedStreamPosition{ExpectedStreamPosition: 7},
		}},
		{"no stream", []piece{opening("s", expectingNoStream), withEvents(1)}, codes.AlreadyExists, &wrong{
			CurrentStreamRevisionOption:  &shared.WrongExpectedVersion_CurrentStreamRevision{CurrentStreamRevision: 2},
			ExpectedStreamPositionOption: &shared.WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: empty},
		}},
		{"a stream", []piece{opening("none", expectingStream), withEvents(1)}, codes.AlreadyExists, &wrong{
			CurrentStreamRevisionOption:  &shared.WrongExpectedVersion_CurrentNoStream{CurrentNoStream: empty},
			ExpectedStreamPositionOption: &shared.WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: empty},
		}},
		{
			"a stream that is deleted",
			[]piece{opening("dead"), withEvents(1)},
			codes.NotFound,
			&shared.StreamDeleted{StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte("dead")}},
		},
		{"too little space", []piece{opening("s"), withEvents(600_000, 600_000)}, codes.InvalidArgument, &shared.MaximumAppendSizeExceeded{MaxAppendSize: 1 << 20}},
		{"events without a type", []piece{opening("s"), typeless}, codes.InvalidArgument, &shared.BadRequest{}},
		{"no stream's name", []piece{opening("s", nameless), withEvents(1)}, codes.InvalidArgument, &shared.BadRequest{}},
		{"a stream that cannot be", []piece{opening("$all"), withEvents(1)}, codes.InvalidArgument, &shared.BadRequest{}},
		{"nothing at all", []piece{opening("s", expectless), withEvents(1)}, codes.InvalidArgument, &shared.BadRequest{}},
		{"a revision that cannot be", []piece{opening("s", expectingRevision(math.MaxInt64+1)), withEvents(1)}, codes.InvalidArgument, &shared.BadRequest{}},
		{"to be before a moment that is past", []piece{opening("s", late), withEvents(1)}, codes.DeadlineExceeded, &shared.Timeout{}},
		{"to need no time", []piece{opening("s", instant), withEvents(1)}, codes.DeadlineExceeded, &shared.Timeout{}},
	} {
		t.Run("given an append expecting "+test.name+", it is refused once", func(t *testing.T) {
			b := batching(t, server)
			id := textID(uuid.NewString())
			b.send(id, append(test.pieces, final)...)
			answer := b.receive()
			require.True(t, proto.Equal(id, answer.GetCorrelationId()))
			requireFailed(t, answer.GetError(), test.code, test.details)
			b.send(id, withEvents(1), final)
			b.done()
			require.Equal(t, before, head(t, server))
		})
	}

	t.Run("given an id that is none, it is refused", func(t *testing.T) {
		b := batching(t, server)
		b.send(textID("no id"), opening("s"), withEvents(1), final)
		requireFailed(t, b.receive().GetError(), codes.InvalidArgument, &shared.BadRequest{})
		b.done()
	})

	t.Run("given pieces of an append that was not begun, they are ignored", func(t *testing.T) {
		b := batching(t, server)
		b.send(textID(uuid.NewString()), withEvents(1), final)
		b.done()
		require.Equal(t, before, head(t, server))
	})

	t.Run("given an append that is too large before it is whole, it is refused once", func(t *testing.T) {
		b := batching(t, server)
		id := textID(uuid.NewString())
		b.send(id, opening("s"), withEvents(600_000))
		b.send(id, withEvents(600_000))
		b.send(id, withEvents(1), final)
		requireFailed(t, b.receive().GetError(), codes.InvalidArgument, &shared.MaximumAppendSizeExceeded{MaxAppendSize: 1 << 20})
		b.done()
	})

	t.Run("given an append that is not finished when the client has no more to send, it is refused", func(t *testing.T) {
		b := batching(t, server)
		b.send(textID(uuid.NewString()), opening("s"), withEvents(1))
		require.NoError(t, b.call.CloseSend())
		requireFailed(t, b.receive().GetError(), codes.InvalidArgument, &shared.BadRequest{})
		b.done()
		require.Equal(t, before, head(t, server))
	})
}

func TestBatchAppendInTime(t *testing.T) {
	server := nodetest.Start(t)
	before := head(t, server)
	for name, deadline := range map[string]func(*streams.BatchAppendReq_Options){
		"a moment": func(options *streams.BatchAppendReq_Options) {
			options.DeadlineOption = &streams.BatchAppendReq_Options_Deadline_21_10_0{Deadline_21_10_0: timestamppb.New(time.Now().Add(100 * time.Millisecond))}
		},
		"a time": func(options *streams.BatchAppendReq_Options) {
			options.DeadlineOption = &streams.BatchAppendReq_Options_Deadline{Deadline: durationpb.New(100 * time.Millisecond)}
		},
		"no deadline": func(options *streams.BatchAppendReq_Options) { options.DeadlineOption = nil },
	} {
		t.Run("given "+name+", an append that does not become whole is answered, and what comes late ignored", func(t *testing.T) {
			t.Parallel()
			b := batching(t, server)
			id := textID(uuid.NewString())
			began := time.Now()
			b.send(id, opening("s", deadline), withEvents(1))
			requireFailed(t, b.receive().GetError(), codes.DeadlineExceeded, &shared.Timeout{})
			require.GreaterOrEqual(t, time.Since(began), 50*time.Millisecond)
			b.send(id, withEvents(1), final)
			b.done()
			require.Equal(t, before, head(t, server))
		})
	}
}

func TestBatchAppendEndsWithItsNode(t *testing.T) {
	server := nodetest.Start(t)
	b := batching(t, server)
	b.send(textID(uuid.NewString()), opening("s"), withEvents(1), final)
	require.NotNil(t, b.receive().GetSuccess())
	began := time.Now()
	server.Stop()
	require.Less(t, time.Since(began), 2*time.Second, "it does not wait for a client that keeps its call open")
	_, err := b.call.Recv()
	require.False(t, errors.Is(err, io.EOF))
	require.Equal(t, codes.Canceled, grpcstatus.Code(err), "%v", err)
}

// BenchmarkBatchAppend appends one event of a usual size at a time, with 256
// appends on their way.
func BenchmarkBatchAppend(b *testing.B) {
	server := nodetest.Start(b)
	call, err := raw(b, server).BatchAppend(b.Context())
	require.NoError(b, err)
	window := make(chan struct{}, 256)
	sent := make(chan error, 1)
	go func() {
		for i := range b.N {
			window <- struct{}{}
			message := &streams.BatchAppendReq{CorrelationId: textID(uuid.NewString())}
			for _, change := range []piece{opening("stream-" + strconv.Itoa(i/5)), withEvents(480), final} {
				change(message)
			}
			if err := call.Send(message); err != nil {
				sent <- err
				return
			}
		}
		sent <- call.CloseSend()
	}()
	for range b.N {
		answer, err := call.Recv()
		require.NoError(b, err)
		require.NotNil(b, answer.GetSuccess())
		<-window
	}
	require.NoError(b, <-sent)
}
