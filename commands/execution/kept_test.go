package execution_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
)

// counting counts how often a stream is read, and where the log ends is asked.
type counting struct {
	execution.EventStore
	mu          sync.Mutex
	reads, ends int
	end         domain.Position
	away        error  // why nobody says where it ends; nil where that is said
	during      func() // while a stream is read, once
}

func (c *counting) Read(ctx context.Context, stream domain.StreamName, from uint64) iter.Seq2[domain.Recorded, error] {
	c.mu.Lock()
	c.reads++
	c.mu.Unlock()
	return func(yield func(domain.Recorded, error) bool) {
		for recorded, err := range c.EventStore.Read(ctx, stream, from) {
			if !yield(recorded, err) {
				return
			}
		}
		if during := c.during; during != nil {
			c.during = nil
			during()
		}
	}
}

func (c *counting) End(context.Context) (domain.Position, error) {
	c.ends++
	if c.away != nil {
		time.Sleep(time.Second)
	}
	return c.end, c.away
}

func (f *fixture) count() *counting {
	c := &counting{EventStore: f.log}
	f.ports.Store, f.ports.End = c, c.End
	f.path, f.sums = f.instance()
	return c
}

// hears has the process told of all that others have appended.
func (f *fixture) hears(at time.Time) domain.Position {
	all := f.log.All()
	for _, recorded := range all {
		f.Hear(recorded)
	}
	last := all[len(all)-1].Position
	f.path.Reach(last, at)
	return last
}

func (f *fixture) total(t *testing.T, ctx context.Context) int { //nolint:revive // because t comes first
	t.Helper()
	loaded, err := f.Load(ctx, stream)
	require.NoError(t, err)
	return loaded.State.total
}

func TestWhatIsKeptIsNotReadAgain(t *testing.T) {
	f := newFixture()
	c := f.count()
	for i := range byte(3) {
		_, err := f.Execute(t.Context(), adding(domain.CommandID{i + 1}, 1))
		require.NoError(t, err)
	}
	require.Equal(t, 1, c.reads, "that there was no such stream")
	require.Len(t, f.log.Of(stream), 3)
}

func TestACommandThatBeginsItsStreamReadsNothing(t *testing.T) {
	begin := adding(domain.CommandID{1}, 1)
	begin.Begins = true
	t.Run("where it does", func(t *testing.T) {
		f := newFixture()
		c := f.count()
		_, err := f.Execute(t.Context(), begin)
		require.NoError(t, err)
		_, err = f.Execute(t.Context(), adding(domain.CommandID{2}, 1))
		require.NoError(t, err)
		require.Zero(t, c.reads)
		require.Len(t, f.log.Of(stream), 2)
	})
	t.Run("but where others were first", func(t *testing.T) {
		f := newFixture()
		c := f.count()
		f.others(t)
		result, err := f.Execute(t.Context(), begin)
		require.NoError(t, err)
		require.Equal(t, sum{2}, result.State)
		require.Equal(t, 1, c.reads)
	})
}

func TestAStaleStateIsFoundByTheAppend(t *testing.T) {
	f := newFixture()
	c := f.count()
	_, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
	require.NoError(t, err)
	f.others(t)
	c.reads = 0
	result, err := f.Execute(t.Context(), adding(domain.CommandID{2}, 1))
	require.NoError(t, err)
	require.Equal(t, sum{3}, result.State)
	require.Equal(t, 1, c.reads)
	require.Equal(t, 2, f.seen[1].Attempts)
}

func TestNothingIsSettledOnAStaleState(t *testing.T) {
	stale := func(t *testing.T, by int) *fixture {
		t.Helper()
		f := newFixture()
		f.count()
		_, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
		require.NoError(t, err)
		for range by {
			f.others(t)
		}
		return f
	}
	t.Run("no refusal", func(t *testing.T) {
		f := stale(t, 2)
		c := adding(domain.CommandID{2}, 0)
		c.Build = func(_ context.Context, now execution.Loaded[sum]) (add, error) {
			return add{}, domain.Refuse(domain.Contended, string(rune('0'+now.State.total)))
		}
		_, err := f.Execute(t.Context(), c)
		require.ErrorContains(t, err, "3", "by the stream's end")
	})
	t.Run("not that there is nothing to do", func(t *testing.T) {
		f := stale(t, 1)
		result, err := f.Execute(t.Context(), adding(domain.CommandID{2}, 0))
		require.NoError(t, err)
		require.Equal(t, sum{2}, result.State)
	})
	t.Run("not what came of the same command before", func(t *testing.T) {
		f := stale(t, 1)
		result, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
		require.NoError(t, err)
		require.Equal(t, []added{{1}}, result.Events)
		require.Equal(t, sum{2}, result.State)
	})
}

