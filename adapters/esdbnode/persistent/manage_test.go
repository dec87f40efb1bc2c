package persistent_test

import (
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	stubs "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

func listAll() *stubs.ListReq {
	return &stubs.ListReq{Options: &stubs.ListReq_Options{
		ListOption: &stubs.ListReq_Options_ListAllSubscriptions{ListAllSubscriptions: &shared.Empty{}},
	}}
}

func orders() *shared.StreamIdentifier { return &shared.StreamIdentifier{StreamName: []byte("orders")} }

// request is one to create a group that is refused for nothing.
func request(change func(*stubs.CreateReq_Options)) *stubs.CreateReq {
	options := &stubs.CreateReq_Options{
		GroupName: "group",
		StreamOption: &stubs.CreateReq_Options_Stream{Stream: &stubs.CreateReq_StreamOptions{
			StreamIdentifier: orders(), RevisionOption: &stubs.CreateReq_StreamOptions_Start{Start: &shared.Empty{}},
		}},
		Settings: &stubs.CreateReq_Settings{
			MaxRetryCount: 10, MinCheckpointCount: 10, MaxCheckpointCount: 1000, LiveBufferSize: 500,
			ReadBatchSize: 20, HistoryBufferSize: 500, ConsumerStrategy: "RoundRobin",
		},
	}
	change(options)
	return &stubs.CreateReq{Options: options}
}

// failure is how a call failed: its code, and its trailers.
func failure(err error, trailers metadata.MD) map[string]string {
	said := map[string]string{"code": status.Code(err).String()}
	for name, values := range trailers {
		said[name] = values[0]
	}
	delete(said, "content-type")
	return said
}

func TestRefusals(t *testing.T) {
	f := given(t)
	f.append("orders", 0, 0)
	f.create("orders", func(s *esdb.PersistentSubscriptionSettings) { s.MaxSubscriberCount = 1 })
	f.read("orders", 1)
	stub := f.stub()

	of := func(group, code, exception string) map[string]string {
		return map[string]string{"code": code, "exception": exception, "stream-name": "orders", "group-name": group}
	}
	failed := func(stream, reason string) map[string]string {
		return map[string]string{
			"code": "Internal", "exception": "persistent-subscription-failed",
			"stream-name": stream, "group-name": "group", "reason": reason,
		}
	}
	missing := of("other", "NotFound", "persistent-subscription-does-not-exist")
	create := func(change func(*stubs.CreateReq_Options)) func(...grpc.CallOption) error {
		return func(options ...grpc.CallOption) error {
			_, err := stub.Create(f.ctx, request(change), options...)
			return err
		}
	}
	onStream := func(name string) func(*stubs.CreateReq_Options) {
		return func(o *stubs.CreateReq_Options) { o.GetStream().StreamIdentifier.StreamName = []byte(name) }
	}
	connect := func(group string) func(...grpc.CallOption) error {
		return func(options ...grpc.CallOption) error {
			call, err := stub.Read(f.ctx, options...)
			require.NoError(t, err)
			require.NoError(t, call.Send(&stubs.ReadReq{Content: &stubs.ReadReq_Options_{Options: &stubs.ReadReq_Options{
				StreamOption: &stubs.ReadReq_Options_StreamIdentifier{StreamIdentifier: orders()}, GroupName: group, BufferSize: 1,
			}}}))
			_, err = call.Recv()
			return err
		}
	}
	for name, test := range map[string]struct {
		call     func(...grpc.CallOption) error
		expected map[string]string
	}{
		"given a group that exists, creating it fails": {
			create(func(*stubs.CreateReq_Options) {}), of("group", "AlreadyExists", "persistent-subscription-exists"),
		},
		"given no name of a stream, creating fails": {create(onStream("")), failed("", "Bad stream name.")},
		"given $all as a stream's name, creating fails": {
			create(onStream("$all")), failed("$all", "Persistent subscriptions to $all are only supported over gRPC through gRPC clients"),
		},
		"given an unknown strategy, creating fails": {
			create(func(o *stubs.CreateReq_Options) { o.Settings.ConsumerStrategy = "Guess" }), failed("orders", "Consumer strategy Guess does not exist."),
		},
		"given a batch that does not fit into the buffer, creating fails": {
			create(func(o *stubs.CreateReq_Options) { o.Settings.ReadBatchSize = 500 }),
			failed("orders", "readBatchSize may not be greater than or equal to bufferSize"),
		},
		"given a position behind the end, creating fails": {
			create(func(o *stubs.CreateReq_Options) {
				o.StreamOption = &stubs.CreateReq_Options_All{All: &stubs.CreateReq_AllOptions{
					AllOption: &stubs.CreateReq_AllOptions_Position{Position: &stubs.CreateReq_Position{CommitPosition: 1 << 40, PreparePosition: 1 << 40}},
				}}
			}),
			failed("$all", "Invalid Start From position: commit position must be less than or equal to the last commit position in the transaction file."),
		},
		"given no group, updating fails": {func(options ...grpc.CallOption) error {
			_, err := stub.Update(f.ctx, &stubs.UpdateReq{Options: &stubs.UpdateReq_Options{
				GroupName: "other", StreamOption: &stubs.UpdateReq_Options_Stream{Stream: &stubs.UpdateReq_StreamOptions{
					StreamIdentifier: orders(), RevisionOption: &stubs.UpdateReq_StreamOptions_Start{},
				}},
			}}, options...)
			return err
		}, missing},
		"given no group, deleting fails": {func(options ...grpc.CallOption) error {
			_, err := stub.Delete(f.ctx, &stubs.DeleteReq{Options: &stubs.DeleteReq_Options{
				GroupName: "other", StreamOption: &stubs.DeleteReq_Options_StreamIdentifier{StreamIdentifier: orders()},
			}}, options...)
			return err
		}, missing},
		"given no group, there is no information": {func(options ...grpc.CallOption) error {
			_, err := stub.GetInfo(f.ctx, &stubs.GetInfoReq{Options: &stubs.GetInfoReq_Options{
				GroupName: "other", StreamOption: &stubs.GetInfoReq_Options_StreamIdentifier{StreamIdentifier: orders()},
			}}, options...)
			return err
		}, missing},
		"given no group, nothing is replayed": {func(options ...grpc.CallOption) error {
			_, err := stub.ReplayParked(f.ctx, &stubs.ReplayParkedReq{Options: &stubs.ReplayParkedReq_Options{
				GroupName: "other", StreamOption: &stubs.ReplayParkedReq_Options_StreamIdentifier{StreamIdentifier: orders()},
				StopAtOption: &stubs.ReplayParkedReq_Options_NoLimit{},
			}}, options...)
			return err
		}, missing},
		"given a negative limit, nothing is replayed": {func(options ...grpc.CallOption) error {
			_, err := stub.ReplayParked(f.ctx, &stubs.ReplayParkedReq{Options: &stubs.ReplayParkedReq_Options{
				GroupName: "group", StreamOption: &stubs.ReplayParkedReq_Options_StreamIdentifier{StreamIdentifier: orders()},
				StopAtOption: &stubs.ReplayParkedReq_Options_StopAt{StopAt: -1},
			}}, options...)
			return err
		}, failed("orders", "Cannot stop replaying parked message at a negative version.")},
		"given a stream without groups, there is nothing to list": {func(options ...grpc.CallOption) error {
			_, err := stub.List(f.ctx, &stubs.ListReq{Options: &stubs.ListReq_Options{ListOption: &stubs.ListReq_Options_ListForStream{
				ListForStream: &stubs.ListReq_StreamOption{StreamOption: &stubs.ListReq_StreamOption_All{All: &shared.Empty{}}},
			}}}, options...)
			return err
		}, map[string]string{"code": "NotFound", "exception": "persistent-subscription-does-not-exist", "stream-name": "$all", "group-name": ""}},
		"given no group, nobody can read it":                  {connect("other"), missing},
		"given a group that is full, nobody else can read it": {connect("group"), of("group", "FailedPrecondition", "maximum-subscribers-reached")},
	} {
		t.Run(name, func(t *testing.T) {
			var trailers metadata.MD
			require.Equal(t, test.expected, failure(test.call(grpc.Trailer(&trailers)), trailers))
		})
	}
}

func TestCreating(t *testing.T) {
	t.Run("given the request of an old client, the group is on the stream", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 2)
		_, err := f.stub().Create(f.ctx, request(func(o *stubs.CreateReq_Options) {
			o.StreamIdentifier, o.StreamOption = orders(), nil
			o.Settings.Revision, o.Settings.ConsumerStrategy = 1, ""
			o.Settings.NamedConsumerStrategy = stubs.CreateReq_Pinned
			o.Settings.MessageTimeout = &stubs.CreateReq_Settings_MessageTimeoutTicks{MessageTimeoutTicks: 20_000_000}
		}))
		require.NoError(t, err)
		info := f.info("orders")
		require.Equal(t, esdb.ConsumerStrategyPinned, info.Settings.ConsumerStrategyName)
		require.EqualValues(t, 2000, info.Settings.MessageTimeout)
		f.read("orders", 10).gets("1", "2")
	})
	t.Run("given the strategy by correlation, it is kept", func(t *testing.T) {
		f := given(t)
		_, err := f.stub().Create(f.ctx, request(func(o *stubs.CreateReq_Options) { o.Settings.ConsumerStrategy = "PinnedByCorrelation" }))
		require.NoError(t, err)
		require.EqualValues(t, "PinnedByCorrelation", f.info("orders").Settings.ConsumerStrategyName)
	})
}

