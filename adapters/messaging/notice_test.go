package messaging_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/projections"
)

// bell rings when something has changed that a test may wait for.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// until waits until something is so; the bell rings at each change that can
// make it so.
func (b bell) until(t testing.TB, so func() bool) {
	t.Helper()
	ctx := within(t)
	for !so() {
		select {
		case <-b:
		case <-ctx.Done():
			require.FailNow(t, "it never came to be so")
		}
	}
}

// durable is real read models.
type durable interface {
	projections.Editions
	projections.Together
}

// noticed is read models that ring a bell behind each change.
type noticed struct {
	durable
	bell bell
}

func notice(store durable) noticed { return noticed{store, newBell()} }

func (n noticed) Apply(ctx context.Context, view projections.View, change projections.Change) error {
	defer n.bell.ring()
	return n.durable.Apply(ctx, view, change)
}

func (n noticed) ApplyAll(ctx context.Context, changes []projections.ViewChange) ([]bool, error) {
	defer n.bell.ring()
	return n.durable.ApplyAll(ctx, changes)
}

func (n noticed) Serve(ctx context.Context, view projections.View, number int, back bool) error {
	defer n.bell.ring()
	return n.durable.Serve(ctx, view, number, back)
}

func (n noticed) Conclude(ctx context.Context, view projections.View, number int, found projections.Comparison) error {
	defer n.bell.ring()
	return n.durable.Conclude(ctx, view, number, found)
}

func (n noticed) Note(ctx context.Context, view projections.View, number int, stopped *projections.Poison) error {
	defer n.bell.ring()
	return n.durable.Note(ctx, view, number, stopped)
}

func (n noticed) Discard(ctx context.Context, view projections.View, number int) error {
	defer n.bell.ring()
	return n.durable.Discard(ctx, view, number)
}

// asked is what operators said to skip, and the bell rings when somebody asks: whoever
// does has seen where it stands.
func (n noticed) asked(said *skipping) func(context.Context, string) (map[uuid.UUID]bool, error) {
	return func(ctx context.Context, follower string) (map[uuid.UUID]bool, error) {
		defer n.bell.ring()
		return said.skips(ctx, follower)
	}
}
