package messaging_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/operations"
	"github.com/usher-engine/usher/projections"
)

// troubled runs a policy that fails, or panics, at the event with number 5 for as
// long as trouble says so, and another one, with ten events.
func (w *world) troubled(t *testing.T, trouble func() error) (policies acting, stuck, other *diary, said *skipping) {
	t.Helper()
	stuck, other, said = &diary{}, &diary{}, &skipping{}
	stuck.trouble = func(number int) error {
		if number == 5 {
			return trouble()
		}
		return nil
	}
	feed := w.feed(messaging.FeedOptions{})
	feed.Skip(said.skips)
	policies = acting{messaging.NewPolicies(feed, w.vault, []messaging.Policy{stuck.policy("stuck"), other.policy("other")}), feed}
	start(t, feed)
	w.appendCounted(t, 0, 10)
	return policies, stuck, other, said
}

// requireStopped says that the troubled policy is stopped at the event with
// number 5, and holds up nobody.
func (w *world) requireStopped(t *testing.T, policies acting, stuck, other *diary) {
	t.Helper()
	records, all := w.records(t), policies.Standings()
	require.NotNil(t, all[0].Stopped)
	require.Equal(t, records[5].Position, all[0].Stopped.Position)
	require.Equal(t, records[5].ID, all[0].Stopped.Event)
	require.Equal(t, records[4].Position, all[0].Position)
	require.Equal(t, numbers(0, 5), stuck.entries())
	require.Equal(t, numbers(0, 10), other.entries())
	require.Nil(t, all[1].Stopped)
	at, err := w.vault.Checkpoint(t.Context(), "stuck")
	require.NoError(t, err)
	require.Equal(t, records[4].Position, at)
}

// skip says that the event with number 5 is to be left out, as an operator does.
func (w *world) skip(t *testing.T, said *skipping) {
	t.Helper()
	event := w.records(t)[5].ID
	said.add(event)
	w.appendTo(t, domain.OperationsStream(), domain.AccountID{}, operations.EventSkipped{Follower: "stuck", Event: event})
}

func TestAPolicyThatPanics(t *testing.T) {
	bubble(t, func(t *testing.T, w *world) {
		policies, stuck, other, said := w.troubled(t, func() error { panic("no such number") })
		settle(time.Second)
		w.requireStopped(t, policies, stuck, other)
		require.Contains(t, policies.Standings()[0].Stopped.Reason, "policy stuck panicked with a string at trouble_test.go:")

		said.add(w.records(t)[5].ID)
		settle(10 * time.Second)
		require.Equal(t, append(numbers(0, 5), numbers(6, 10)...), stuck.entries(), "the others are handled")
		require.Nil(t, policies.Standings()[0].Stopped)
		require.NoError(t, policies.Settled(t.Context(), w.records(t)[9].Position))
	})
}

func TestAPolicyThatFailsForGood(t *testing.T) {
	in(t, "given an error that stays, it is stopped after so many attempts over so long, and holds up nobody", func(t *testing.T, w *world) {
		policies, stuck, other, said := w.troubled(t, func() error { return fmt.Errorf("of ann@acme.example: %w", errBroken) })
		settle(time.Minute)
		status := policies.Standings()[0]
		require.Nil(t, status.Stopped, "not yet")
		require.ErrorIs(t, status.Failure, errBroken)
		require.ErrorContains(t, status.Failure, "position "+w.records(t)[5].Position.String())
		settle(3 * time.Minute)
		w.requireStopped(t, policies, stuck, other)
		require.NotContains(t, policies.Standings()[0].Stopped.Reason, "ann@acme.example")

		w.skip(t, said)
		settle(10 * time.Millisecond)
		require.Equal(t, append(numbers(0, 5), numbers(6, 10)...), stuck.entries())
		require.Nil(t, policies.Standings()[0].Stopped)
	})
	in(t, "given that it succeeds at last, it goes on by itself", func(t *testing.T, w *world) {
		var mended atomic.Bool
		policies, stuck, other, _ := w.troubled(t, func() error {
			if mended.Load() {
				return nil
			}
			return domain.Refuse("no_such_seat", "there is none")
		})
		settle(5 * time.Minute)
		w.requireStopped(t, policies, stuck, other)
		require.Contains(t, policies.Standings()[0].Stopped.Reason, "no_such_seat")
		mended.Store(true)
		settle(10 * time.Second)
		require.Equal(t, numbers(0, 10), stuck.entries())
		require.Nil(t, policies.Standings()[0].Stopped)
	})
}

