package persistent_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
)

func TestReading(t *testing.T) {
	t.Run("given events before and after, a reader has as many as its buffer, in order", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 2)
		f.create("orders", nil)
		r := f.read("orders", 2)
		events := r.gets("0", "1")
		require.EqualValues(t, 2, f.info("orders").Stats.TotalInFlightMessages)
		r.ack(events[0])
		r.ack(append(r.gets("2"), events[1])...)
		f.append("orders", 3, 5)
		r.gets("3", "4")
	})
	t.Run("given a thousand events, all come in order", func(t *testing.T) {
		f := given(t)
		f.create("orders", nil)
		r := f.read("orders", 50)
		for from := 0; from < 1000; from += 100 {
			f.append("orders", from, from+99)
		}
		for revision := range 1000 {
			event := r.next()
			require.EqualValues(t, revision, event.Event.OriginalEvent().EventNumber)
			r.ack(event.Event)
		}
	})
	t.Run("given a group that begins at a revision, that one is the first", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 3)
		f.createFrom("orders", esdb.Revision(2), nil)
		f.read("orders", 10).gets("2", "3")
	})
	t.Run("given a group that begins at a revision to come, it waits for that", func(t *testing.T) {
		f := given(t)
		f.createFrom("orders", esdb.Revision(2), nil)
		r := f.read("orders", 10)
		f.append("orders", 0, 2)
		r.gets("2")
	})
	t.Run("given a group that begins at the end, only what comes later is read", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 3)
		f.createFrom("orders", esdb.End{}, nil)
		r := f.read("orders", 10)
		f.append("orders", 4, 4)
		r.gets("4")
	})
	t.Run("given two readers who take turns, each has its share and nothing comes twice", func(t *testing.T) {
		f := given(t)
		f.create("orders", nil)
		one, two := f.read("orders", 10), f.read("orders", 10)
		f.append("orders", 0, 3)
		one.ack(one.gets("0", "2")...)
		two.ack(two.gets("1", "3")...)
		f.idle("orders")
	})
	t.Run("given a reader that goes, another gets what it had, in order", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 4)
		f.create("orders", func(s *esdb.PersistentSubscriptionSettings) { s.MaxRetryCount = 0 })
		gone, other := f.read("orders", 3), f.read("orders", 1)
		gone.gets("0", "1", "2")
		held := other.gets("3")
		require.NoError(t, gone.subscription.Close())
		f.until("orders", func(info *esdb.PersistentSubscriptionInfo) bool { return len(info.Connections) == 1 })
		for _, next := range []string{"0(1)", "1(1)", "2(1)", "4"} {
			other.ack(held...)
			held = other.gets(next)
		}
	})
	t.Run("given a slow reader, others go on", func(t *testing.T) {
		f := given(t)
		f.create("orders", nil)
		f.read("orders", 5) // takes nothing
		busy := f.read("orders", 5)
		large := make([]byte, 256<<10)
		for range 10 {
			f.appendEvents("orders", esdb.EventData{EventID: uuid.New(), EventType: "large", Data: large})
		}
		f.append("orders", 0, 9)
		for range 15 {
			busy.ack(busy.next().Event)
		}
	})
	t.Run("given a reader that takes nothing, its events go to others in time", func(t *testing.T) {
		f := given(t)
		f.create("orders", func(s *esdb.PersistentSubscriptionSettings) { s.MessageTimeout, s.MaxRetryCount = 1000, 1000 })
		f.read("orders", 8) // takes nothing
		large := make([]byte, 256<<10)
		for range 8 {
			f.appendEvents("orders", esdb.EventData{EventID: uuid.New(), EventType: "large", Data: large})
		}
		f.until("orders", func(info *esdb.PersistentSubscriptionInfo) bool { return info.Stats.TotalInFlightMessages == 8 })
		other := f.read("orders", 8)
		all := make(chan struct{})
		go func() {
			seen := map[uint64]bool{}
			for len(seen) < 8 {
				event := other.subscription.Recv().EventAppeared
				if event == nil || other.subscription.Ack(event.Event) != nil {
					return
				}
				seen[event.Event.Event.EventNumber] = true
			}
			close(all)
		}()
		require.Eventually(t, func() bool {
			f.clock.forward(time.Second)
			select {
			case <-all:
				return true
			default:
				return false
			}
		}, patience, 100*time.Millisecond)
	})
	t.Run("given a stream whose beginning is truncated, what is left is read", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 4)
		metadata := esdb.StreamMetadata{}
		metadata.SetTruncateBefore(3)
		_, err := f.client.SetStreamMetadata(f.ctx, "orders", esdb.AppendToStreamOptions{}, metadata)
		require.NoError(t, err)
		f.create("orders", nil)
		f.read("orders", 10).gets("3", "4")
	})
	t.Run("given a stream that is deleted and made again, the new events are read", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 1)
		f.create("orders", nil)
		r := f.read("orders", 10)
		r.ack(r.gets("0", "1")...)
		_, err := f.client.DeleteStream(f.ctx, "orders", esdb.DeleteStreamOptions{})
		require.NoError(t, err)
		f.append("orders", 2, 2)
		r.gets("2")
	})
	t.Run("given a stream that is deleted for ever, readers are dropped", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 0)
		f.create("orders", nil)
		r := f.read("orders", 10)
		r.gets("0")
		_, err := f.client.TombstoneStream(f.ctx, "orders", esdb.TombstoneStreamOptions{})
		require.NoError(t, err)
		require.Equal(t, codes.Canceled, status.Code(r.dropped()))
	})
}

