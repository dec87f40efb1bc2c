package esdbnode_test

import (
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
)

func TestPingsAreWelcome(t *testing.T) {
	t.Parallel()
	server := nodetest.Start(t)
	connection, err := net.Dial("tcp", server.Address)
	require.NoError(t, err)
	defer func() { require.NoError(t, connection.Close()) }()
	_, err = connection.Write([]byte(http2.ClientPreface))
	require.NoError(t, err)
	framer := http2.NewFramer(connection, connection)
	require.NoError(t, framer.WriteSettings())
	often := time.NewTicker(200 * time.Millisecond)
	defer often.Stop()
	for range 15 { // three are too many for gRPC where nothing else is said
		require.NoError(t, framer.WritePing(false, [8]byte{}))
		for answered := false; !answered; {
			frame, err := framer.ReadFrame()
			require.NoError(t, err)
			require.NotEqual(t, http2.FrameGoAway, frame.Header().Type, "%v", frame)
			answered = frame.Header().Type == http2.FramePing && frame.Header().Flags.Has(http2.FlagPingAck)
		}
		<-often.C
	}
}

func gossiped(t *testing.T, server *nodetest.Server) *gossip.MemberInfo {
	t.Helper()
	info, err := gossip.NewGossipClient(dial(t, server)).Read(within(t), &shared.Empty{})
	require.NoError(t, err)
	require.Len(t, info.GetMembers(), 1)
	return info.GetMembers()[0]
}

func TestGossip(t *testing.T) {
	server := nodetest.Start(t, nodetest.At(func() time.Time { return time.Unix(12, 300) }))
	member := gossiped(t, server)
	require.Equal(t, gossip.MemberInfo_Leader, member.GetState())
	require.True(t, member.GetIsAlive())
	require.Equal(t, int64(120_000_003), member.GetTimeStamp())
	require.NotNil(t, member.GetInstanceId().GetStructured())
	host, port, err := net.SplitHostPort(server.Address)
	require.NoError(t, err)
	require.Equal(t, host, member.GetHttpEndPoint().GetAddress())
	require.Equal(t, port, strconv.Itoa(int(member.GetHttpEndPoint().GetPort())))

	t.Run("given a client that looks for a cluster, it finds the node", func(t *testing.T) {
		client := official(t, strings.Replace(server.Connection, server.Address, server.Address+","+server.Address, 1))
		_, err := client.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "kind"})
		require.NoError(t, err)
	})
	for advertised, end := range map[string]string{
		"node.example.org":      "node.example.org:" + port,
		"node.example.org:2113": "node.example.org:2113",
		"2001:db8::1":           "[2001:db8::1]:" + port,
		"[2001:db8::1]:2113":    "[2001:db8::1]:2113",
	} {
		t.Run("given that it is advertised as "+advertised, func(t *testing.T) {
			server := nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) { options.Advertise = advertised }))
			at := gossiped(t, server).GetHttpEndPoint()
			require.Equal(t, strings.Replace(end, ":"+port, server.Address[strings.LastIndex(server.Address, ":"):], 1),
				at.GetAddress()+":"+strconv.Itoa(int(at.GetPort())))
		})
	}
	t.Run("given what is no address, it refuses to start", func(t *testing.T) {
		for _, wrong := range []string{":2113", "host:port", "host:70000"} {
			_, err := esdbnode.New(server.Log, esdbnode.Options{Advertise: wrong})
			require.ErrorContains(t, err, "advertise")
		}
	})
}

