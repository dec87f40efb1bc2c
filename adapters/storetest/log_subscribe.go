package storetest

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func (s logSuite) subscribing(t *testing.T) {
	s.given(t, "given events, it begins behind any position", func(t *testing.T, log journal.Log) {
		name, events := stream(), proposed(1200)
		start := s.head(t, log)
		appended(t, log, name, domain.NoStream{}, events)
		records := taken(t, log, start, len(events))
		requireSame(t, name, 0, events, records)
		for _, after := range []int{0, 600, 1198} {
			rest := events[after+1:]
			requireSame(t, name, uint64(after+1), rest, taken(t, log, records[after].Position, len(rest)))
		}
	})

	s.given(t, "given subscribers at the head, each gets each event as it comes", func(t *testing.T, log journal.Log) {
		name, events := stream(), proposed(300)
		start := s.head(t, log)
		var group sync.WaitGroup
		got := make([][]journal.Record, 12)
		for i := range got {
			group.Go(func() { got[i] = taken(t, log, start, len(events)) })
		}
		for i := range events {
			appended(t, log, name, domain.Any{}, events[i:i+1])
		}
		group.Wait()
		for i := range got {
			requireSame(t, name, 0, events, got[i])
		}
	})

	s.given(t, "given a subscriber that waits for each event, none is woken too late", func(t *testing.T, log journal.Log) {
		name, events := stream(), proposed(500)
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		next := make(chan struct{}, 1)
		next <- struct{}{}
		var group sync.WaitGroup
		start := s.head(t, log)
		group.Go(func() {
			for i := range events {
				select {
				case <-next:
				case <-ctx.Done():
					return
				}
				_, _, err := log.Append(ctx, name, domain.Any{}, events[i:i+1])
				assert.NoError(t, err)
			}
		})
		defer group.Wait()
		count := 0
		for record, err := range log.Subscribe(ctx, start) {
			require.NoError(t, err, "after %d", count)
			require.Equal(t, events[count].ID, record.ID)
			if count++; count == len(events) {
				break
			}
			next <- struct{}{}
		}
	})

	s.given(t, "given a subscriber who is slow, writers and others go on, and it misses nothing", s.slowSubscriber)

	s.given(t, "given a context that ends, a subscription that waits ends with its error", func(t *testing.T, log journal.Log) {
		ctx, cancel := context.WithCancel(t.Context())
		appended(t, log, stream(), domain.NoStream{}, proposed(1))
		var last error
		for _, err := range log.Subscribe(ctx, domain.Position{}) {
			if last = err; err == nil {
				cancel()
			}
		}
		require.ErrorIs(t, last, context.Canceled)

		ctx, cancel = context.WithCancel(t.Context())
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() { assert.ErrorIs(t, failure(log.Subscribe(ctx, s.headOf(log))), context.Canceled) })
		}
		cancel()
		group.Wait()
	})
}

func (s logSuite) headOf(log journal.Log) domain.Position {
	head, _ := log.Head(context.Background())
	return head
}

// slowSubscriber holds one subscriber at its first event until everything is
// appended and another subscriber is through.
func (s logSuite) slowSubscriber(t *testing.T, log journal.Log) {
	name, events := stream(), proposed(9000)
	start := s.head(t, log)
	goOn, waiting := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var group sync.WaitGroup
	var slow []journal.Record
	group.Go(func() {
		for record, err := range log.Subscribe(ctx, start) {
			if !assert.NoError(t, err) {
				return
			}
			if slow = append(slow, record); len(slow) == 1 {
				close(waiting)
				<-goOn
			}
			if len(slow) == len(events) {
				return
			}
		}
	})
	appended(t, log, name, domain.NoStream{}, events[:10])
	<-waiting
	for i := 10; i < len(events); i += 290 {
		appended(t, log, name, domain.Any{}, events[i:min(i+290, len(events))])
	}
	requireSame(t, name, 0, events, taken(t, log, start, len(events)))
	close(goOn)
	group.Wait()
	requireSame(t, name, 0, events, slow)
}
