package engine_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// hanging decodes nothing until it is let.
type hanging struct{ let chan struct{} }

func (h hanging) Decode(context.Context, []journal.Record) ([]domain.Recorded, error) {
	<-h.let
	return nil, nil
}

// nowhere is where a policy stands that has not begun.
type nowhere struct{}

func (nowhere) Checkpoint(context.Context, string) (domain.Position, error) {
	return domain.Position{}, nil
}

func (nowhere) SaveCheckpoint(context.Context, string, domain.Position, domain.Position) error {
	return nil
}

func (nowhere) Stops(context.Context, string) ([]*projections.Poison, error) { return nil, nil }

func (nowhere) SaveStop(context.Context, string, projections.Poison) error { return nil }

func (nowhere) ForgetStop(context.Context, string, uuid.UUID) error { return nil }

func TestUsherIsNotReadyWhileAPolicyStandsStill(t *testing.T) {
	enginetest.OnEachLog(t, usherIsNotReadyWhileAPolicyStandsStill)
}

func usherIsNotReadyWhileAPolicyStandsStill(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	signUp(t, usher, "acme")
	require.NoError(t, usher.Feed.Close())
	stuck := hanging{let: make(chan struct{})}
	feed := messaging.NewFeed(usher.Log, stuck, messaging.FeedOptions{StallAfter: 100 * time.Millisecond})
	usher.Policies = messaging.NewPolicies(feed, nowhere{}, []messaging.Policy{{Name: "stuck"}})
	feed.Start(context.WithoutCancel(t.Context()))
	t.Cleanup(func() { require.NoError(t, feed.Close()) })

	require.Eventually(t, func() bool { return usher.Ready(t.Context()) != nil }, time.Minute, time.Millisecond)
	require.Regexp(t, `^stuck stands still since 2\S+Z, \d+ log positions behind$`, usher.Ready(t.Context()).Error())
	close(stuck.let)
	require.Eventually(t, func() bool { return usher.Ready(t.Context()) == nil }, time.Minute, time.Millisecond)
}
