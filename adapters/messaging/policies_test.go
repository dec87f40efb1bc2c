package messaging_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
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
	number, err := strconv.Atoi(event.Event.(structure.WorkgroupCreated).Name)
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

func (w *world) follow(t testing.TB, checkpoints messaging.Checkpoints, policies ...messaging.Policy) *messaging.Policies {
	t.Helper()
	all := messaging.NewPolicies(w.log, w.codec, checkpoints, policies, silent())
	all.Start(context.WithoutCancel(t.Context()))
	t.Cleanup(func() { require.NoError(t, all.Close()) })
	return all
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
	require.Equal(t, []messaging.Following{{Name: "one", Position: last}, {Name: "other", Position: last}}, policies.Status())

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
	t.Run("given a stop while it works, what is done is not done again", func(t *testing.T) {
		slow := &diary{trouble: func(int) error { time.Sleep(time.Millisecond); return nil }}
		for len(slow.entries()) < 710 {
			policies := w.follow(t, w.vault, slow.policy("slow"))
			before := len(slow.entries())
			require.Eventually(t, func() bool { return len(slow.entries()) >= min(before+90, 710) }, patience, time.Millisecond)
			require.NoError(t, policies.Close())
		}
		require.Equal(t, numbers(0, 710), slow.entries())
	})
}

