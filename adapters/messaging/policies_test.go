package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/structure"
)

// diary is a policy that writes down what it saw, and fails when told.
type diary struct {
	mu      sync.Mutex
	seen    []int
	busy    int
	trouble func(number int) error
}

func (d *diary) policy(name string) messaging.Policy {
	return messaging.Policy{Name: name, Handle: d.handle}
}

func (d *diary) handle(_ context.Context, event domain.Recorded) error {
	created, is := event.Event.(structure.WorkgroupCreated)
	if !is {
		return nil
	}
	d.mu.Lock()
	d.busy++
	alone := d.busy == 1
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.busy--
	}()
	if !alone {
		return errors.New("two events at once")
	}
	number, err := strconv.Atoi(created.Name)
	if err == nil && d.trouble != nil {
		err = d.trouble(number)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		d.seen = append(d.seen, number)
	}
	return err
}

func (d *diary) entries() []int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.seen)
}

func (w *world) follow(t testing.TB, progress messaging.Progress, policies ...messaging.Policy) acting {
	t.Helper()
	feed := w.feed(messaging.FeedOptions{})
	all := messaging.NewPolicies(feed, progress, policies)
	start(t, feed)
	return acting{all, feed}
}

func numbers(from, until int) (all []int) {
	for number := from; number < until; number++ {
		all = append(all, number)
	}
	return all
}

func TestPoliciesSeeEachEventInOrder(t *testing.T) {
	w := newWorld(t)
	one, other := &diary{}, &diary{}
	policies := w.follow(t, w.vault, one.policy("one"), other.policy("other"))
	for number := 0; number < 700; number += 7 {
		w.appendCounted(t, number, number+7)
	}
	w.appendRaw(t, "$others", "others", "")
	last := head(t, w.log)
	require.NoError(t, policies.Settled(within(t), last))
	require.Equal(t, numbers(0, 700), one.entries())
	require.Equal(t, numbers(0, 700), other.entries())
	require.Equal(t, []messaging.Standing{{Name: "one", Policy: true, Position: last, Farthest: last}, {Name: "other", Policy: true, Position: last, Farthest: last}}, policies.Standings())

	t.Run("given a stop in good order, they go on exactly there", func(t *testing.T) {
		require.NoError(t, policies.Close())
		at, err := w.vault.Checkpoint(t.Context(), "one")
		require.NoError(t, err)
		require.Equal(t, last, at)
		again := w.follow(t, w.vault, one.policy("one"), other.policy("other"))
		last = w.appendCounted(t, 700, 710)
		require.NoError(t, again.Settled(within(t), last))
		require.Equal(t, numbers(0, 710), one.entries())
	})
}

func TestAPolicyLeavesOutWhatNeedsHistoryThatIsMissing(t *testing.T) {
	t.Run("given a stream that somebody has cut, at once", func(t *testing.T) {
		leavesOut(t, domain.Refuse(domain.HistoryMissing, "the stream was deleted"), 1)
	})
	t.Run("given an account that nobody has founded, as a stranger may name it, when it was looked for as often as whatever fails", func(t *testing.T) {
		leavesOut(t, domain.Refuse(domain.NotFound, "there is no such account"), 10)
	})
}

// leavesOut says that a policy leaves out the event that is refused so, and goes on.
func leavesOut(t *testing.T, missing error, attempts int) {
	t.Helper()
	bubble(t, func(t *testing.T, w *world) {
		tried := 0
		one := &diary{trouble: func(number int) error {
			if number != 5 {
				return nil
			}
			tried++
			return fmt.Errorf("load it: %w", missing)
		}}
		policies := w.follow(t, w.vault, one.policy("one"))
		last := w.appendCounted(t, 0, 10)
		settle(10 * time.Minute)
		require.NoError(t, policies.Settled(within(t), last))
		require.Equal(t, []messaging.Standing{{Name: "one", Policy: true, Position: last, Farthest: last}}, policies.Standings())
		require.GreaterOrEqual(t, tried, attempts)
		require.Less(t, tried, 10*attempts)
		require.Subset(t, one.entries(), []int{4, 6, 9})
	})
}