func TestWhatTheNodeCanDo(t *testing.T) {
	listed := func(server *nodetest.Server) (methods []string) {
		features, err := serverfeatures.NewServerFeaturesClient(dial(t, server)).GetSupportedMethods(within(t), &shared.Empty{})
		require.NoError(t, err)
		require.Equal(t, "23.10.0", features.GetEventStoreServerVersion())
		for _, method := range features.GetMethods() {
			name := strings.TrimPrefix(method.GetServiceName(), "event_store.client.") + "/" + method.GetMethodName()
			methods = append(methods, strings.TrimSpace(name+" "+strings.Join(method.GetFeatures(), ",")))
		}
		return methods
	}
	const features = "server_features.serverfeatures/getsupportedmethods"
	const group = "persistent_subscriptions.persistentsubscriptions/"
	groups := []string{
		"gossip.gossip/read",
		group + "create stream,all", group + "delete stream,all", group + "getinfo stream,all", group + "list stream,all",
		group + "read stream,all", group + "replayparked stream,all", group + "restartsubsystem stream,all", group + "update stream,all",
	}
	reading := append(slices.Clone(groups), features, "streams.streams/read position,events")
	require.Equal(t, reading, listed(nodetest.Start(t, nodetest.ReadOnly())))
	require.Equal(t, append(slices.Clone(groups),
		features, "streams.streams/append", "streams.streams/batchappend deadline_duration", "streams.streams/delete",
		"streams.streams/read position,events", "streams.streams/tombstone",
	), listed(nodetest.Start(t)))
}

// TestWhatAReaderCannotDo asks EventStoreDB's own client, which tells by code
// and not by an answer that it cannot read.
func TestWhatAReaderCannotDo(t *testing.T) {
	client := official(t, nodetest.Start(t, nodetest.ReadOnly()).Connection)
	for name, ask := range map[string]func() error{
		"list all groups": func() error {
			_, err := client.ListAllPersistentSubscriptions(within(t), esdb.ListPersistentSubscriptionsOptions{})
			return err
		},
		"list a stream's groups": func() error {
			_, err := client.ListPersistentSubscriptionsForStream(within(t), "s", esdb.ListPersistentSubscriptionsOptions{})
			return err
		},
		"ask about a group": func() error {
			_, err := client.GetPersistentSubscriptionInfo(within(t), "s", "group", esdb.GetPersistentSubscriptionOptions{})
			return err
		},
		"make a group": func() error {
			return client.CreatePersistentSubscription(within(t), "s", "group", esdb.PersistentStreamSubscriptionOptions{})
		},
		"read as a group": func() error {
			_, err := client.SubscribeToPersistentSubscription(within(t), "s", "group", esdb.SubscribeToPersistentSubscriptionOptions{})
			return err
		},
		"restart groups": func() error {
			return client.RestartPersistentSubscriptionSubsystem(within(t), esdb.RestartPersistentSubscriptionSubsystemOptions{})
		},
		"make a projection": func() error {
			return esdb.NewProjectionClientFromExistingClient(client).Create(within(t), "p", "fromAll()", esdb.CreateProjectionOptions{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := ask()
			require.Equal(t, codes.Unimplemented, status.Code(err), "%v", err)
		})
	}
}

func TestWhatTheNodeCannotDo(t *testing.T) {
	server := nodetest.Start(t)
	connection := dial(t, server)
	for _, method := range []string{
		"/event_store.client.users.Users/Create",
		"/event_store.client.projections.Projections/Create",
		"/event_store.client.operations.Operations/StartScavenge",
		"/event_store.client.monitoring.Monitoring/Stats",
		"/event_store.client.streams.Streams/Scavenge",
	} {
		err := connection.Invoke(within(t), method, &shared.Empty{}, &shared.Empty{})
		require.Equal(t, codes.Unimplemented, status.Code(err), method)
	}
}

func TestANodeThatIsReadOnly(t *testing.T) {
	server := nodetest.Start(t, nodetest.ReadOnly())
	require.True(t, head(t, server).IsZero(), "not even its own events")
	written(t, server, "s", "kind", 2)
	before := head(t, server)
	stubs := raw(t, server)
	refused := func(err error, trailer grpcmetadata.MD) {
		t.Helper()
		require.Equal(t, codes.PermissionDenied, status.Code(err))
		require.Equal(t, []string{"access-denied"}, trailer.Get("exception"))
	}
	trailer := grpcmetadata.MD{}
	_, err := stubs.Delete(within(t), &streams.DeleteReq{}, grpc.Trailer(&trailer))
	refused(err, trailer)
	_, err = stubs.Tombstone(within(t), &streams.TombstoneReq{}, grpc.Trailer(&trailer))
	refused(err, trailer)
	appending, err := stubs.Append(within(t))
	require.NoError(t, err)
	_, err = appending.CloseAndRecv()
	refused(err, appending.Trailer())
	batch, err := stubs.BatchAppend(within(t))
	require.NoError(t, err)
	_, err = batch.Recv()
	refused(err, batch.Trailer())

	groups := persistent.NewPersistentSubscriptionsClient(dial(t, server))
	_, err = groups.Create(within(t), &persistent.CreateReq{})
	require.Equal(t, codes.Unimplemented, status.Code(err))

	client := official(t, server.Connection)
	_, err = client.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "forged"})
	require.Error(t, err)
	_, err = client.SetStreamMetadata(within(t), "s", esdb.AppendToStreamOptions{}, esdb.StreamMetadata{})
	require.Error(t, err)
	require.Equal(t, before, head(t, server))
	require.Equal(t, []string{"0@s", "1@s"}, read(t, stubs, ofStream("s", 0), count10))
}

