package storetest

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func (s logSuite) reading(t *testing.T) {
	s.given(t, "given a stream that does not exist, there is nothing", func(t *testing.T, log journal.Log) {
		require.Empty(t, collected(t, log.ReadStream(t.Context(), stream(), 0)))
		require.Empty(t, collected(t, log.ReadStream(t.Context(), stream(), 7)))
	})

	s.given(t, "given a long stream, each revision is a place to begin", func(t *testing.T, log journal.Log) {
		name, events := stream(), proposed(1300)
		appended(t, log, name, domain.NoStream{}, events[:500])
		appended(t, log, stream(), domain.NoStream{}, proposed(3))
		appended(t, log, name, domain.Revision(499), events[500:])
		for _, from := range []int{0, 1, 499, 500, 511, 512, 513, 1299, 1300, 1301} {
			rest := events[min(from, len(events)):]
			requireSame(t, name, uint64(from), rest, collected(t, log.ReadStream(t.Context(), name, uint64(from))))
		}
		require.Empty(t, collected(t, log.ReadStream(t.Context(), name, math.MaxUint64)))
	})

	s.given(t, "given several streams, all are read in the order of their appends", func(t *testing.T, log journal.Log) {
		start := s.head(t, log)
		streams, events := []string{stream(), stream(), stream()}, proposed(1500)
		positions := make([]domain.Position, len(events))
		for i := 0; i < len(events); i += 5 {
			at := appended(t, log, streams[i/5%3], domain.Any{}, events[i:i+5])
			positions[i+4] = at
		}
		records := s.ours(collected(t, log.ReadAll(t.Context(), start)), streams)
		require.Len(t, records, len(events))
		for i, record := range records {
			require.Equal(t, events[i].ID, record.ID)
			require.Equal(t, streams[i/5%3], record.Stream)
			if i%5 == 4 {
				require.Equal(t, positions[i], record.Position)
			}
			if i > 0 {
				require.True(t, record.Position.After(records[i-1].Position))
			}
		}
		s.requireDense(t, log)
		for _, after := range []int{0, 1, 510, 511, 512, 1498, 1499} {
			rest := s.ours(collected(t, log.ReadAll(t.Context(), records[after].Position)), streams)
			require.Equal(t, records[after+1:], append([]journal.Record{}, rest...), "what is behind a position does not have its own")
		}
	})

	s.given(t, "given a reader that stops early, the log goes on", func(t *testing.T, log journal.Log) {
		appended(t, log, stream(), domain.NoStream{}, proposed(600))
		for range 50 {
			for _, err := range log.ReadAll(t.Context(), domain.Position{}) {
				require.NoError(t, err)
				break
			}
		}
		appended(t, log, stream(), domain.NoStream{}, proposed(1))
	})

	s.given(t, "given a reader that appends, it comes to an end", func(t *testing.T, log journal.Log) {
		name := stream()
		appended(t, log, name, domain.NoStream{}, proposed(2))
		for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
			require.NoError(t, err)
			if record.Stream == name && record.Revision < 2 {
				appended(t, log, name, domain.StreamExists{}, proposed(1))
			}
		}
		require.Len(t, collected(t, log.ReadStream(t.Context(), name, 0)), 4)
	})

	s.given(t, "given a context that ends, so does the reading, with its error", func(t *testing.T, log journal.Log) {
		name := stream()
		appended(t, log, name, domain.NoStream{}, proposed(2000))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, failure(log.ReadStream(ctx, name, 0)), context.Canceled)
		require.ErrorIs(t, failure(log.ReadAll(ctx, domain.Position{})), context.Canceled)
	})

	s.given(t, "given appends, the head is the last one's position", func(t *testing.T, log journal.Log) {
		if !s.limits.Shared {
			require.True(t, s.head(t, log).IsZero())
			require.Empty(t, collected(t, log.ReadAll(t.Context(), domain.Position{})))
		}
		position := appended(t, log, stream(), domain.NoStream{}, proposed(3))
		require.False(t, position.After(s.head(t, log)))
		if !s.limits.Shared {
			require.Equal(t, position, s.head(t, log))
		}
	})
}

func (s logSuite) head(t *testing.T, log journal.Log) domain.Position {
	t.Helper()
	head, err := log.Head(t.Context())
	require.NoError(t, err)
	return head
}

// ours leaves out what others appended.
func (s logSuite) ours(records []journal.Record, streams []string) (ours []journal.Record) {
	known := map[string]bool{}
	for _, stream := range streams {
		known[stream] = true
	}
	for _, record := range records {
		if known[record.Stream] {
			ours = append(ours, record)
		}
	}
	return ours
}

// requireDense says that positions count the events, where the log promises it.
func (s logSuite) requireDense(t *testing.T, log journal.Log) {
	t.Helper()
	if s.limits.Sparse {
		return
	}
	next := uint64(1)
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		if record.Position != (domain.Position{Commit: next, Prepare: next}) {
			require.Fail(t, "positions have a gap", "at %s, expecting %d", record.Position, next)
		}
		next++
	}
}
