package messaging_test

import (
	"context"
	"iter"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
)

// bulky decodes events whose data are so large, and remembers where the first
// one's are, without keeping them.
type bulky struct {
	messaging.Decoder
	size  int
	first weak.Pointer[[1 << 10]byte]
}

func (b *bulky) Decode(ctx context.Context, records []journal.Record) ([]domain.Recorded, error) {
	events, err := b.Decoder.Decode(ctx, records)
	for i := range events {
		data := new([1 << 10]byte)
		events[i].Data = make([]byte, b.size)
		if b.size <= len(data) {
			events[i].Data = data[:b.size]
		}
		if events[i].Position.Commit == 1 {
			b.first = weak.Make(data)
		}
	}
	return events, err
}

// leafed is a log that counts how often it is read in pages.
type leafed struct {
	journal.Log
	pages atomic.Int64
}

func (l *leafed) ReadAll(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	l.pages.Add(1)
	return l.Log.ReadAll(ctx, after)
}

func TestWhatAFeedKeepsForThoseWhoAreSlow(t *testing.T) {
	pagesOf := func(t *testing.T, w *world, size int) int64 {
		t.Helper()
		let, log, quick := make(chan struct{}), &leafed{Log: w.log}, &diary{}
		feed := messaging.NewFeed(log, &bulky{Decoder: w.codec, size: size}, messaging.FeedOptions{})
		policies := messaging.NewPolicies(feed, w.vault, []messaging.Policy{{Name: "slow", Handle: until(let)}, quick.policy("quick")})
		start(t, feed)
		settle(time.Second)
		before := log.pages.Load()
		var last domain.Position
		for number := range 40 {
			last = w.appendCounted(t, number, number+1)
			synctest.Wait()
		}
		settle(time.Second)
		require.Equal(t, numbers(0, 40), quick.entries())
		close(let)
		require.NoError(t, policies.Settled(t.Context(), last))
		return log.pages.Load() - before
	}
	in(t, "given few bytes, they are at hand for who is slow", func(t *testing.T, w *world) {
		require.Zero(t, pagesOf(t, w, 1<<10))
	})
	in(t, "given many bytes, who is slow reads them in pages", func(t *testing.T, w *world) {
		require.NotZero(t, pagesOf(t, w, 1<<20))
	})
	in(t, "given an event that is larger than all that is kept, it is at hand", func(t *testing.T, w *world) {
		log, quick := &leafed{Log: w.log}, &diary{}
		feed := messaging.NewFeed(log, &bulky{Decoder: w.codec, size: 40 << 20}, messaging.FeedOptions{})
		messaging.NewPolicies(feed, w.vault, []messaging.Policy{quick.policy("quick")})
		start(t, feed)
		settle(time.Second)
		before := log.pages.Load()
		for number := range 3 {
			w.appendCounted(t, number, number+1)
			synctest.Wait()
		}
		require.Equal(t, numbers(0, 3), quick.entries())
		require.Equal(t, before, log.pages.Load())
	})
	in(t, "given that an event is not kept any more, its memory is free", func(t *testing.T, w *world) {
		decoder, quick := &bulky{Decoder: w.codec, size: 1 << 10}, &diary{}
		feed := messaging.NewFeed(w.log, decoder, messaging.FeedOptions{})
		messaging.NewPolicies(feed, w.vault, []messaging.Policy{quick.policy("quick")})
		start(t, feed)
		settle(time.Second)
		const most = 8192 * 9 / 8
		w.appendCounted(t, 0, most)
		settle(time.Second)
		runtime.GC()
		require.NotNil(t, decoder.first.Value(), "it is kept until there is one too many")
		w.appendCounted(t, most, most+1)
		settle(time.Second)
		require.Len(t, quick.entries(), most+1)
		runtime.GC()
		require.Nil(t, decoder.first.Value())
	})
}