func TestLinks(t *testing.T) {
	link := func(to string) esdb.EventData {
		return esdb.EventData{EventID: uuid.New(), EventType: "$>", Data: []byte(to)}
	}
	t.Run("given a group that follows links, readers get both, and answer by the link", func(t *testing.T) {
		f := given(t)
		f.append("targets", 0, 1)
		f.appendEvents("orders", link("1@targets"), link("7@targets"), link("0@nowhere"))
		f.create("orders", func(s *esdb.PersistentSubscriptionSettings) { s.ResolveLinkTos = true })
		r := f.read("orders", 1)
		event := r.next().Event
		require.Equal(t, "targets", event.Event.StreamID)
		require.Equal(t, "orders", event.Link.StreamID)
		for range 2 {
			r.ack(event)
			event = r.next().Event
			require.Nil(t, event.Event)
			require.Equal(t, "orders", event.Link.StreamID)
		}
	})
	t.Run("given a group that does not follow links, readers get the links", func(t *testing.T) {
		f := given(t)
		f.append("targets", 0, 0)
		f.appendEvents("orders", link("0@targets"))
		f.create("orders", nil)
		event := f.read("orders", 1).next().Event
		require.Nil(t, event.Link)
		require.Equal(t, "$>", event.Event.EventType)
	})
}

func TestReadingAll(t *testing.T) {
	t.Run("given no filter, the system's events come too, in the order of the log", func(t *testing.T) {
		f := given(t)
		f.createToAll(esdb.PersistentAllSubscriptionOptions{StartFrom: esdb.Start{}})
		r := f.read("$all", 10)
		f.append("orders", 0, 0)
		before := esdb.Position{}
		for {
			event := r.next().Event
			at := event.OriginalEvent().Position
			require.Greater(t, at.Commit, before.Commit)
			before = at
			r.ack(event)
			if event.Event.StreamID == "orders" {
				return
			}
		}
	})
	t.Run("given a filter, nothing else comes, and checkpoints pass what it left out", func(t *testing.T) {
		f := given(t)
		f.createToAll(esdb.PersistentAllSubscriptionOptions{
			StartFrom: esdb.Start{},
			Filter:    &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"orders", "a,b"}},
			Settings:  settings(func(s *esdb.PersistentSubscriptionSettings) { s.CheckpointUpperBound, s.CheckpointLowerBound = 20, 1 }),
		})
		r := f.read("$all", 10)
		f.append("other", 0, 50)
		f.append("orders-1", 1, 1)
		f.append("a", 2, 2)
		f.append("a,b", 3, 3)
		r.ack(r.gets("1", "3")...)
		f.append("other", 4, 50)
		f.until("$all", func(info *esdb.PersistentSubscriptionInfo) bool {
			last, known := info.Stats.LastCheckpointedPosition, info.Stats.LastKnownPosition
			return last != nil && known != nil && known.Commit-last.Commit < 20
		})
	})
	t.Run("given an expression, types are chosen by it, after a restart too", func(t *testing.T) {
		f := given(t)
		f.createToAll(esdb.PersistentAllSubscriptionOptions{
			StartFrom: esdb.End{}, Filter: &esdb.SubscriptionFilter{Type: esdb.EventFilterType, Regex: `^(?!7$)\d$`},
		})
		f.restart()
		f.append("orders", 5, 12)
		f.read("$all", 10).gets("5", "6", "8", "9")
	})
	t.Run("given a position, its event is the first", func(t *testing.T) {
		f := given(t)
		f.append("orders", 0, 0)
		result, err := f.client.AppendToStream(f.ctx, "orders", esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "1"})
		require.NoError(t, err)
		f.createToAll(esdb.PersistentAllSubscriptionOptions{
			StartFrom: esdb.Position{Commit: result.CommitPosition, Prepare: result.PreparePosition},
		})
		f.read("$all", 10).gets("1")
	})
}

