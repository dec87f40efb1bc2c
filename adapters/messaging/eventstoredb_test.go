package messaging_test

import (
	"context"
	"iter"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/domain"
)

func openVault(t testing.TB) *sqlite.Vault {
	t.Helper()
	vault, err := sqlite.OpenVault(t.Context(), filepath.Join(t.TempDir(), "vault.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, vault.Close()) })
	return vault
}

// dial is a log over EventStoreDB's protocol.
func dial(t testing.TB, node *nodetest.Server) journal.Log {
	t.Helper()
	log, err := eventstoredb.Open(t.Context(), node.Connection, "", eventstoredb.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	return topics{log, &sync.Map{}}
}

// topics is a log in which topics are streams of Usher's, which are all that
// EventStoreDB takes.
type topics struct {
	journal.Log
	known *sync.Map // topic by stream
}

func (l topics) stream(topic string) string {
	stream := "person-" + uuid.NewSHA1(uuid.NameSpaceOID, []byte(topic)).String()
	l.known.Store(stream, topic)
	return stream
}

func (l topics) named(records iter.Seq2[journal.Record, error]) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		for record, err := range records {
			if topic, is := l.known.Load(record.Stream); is {
				record.Stream, _ = topic.(string)
			}
			if !yield(record, err) {
				return
			}
		}
	}
}

func (l topics) Append(ctx context.Context, topic string, expected domain.Expected, events []journal.Proposed) (uint64, domain.Position, error) {
	return l.Log.Append(ctx, l.stream(topic), expected, events)
}

func (l topics) ReadStream(ctx context.Context, topic string, from uint64) iter.Seq2[journal.Record, error] {
	return l.named(l.Log.ReadStream(ctx, l.stream(topic), from))
}

func (l topics) ReadAll(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return l.named(l.Log.ReadAll(ctx, after))
}

func (l topics) Subscribe(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return l.named(l.Log.Subscribe(ctx, after))
}

// regexpsClock runs for a moment after the node has matched a pattern.
func regexpsClock() goleak.Option {
	return goleak.IgnoreAnyFunction("github.com/dlclark/regexp2.runClock")
}

// TestWatermillsSuiteOverEventStoreDB is the same suite over the protocol. Its
// TestReconnect is left out: it compares what came with a list to which another
// goroutine still appends, so that it fails when messages come quickly, and
// always under the race detector. The next test does what it does.
//
// It is always the suite's short form. In the long one, fifty subscribers read
// all that all tests publish over the wire; under the race detector that takes
// longer than the suite waits.
func TestWatermillsSuiteOverEventStoreDB(t *testing.T) {
	leavesNothing(t, append(suitesOwn(), regexpsClock())...)
	watermillsSuite(t, dial(t, nodetest.Start(t)), openVault(t), true)
}

// TestMessagesSurviveRestartsOfTheServer restarts the server twice while many
// publish: each message is stored once, and received, in the log's order.
func TestMessagesSurviveRestartsOfTheServer(t *testing.T) {
	const publishers = 20
	count := soak(1000)
	leavesNothing(t, regexpsClock())
	node := nodetest.Start(t)
	log := dial(t, node)
	subscriber := messaging.NewSubscriber(log, "group", openVault(t), messaging.SubscriberOptions{Message: published})
	t.Cleanup(func() { require.NoError(t, subscriber.Close()) })
	received, err := subscriber.Subscribe(t.Context(), "restarts")
	require.NoError(t, err)

	publisher := &publisher{log: log}
	sent := make(chan *message.Message)
	var publishing sync.WaitGroup
	for range publishers {
		publishing.Go(func() {
			for m := range sent {
				for publisher.Publish("restarts", m) != nil { //nolint:revive // because trying again is all there is to do
				}
			}
		})
	}
	publishing.Go(func() {
		defer close(sent)
		for number := range count {
			if number == count/3 || number == count/2 {
				node.Restart()
			}
			sent <- message.NewMessage(uuid.NewString(), []byte("x"))
		}
	})

	var order []string
	for range count {
		select {
		case m := <-received:
			order = append(order, m.UUID)
			require.True(t, m.Ack())
		case <-time.After(patience):
			require.FailNow(t, "no more messages come", "after %d of %d", len(order), count)
		}
	}
	publishing.Wait()
	var stored []string
	for record, err := range log.ReadStream(t.Context(), "restarts", 0) {
		require.NoError(t, err)
		stored = append(stored, record.ID.String())
	}
	require.Len(t, stored, count, "each message is stored once")
	require.Equal(t, stored, order)
}
