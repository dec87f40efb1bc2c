package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// duty is a lease that one instance has, and another has not.
type duty struct {
	messaging.Alone
	off *atomic.Bool
}

func (d duty) Hold(_ context.Context, work []string, _ int, _ time.Duration) ([]string, error) {
	if d.off.Load() {
		return nil, nil
	}
	return work, nil
}

// instance runs a policy while it is on duty.
func (w *world) instance(t *testing.T, off *atomic.Bool, skips messaging.Skips, policy messaging.Policy) acting {
	t.Helper()
	feed := w.feed(messaging.FeedOptions{Leases: duty{off: off}})
	feed.Skip(skips)
	policies := messaging.NewPolicies(feed, w.vault, []messaging.Policy{policy, (&diary{}).policy("other")})
	start(t, feed)
	return acting{policies, feed}
}

// requireRecord says at which numbers the policy is stopped, on record.
func (w *world) requireRecord(t *testing.T, policy string, numbers ...int) {
	t.Helper()
	stops, err := w.vault.Stops(t.Context(), policy)
	require.NoError(t, err)
	require.Len(t, stops, len(numbers))
	for i, number := range numbers {
		require.Equal(t, w.records(t)[number].ID, stops[i].Event)
	}
}

// counted counts the attempts at the event with number 5, which fail while trouble says so.
func counted(trouble func() error) (*diary, *atomic.Int64) {
	var attempts atomic.Int64
	return &diary{trouble: func(number int) error {
		if number != 5 {
			return nil
		}
		attempts.Add(1)
		return trouble()
	}}, &attempts
}

func TestAStopIsKnownToAllInstances(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		var off, on atomic.Bool
		off.Store(true)
		said := &skipping{}
		stuck, _ := counted(func() error { panic("no such number") })
		runs := w.instance(t, &on, said.skips, stuck.policy("stuck"))
		looks := w.instance(t, &off, said.skips, (&diary{}).policy("stuck"))
		last := w.appendCounted(t, 0, 10)
		settle(2 * time.Second)
		want := runs.Standings()[0].Stopped
		require.NotNil(t, want)
		require.Equal(t, want, looks.Standings()[0].Stopped)
		require.Equal(t, w.records(t)[4].Position, looks.Standings()[0].Position)
		poison, stopped := errors.AsType[*projections.Poison](looks.Settled(t.Context(), last))
		require.True(t, stopped, "who waits at the other instance learns it")
		require.Equal(t, want, poison)

		w.skip(t, said)
		settle(time.Second)
		require.Equal(t, append(numbers(0, 5), numbers(6, 10)...), stuck.entries())
		require.Nil(t, looks.Standings()[0].Stopped)
		require.NoError(t, looks.Settled(t.Context(), last))
		w.requireRecord(t, "stuck")
	})
}

