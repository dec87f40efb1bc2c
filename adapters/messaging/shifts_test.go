package messaging_test

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
)

// rota is leases that this instance can lose, and what it asked of them.
type rota struct {
	messaging.Alone
	mu       sync.Mutex
	lost     func(work string) bool
	heldAt   time.Time
	asked    []string // at last
	released []string
}

func (r *rota) Hold(_ context.Context, work []string, _ int, _ time.Duration) ([]string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := time.Now(); now != r.heldAt {
		r.heldAt, r.asked = now, nil
	}
	r.asked = append(r.asked, work...)
	return slices.DeleteFunc(slices.Clone(work), r.lost), nil
}

func (r *rota) Release(_ context.Context, work []string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.released = append(r.released, work...)
	return nil
}

// lose has others hold some work from now on.
func (r *rota) lose(lost func(work string) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost = lost
}

func noneLost(string) bool { return false }

// requireAsked says which work it asked for a moment ago, and gave back ever.
func (r *rota) requireAsked(t *testing.T, work, released []string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	require.Less(t, time.Since(r.heldAt), 2*time.Second, "leases are renewed")
	require.ElementsMatch(t, work, r.asked)
	require.Equal(t, released, r.released)
}

func TestAFollowerThatIsSlowToEndHoldsUpNobodysLease(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		let, leases := make(chan struct{}), &rota{lost: noneLost}
		var running atomic.Int64
		feed := w.feed(messaging.FeedOptions{Leases: leases})
		fine := &diary{}
		policies := messaging.NewPolicies(feed, w.vault, []messaging.Policy{{Name: "slow", Handle: func(context.Context, domain.Recorded) error {
			if running.Add(1) > 1 {
				return nil
			}
			<-let
			return nil
		}}, fine.policy("fine")})
		start(t, feed)
		w.appendCounted(t, 0, 1)
		settle(time.Second)
		leases.requireAsked(t, []string{"policy slow", "policy fine"}, nil)

		leases.lose(func(work string) bool { return work == "policy slow" })
		settle(time.Minute)
		leases.requireAsked(t, []string{"policy fine"}, nil)
		leases.lose(noneLost)
		last := w.appendCounted(t, 1, 2)
		settle(time.Minute)
		leases.requireAsked(t, []string{"policy fine"}, nil)
		require.Equal(t, numbers(0, 2), fine.entries(), "the other goes on")
		require.EqualValues(t, 1, running.Load(), "nothing runs twice here")

		close(let)
		settle(time.Second)
		leases.requireAsked(t, []string{"policy slow", "policy fine"}, []string{"policy slow"})
		require.EqualValues(t, 2, running.Load())
		require.NoError(t, policies.Settled(t.Context(), last))
	})
}

// slowly is progress that takes its time, and cannot tell of some policies.
type slowly struct {
	messaging.Progress
	without map[string]bool
}

func (s *slowly) Checkpoint(ctx context.Context, name string) (domain.Position, error) {
	if s.without[name] {
		<-ctx.Done()
		return domain.Position{}, ctx.Err()
	}
	return s.Progress.Checkpoint(ctx, name)
}

func TestWhoRunsElsewhereAndCannotBeToldOfHoldsUpNobody(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		progress := &slowly{Progress: w.vault, without: map[string]bool{}}
		leases, mine := &rota{lost: func(work string) bool { return work != "policy mine" }}, &diary{}
		policies := []messaging.Policy{mine.policy("mine"), (&diary{}).policy("lost")}
		asked := []string{"policy mine", "policy lost"}
		for number := range 10 {
			name := "unknown " + strconv.Itoa(number)
			progress.without[name] = true
			policies, asked = append(policies, (&diary{}).policy(name)), append(asked, "policy "+name)
		}
		last := w.appendCounted(t, 0, 3)
		require.NoError(t, w.vault.SaveCheckpoint(t.Context(), "lost", domain.Position{}, last))
		feed := w.feed(messaging.FeedOptions{Leases: leases})
		all := messaging.NewPolicies(feed, progress, policies)
		start(t, feed)
		settle(time.Minute)
		leases.requireAsked(t, asked, nil)
		standings := all.Standings()
		require.Equal(t, messaging.Standing{Name: "mine", Policy: true, Position: last, Farthest: last}, standings[0])
		require.Equal(t, messaging.Standing{Name: "lost", Policy: true, Position: last, Farthest: last}, standings[1])
		for _, unknown := range standings[2:] {
			require.ErrorIs(t, unknown.Failure, context.DeadlineExceeded)
		}
	})
}