func TestAPolicyThatIsStoppedWhileItWorksDoesNothingAgain(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 710)
		slow := &diary{trouble: func(int) error { time.Sleep(time.Millisecond); return nil }}
		for len(slow.entries()) < 710 {
			policies := w.follow(t, w.vault, slow.policy("slow"))
			settle(90 * time.Millisecond)
			require.NoError(t, policies.Close())
		}
		require.Equal(t, numbers(0, 710), slow.entries())
	})
}

// overtaken is progress that another instance has moved a little when somebody saves it first.
type overtaken struct {
	messaging.Progress
	to   domain.Position
	once sync.Once
}

func (o *overtaken) SaveCheckpoint(ctx context.Context, name string, from, to domain.Position) (err error) {
	o.once.Do(func() { err = o.Progress.SaveCheckpoint(ctx, name, from, o.to) })
	return errors.Join(err, o.Progress.SaveCheckpoint(ctx, name, from, to))
}

// stubborn is progress that takes a second to say that it saves nothing.
type stubborn struct {
	messaging.Progress
	asked atomic.Int64
}

func (s *stubborn) SaveCheckpoint(context.Context, string, domain.Position, domain.Position) error {
	s.asked.Add(1)
	time.Sleep(time.Second)
	return errBroken
}

func TestTheLastCheckpointOfAPolicy(t *testing.T) {
	in(t, "given that another instance has moved it meanwhile, it is saved from there", func(t *testing.T, w *world) {
		last := w.appendCounted(t, 0, 10)
		policies := w.follow(t, &overtaken{Progress: w.vault, to: w.records(t)[3].Position}, (&diary{}).policy("deliver"))
		settle(10 * time.Millisecond)
		require.NoError(t, policies.Close())
		at, err := w.vault.Checkpoint(t.Context(), "deliver")
		require.NoError(t, err)
		require.Equal(t, last, at)
	})
	in(t, "given that it cannot be saved, nobody tries any more once the feed is closed", func(t *testing.T, w *world) {
		w.appendCounted(t, 0, 10)
		progress := &stubborn{Progress: w.vault}
		policies := w.follow(t, progress, (&diary{}).policy("deliver"))
		settle(10 * time.Millisecond)
		require.NoError(t, policies.Close())
		asked := progress.asked.Load()
		require.NotZero(t, asked)
		settle(time.Minute)
		require.Equal(t, asked, progress.asked.Load())
	})
}

func TestACrashBetweenEffectAndCheckpoint(t *testing.T) {
	w := newWorld(t)
	checkpoints, seen := &forgetful{Progress: w.vault}, &diary{}
	policies := w.follow(t, checkpoints, seen.policy("deliver"))
	require.NoError(t, policies.Settled(within(t), w.appendCounted(t, 0, 10)))
	require.NoError(t, policies.Close())

	policies = w.follow(t, checkpoints, seen.policy("deliver"))
	checkpoints.set(true)
	require.NoError(t, policies.Settled(within(t), w.appendCounted(t, 10, 20)))
	require.NoError(t, policies.Close())
	checkpoints.set(false)

	policies = w.follow(t, checkpoints, seen.policy("deliver"))
	require.NoError(t, policies.Settled(within(t), w.appendCounted(t, 20, 25)))
	require.Equal(t, slices.Concat(numbers(0, 20), numbers(10, 25)), seen.entries(), "what was done without a checkpoint is done again")
}

// TestTwoInstancesOfAPolicy run at once: each event is handled at least once,
// in order, and the checkpoint never goes back.
func TestTwoInstancesOfAPolicy(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		one, other := &diary{}, &diary{}
		first := w.follow(t, w.vault, one.policy("deliver"))
		second := w.follow(t, w.vault, other.policy("deliver"))
		var before, last domain.Position
		for number := range 600 {
			last = w.appendCounted(t, number, number+1)
			time.Sleep(3 * time.Millisecond)
			at, err := w.vault.Checkpoint(t.Context(), "deliver")
			require.NoError(t, err)
			require.False(t, before.After(at), "from %s to %s", before, at)
			before = at
		}
		require.NoError(t, first.Settled(t.Context(), last))
		require.NoError(t, second.Settled(t.Context(), last))
		seen := map[int]bool{}
		for _, d := range []*diary{one, other} {
			require.True(t, slices.IsSorted(d.entries()))
			for _, number := range d.entries() {
				seen[number] = true
			}
		}
		require.Len(t, seen, 600)
	})
}
