package messaging_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

// watched runs one policy on a log.
func (w *world) watched(t testing.TB, log journal.Log, handle func(ctx context.Context, event domain.Recorded) error) *messaging.Policies {
	t.Helper()
	feed := messaging.NewFeed(log, w.codec, messaging.FeedOptions{})
	policies := messaging.NewPolicies(feed, w.vault, []messaging.Policy{{Name: "watched", Handle: handle}})
	start(t, feed)
	return policies
}

// until handles nothing until it is let.
func until(let <-chan struct{}) func(context.Context, domain.Recorded) error {
	return func(context.Context, domain.Recorded) error {
		<-let
		return nil
	}
}

func TestAFollowerThatStandsStillBehindTheLogHasStalled(t *testing.T) {
	in(t, "given a policy that hangs after it was idle, since it hangs, and until it goes on", func(t *testing.T, w *world) {
		let := make(chan struct{})
		policies := w.watched(t, w.log, until(let))
		settle(time.Minute) // so long it has nothing to do
		require.Equal(t, []messaging.Standing{{Name: "watched", Policy: true}}, policies.Standings())

		before := time.Now()
		head := w.appendCounted(t, 0, 3)
		settle(2 * messaging.StallAfter)
		status := policies.Standings()[0]
		require.EqualValues(t, 3, status.Behind)
		require.False(t, status.StalledSince.Before(before), "it cannot have stood still before it had anything to do")
		require.False(t, status.BehindSince.Before(before))

		close(let)
		require.NoError(t, policies.Settled(t.Context(), head))
		require.Equal(t, []messaging.Standing{{Name: "watched", Policy: true, Position: head, Farthest: head}}, policies.Standings())
	})
	in(t, "given a view whose rows cannot be written for hanging", func(t *testing.T, w *world) {
		store := &hanging{Store: memory.New(), let: make(chan struct{})}
		projectors := w.project(t, store, tally("tally", calm))
		head := w.appendCounted(t, 0, 2)
		settle(2 * messaging.StallAfter)
		require.NotZero(t, projectors.Standings()[0].StalledSince)
		close(store.let)
		require.NoError(t, projectors.Wait(t.Context(), "tally", head))
		require.Zero(t, projectors.Standings()[0].StalledSince)
	})
	in(t, "given a subscription that says nothing any more", func(t *testing.T, w *world) {
		policies := w.watched(t, mute{w.log}, func(context.Context, domain.Recorded) error { return nil })
		settle(0) // it is at the end of the log
		w.appendCounted(t, 0, 1)
		settle(2 * messaging.StallAfter)
		require.NotZero(t, policies.Standings()[0].StalledSince)
	})
}

func TestAFollowerHasNotStalled(t *testing.T) {
	in(t, "while it goes on, however slowly", func(t *testing.T, w *world) {
		const count, slow = 6, messaging.StallAfter / 2
		head := w.appendCounted(t, 0, count)
		policies := w.watched(t, w.log, func(context.Context, domain.Recorded) error {
			time.Sleep(slow)
			return nil
		})
		for range count {
			settle(slow - time.Second)
			status := policies.Standings()[0]
			require.Zero(t, status.StalledSince)
			require.NotZero(t, status.BehindSince)
		}
		require.NoError(t, policies.Settled(t.Context(), head))
	})
	in(t, "where the log cannot be reached", func(t *testing.T, w *world) {
		let := make(chan struct{})
		policies := w.watched(t, headless{w.log}, until(let))
		w.appendCounted(t, 0, 1)
		settle(time.Minute)
		require.Zero(t, policies.Standings()[0].StalledSince)
		close(let)
	})
	in(t, "where another instance did its work", func(t *testing.T, w *world) {
		let := make(chan struct{})
		policies := w.watched(t, w.log, until(let))
		head := w.appendCounted(t, 0, 5)
		require.NoError(t, w.vault.SaveCheckpoint(t.Context(), "watched", domain.Position{}, head))
		for range 60 {
			settle(time.Second)
			require.Zero(t, policies.Standings()[0].StalledSince)
		}
		require.Equal(t, head, policies.Standings()[0].Position)
		close(let)
	})
}

// headless is a log whose end nobody can tell.
type headless struct{ journal.Log }

func (headless) Head(context.Context) (domain.Position, error) { return domain.Position{}, errBroken }

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