func TestACrashBetweenEffectAndCheckpoint(t *testing.T) {
	w := newWorld(t)
	checkpoints, seen := &forgetful{Vault: w.vault}, &diary{}
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

func TestAPolicyInTrouble(t *testing.T) {
	t.Run("given an error, it tries again, and nothing overtakes", func(t *testing.T) {
		w := newWorld(t)
		tries := 0
		seen := &diary{trouble: func(number int) error {
			if tries++; number == 5 && tries < 9 {
				return errBroken
			}
			return nil
		}}
		policies := w.follow(t, w.vault, seen.policy("deliver"))
		require.NoError(t, policies.Settled(within(t), w.appendCounted(t, 0, 10)))
		require.Equal(t, numbers(0, 10), seen.entries())
		require.Equal(t, 13, tries)
		require.NoError(t, policies.Status()[0].Failure)
	})
	t.Run("given an error that stays, it stands there visibly, and others go on", func(t *testing.T) {
		w := newWorld(t)
		stuck := &diary{trouble: func(number int) error {
			if number == 5 {
				panic("no such number")
			}
			return nil
		}}
		other := &diary{}
		policies := w.follow(t, w.vault, stuck.policy("stuck"), other.policy("other"))
		last := w.appendCounted(t, 0, 10)
		require.Eventually(t, func() bool { return policies.Status()[0].Failure != nil }, patience, time.Millisecond)
		require.Eventually(t, func() bool { return len(other.entries()) == 10 }, patience, time.Millisecond)
		status := policies.Status()[0]
		require.Equal(t, w.records(t)[4].Position, status.Position)
		require.ErrorContains(t, status.Failure, "no such number")
		require.ErrorContains(t, status.Failure, "position "+w.records(t)[5].Position.String())
		require.Equal(t, numbers(0, 5), stuck.entries())
		ctx, cancel := context.WithTimeout(t.Context(), quiet)
		defer cancel()
		require.ErrorIs(t, policies.Settled(ctx, last), context.DeadlineExceeded)
		require.NoError(t, policies.Close())
		at, err := w.vault.Checkpoint(t.Context(), "stuck")
		require.NoError(t, err)
		require.Equal(t, status.Position, at)
	})
	t.Run("given an event that fails, those of other streams may be handled, but the failure stays visible", func(t *testing.T) {
		w := newWorld(t)
		release := make(chan struct{})
		var handled atomic.Int64
		w.appendCounted(t, 0, 3)
		for i := range 5 {
			w.appendFor(t, domain.AccountIDFor(uuid.NameSpaceDNS, strconv.Itoa(i)), department(i))
		}
		policies := w.follow(t, w.vault, messaging.Policy{Name: "deliver", Handle: func(_ context.Context, event domain.Recorded) error {
			if event.Stream == domain.StructureStream(account()) {
				select {
				case <-release:
				default:
					return errBroken
				}
			}
			handled.Add(1)
			return nil
		}})
		require.Eventually(t, func() bool { return policies.Status()[0].Failure != nil }, patience, time.Millisecond)
		require.Never(t, func() bool { return policies.Status()[0].Failure == nil }, quiet, time.Millisecond)
		require.Zero(t, policies.Status()[0].Position)
		close(release)
		require.NoError(t, policies.Settled(within(t), head(t, w.log)))
		require.EqualValues(t, 8, handled.Load())
		require.NoError(t, policies.Status()[0].Failure)
	})
	t.Run("given an event that cannot be read, it stops before it", func(t *testing.T) {
		w := newWorld(t)
		seen := &diary{}
		policies := w.follow(t, w.vault, seen.policy("deliver"))
		before := w.appendCounted(t, 0, 5)
		at := w.appendRaw(t, "structure-"+account().String(), "structure.unheard_of", "{}")
		last := w.appendCounted(t, 5, 6)
		err := policies.Settled(within(t), last)
		poison, stopped := errors.AsType[*projections.Poison](err)
		require.True(t, stopped, "%v", err)
		require.Equal(t, at, poison.Position)
		status := policies.Status()[0]
		require.Equal(t, before, status.Position)
		require.Equal(t, poison, status.Stopped)
		require.Equal(t, numbers(0, 5), seen.entries())
	})
	t.Run("given events of two streams that cannot be read, it says the first, and the second once that is skipped", func(t *testing.T) {
		w := newWorld(t)
		skipped := &skipping{}
		policies := messaging.NewPolicies(w.log, w.codec, w.vault, []messaging.Policy{(&diary{}).policy("deliver")}, silent())
		policies.Skip(skipped.skips)
		first := w.appendRaw(t, "structure-"+account().String(), "structure.unheard_of", "{}")
		second := w.appendRaw(t, "weather-1", "weather.rained", "{}")
		policies.Start(context.WithoutCancel(t.Context()))
		t.Cleanup(func() { require.NoError(t, policies.Close()) })
		stoppedAt := func(at domain.Position) func() bool {
			return func() bool {
				one := policies.Status()[0].Stopped
				return one != nil && one.Position == at
			}
		}
		require.Eventually(t, stoppedAt(first), patience, time.Millisecond)
		require.Never(t, stoppedAt(second), quiet, time.Millisecond)
		skipped.add(w.records(t)[0].ID)
		require.Eventually(t, stoppedAt(second), patience, time.Millisecond)
		skipped.add(w.records(t)[1].ID)
		require.Eventually(t, func() bool { return policies.Status()[0].Position == second }, patience, time.Millisecond)
		require.Nil(t, policies.Status()[0].Stopped)
	})
}

// TestTwoInstancesOfAPolicy run at once: each event is handled at least once,
// in order, and the checkpoint never goes back.
func TestTwoInstancesOfAPolicy(t *testing.T) {
	w := newWorld(t)
	one, other := &diary{}, &diary{}
	first := w.follow(t, w.vault, one.policy("deliver"))
	second := w.follow(t, w.vault, other.policy("deliver"))
	var group sync.WaitGroup
	group.Go(func() {
		var before domain.Position
		for len(one.entries())+len(other.entries()) < 600 {
			at, err := w.vault.Checkpoint(t.Context(), "deliver")
			assert.NoError(t, err)
			assert.False(t, before.After(at), "from %s to %s", before, at)
			before = at
			time.Sleep(time.Millisecond)
		}
	})
	var last domain.Position
	for number := range 600 {
		last = w.appendCounted(t, number, number+1)
	}
	group.Wait()
	require.NoError(t, first.Settled(within(t), last))
	require.NoError(t, second.Settled(within(t), last))
	seen := map[int]bool{}
	for _, d := range []*diary{one, other} {
		require.True(t, slices.IsSorted(d.entries()))
		for _, number := range d.entries() {
			seen[number] = true
		}
	}
	require.Len(t, seen, 600)
}
