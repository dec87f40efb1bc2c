package messaging_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
)

func published(payload string) *message.Message {
	return message.NewMessage(uuid.NewString(), []byte(payload))
}

func uuidsOf(records []journal.Record) (all []string) {
	for _, record := range records {
		all = append(all, record.ID.String())
	}
	return all
}

func TestPublisher(t *testing.T) {
	w := newWorld(t)
	publisher := messaging.NewPublisher(w.log)
	t.Run("given several messages, it appends them together, in order", func(t *testing.T) {
		logged := &appending{Log: w.log}
		three := []*message.Message{published("1"), published("2"), published("3")}
		require.NoError(t, messaging.NewPublisher(logged).Publish("together", three...))
		require.Equal(t, 1, logged.appends)
		require.Equal(t, []string{three[0].UUID, three[1].UUID, three[2].UUID}, uuidsOf(w.stream(t, "together")))
	})
	t.Run("given no messages, it does nothing", func(t *testing.T) {
		require.NoError(t, publisher.Publish("nothing"))
		require.Empty(t, w.stream(t, "nothing"))
	})
	t.Run("given a UUID that is none, it refuses with its name and appends nothing", func(t *testing.T) {
		for _, id := range []string{"", "7", uuid.Nil.String(), "urn:uuid:" + uuid.NewString(), "6BA7B810-9DAD-11D1-80B4-00C04FD430C8"} {
			err := publisher.Publish("refused", published("good"), message.NewMessage(id, nil))
			require.EqualError(t, err, fmt.Sprintf("the UUID of a message is %q, which is no UUID in lower case", id))
		}
		require.Empty(t, w.stream(t, "refused"))
	})
	t.Run("given metadata that are not text, it refuses", func(t *testing.T) {
		broken := published("")
		broken.Metadata.Set("key", "\xff")
		require.ErrorContains(t, publisher.Publish("refused", broken), "metadata of message "+broken.UUID)
	})
	t.Run("given a topic that nobody would be delivered, it refuses", func(t *testing.T) {
		for _, topic := range []string{"", messaging.Everything, "$settings"} {
			require.ErrorContains(t, publisher.Publish(topic, published("")), "nothing can be published to the topic")
		}
	})
	t.Run("given a message whose context has ended, it publishes none", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		ended := published("")
		ended.SetContext(ctx)
		require.ErrorIs(t, publisher.Publish("ended", published(""), ended), context.Canceled)
		require.Empty(t, w.stream(t, "ended"))
	})
	t.Run("given it is closed, it refuses, and may be closed again", func(t *testing.T) {
		closed := messaging.NewPublisher(w.log)
		require.NoError(t, closed.Close())
		require.NoError(t, closed.Close())
		require.ErrorIs(t, closed.Publish("closed", published("")), messaging.ErrPublisherClosed)
		require.Empty(t, w.stream(t, "closed"))
	})
}

func TestWhatIsPublishedComesBackAsItWas(t *testing.T) {
	w := newWorld(t)
	publisher := messaging.NewPublisher(w.log)
	topics := 0
	rapid.Check(t, func(rt *rapid.T) {
		topics++
		topic := fmt.Sprint("topic-", topics)
		var sent []*message.Message
		for range rapid.IntRange(1, 5).Draw(rt, "count") {
			m := message.NewMessage(uuid.NewString(), rapid.SliceOf(rapid.Byte()).Draw(rt, "payload"))
			m.Metadata = rapid.MapOf(rapid.String(), rapid.String()).Draw(rt, "metadata")
			sent = append(sent, m)
		}
		require.NoError(rt, publisher.Publish(topic, sent...))
		for i, record := range w.stream(t, topic) {
			back := messaging.AsPublished(record)
			require.True(rt, back.Equals(sent[i]), "%v became %v", sent[i], back)
		}
	})
	t.Run("given an event that was no message, it is as any event", func(t *testing.T) {
		w.appendRaw(t, "other", "something.else", `{"a":1}`)
		m := messaging.AsPublished(w.stream(t, "other")[0])
		require.Equal(t, "something.else", m.Metadata[messaging.TypeKey])
	})
}

func TestAMessageIsPublishedOnceHoweverOftenItIsTried(t *testing.T) {
	const publishers, each = 8, 20
	w := newWorld(t)
	lossy := &lossy{Log: w.log}
	publisher := messaging.NewPublisher(lossy)
	var group sync.WaitGroup
	for range publishers {
		group.Go(func() {
			for range each {
				two := []*message.Message{published("a"), published("b")}
				for publisher.Publish("busy", two...) != nil { //nolint:revive // because trying again is all there is to do
				}
			}
		})
	}
	group.Wait()
	all := uuidsOf(w.stream(t, "busy"))
	require.Len(t, all, 2*publishers*each)
	require.Len(t, slices.Compact(slices.Sorted(slices.Values(all))), len(all))
}

// lossy is a real log of whose appends every third does not happen, and every
// third happens without the caller's knowing.
type lossy struct {
	journal.Log
	mu    sync.Mutex
	count int
}

func (l *lossy) Append(ctx context.Context, stream string, expected domain.Expected, events []journal.Proposed) (uint64, domain.Position, error) {
	l.mu.Lock()
	l.count++
	fate := l.count % 3
	l.mu.Unlock()
	if fate == 0 {
		return 0, domain.Position{}, journal.ErrUnavailable
	}
	revision, position, err := l.Log.Append(ctx, stream, expected, events)
	if fate == 1 && err == nil {
		return 0, domain.Position{}, journal.ErrUnavailable
	}
	return revision, position, err
}

type appending struct {
	journal.Log
	appends int
}

func (c *appending) Append(ctx context.Context, stream string, expected domain.Expected, events []journal.Proposed) (uint64, domain.Position, error) {
	c.appends++
	return c.Log.Append(ctx, stream, expected, events)
}

func (w *world) stream(t testing.TB, name string) (all []journal.Record) {
	t.Helper()
	for record, err := range w.log.ReadStream(t.Context(), name, 0) {
		require.NoError(t, err)
		all = append(all, record)
	}
	return all
}
