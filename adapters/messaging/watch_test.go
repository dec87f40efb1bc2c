package messaging_test

import (
	"context"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

// soonStalled is long enough for a machine that is busy with other tests.
const soonStalled = 300 * time.Millisecond

// watched runs one policy, and notices when it stands still for so long.
func (w *world) watched(t testing.TB, log journal.Log, after time.Duration, handle func(ctx context.Context, event domain.Recorded) error) *messaging.Policies {
	t.Helper()
	policies := messaging.NewPolicies(log, w.codec, w.vault, []messaging.Policy{{Name: "watched", Handle: handle}}, silent())
	policies.StallAfter = after
	policies.Start(context.WithoutCancel(t.Context()))
	t.Cleanup(func() { require.NoError(t, policies.Close()) })
	return policies
}

func eventually(t testing.TB, what func() bool) {
	t.Helper()
	require.Eventually(t, what, patience, 5*time.Millisecond)
}

func TestAFollowerThatStandsStillBehindTheLogHasStalled(t *testing.T) {
	t.Run("given a policy that hangs after it was idle, since it hangs, and until it goes on", func(t *testing.T) {
		w := newWorld(t)
		looks := &looks{Log: w.log}
		let := make(chan struct{})
		policies := w.watched(t, looks, soonStalled, func(context.Context, domain.Recorded) error {
			<-let
			return nil
		})
		looks.wait(t, 12) // so long it has nothing to do
		require.Equal(t, []messaging.Following{{Name: "watched"}}, policies.Status())

		before := time.Now()
		head := w.appendCounted(t, 0, 3)
		eventually(t, func() bool { return policies.Status()[0].Stalled != nil })
		status := policies.Status()[0]
		require.EqualValues(t, 3, status.Stalled.Behind)
		require.False(t, status.Stalled.Since.Before(before), "it cannot have stood still before it had anything to do")
		require.False(t, status.BehindSince.Before(before))

		close(let)
		require.NoError(t, policies.Settled(within(t), head))
		require.Equal(t, []messaging.Following{{Name: "watched", Position: head}}, policies.Status())
	})
	t.Run("given a view whose rows cannot be written for hanging", func(t *testing.T) {
		w := newWorld(t)
		store := &hanging{Store: memory.New(), let: make(chan struct{})}
		projectors := messaging.NewProjectors(w.log, w.codec, store, []projections.View{tally("tally", calm)}, silent())
		projectors.StallAfter = soonStalled
		projectors.Start(context.WithoutCancel(t.Context()))
		t.Cleanup(func() { require.NoError(t, projectors.Close()) })
		head := w.appendCounted(t, 0, 2)
		eventually(t, func() bool { return projectors.Status()[0].Stalled != nil })
		close(store.let)
		require.NoError(t, projectors.Wait(within(t), "tally", head))
		require.Nil(t, projectors.Status()[0].Stalled)
	})
	t.Run("given a subscription that says nothing any more", func(t *testing.T) {
		w := newWorld(t)
		policies := w.watched(t, mute{w.log}, soonStalled, func(context.Context, domain.Recorded) error { return nil })
		w.appendCounted(t, 0, 1)
		eventually(t, func() bool { return policies.Status()[0].Stalled != nil })
	})
}

func TestAFollowerHasNotStalled(t *testing.T) {
	t.Run("while it goes on, however slowly", func(t *testing.T) {
		w := newWorld(t)
		looks := &looks{Log: w.log}
		const count = 6
		head := w.appendCounted(t, 0, count)
		policies := w.watched(t, looks, time.Second, func(context.Context, domain.Recorded) error {
			looks.wait(t, 2) // all of them take longer than a stall
			return nil
		})
		done := make(chan error, 1)
		go func() { done <- policies.Settled(within(t), head) }()
		behind := false
		for settled := false; !settled; {
			select {
			case err := <-done:
				require.NoError(t, err)
				settled = true
			case <-time.After(time.Millisecond):
				status := policies.Status()[0]
				require.Nil(t, status.Stalled)
				behind = behind || !status.BehindSince.IsZero()
			}
		}
		require.True(t, behind)
	})
	t.Run("where the log cannot be reached", func(t *testing.T) {
		w := newWorld(t)
		looks := &looks{Log: w.log, broken: true}
		let := make(chan struct{})
		policies := w.watched(t, looks, soonStalled, func(context.Context, domain.Recorded) error {
			<-let
			return nil
		})
		w.appendCounted(t, 0, 1)
		looks.wait(t, 15)
		require.Nil(t, policies.Status()[0].Stalled)
		close(let)
	})
	t.Run("where another instance did its work", func(t *testing.T) {
		w := newWorld(t)
		looks := &looks{Log: w.log}
		let := make(chan struct{})
		policies := w.watched(t, looks, soonStalled, func(context.Context, domain.Recorded) error {
			<-let
			return nil
		})
		head := w.appendCounted(t, 0, 5)
		require.NoError(t, w.vault.SaveCheckpoint(t.Context(), "watched", domain.Position{}, head))
		for range 20 {
			looks.wait(t, 1)
			require.Nil(t, policies.Status()[0].Stalled)
		}
		require.Equal(t, head, policies.Status()[0].Position)
		close(let)
	})
}

// looks counts how often anybody looked at the head, which can be broken.
type looks struct {
	journal.Log
	broken bool
	count  atomic.Int64
}

func (l *looks) Head(ctx context.Context) (domain.Position, error) {
	l.count.Add(1)
	if l.broken {
		return domain.Position{}, errBroken
	}
	return l.Log.Head(ctx)
}

func (l *looks) wait(t testing.TB, more int64) {
	t.Helper()
	until := l.count.Load() + more
	eventually(t, func() bool { return l.count.Load() >= until })
}

// hanging writes no rows until it is let.
type hanging struct {
	projections.Store
	let chan struct{}
}

func (h *hanging) Apply(ctx context.Context, view projections.View, change projections.Change) error {
	<-h.let
	return h.Store.Apply(ctx, view, change)
}

// mute is a log whose subscriptions have nothing to say.
type mute struct{ journal.Log }

func (mute) Subscribe(ctx context.Context, _ domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		<-ctx.Done()
		yield(journal.Record{}, ctx.Err())
	}
}