func TestSizes(t *testing.T) {
	server := nodetest.Start(t)
	appended := func(size int) error {
		call, err := raw(t, server).Append(within(t))
		require.NoError(t, err)
		for _, message := range []*streams.AppendReq{
			{Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{
				StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte("s")},
				ExpectedStreamRevision: &streams.AppendReq_Options_Any{Any: &shared.Empty{}},
			}}},
			{Content: &streams.AppendReq_ProposedMessage_{ProposedMessage: &streams.AppendReq_ProposedMessage{
				Id:       &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
				Metadata: map[string]string{"type": "kind", "content-type": "application/octet-stream"},
				Data:     make([]byte, size),
			}}},
		} {
			if call.Send(message) != nil {
				break // the answer says why
			}
		}
		_, err = call.CloseAndRecv()
		return err
	}
	t.Run("given the largest event, it is kept and found", func(t *testing.T) {
		require.NoError(t, appended(store.MaxAppendSize))
		stream, err := official(t, server.Connection).ReadStream(within(t), "s", esdb.ReadStreamOptions{}, 1)
		require.NoError(t, err)
		defer stream.Close()
		event, err := stream.Recv()
		require.NoError(t, err)
		require.Len(t, event.Event.Data, store.MaxAppendSize)
	})
	t.Run("given one of 15 MiB, it is a rule that refuses it and not the connection", func(t *testing.T) {
		require.Equal(t, codes.InvalidArgument, status.Code(appended(15<<20)))
	})
	t.Run("given one of 17 MiB, it is the connection", func(t *testing.T) {
		require.Equal(t, codes.ResourceExhausted, status.Code(appended(17<<20)))
	})
	t.Run("given events of every size, the client finds each", func(t *testing.T) {
		var events []journal.Proposed
		for size := range 300 { // where lengths of one byte become two
			events = append(events, journal.Proposed{ID: uuid.New(), Type: "kind", Data: make([]byte, size), Metadata: make([]byte, 299-size)})
		}
		put(t, server, "sizes", events...)
		stream, err := official(t, server.Connection).ReadStream(within(t), "sizes", esdb.ReadStreamOptions{}, 1000)
		require.NoError(t, err)
		defer stream.Close()
		for size := range 300 {
			event, err := stream.Recv()
			require.NoError(t, err)
			require.Len(t, event.Event.Data, size)
			require.Len(t, event.Event.UserMetadata, 299-size)
		}
	})
}

func TestSystemEvents(t *testing.T) {
	server := nodetest.Start(t)
	stubs := raw(t, server)
	first := read(t, stubs, ofStream("$users", esdb.Start{}), count10)
	require.NotEmpty(t, first)
	server.Restart()
	require.Equal(t, first, read(t, stubs, ofStream("$users", esdb.Start{}), count10), "they are written once")
	everything := read(t, stubs, ofAll(esdb.Start{}), count(1000))
	require.True(t, slices.Contains(everything, "0@$users"))
}

func TestClosingANodeThatNobodyUsed(t *testing.T) {
	server := nodetest.Start(t)
	node, err := esdbnode.New(server.Log, esdbnode.Options{ReadOnly: true})
	require.NoError(t, err)
	require.NoError(t, node.Close())
	require.NoError(t, node.Close())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, node.Serve(listener))
	_, err = net.DialTimeout("tcp", listener.Addr().String(), time.Second)
	require.Error(t, err)
}