func TestAPolicyThatFailsForAWhile(t *testing.T) {
	recovers := func(t *testing.T, w *world, outage time.Duration, err error) {
		t.Helper()
		well := time.Now().Add(outage)
		policies, stuck, _, _ := w.troubled(t, func() error {
			if time.Now().Before(well) {
				return err
			}
			return nil
		})
		for time.Now().Before(well) {
			settle(time.Second)
			require.Nil(t, policies.Standings()[0].Stopped)
		}
		settle(time.Minute)
		require.Equal(t, numbers(0, 10), stuck.entries(), "and nothing overtakes")
		require.NoError(t, policies.Standings()[0].Failure)
	}
	in(t, "given a minute of errors, it goes on by itself", func(t *testing.T, w *world) { recovers(t, w, time.Minute, errBroken) })
	for name, err := range map[string]error{
		"the log is away":        fmt.Errorf("append: %w", journal.ErrUnavailable),
		"a view is behind":       domain.Refuse(domain.NotYet, "the list is behind"),
		"a question takes long":  context.DeadlineExceeded,
		"the database goes away": away("57P01"),
	} {
		in(t, "given that for hours "+name+", it is never stopped", func(t *testing.T, w *world) { recovers(t, w, 3*time.Hour, err) })
	}
}

// away is an error of a database server.
type away string

func (a away) Error() string    { return "SQLSTATE " + string(a) }
func (a away) SQLState() string { return string(a) }

func TestAPolicyAndSeveralStreams(t *testing.T) {
	in(t, "given an event that fails, those of other streams may be handled, but the failure stays visible", func(t *testing.T, w *world) {
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
		settle(time.Minute)
		require.EqualValues(t, 5, handled.Load())
		require.Error(t, policies.Standings()[0].Failure)
		require.Zero(t, policies.Standings()[0].Position)
		close(release)
		require.NoError(t, policies.Settled(t.Context(), head(t, w.log)))
		require.EqualValues(t, 8, handled.Load())
		require.NoError(t, policies.Standings()[0].Failure)
	})
	in(t, "given an event that cannot be read, it stops before it", func(t *testing.T, w *world) {
		seen := &diary{}
		policies := w.follow(t, w.vault, seen.policy("deliver"))
		before := w.appendCounted(t, 0, 5)
		at := w.appendNewer(t)
		last := w.appendCounted(t, 5, 6)
		poison, stopped := errors.AsType[*projections.Poison](policies.Settled(t.Context(), last))
		require.True(t, stopped)
		require.Equal(t, at, poison.Position)
		status := policies.Standings()[0]
		require.Equal(t, before, status.Position)
		require.Equal(t, poison, status.Stopped)
		require.Equal(t, numbers(0, 5), seen.entries())
	})
	in(t, "given two events that cannot be read, it says the first, and the second once that is skipped", func(t *testing.T, w *world) {
		said := &skipping{}
		first := w.appendNewer(t)
		second := w.appendNewer(t)
		feed := w.feed(messaging.FeedOptions{})
		feed.Skip(said.skips)
		policies := messaging.NewPolicies(feed, w.vault, []messaging.Policy{(&diary{}).policy("deliver")})
		start(t, feed)
		for i, at := range []domain.Position{first, second} {
			settle(10 * time.Second)
			require.Equal(t, at, policies.Standings()[0].Stopped.Position)
			said.add(w.records(t)[i].ID)
		}
		settle(10 * time.Second)
		require.Nil(t, policies.Standings()[0].Stopped)
		require.Equal(t, second, policies.Standings()[0].Position)
	})
}