func TestUpdating(t *testing.T) {
	f := given(t)
	f.append("orders", 0, 9)
	f.create("orders", func(s *esdb.PersistentSubscriptionSettings) { s.CheckpointUpperBound = 3 })
	r := f.read("orders", 10)
	r.ack(r.gets("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")[:4]...)
	f.until("orders", func(info *esdb.PersistentSubscriptionInfo) bool {
		return info.Stats.LastCheckpointedEventRevision != nil
	})

	changed := settings(func(s *esdb.PersistentSubscriptionSettings) { s.MessageTimeout = 7000 })
	require.NoError(t, f.client.UpdatePersistentSubscription(f.ctx, "orders", "group",
		esdb.PersistentStreamSubscriptionOptions{Settings: changed, StartFrom: esdb.Start{}}))
	require.Equal(t, codes.Canceled, status.Code(r.dropped()))
	require.EqualValues(t, 7000, f.info("orders").Settings.MessageTimeout)
	f.read("orders", 6).gets("4", "5", "6", "7", "8", "9")
}

func TestDeleting(t *testing.T) {
	t.Run("given readers, they hear that the group was dropped", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 0)
		f.create("orders", nil)
		r := f.read("orders", 1)
		r.gets("0")
		require.NoError(t, f.client.DeletePersistentSubscription(f.ctx, "orders", "group", esdb.DeletePersistentSubscriptionOptions{}))
		require.Equal(t, codes.Canceled, status.Code(r.dropped()))
	})
	t.Run("given a new group of that name, it begins anew", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 3)
		for range 2 {
			f.create("orders", func(s *esdb.PersistentSubscriptionSettings) { s.CheckpointUpperBound = 1 })
			r := f.read("orders", 10)
			events := r.gets("0", "1", "2", "3")
			r.nack(esdb.NackActionPark, events[0])
			r.ack(events[1:]...)
			f.until("orders", func(info *esdb.PersistentSubscriptionInfo) bool {
				last := info.Stats.LastCheckpointedEventRevision
				return info.Stats.ParkedMessagesCount == 1 && last != nil && *last == 3
			})
			require.NoError(t, f.client.DeletePersistentSubscription(f.ctx, "orders", "group", esdb.DeletePersistentSubscriptionOptions{}))
		}
	})
	t.Run("given a group on $all, it goes", func(t *testing.T) {
		f := given(t)
		f.createToAll(esdb.PersistentAllSubscriptionOptions{})
		require.NoError(t, f.client.DeletePersistentSubscriptionToAll(f.ctx, "group", esdb.DeletePersistentSubscriptionOptions{}))
		all, err := f.client.ListAllPersistentSubscriptions(f.ctx, esdb.ListPersistentSubscriptionsOptions{})
		require.NoError(t, err)
		require.Empty(t, all)
	})
}

