package persistent_test

import (
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestReplaying(t *testing.T) {
	park := func(t *testing.T) (*fixture, *reader) {
		f := given(t)
		f.append("orders", 0, 3)
		f.create("orders", func(s *esdb.PersistentSubscriptionSettings) { s.ReadBatchSize = 2 })
		r := f.read("orders", 10)
		r.nack(esdb.NackActionPark, r.gets("0", "1", "2", "3")...)
		f.until("orders", func(info *esdb.PersistentSubscriptionInfo) bool { return info.Stats.ParkedMessagesCount == 4 })
		return f, r
	}
	t.Run("given parked events, all of them come again", func(t *testing.T) {
		f, r := park(t)
		f.replay(0)
		r.ack(r.gets("0", "1", "2", "3")...)
		f.idle("orders")
		require.Zero(t, f.info("orders").Stats.ParkedMessagesCount)
		require.Eventually(t, func() bool { return len(f.stream("$persistentsubscription-orders::group-parked")) == 0 }, patience, 5*time.Millisecond)
	})
	t.Run("given a limit, those before it come again, and the rest the next time", func(t *testing.T) {
		f, r := park(t)
		f.replay(3)
		r.ack(r.gets("0", "1", "2")...)
		require.EqualValues(t, 1, f.info("orders").Stats.ParkedMessagesCount)
		f.replay(0)
		r.gets("3")
	})
	t.Run("given a replayed event that is parked again, it can be replayed again", func(t *testing.T) {
		f, r := park(t)
		f.replay(1)
		r.nack(esdb.NackActionPark, r.gets("0")...)
		f.until("orders", func(info *esdb.PersistentSubscriptionInfo) bool { return info.Stats.ParkedMessagesCount == 4 })
		f.replay(0)
		r.gets("1", "2", "3", "0")
	})
	t.Run("given a restart while replayed events are not done, they are still parked", func(t *testing.T) {
		f, r := park(t)
		f.replay(0)
		events := r.gets("0", "1", "2", "3")
		require.Equal(t, "$persistentsubscription-orders::group-parked", events[0].Link.StreamID)
		f.restart()
		f.until("orders", func(info *esdb.PersistentSubscriptionInfo) bool { return info.Stats.ParkedMessagesCount == 4 })
	})
}

func TestRestarting(t *testing.T) {
	t.Run("given a checkpoint, a restarted node goes on behind it", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 5)
		f.create("orders", func(s *esdb.PersistentSubscriptionSettings) { s.CheckpointLowerBound, s.CheckpointAfter = 2, 1000 })
		r := f.read("orders", 10)
		r.ack(r.gets("0", "1", "2", "3", "4", "5")[:3]...)
		f.clock.forward(time.Second)
		f.until("orders", func(info *esdb.PersistentSubscriptionInfo) bool {
			return info.Stats.LastCheckpointedEventRevision != nil
		})
		f.node.Stop()
		require.Equal(t, codes.Canceled, status.Code(r.dropped()))
		f.restart()
		checkpoints := f.stream("$persistentsubscription-orders::group-checkpoint")
		require.Len(t, checkpoints, 1)
		require.Equal(t, "SubscriptionCheckpoint", checkpoints[0].EventType)
		require.Equal(t, `"2"`, string(checkpoints[0].Data))
		f.read("orders", 10).gets("3", "4", "5")
	})
	t.Run("given two readers who refuse and forget much, a restart in the middle loses nothing", func(t *testing.T) {
		f := given(t)
		const count = 400 // there are more, so that readers always find something
		f.append("orders", 0, 2*count)
		f.create("orders", func(s *esdb.PersistentSubscriptionSettings) { s.CheckpointUpperBound, s.MaxRetryCount = 7, 1000 })
		done := map[uint64]bool{}
		processed := func(event *esdb.ResolvedEvent) {
			if event.Event.EventNumber < count {
				done[event.Event.EventNumber] = true
			}
		}
		for turn := 0; len(done) < count; turn++ {
			if turn%20 == 19 {
				f.restart()
			}
			one, two := f.read("orders", 10), f.read("orders", 3)
			for step := range 8 {
				event := one.next().Event
				switch (turn + step) % 4 {
				case 0:
					one.nack(esdb.NackActionRetry, event)
				case 1: // forgotten
				default:
					one.ack(event)
					processed(event)
				}
			}
			event := two.next().Event
			two.ack(event)
			processed(event)
			require.NoError(t, one.subscription.Close())
			require.NoError(t, two.subscription.Close())
		}
	})
	t.Run("given a group from the end that did nothing yet, a restart skips nothing", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 1)
		f.createFrom("orders", esdb.End{}, nil)
		f.append("orders", 2, 3)
		f.restart()
		f.append("orders", 4, 4)
		f.read("orders", 10).gets("2", "3", "4")
	})
	t.Run("given a restart of the subsystem, readers are dropped and groups are there", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 0)
		f.create("orders", nil)
		r := f.read("orders", 10)
		r.gets("0")
		require.NoError(t, f.client.RestartPersistentSubscriptionSubsystem(f.ctx, esdb.RestartPersistentSubscriptionSubsystemOptions{}))
		require.Equal(t, codes.Canceled, status.Code(r.dropped()))
		f.read("orders", 10).gets("0")
	})
	t.Run("given the configuration, EventStoreDB could read it", func(t *testing.T) {
		f := given(t)
		f.createToAll(esdb.PersistentAllSubscriptionOptions{
			StartFrom: esdb.Start{}, Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"a", "b"}},
		})
		events := f.stream("$persistentSubscriptionConfig")
		require.Len(t, events, 1)
		require.Equal(t, "$PersistentConfig", events[0].EventType)
		require.JSONEq(t, `{"version":"2","updated":"2026-11-23T12:00:00Z","entries":[{"stream":"$all","group":"group",
			"filter":{"context":"streamid","type":"prefix","data":"a,b","isAllStream":true},
			"messageTimeout":30000,"startFrom":-9223372036854775808,"startPosition":"C:0/P:0","liveBufferSize":500,"historyBufferSize":500,
			"maxRetryCount":10,"readBatchSize":20,"checkPointAfter":2000,"minCheckPointCount":10,"maxCheckPointCount":1000,
			"namedConsumerStrategy":"RoundRobin"}]}`, string(events[0].Data))
	})
}