func TestWhoMayLag(t *testing.T) {
	t.Run("reads the log where nobody follows it", func(t *testing.T) {
		f := newFixture()
		c := f.count()
		for range 2 {
			f.total(t, execution.Lagging(t.Context()))
		}
		require.Equal(t, 2, c.reads)
		require.Zero(t, c.ends)
	})
	t.Run("has what was heard, and reads nothing", func(t *testing.T) {
		f := newFixture()
		c := f.count()
		f.others(t)
		require.Equal(t, 1, f.total(t, t.Context()))
		f.others(t)
		f.hears(f.now)
		require.Equal(t, 2, f.total(t, execution.Lagging(t.Context())))
		require.Equal(t, 1, c.reads)
		f.others(t)
		require.Equal(t, 2, f.total(t, execution.Lagging(t.Context())), "for a while")
		require.Equal(t, 3, f.total(t, t.Context()), "and nobody else")
	})
	t.Run("asks where the log ends, once for a while, where nothing was heard for long", func(t *testing.T) {
		f := newFixture()
		c := f.count()
		f.others(t)
		f.total(t, t.Context())
		c.end = f.hears(f.now)
		f.now = f.now.Add(3 * time.Second)
		for range 5 {
			require.Equal(t, 1, f.total(t, execution.Lagging(t.Context())))
		}
		require.Equal(t, 1, c.ends)
		require.Equal(t, 1, c.reads)

		f.now = f.now.Add(3 * time.Second)
		f.others(t)
		c.end = f.log.All()[1].Position
		require.Equal(t, 2, f.total(t, execution.Lagging(t.Context())), "which was not heard of")
		require.Equal(t, 2, c.reads)
	})
	t.Run("asks once for all who wait, also where nobody answers", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			f := newFixture()
			c := f.count()
			f.others(t)
			f.total(t, t.Context())
			f.hears(f.now)
			f.now = f.now.Add(3 * time.Second)
			c.away = errors.New("the server is away")
			var waiting sync.WaitGroup
			for range 10 {
				waiting.Go(func() {
					_, err := f.Load(execution.Lagging(t.Context()), stream)
					assert.NoError(t, err, "it is read")
				})
			}
			waiting.Wait()
			require.Equal(t, 1, c.ends)
		})
	})
	t.Run("is told again by the log what is refused", func(t *testing.T) {
		f := newFixture()
		c := f.count()
		f.others(t)
		f.total(t, t.Context())
		f.hears(f.now)
		f.others(t)
		refused := func(ctx context.Context) error {
			if f.total(t, ctx) < 2 {
				return domain.Refuse(domain.NotFound, "there are no two")
			}
			return nil
		}
		require.NoError(t, f.path.Certainly(t.Context(), refused))
		require.NoError(t, f.path.Certainly(execution.Lagging(t.Context()), refused))
		require.Equal(t, 2, c.reads)
	})
	t.Run("has at least the event that is followed", func(t *testing.T) {
		f := newFixture()
		c := f.count()
		f.others(t)
		f.total(t, t.Context())
		f.hears(time.Time{}.Add(time.Hour)) // long ago
		following := func(n int) context.Context { return execution.Following(t.Context(), f.log.All()[n]) }
		require.Equal(t, 1, f.total(t, following(0)))
		require.Equal(t, 1, c.reads)
		f.others(t)
		require.Equal(t, 2, f.total(t, following(1)), "which was not heard of")
		require.Equal(t, 2, c.reads)
	})
}

func TestNothingHeardIsMissed(t *testing.T) {
	t.Run("while a stream is read", func(t *testing.T) {
		f := newFixture()
		c := f.count()
		f.others(t)
		c.during = func() { f.others(t); f.hears(f.now) }
		require.Equal(t, 1, f.total(t, t.Context()), "as it was")
		require.Equal(t, 2, f.total(t, execution.Lagging(t.Context())))
	})
	t.Run("while a stream is appended to that was not kept any more", func(t *testing.T) {
		f := newFixture()
		f.count()
		f.log.After = func() {
			f.log.After = nil
			for i := range 10_000 { // which take its place
				_, err := f.Load(t.Context(), domain.StreamName(fmt.Sprintf("sum-another-%d", i)))
				require.NoError(t, err)
			}
			f.others(t)
			f.hears(f.now)
		}
		_, err := f.Execute(t.Context(), adding(domain.CommandID{1}, 1))
		require.NoError(t, err)
		require.Equal(t, 2, f.total(t, execution.Lagging(t.Context())))
	})
	t.Run("where something in between was not heard", func(t *testing.T) {
		f := newFixture()
		f.count()
		f.others(t)
		f.total(t, t.Context())
		f.others(t)
		f.others(t)
		all := f.log.All()
		f.Hear(all[2])
		f.path.Reach(all[2].Position, time.Now())
		require.Equal(t, 3, f.total(t, execution.Lagging(t.Context())))
	})
}