func TestInformation(t *testing.T) {
	f := given(t)
	f.append("orders", 0, 4)
	f.create("orders", func(s *esdb.PersistentSubscriptionSettings) {
		s.CheckpointUpperBound, s.MaxSubscriberCount, s.ExtraStatistics = 2, 7, true
	})
	r := f.read("orders", 3)
	events := r.gets("0", "1", "2")
	f.clock.forward(2 * time.Second)
	r.ack(events[:2]...)
	r.gets("3", "4")
	info := f.info("orders")

	require.Equal(t, "orders", info.EventSource)
	require.Equal(t, "group", info.GroupName)
	require.Equal(t, "Live", info.Status)
	expected := settings(func(s *esdb.PersistentSubscriptionSettings) {
		s.StartFrom, s.CheckpointUpperBound, s.MaxSubscriberCount, s.ExtraStatistics = esdb.Start{}, 2, 7, true
	})
	require.Equal(t, expected, info.Settings)
	one, four := uint64(1), uint64(4)
	require.Equal(t, &esdb.PersistentSubscriptionStats{
		AveragePerSecond: 2, TotalItems: 5, CountSinceLastMeasurement: 5,
		LastCheckpointedEventRevision: &one, LastKnownEventRevision: &four,
		TotalInFlightMessages: 3, OutstandingMessagesCount: 3,
	}, info.Stats)
	require.Len(t, info.Connections, 1)
	connection := info.Connections[0]
	require.Equal(t, "anonymous", connection.Username)
	require.EqualValues(t, 5, connection.TotalItemsProcessed)
	require.EqualValues(t, 3, connection.InFlightMessages)
	require.EqualValues(t, 0, connection.AvailableSlots)
	require.EqualValues(t, 2, connection.AverageItemsPerSecond)
	require.Contains(t, connection.ExtraStatistics, esdb.PersistentSubscriptionMeasurement{Key: "Mean", Value: 2000})
}

func TestListing(t *testing.T) {
	f := given(t)
	f.create("orders", nil)
	f.create("people", nil)
	f.createToAll(esdb.PersistentAllSubscriptionOptions{StartFrom: esdb.End{}})

	names := func(infos []esdb.PersistentSubscriptionInfo, err error) (names []string) {
		require.NoError(t, err)
		for _, info := range infos {
			names = append(names, info.EventSource)
		}
		return names
	}
	options := esdb.ListPersistentSubscriptionsOptions{}
	require.Equal(t, []string{"orders", "people", "$all"}, names(f.client.ListAllPersistentSubscriptions(f.ctx, options)))
	require.Equal(t, []string{"people"}, names(f.client.ListPersistentSubscriptionsForStream(f.ctx, "people", options)))
	require.Equal(t, []string{"$all"}, names(f.client.ListPersistentSubscriptionsToAll(f.ctx, options)))
	require.Equal(t, esdb.End{}, f.info("$all").Settings.StartFrom)
}
