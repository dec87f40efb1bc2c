package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

// canary is somebody whom neither a log nor a standing may name.
const canary = "ann@acme.example"

// careless is a follower whose errors name somebody.
type careless struct{ err error }

func (careless) Name() string { return "careless" }

func (careless) Position(context.Context) (domain.Position, error) { return domain.Position{}, nil }

func (c careless) Take(_ context.Context, b messaging.Batch) (domain.Position, error) {
	return b.From, c.err
}

// illegible is a view whose rows cannot be written, with an error that names somebody.
type illegible struct{ projections.View }

func (illegible) Encode(projections.Key, any) (projections.Row, error) {
	return projections.Row{}, errors.New(canary)
}

func TestNobodyIsNamedByAFault(t *testing.T) {
	for name, is := range map[string]struct {
		handle func() error
		said   string
	}{
		"an error":   {func() error { return fmt.Errorf("of %s: %w", canary, errBroken) }, "a *errors.errorString"},
		"two errors": {func() error { return errors.Join(errors.New(canary), journal.ErrUnavailable) }, "a *errors.errorString"},
		"an outage":  {func() error { return fmt.Errorf("of %s: %w", canary, journal.ErrUnavailable) }, journal.ErrUnavailable.Error()},
		"a refusal":  {func() error { return domain.Refuse("no_such_seat", "for "+canary) }, "refused as no_such_seat"},
		"a panic":    {func() error { panic("of " + canary) }, "policy stuck panicked with a string at unnamed_test.go"},
	} {
		in(t, "given "+name+" of all who follow", func(t *testing.T, w *world) {
			var log strings.Builder
			feed := w.feed(messaging.FeedOptions{Logger: slog.New(slog.NewTextHandler(&log, nil))})
			upset := tally("upset", func(int) { panic("of " + canary) })
			projectors := messaging.NewProjectors(feed, memory.New(), []projections.View{upset, illegible{tally("illegible", calm)}})
			policies := messaging.NewPolicies(feed, w.vault, []messaging.Policy{
				{Name: "stuck", Handle: func(context.Context, domain.Recorded) error { return is.handle() }},
			})
			feed.Follow(careless{fmt.Errorf("of %s: %w", canary, errBroken)})
			w.appendCounted(t, 0, 3)
			start(t, feed)
			settle(5 * time.Minute)
			require.NoError(t, feed.Close())
			require.Contains(t, log.String(), is.said)
			require.NotContains(t, log.String(), canary)
			for _, one := range append(projectors.Standings(), policies.Standings()...) {
				require.True(t, one.Stopped != nil || one.Failure != nil, one.Name)
				if one.Stopped != nil {
					require.NotContains(t, one.Stopped.Error(), canary)
				}
			}
		})
	}
}
