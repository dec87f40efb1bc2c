package esdbnode_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/dlclark/regexp2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// patience is how long anything may take; it is long because machines are slow.
const patience = 2 * time.Minute

func TestMain(m *testing.M) { goleak.VerifyTestMain(withoutClock{m}) }

// withoutClock runs tests and stops the clock of regular expressions, which
// would stop by itself a moment later.
type withoutClock struct{ tests *testing.M }

func (w withoutClock) Run() int {
	defer regexp2.StopTimeoutClock()
	return w.tests.Run()
}

// soak is how many times longer than usual tests may take, as USHER_SOAK says.
func soak() int {
	if factor, err := strconv.Atoi(os.Getenv("USHER_SOAK")); err == nil && factor > 0 {
		return factor
	}
	return 1
}

func within(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(soak())*patience)
	t.Cleanup(cancel)
	return ctx
}

// official is EventStoreDB's own client for Go.
func official(t testing.TB, connection string) *esdb.Client {
	t.Helper()
	settings, err := esdb.ParseConnectionString(connection)
	require.NoError(t, err)
	settings.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(settings)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

// raw are the stubs without a client, for what no client would send.
func raw(t testing.TB, server *nodetest.Server, options ...grpc.DialOption) streams.StreamsClient {
	t.Helper()
	return streams.NewStreamsClient(dial(t, server, options...))
}

func dial(t testing.TB, server *nodetest.Server, options ...grpc.DialOption) *grpc.ClientConn {
	t.Helper()
	options = append([]grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(17 << 20)),
	}, options...)
	connection, err := grpc.NewClient(server.Address, options...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connection.Close()) })
	return connection
}

// rules are the store's rules over a node's log, for writing into it.
func rules(server *nodetest.Server) *store.Store { return store.New(server.Log, time.Now) }

// written appends events of a type, numbered, at a stream's end.
func written(t testing.TB, server *nodetest.Server, stream, kind string, count int) []journal.Proposed {
	t.Helper()
	events := make([]journal.Proposed, count)
	for i := range events {
		events[i] = journal.Proposed{ID: uuid.New(), Type: kind, JSON: true, Data: fmt.Appendf(nil, `{"n":%d}`, i), Metadata: []byte(`{"m":1}`)}
	}
	put(t, server, stream, events...)
	return events
}

func put(t testing.TB, server *nodetest.Server, stream string, events ...journal.Proposed) store.Appended {
	t.Helper()
	appended, err := rules(server).Append(within(t), stream, store.Any, events)
	require.NoError(t, err)
	return appended
}

func describe(t testing.TB, server *nodetest.Server, stream, json string) {
	t.Helper()
	put(t, server, store.MetadataStream(stream), journal.Proposed{
		ID: uuid.New(), Type: store.MetadataType, JSON: true, Data: []byte(json),
	})
}

func link(to string) journal.Proposed {
	return journal.Proposed{ID: uuid.New(), Type: store.LinkType, Data: []byte(to)}
}

// head is the position of a log's last event.
func head(t testing.TB, server *nodetest.Server) domain.Position {
	t.Helper()
	position, err := server.Log.Head(within(t))
	require.NoError(t, err)
	return position
}

// count and subscription are the two ways to read.
func count(count uint64) func(*streams.ReadReq_Options) {
	return func(options *streams.ReadReq_Options) {
		options.CountOption = &streams.ReadReq_Options_Count{Count: count}
	}
}

func subscription(options *streams.ReadReq_Options) {
	options.CountOption = &streams.ReadReq_Options_Subscription{Subscription: &streams.ReadReq_Options_SubscriptionOptions{}}
}

func backwards(options *streams.ReadReq_Options) {
	options.ReadDirection = streams.ReadReq_Options_Backwards
}

func following(options *streams.ReadReq_Options) { options.ResolveLinks = true }

func compatible(options *streams.ReadReq_Options) {
	options.ControlOption = &streams.ReadReq_Options_ControlOption{Compatibility: 1}
}

