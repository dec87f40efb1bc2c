package messaging_test

import (
	"context"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
	"github.com/usher-engine/usher/projections/memory"
)

// idle is policies that have nothing to do with any event.
func idle(count int, seen *atomic.Int64) (all []messaging.Policy) {
	for i := range count {
		all = append(all, messaging.Policy{Name: "idle " + strconv.Itoa(i), Handle: func(context.Context, domain.Recorded) error {
			seen.Add(1)
			return nil
		}})
	}
	return all
}

// TestALiveEventIsDecodedOnce counts it with all views that there are, and eight
// policies.
func TestALiveEventIsDecodedOnce(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		const count = 300
		decoder := &countingDecoder{Decoder: w.codec}
		feed := messaging.NewFeed(w.log, decoder, messaging.FeedOptions{})
		projectors := messaging.NewProjectors(feed, memory.New(), catalogue.All())
		var seen atomic.Int64
		policies := messaging.NewPolicies(feed, w.vault, idle(8, &seen))
		start(t, feed)
		settle(time.Second)
		for number := range count {
			w.appendCounted(t, number, number+1)
		}
		settle(time.Second)
		last := head(t, w.log)
		require.NoError(t, policies.Settled(t.Context(), last))
		for _, view := range catalogue.All() {
			require.NoError(t, projectors.Wait(t.Context(), view.Name(), last))
		}
		require.EqualValues(t, 8*count, seen.Load())
		require.EqualValues(t, count, decoder.decoded.Load())
	})
}

// ready decodes nothing: its events are there already.
type ready []domain.Recorded

func (r ready) Decode(_ context.Context, records []journal.Record) ([]domain.Recorded, error) {
	first := records[0].Position.Commit - 1
	return r[first : first+uint64(len(records))], nil
}

// TestCarryingALiveEventCostsLittle counts allocations for each event that comes
// by itself, to eleven views and eight policies, without those of decoding.
func TestCarryingALiveEventCostsLittle(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		const warm, count, policyCount = 2000, 4000, 8
		w.appendCounted(t, 0, warm+count)
		records := w.records(t)
		events, err := w.codec.Decode(t.Context(), records)
		require.NoError(t, err)
		log := &paper{records: make([]journal.Record, 0, warm+count), changed: make(chan struct{})}
		feed := messaging.NewFeed(log, ready(events), messaging.FeedOptions{})
		messaging.NewProjectors(feed, memory.New(), blind(11))
		var seen atomic.Int64
		messaging.NewPolicies(feed, w.vault, idle(policyCount, &seen))
		start(t, feed)
		settle(time.Second)
		carried := func(some []journal.Record) uint64 {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for _, record := range some {
				log.add(record)
				synctest.Wait()
			}
			runtime.ReadMemStats(&after)
			return after.Mallocs - before.Mallocs
		}
		carried(records[:warm])
		each := float64(carried(records[warm:])) / count
		t.Logf("%.1f allocations for each event", each)
		require.EqualValues(t, policyCount*(warm+count), seen.Load())
		require.LessOrEqual(t, each, 12.0)
	})
}

// blind is views that no event touches.
func blind(count int) (views []projections.View) {
	for i := range count {
		views = append(views, projections.Definition[tallied]{
			ViewName: "blind_" + strconv.Itoa(i), ViewVersion: 1,
			Keys: func(domain.Recorded) []projections.Key { return nil },
		}.View())
	}
	return views
}

func TestAPoisonousEventForOneViewLeavesOthersGoing(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		store := memory.New()
		var mended atomic.Bool
		fragile := tally("fragile", func(number int) {
			if number == 7 && !mended.Load() {
				panic("no such number")
			}
		})
		sturdy := tally("sturdy", calm)
		seen := &diary{}
		feed := w.feed(messaging.FeedOptions{})
		projectors := messaging.NewProjectors(feed, store, []projections.View{fragile, sturdy})
		policies := messaging.NewPolicies(feed, w.vault, []messaging.Policy{seen.policy("deliver")})
		start(t, feed)
		var last domain.Position
		for number := range 100 {
			last = w.appendCounted(t, number, number+1)
			require.NoError(t, projectors.Wait(t.Context(), "sturdy", last))
		}
		require.NoError(t, policies.Settled(t.Context(), last))
		require.Equal(t, numbers(0, 100), seen.entries())
		require.Equal(t, w.records(t)[7].Position, projectors.Standings()[0].Stopped.Position)
		w.requireKept(t, store, fragile, w.records(t)[6].Position)

		mended.Store(true)
		settle(10 * time.Second)
		last = w.appendCounted(t, 100, 101)
		require.NoError(t, projectors.Wait(t.Context(), "fragile", last), "it has come back")
		w.requireKept(t, store, fragile, last)
	})
}

