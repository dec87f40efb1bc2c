package storetest

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func (s logSuite) concurrency(t *testing.T) {
	s.given(t, "given many writers who expect the same, one wins each round", func(t *testing.T, log journal.Log) {
		name := stream()
		for round := range 10 {
			expected := domain.Expected(domain.NoStream{})
			if round > 0 {
				expected = domain.Revision(round*2 - 1)
			}
			var wins atomic.Int32
			var group sync.WaitGroup
			for range 32 {
				group.Go(func() {
					_, _, err := log.Append(t.Context(), name, expected, proposed(2))
					var conflict *domain.Conflict
					if err == nil {
						wins.Add(1)
					} else if assert.ErrorAs(t, err, &conflict) {
						assert.Equal(t, domain.Revision(round*2+1), conflict.Actual)
					}
				})
			}
			group.Wait()
			require.EqualValues(t, 1, wins.Load())
			require.Len(t, collected(t, log.ReadStream(t.Context(), name, 0)), round*2+2)
		}
	})

	s.given(t, "given many writers of many streams, nothing is lost", func(t *testing.T, log journal.Log) {
		const writers, appends = 32, 25
		start := s.head(t, log)
		streams, events := make([]string, writers), make([][]journal.Proposed, writers)
		var group sync.WaitGroup
		for i := range streams {
			streams[i], events[i] = stream(), proposed(appends*3)
			group.Go(func() {
				for n := 0; n < len(events[i]); n += 3 {
					expected := domain.Expected(domain.NoStream{})
					if n > 0 {
						expected = domain.Revision(n - 1)
					}
					_, _, err := log.Append(t.Context(), streams[i], expected, events[i][n:n+3])
					assert.NoError(t, err)
				}
			})
		}
		all := taken(t, log, start, writers*appends*3)
		group.Wait()
		for i := range streams {
			requireSame(t, streams[i], 0, events[i], collected(t, log.ReadStream(t.Context(), streams[i], 0)))
			requireSame(t, streams[i], 0, events[i], s.ours(all, streams[i:i+1]))
		}
		requireWhole(t, all, 3)
		s.requireDense(t, log)
	})
}

// requireWhole says that the events of one append stand together.
func requireWhole(t *testing.T, records []journal.Record, together int) {
	t.Helper()
	for i := 0; i < len(records); i += together {
		for n := range together {
			require.Equal(t, records[i].Stream, records[i+n].Stream)
		}
	}
}