// ofStream reads a stream from a revision on, or from its start or end.
func ofStream(name string, from any) func(*streams.ReadReq_Options) {
	stream := &streams.ReadReq_Options_StreamOptions{StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(name)}}
	switch from := from.(type) {
	case int:
		stream.RevisionOption = &streams.ReadReq_Options_StreamOptions_Revision{Revision: uint64(from)}
	case uint64:
		stream.RevisionOption = &streams.ReadReq_Options_StreamOptions_Revision{Revision: from}
	case esdb.Start:
		stream.RevisionOption = &streams.ReadReq_Options_StreamOptions_Start{Start: &shared.Empty{}}
	case esdb.End:
		stream.RevisionOption = &streams.ReadReq_Options_StreamOptions_End{End: &shared.Empty{}}
	}
	return func(options *streams.ReadReq_Options) {
		options.StreamOption = &streams.ReadReq_Options_Stream{Stream: stream}
	}
}

// ofAll reads everything from a position on, or from the start or end.
func ofAll(from any) func(*streams.ReadReq_Options) {
	all := &streams.ReadReq_Options_AllOptions{}
	switch from := from.(type) {
	case domain.Position:
		all.AllOption = &streams.ReadReq_Options_AllOptions_Position{
			Position: &streams.ReadReq_Options_Position{CommitPosition: from.Commit, PreparePosition: from.Prepare},
		}
	case esdb.Start:
		all.AllOption = &streams.ReadReq_Options_AllOptions_Start{Start: &shared.Empty{}}
	case esdb.End:
		all.AllOption = &streams.ReadReq_Options_AllOptions_End{End: &shared.Empty{}}
	}
	return func(options *streams.ReadReq_Options) { options.StreamOption = &streams.ReadReq_Options_All{All: all} }
}

// filtered chooses by prefixes of event types, with a window and a multiplier.
func filtered(window, multiplier uint32, prefixes ...string) func(*streams.ReadReq_Options) {
	return func(options *streams.ReadReq_Options) {
		options.FilterOption = &streams.ReadReq_Options_Filter{Filter: &streams.ReadReq_Options_FilterOptions{
			Filter: &streams.ReadReq_Options_FilterOptions_EventType{
				EventType: &streams.ReadReq_Options_FilterOptions_Expression{Prefix: prefixes},
			},
			Window:                       &streams.ReadReq_Options_FilterOptions_Max{Max: window},
			CheckpointIntervalMultiplier: multiplier,
		}}
	}
}

func request(changes ...func(*streams.ReadReq_Options)) *streams.ReadReq {
	options := &streams.ReadReq_Options{
		FilterOption: &streams.ReadReq_Options_NoFilter{NoFilter: &shared.Empty{}},
		UuidOption:   &streams.ReadReq_Options_UUIDOption{Content: &streams.ReadReq_Options_UUIDOption_Structured{Structured: &shared.Empty{}}},
	}
	for _, change := range changes {
		change(options)
	}
	return &streams.ReadReq{Options: options}
}

// answered is everything that a read is answered with.
func answered(t testing.TB, client streams.StreamsClient, changes ...func(*streams.ReadReq_Options)) ([]*streams.ReadResp, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(within(t))
	defer cancel()
	call, err := client.Read(ctx, request(changes...))
	require.NoError(t, err)
	var answers []*streams.ReadResp
	for {
		answer, err := call.Recv()
		if errors.Is(err, io.EOF) {
			return answers, nil
		}
		if err != nil {
			return answers, err
		}
		answers = append(answers, answer)
	}
}

// place is where an answer's event stands: stream and revision.
func place(answer *streams.ReadResp) string {
	event := answer.GetEvent().GetEvent()
	if link := answer.GetEvent().GetLink(); link != nil {
		event = link
	}
	return fmt.Sprintf("%d@%s", event.GetStreamRevision(), event.GetStreamIdentifier().GetStreamName())
}

func places(answers []*streams.ReadResp) []string {
	all := []string{}
	for _, answer := range answers {
		all = append(all, place(answer))
	}
	return all
}

// read are the places of the events that a read finds, and nothing else.
func read(t testing.TB, client streams.StreamsClient, changes ...func(*streams.ReadReq_Options)) []string {
	t.Helper()
	answers, err := answered(t, client, changes...)
	require.NoError(t, err)
	for _, answer := range answers {
		require.NotNil(t, answer.GetEvent(), "%v", answer)
	}
	return places(answers)
}