func TestRefusing(t *testing.T) {
	given := func(t *testing.T, change func(*esdb.PersistentSubscriptionSettings)) (*fixture, *reader, []*esdb.ResolvedEvent) {
		f := given(t)
		f.append("orders", 0, 3)
		f.create("orders", change)
		r := f.read("orders", 2)
		return f, r, r.gets("0", "1")
	}
	t.Run("given an event to be tried again, it comes again at once", func(t *testing.T) {
		_, r, events := given(t, nil)
		r.nack(esdb.NackActionRetry, events[1])
		r.nack(esdb.NackActionUnknown, r.gets("1(1)")...)
		r.gets("1(2)")
	})
	t.Run("given an event to be skipped, it is over", func(t *testing.T) {
		_, r, events := given(t, nil)
		r.nack(esdb.NackActionSkip, events...)
		r.gets("2", "3")
	})
	t.Run("given a reader that wants to stop, the event is over and the reader stays", func(t *testing.T) {
		f, r, events := given(t, nil)
		r.nack(esdb.NackActionStop, events[0])
		r.gets("2")
		require.Zero(t, f.info("orders").Stats.ParkedMessagesCount)
	})
	t.Run("given an event to be parked, a link to it says why", func(t *testing.T) {
		f, r, events := given(t, nil)
		r.nack(esdb.NackActionPark, events[1])
		r.gets("2")
		f.parked("1@orders", "Client explicitly NAK'ed message.\nbecause", 1)
		require.EqualValues(t, 1, f.info("orders").Stats.ParkedMessagesCount)
	})
	t.Run("given an event that was tried often enough, it is parked", func(t *testing.T) {
		f, r, events := given(t, func(s *esdb.PersistentSubscriptionSettings) { s.MaxRetryCount = 1 })
		r.nack(esdb.NackActionRetry, events[0])
		r.nack(esdb.NackActionRetry, r.gets("0(1)")...)
		r.gets("2")
		f.parked("0@orders", "Reached retry count of 1", 0)
	})
	t.Run("given no answer in time, the event comes again, and is parked at last", func(t *testing.T) {
		f, r, events := given(t, func(s *esdb.PersistentSubscriptionSettings) { s.MaxRetryCount = 1; s.MessageTimeout = 5000 })
		r.ack(events[1])
		r.gets("2")
		f.clock.forward(5 * time.Second)
		events = r.gets("0(1)", "2(1)")
		r.ack(events[1])
		r.gets("3")
		f.clock.forward(5 * time.Second)
		r.gets("3(1)")
		f.parked("0@orders", "Reached retry count of 1", 0)
	})
	t.Run("given no timeout, an event waits for its answer for ever", func(t *testing.T) {
		f, r, events := given(t, func(s *esdb.PersistentSubscriptionSettings) { s.MessageTimeout = 0 })
		f.clock.forward(1000 * time.Hour)
		f.append("orders", 4, 4)
		r.ack(events...)
		r.gets("2", "3")
	})
}

// parked waits for the only parked message and looks at it.
func (f *fixture) parked(target, reason string, number int) {
	f.t.Helper()
	f.until("orders", func(info *esdb.PersistentSubscriptionInfo) bool { return info.Stats.ParkedMessagesCount == 1 })
	events := f.stream("$persistentsubscription-orders::group-parked")
	require.Len(f.t, events, 1)
	require.Equal(f.t, "$>", events[0].EventType)
	require.Equal(f.t, target, string(events[0].Data))
	var metadata map[string]any
	require.NoError(f.t, json.Unmarshal(events[0].UserMetadata, &metadata))
	require.Equal(f.t, reason, metadata["reason"])
	require.EqualValues(f.t, number, metadata["subscriptionEventNumber"])
	require.NotEmpty(f.t, metadata["added"])
}

func TestStrategies(t *testing.T) {
	strategy := func(name esdb.ConsumerStrategy) func(*esdb.PersistentSubscriptionSettings) {
		return func(s *esdb.PersistentSubscriptionSettings) { s.ConsumerStrategyName = name }
	}
	t.Run("given DispatchToSingle, one reader gets all it can take", func(t *testing.T) {
		f := given(t)
		f.create("orders", strategy(esdb.ConsumerStrategyDispatchToSingle))
		one, two := f.read("orders", 3), f.read("orders", 3)
		f.append("orders", 0, 4)
		one.gets("0", "1", "2")
		two.gets("3", "4")
	})
	t.Run("given Pinned, a stream stays with one reader", func(t *testing.T) {
		f := given(t)
		f.createToAll(esdb.PersistentAllSubscriptionOptions{
			StartFrom: esdb.End{}, Settings: settings(strategy(esdb.ConsumerStrategyPinned)),
			Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"orders"}},
		})
		one, two := f.read("$all", 10), f.read("$all", 10)
		f.append("orders-1", 0, 1)
		f.append("orders-2", 2, 3)
		f.append("orders-1", 4, 4)
		one.gets("0", "1", "4")
		two.gets("2", "3")
	})
}

func TestANodeThatOnlyReads(t *testing.T) {
	f := given(t, nodetest.ReadOnly())
	_, err := f.stub().List(f.ctx, listAll())
	require.Equal(t, codes.Unimplemented, status.Code(err))
}
