package storetest

import (
	"context"
	"iter"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Local is the conformance suite of what logs in this process can do besides
// what all logs do. open gives a log of its own to each test, and closes it in a
// cleanup.
func Local(t *testing.T, open func(t *testing.T) journal.Local) {
	t.Helper()
	suite := localSuite{open: open}
	t.Run("reading backwards", suite.backwards)
	t.Run("changes", suite.changes)
	t.Run("undone changes", suite.undone)
	t.Run("any history", suite.histories)
	t.Run("changes at once", suite.races)
	t.Run("copies", suite.copies)
}

type localSuite struct {
	open func(t *testing.T) journal.Local
}

// given opens a log and runs a test that must leave no goroutine behind.
func (s localSuite) given(t *testing.T, name string, test func(t *testing.T, log journal.Local)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		log := s.open(t)
		before := goleak.IgnoreCurrent()
		test(t, log)
		goleak.VerifyNone(t, before)
	})
}

// failing is a test, or one try of a property.
type failing interface {
	require.TestingT
	Context() context.Context
	Helper()
}

// gathered takes everything from a sequence, which must not fail; never nil.
func gathered(t failing, records iter.Seq2[journal.Record, error]) []journal.Record {
	t.Helper()
	taken := []journal.Record{}
	for record, err := range records {
		require.NoError(t, err)
		taken = append(taken, record)
	}
	return taken
}

func reversed(records []journal.Record) []journal.Record {
	back := slices.Clone(records)
	slices.Reverse(back)
	return back
}

// requireRecords compares quickly, and slowly only what differs.
func requireRecords(t failing, expected, actual []journal.Record) {
	t.Helper()
	equal := slices.EqualFunc(expected, actual, func(a, b journal.Record) bool {
		return same(a, b) && a.Position == b.Position && a.Time.Equal(b.Time) && a.Original.Equal(b.Original)
	})
	if !equal {
		require.Equal(t, expected, actual)
		require.Fail(t, "records differ")
	}
}

func (s localSuite) backwards(t *testing.T) {
	s.given(t, "given any place to begin, it is reading forwards reversed", func(t *testing.T, log journal.Local) {
		streams := filled(t, log)
		whole := gathered(t, log.ReadAll(t.Context(), domain.Position{}))
		forwards := map[string][]journal.Record{}
		for _, name := range streams {
			forwards[name] = gathered(t, log.ReadStream(t.Context(), name, 0))
		}
		rapid.Check(t, func(r *rapid.T) {
			name := rapid.SampledFrom(streams).Draw(r, "stream")
			events := forwards[name]
			from := place(r, len(events))
			requireRecords(r, reversed(events[:min(from, uint64(len(events))-1)+1]), gathered(r, log.ReadStreamBackwards(r.Context(), name, from)))

			before := place(r, len(whole)+1)
			expected := reversed(whole[:min(max(before, 1)-1, uint64(len(whole)))])
			requireRecords(r, expected, gathered(r, log.ReadAllBackwards(r.Context(), domain.Position{Commit: before, Prepare: before})))
		})
	})

	s.given(t, "given nothing, there is nothing", func(t *testing.T, log journal.Local) {
		require.Empty(t, gathered(t, log.ReadAllBackwards(t.Context(), domain.Position{Commit: 7, Prepare: 7})))
		require.Empty(t, gathered(t, log.ReadStreamBackwards(t.Context(), stream(), math.MaxUint64)))
		appended(t, log, stream(), domain.NoStream{}, proposed(1))
		require.Empty(t, gathered(t, log.ReadAllBackwards(t.Context(), domain.Position{})))
		require.Empty(t, gathered(t, log.ReadStreamBackwards(t.Context(), stream(), 0)))
	})

	s.given(t, "given readers that stop early, the log goes on", func(t *testing.T, log journal.Local) {
		name := stream()
		appended(t, log, name, domain.NoStream{}, proposed(600))
		for range 50 {
			for record, err := range log.ReadAllBackwards(t.Context(), domain.Position{Commit: 601, Prepare: 601}) {
				require.NoError(t, err)
				require.EqualValues(t, 600, record.Position.Commit)
				break
			}
			for record, err := range log.ReadStreamBackwards(t.Context(), name, 550) {
				require.NoError(t, err)
				require.EqualValues(t, 550, record.Revision)
				break
			}
		}
		appended(t, log, name, domain.Revision(599), proposed(1))
	})

	s.given(t, "given a reader that appends, it reads what was there", func(t *testing.T, log journal.Local) {
		name := stream()
		appended(t, log, name, domain.NoStream{}, proposed(600))
		before := reversed(gathered(t, log.ReadStream(t.Context(), name, 0)))
		seen := []journal.Record{}
		for record, err := range log.ReadStreamBackwards(t.Context(), name, math.MaxUint64) {
			require.NoError(t, err)
			if seen = append(seen, record); len(seen)%100 == 0 {
				appended(t, log, name, domain.StreamExists{}, proposed(1))
			}
		}
		requireRecords(t, before, seen)
	})

	s.given(t, "given a context that ends, so does the reading, with its error", func(t *testing.T, log journal.Local) {
		name := stream()
		appended(t, log, name, domain.NoStream{}, proposed(2000))
		for _, read := range []func(context.Context) iter.Seq2[journal.Record, error]{
			func(ctx context.Context) iter.Seq2[journal.Record, error] {
				return log.ReadStreamBackwards(ctx, name, 5000)
			},
			func(ctx context.Context) iter.Seq2[journal.Record, error] {
				return log.ReadAllBackwards(ctx, domain.Position{Commit: 5000, Prepare: 5000})
			},
		} {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			count, last := 0, error(nil)
			for _, err := range read(ctx) {
				cancel()
				count, last = count+1, err
			}
			require.ErrorIs(t, last, context.Canceled)
			require.Less(t, count, 2000, "it takes a page at a time")
		}
	})
}

// filled gives a log some streams around the sizes that pages may have, mixed
// with one another, and some large events.
func filled(t *testing.T, log journal.Local) []string {
	t.Helper()
	sizes := []int{1, 2, 16, 17, 33, 540, 5}
	streams := make([]string, len(sizes))
	for i := range streams {
		streams[i] = stream()
	}
	for remaining := true; remaining; {
		remaining = false
		for i, name := range streams {
			count := min(sizes[i], 90)
			if count == 0 {
				continue
			}
			events := proposed(count)
			if i == len(streams)-1 {
				for n := range events {
					events[n].Data = large(300_000)
				}
			}
			appended(t, log, name, domain.Any{}, events)
			sizes[i] -= count
			remaining = true
		}
	}
	return streams
}

// place is somewhere in a list, mostly where it begins or ends or where pages
// may, and sometimes far behind.
func place(r *rapid.T, length int) uint64 {
	near := rapid.SampledFrom([]uint64{0, 16, 512, 528, uint64(length), math.MaxInt64, math.MaxUint64 - 2}).Draw(r, "near")
	switch rapid.IntRange(0, 2).Draw(r, "kind") {
	case 0:
		return rapid.Uint64Range(0, uint64(length)+2).Draw(r, "place")
	case 1:
		return near + rapid.Uint64Range(0, 2).Draw(r, "behind")
	}
	return near - min(near, rapid.Uint64Range(0, 2).Draw(r, "before"))
}
