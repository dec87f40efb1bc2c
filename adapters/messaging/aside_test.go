package messaging_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

// book keeps what was found, for the next start.
type book struct {
	mu     sync.Mutex
	found  messaging.Asided
	closed bool
}

func (b *book) Asides(context.Context) (messaging.Asided, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.found, nil
}

func (b *book) SaveAsides(_ context.Context, found messaging.Asided) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return errors.New("no space")
	}
	b.found = found
	return nil
}

// stranger is what no Usher wrote.
func (w *world) stranger(t testing.TB, stream domain.StreamName) domain.Position {
	t.Helper()
	return w.appendRaw(t, string(stream), "OrderPlaced", `{"no":1}`)
}

func TestAStreamIsSetAsideFromWhereNoUsherWrote(t *testing.T) {
	another := domain.AccountID(uuid.New())
	for name, kept := range map[string]*book{
		"where that was kept":                               {},
		"where it was lost, so that the log is searched":    nil,
		"where it could not be kept, for no space was left": {closed: true},
	} {
		in(t, "given a stranger's event, nothing behind it counts in its stream, now and after a restart, "+name, func(t *testing.T, w *world) {
			store := memory.New()
			var seen diary
			options := messaging.FeedOptions{}
			if kept != nil {
				options.Asides = kept
			}
			view := tally("tally", calm)
			begin := func() (*messaging.Feed, *messaging.Policies) {
				feed := w.feed(options)
				messaging.NewProjectors(feed, store, []projections.View{view})
				policies := messaging.NewPolicies(feed, w.vault, []messaging.Policy{seen.policy("deliver")})
				start(t, feed)
				return feed, policies
			}
			feed, policies := begin()
			w.appendCounted(t, 0, 5)
			at := w.stranger(t, domain.StructureStream(account()))
			w.appendCounted(t, 5, 10)
			w.appendFor(t, another, workgroup(20))
			for round, again := range []int{30, 40} {
				last := w.appendFor(t, another, workgroup(again))
				settle(time.Second)
				require.NoError(t, policies.Settled(t.Context(), last))
				w.requireStands(t, store, view, last, 7+round)
				require.Nil(t, policies.Standings()[0].Stopped)
				found := feed.Asides()
				require.Len(t, found, 1)
				require.Equal(t, journal.Foreign{
					Stream: string(domain.StructureStream(account())), Revision: 5, Event: w.records(t)[5].ID, Position: at, Type: "OrderPlaced",
					Reason: "unknown type: no Usher has one like it",
				}, found[0])
				require.NoError(t, feed.Close())
				feed, policies = begin()
				w.appendCounted(t, again, again+5)
			}
			require.Equal(t, append(numbers(0, 5), 20, 30, 40), seen.entries())
		})
	}
	in(t, "given others' streams in the same log, they are no streams of Usher's", func(t *testing.T, w *world) {
		feed := w.feed(messaging.FeedOptions{})
		policies := messaging.NewPolicies(feed, w.vault, []messaging.Policy{(&diary{}).policy("deliver")})
		start(t, feed)
		for _, stream := range []string{"order-1", "account-7", "$others"} {
			w.stranger(t, domain.StreamName(stream))
		}
		last := w.appendCounted(t, 0, 1)
		settle(time.Second)
		require.NoError(t, policies.Settled(t.Context(), last))
		require.Empty(t, feed.Asides())
	})
	in(t, "given hundreds of them, each sets its own stream aside", func(t *testing.T, w *world) {
		store, view := memory.New(), tally("tally", calm)
		w.appendCounted(t, 0, 5)
		for range 300 {
			w.stranger(t, domain.StructureStream(domain.AccountID(uuid.New())))
		}
		last := w.appendCounted(t, 5, 10)
		feed := w.feed(messaging.FeedOptions{})
		projectors := messaging.NewProjectors(feed, store, []projections.View{view})
		start(t, feed)
		settle(time.Second)
		require.NoError(t, projectors.Wait(t.Context(), "tally", last))
		w.requireStands(t, store, view, last, 10)
		require.Len(t, feed.Asides(), 300)
	})
}