func TestWhoTakesOverStandsStoppedAtOnce(t *testing.T) {
	begin := func(t *testing.T, w *world, err error) {
		t.Helper()
		var on atomic.Bool
		first, _ := counted(func() error { return errBroken })
		runs := w.instance(t, &on, (&skipping{}).skips, first.policy("stuck"))
		w.appendCounted(t, 0, 10)
		settle(5 * time.Minute)
		stopped := runs.Standings()[0].Stopped
		require.NotNil(t, stopped)
		require.NoError(t, runs.Close())
		w.requireRecord(t, "stuck", 5)

		second, attempts := counted(func() error { return err })
		next := w.instance(t, &on, (&skipping{}).skips, second.policy("stuck"))
		settle(time.Millisecond)
		require.Equal(t, stopped, next.Standings()[0].Stopped, "with the reason that there was")
		settle(100 * time.Millisecond)
		require.EqualValues(t, 1, attempts.Load(), "it does not insist as at first")
		settle(time.Minute)
		require.Equal(t, stopped, next.Standings()[0].Stopped)
		require.Greater(t, attempts.Load(), int64(5), "it tries again from time to time")
		require.Empty(t, second.entries())
	}
	in(t, "given the same failure, it tries from time to time", func(t *testing.T, w *world) { begin(t, w, errBroken) })
	in(t, "given that a server is away, the stop stands until an attempt succeeds", func(t *testing.T, w *world) { begin(t, w, journal.ErrUnavailable) })
	in(t, "given that what kept it is mended, it goes on at once", func(t *testing.T, w *world) {
		policies, _, _, _ := w.troubled(t, func() error { panic("no such number") })
		settle(time.Second)
		require.NotNil(t, policies.Standings()[0].Stopped)
		require.NoError(t, policies.Close())
		mended := &diary{}
		again := w.follow(t, w.vault, mended.policy("stuck"))
		settle(10 * time.Millisecond)
		require.Equal(t, numbers(5, 10), mended.entries())
		require.Nil(t, again.Standings()[0].Stopped)
		w.requireRecord(t, "stuck")
	})
	in(t, "given a skip while nobody ran it, the record is cleared", func(t *testing.T, w *world) {
		policies, _, _, said := w.troubled(t, func() error { panic("no such number") })
		settle(time.Second)
		require.NoError(t, policies.Close())
		w.requireRecord(t, "stuck", 5)
		said.add(w.records(t)[5].ID)
		var on atomic.Bool
		after := &diary{}
		again := w.instance(t, &on, said.skips, after.policy("stuck"))
		settle(time.Second)
		require.Equal(t, numbers(6, 10), after.entries())
		require.Nil(t, again.Standings()[0].Stopped)
		w.requireRecord(t, "stuck")
	})
	in(t, "given a stop that is on record, and that another instance has passed, nobody stands there", func(t *testing.T, w *world) {
		last := w.appendCounted(t, 0, 10)
		require.NoError(t, w.vault.SaveCheckpoint(t.Context(), "stuck", domain.Position{}, w.records(t)[7].Position))
		require.NoError(t, w.vault.SaveStop(t.Context(), "stuck", projections.Poison{Event: w.records(t)[5].ID, Position: w.records(t)[5].Position}))
		var off, on atomic.Bool
		off.Store(true)
		rest := &diary{}
		looks := w.instance(t, &off, (&skipping{}).skips, rest.policy("stuck"))
		settle(time.Second)
		require.Nil(t, looks.Standings()[0].Stopped)
		runs := w.instance(t, &on, (&skipping{}).skips, rest.policy("stuck"))
		require.NoError(t, runs.Settled(t.Context(), last))
		require.Equal(t, numbers(8, 10), rest.entries())
		w.requireRecord(t, "stuck")
	})
}

func TestAStopKeepsNobodyWhoWaitsForWhatIsBeforeIt(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		let := make(chan struct{})
		elsewhere := domain.AccountIDFor(uuid.NameSpaceDNS, "elsewhere")
		before := w.append(t, workgroup(0))
		at := w.appendFor(t, elsewhere, department(1))
		policies := w.follow(t, w.vault, messaging.Policy{Name: "deliver", Handle: func(_ context.Context, event domain.Recorded) error {
			if event.Stream == domain.StructureStream(elsewhere) {
				panic("no such place")
			}
			<-let
			return nil
		}})
		settle(time.Second)
		require.Equal(t, at, policies.Standings()[0].Stopped.Position)
		settled := make(chan error, 1)
		go func() { settled <- policies.Settled(t.Context(), before) }()
		settle(time.Second)
		require.Empty(t, settled, "it is on its way there")
		require.ErrorContains(t, policies.Settled(t.Context(), at), "stopped at")
		close(let)
		require.NoError(t, <-settled)
	})
}

// closedBook is progress whose stops cannot be kept until it is open.
type closedBook struct {
	messaging.Progress
	open atomic.Bool
}

func (c *closedBook) SaveStop(ctx context.Context, policy string, stopped projections.Poison) error {
	if !c.open.Load() {
		return errBroken
	}
	return c.Progress.SaveStop(ctx, policy, stopped)
}

