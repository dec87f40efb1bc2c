package eventstoredb_test

import (
	"context"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// rogue is a server that does what a test says, which no good server would.
type rogue struct {
	streams.UnimplementedStreamsServer
	serverfeatures.UnimplementedServerFeaturesServer
	connection string
	port       int

	version string // as it says; none where it is empty

	reads  atomic.Int32 // how many there were, subscriptions too
	leader int          // port of the node that is the leader instead
	// end is where the server ends, for those who ask only that; by read, where it
	// is zero.
	end uint64

	mu     sync.Mutex
	append func(stream string, ids []uuid.UUID) (*streams.AppendResp, error)
	read   func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error
	batch  func(calls streams.Streams_BatchAppendServer) error // none by default
}

func newRogue(t *testing.T, options ...grpc.ServerOption) *rogue {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &rogue{
		connection: "esdb://" + listener.Addr().String() + "?tls=false",
		port:       listener.Addr().(*net.TCPAddr).Port,
		read:       func(*streams.ReadReq_Options, streams.Streams_ReadServer) error { return nil },
	}
	server := grpc.NewServer(append(options, grpc.MaxConcurrentStreams(100))...) // as EventStoreDB has them
	streams.RegisterStreamsServer(server, r)
	serverfeatures.RegisterServerFeaturesServer(server, r)
	var group sync.WaitGroup
	group.Go(func() { _ = server.Serve(listener) })
	t.Cleanup(func() { server.Stop(); group.Wait() })
	return r
}

func (r *rogue) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(r.port)) }

func (r *rogue) GetSupportedMethods(ctx context.Context, none *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	if r.version == "" {
		return r.UnimplementedServerFeaturesServer.GetSupportedMethods(ctx, none)
	}
	return &serverfeatures.SupportedMethods{EventStoreServerVersion: r.version}, nil
}

func (r *rogue) Append(requests streams.Streams_AppendServer) error {
	options, err := requests.Recv()
	if err != nil {
		return err
	}
	var ids []uuid.UUID
	for {
		event, err := requests.Recv()
		if err != nil {
			break
		}
		ids = append(ids, idOf(event.GetProposedMessage().GetId()))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.leader != 0 {
		return refusal(requests, codes.NotFound, "exception", "not-leader",
			"leader-endpoint-host", "127.0.0.1", "leader-endpoint-port", strconv.Itoa(r.leader))
	}
	answer, err := r.append(string(options.GetOptions().GetStreamIdentifier().GetStreamName()), ids)
	if err != nil {
		return err
	}
	return requests.SendAndClose(answer)
}

func (r *rogue) BatchAppend(calls streams.Streams_BatchAppendServer) error {
	if r.batch == nil {
		return r.UnimplementedStreamsServer.BatchAppend(calls)
	}
	return r.batch(calls)
}

func (r *rogue) Read(request *streams.ReadReq, answer streams.Streams_ReadServer) error {
	options := request.GetOptions()
	r.reads.Add(1)
	if r.end > 0 && options.GetAll() != nil && options.GetReadDirection() == streams.ReadReq_Options_Backwards {
		return answer.Send(event("order-1", uuid.New(), 0, r.end))
	}
	return r.read(options, answer)
}

func idOf(id *shared.UUID) uuid.UUID {
	var all [16]byte
	for i := range 8 {
		all[i] = byte(id.GetStructured().GetMostSignificantBits() >> (56 - 8*i))
		all[8+i] = byte(id.GetStructured().GetLeastSignificantBits() >> (56 - 8*i))
	}
	return all
}

// event is an event as a server sends it.
func event(stream string, id uuid.UUID, revision, position uint64) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
		Event: &streams.ReadResp_ReadEvent_RecordedEvent{
			Id:               &shared.UUID{Value: &shared.UUID_String_{String_: id.String()}},
			StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(stream)},
			StreamRevision:   revision, CommitPosition: position, PreparePosition: position,
			Metadata: map[string]string{
				"type": "changed", "content-type": "application/json",
				"created": strconv.FormatInt(time.Now().UnixNano()/100, 10),
			},
		},
	}}}
}

func confirmation() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Confirmation{Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: "1"}}}
}

func caughtUp() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}}
}

func checkpoint(position uint64) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: position, PreparePosition: position}}}
}

func success(revision, position uint64) *streams.AppendResp {
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: revision},
		PositionOption: &streams.AppendResp_Success_Position{
			Position: &streams.AppendResp_Position{CommitPosition: position, PreparePosition: position},
		},
	}}}
}

func wrongVersion(expected, current uint64) *streams.AppendResp {
	return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: &streams.AppendResp_WrongExpectedVersion{
		CurrentRevisionOption:  &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: current},
		ExpectedRevisionOption: &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: expected},
	}}}
}

// refusal is an error with what the real server says beside it.
func refusal(answer grpc.ServerStream, code codes.Code, trailer ...string) error {
	answer.SetTrailer(metadata.Pairs(trailer...))
	return status.Error(code, "refused")
}

// sends is a way to answer a read.
func sends(all ...*streams.ReadResp) func(*streams.ReadReq_Options, streams.Streams_ReadServer) error {
	return func(_ *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
		for _, one := range all {
			if err := answer.Send(one); err != nil {
				return err
			}
		}
		return nil
	}
}