// TestAnEventThatNobodyCanReadLeavesTheFeedGoing skips it for one view: that
// goes on with the feed, while the other stands.
func TestAnEventThatNobodyCanReadLeavesTheFeedGoing(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		store := memory.New()
		var said atomic.Bool
		one, other := tally("one", calm), tally("other", calm)
		feed := w.feed(messaging.FeedOptions{})
		feed.Skip(func(_ context.Context, follower string) (map[uuid.UUID]bool, error) {
			left := map[uuid.UUID]bool{}
			if follower == "one" && said.Load() {
				left[w.records(t)[3].ID] = true
			}
			return left, nil
		})
		projectors := messaging.NewProjectors(feed, store, []projections.View{one, other})
		start(t, feed)
		before := w.appendCounted(t, 0, 3)
		w.appendNewer(t)
		last := w.appendCounted(t, 3, 10)
		settle(time.Second)
		w.requireStands(t, store, one, before, 3)
		said.Store(true)
		settle(10 * time.Second)
		require.NoError(t, projectors.Wait(t.Context(), "one", last))
		w.requireStands(t, store, one, last, 10)
		w.requireStands(t, store, other, before, 3)
		last = w.appendCounted(t, 10, 20)
		require.NoError(t, projectors.Wait(t.Context(), "one", last))
		w.requireStands(t, store, one, last, 20)
	})
}

// TestAnotherInstanceTakesOver lets two instances keep the same views at once,
// one of which is stopped in the middle of the feed, with a crash between.
func TestAnotherInstanceTakesOver(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		store := &unreliable{Store: memory.New()}
		views := tallies(3)
		first, second := w.project(t, store, views...), w.project(t, store, views...)
		for number := range 200 {
			w.append(t, workgroup(number), department(number))
			time.Sleep(7 * time.Millisecond)
			if number == 100 {
				require.NoError(t, first.Close())
			}
		}
		last := head(t, w.log)
		for _, view := range views {
			require.NoError(t, second.Wait(t.Context(), view.Name(), last))
			w.requireKept(t, store, view, last)
		}
	})
}

// TestKeysThatAreAwayHoldUpAll lets the vault be away for a while.
func TestKeysThatAreAwayHoldUpAll(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		decoder := &locked{Decoder: w.codec}
		feed := messaging.NewFeed(w.log, decoder, messaging.FeedOptions{})
		seen := &diary{}
		policies := messaging.NewPolicies(feed, w.vault, []messaging.Policy{seen.policy("deliver")})
		start(t, feed)
		settle(time.Second)
		decoder.away.Store(true)
		w.appendCounted(t, 0, 10)
		settle(10 * time.Minute)
		require.ErrorIs(t, policies.Standings()[0].Failure, errBroken)
		require.Nil(t, policies.Standings()[0].Stopped)
		decoder.away.Store(false)
		settle(time.Minute)
		require.NoError(t, policies.Standings()[0].Failure)
		require.Equal(t, numbers(0, 10), seen.entries())
	})
}

// TestWhatComesLateWasNotTheLogsEnd lets events be heard of long after they were
// committed: nobody may believe that nothing has happened since.
func TestWhatComesLateWasNotTheLogsEnd(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		decoder := &locked{Decoder: w.codec}
		feed := messaging.NewFeed(w.log, decoder, messaging.FeedOptions{})
		var last messaging.Hearing
		feed.Hear(func(heard messaging.Hearing) { last = heard })
		start(t, feed)
		settle(time.Second)
		decoder.away.Store(true)
		end, committed := w.appendCounted(t, 0, 10), time.Now()
		settle(time.Minute)
		decoder.away.Store(false)
		settle(time.Minute)
		require.Equal(t, end, last.To)
		require.False(t, last.At.After(committed), "%s is after %s", last.At, committed)
		end = w.appendCounted(t, 10, 11)
		settle(time.Second)
		require.Equal(t, end, last.To)
		require.Less(t, time.Since(last.At), 2*time.Second)
	})
}

// locked decodes nothing while the keys are away.
type locked struct {
	messaging.Decoder
	away atomic.Bool
}

func (l *locked) Decode(ctx context.Context, records []journal.Record) ([]domain.Recorded, error) {
	if l.away.Load() {
		return nil, errBroken
	}
	return l.Decoder.Decode(ctx, records)
}