func TestAStopThatCannotBeRecordedIsRecordedLater(t *testing.T) {
	in(t, "given a policy that panics", func(t *testing.T, w *world) {
		book := &closedBook{Progress: w.vault}
		stuck, _ := counted(func() error { panic("no such number") })
		w.appendCounted(t, 0, 10)
		policies := w.follow(t, book, stuck.policy("stuck"))
		settle(time.Minute)
		require.NotNil(t, policies.Standings()[0].Stopped)
		w.requireRecord(t, "stuck")
		book.open.Store(true)
		settle(10 * time.Second)
		w.requireRecord(t, "stuck", 5)
	})
	in(t, "given an event that cannot be read", func(t *testing.T, w *world) {
		book := &closedBook{Progress: w.vault}
		w.appendNewer(t)
		policies := w.follow(t, book, (&diary{}).policy("stuck"))
		settle(time.Minute)
		require.NotNil(t, policies.Standings()[0].Stopped)
		w.requireRecord(t, "stuck")
		book.open.Store(true)
		settle(10 * time.Second)
		w.requireRecord(t, "stuck", 0)
	})
}

func TestAQuestionThatFailsStopsNobody(t *testing.T) {
	unreadable := fmt.Errorf("load operations: %w", &projections.Poison{
		Event: uuid.New(), Position: domain.Position{Commit: 1, Prepare: 1}, Type: "operations.new", Reason: "nobody knows this type",
	})
	failsUntilAnswered := func(t *testing.T, w *world, progress messaging.Progress, skips messaging.Skips, answer func()) {
		t.Helper()
		last, seen := w.appendCounted(t, 0, 3), &diary{}
		feed := w.feed(messaging.FeedOptions{})
		feed.Skip(skips)
		policies := messaging.NewPolicies(feed, progress, []messaging.Policy{seen.policy("asks")})
		start(t, feed)
		settle(time.Minute)
		status := policies.Standings()[0]
		require.Nil(t, status.Stopped, "no event that it has to take keeps it")
		require.ErrorIs(t, status.Failure, unreadable)
		w.requireRecord(t, "asks")
		answer()
		settle(10 * time.Second)
		require.Equal(t, numbers(0, 3), seen.entries())
		require.Equal(t, []messaging.Standing{{Name: "asks", Policy: true, Position: last, Farthest: last}}, policies.Standings())
	}
	in(t, "given that what is to be skipped cannot be read", func(t *testing.T, w *world) {
		var readable atomic.Bool
		failsUntilAnswered(t, w, w.vault, func(context.Context, string) (map[uuid.UUID]bool, error) {
			if readable.Load() {
				return nil, nil
			}
			return nil, unreadable
		}, func() { readable.Store(true) })
	})
	in(t, "given that where it stands, or is stopped, cannot be told", func(t *testing.T, w *world) {
		dumb := &silent{Progress: w.vault}
		dumb.hush(&unreadable, nil)
		failsUntilAnswered(t, w, dumb, (&skipping{}).skips, func() {
			dumb.hush(nil, &unreadable)
			settle(10 * time.Second)
			dumb.hush(nil, nil)
		})
	})
}

// silent is progress that gives errors for answers while it has any.
type silent struct {
	messaging.Progress
	position, stops atomic.Pointer[error]
}

func (s *silent) hush(position, stops *error) {
	s.position.Store(position)
	s.stops.Store(stops)
}

func (s *silent) Checkpoint(ctx context.Context, name string) (domain.Position, error) {
	if err := s.position.Load(); err != nil {
		return domain.Position{}, *err
	}
	return s.Progress.Checkpoint(ctx, name)
}

func (s *silent) Stops(ctx context.Context, policy string) ([]*projections.Poison, error) {
	if err := s.stops.Load(); err != nil {
		return nil, *err
	}
	return s.Progress.Stops(ctx, policy)
}
