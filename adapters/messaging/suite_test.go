package messaging_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/tests"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
)

// TestWatermillsSuite runs Watermill's own tests of publishers and subscribers
// over the embedded log. It does not run beside other tests, so that what it
// leaves running is found.
func TestWatermillsSuite(t *testing.T) {
	leavesNothing(t, suitesOwn()...)
	w := openWorld(t)
	watermillsSuite(t, w.log, w.vault, soak(1) == 1)
}

// suitesOwn are the goroutines that the suite itself leaves behind: those that
// bring the messages of many subscribers together wait for ever for a reader.
func suitesOwn() []goleak.Option {
	const multiplier = "github.com/ThreeDotsLabs/watermill/internal/subscriber.(*multiplier).Subscribe."
	return []goleak.Option{goleak.IgnoreAnyFunction(multiplier + "func2"), goleak.IgnoreAnyFunction(multiplier + "func3")}
}

// watermillsSuite gives each subscriber a window of one, as the suite expects.
// Delivery is at least once, in order, and each group's own.
func watermillsSuite(t *testing.T, log journal.Log, checkpoints messaging.Checkpoints, short bool) {
	t.Helper()
	group := func(t *testing.T, name string) (message.Publisher, message.Subscriber) {
		options := messaging.SubscriberOptions{Window: 1, Message: published}
		subscriber := messaging.NewSubscriber(log, name, checkpoints, options)
		t.Cleanup(func() { require.NoError(t, subscriber.Close()) }) // because the suite forgets some
		return &publisher{log: log}, subscriber
	}
	own := func(t *testing.T) (message.Publisher, message.Subscriber) { return group(t, t.Name()) }
	// In a group of its own the tests' subscribers are one group: a new one goes on
	// where the last one was, so that it does not see old messages.
	tests.TestPubSub(t, tests.Features{ConsumerGroups: true, GuaranteedOrder: true, Persistent: true, ForceShort: short}, own, group)
}

// publisher appends messages to a log, each to the stream that its topic names:
// the suite needs one, and Usher does not.
type publisher struct {
	log journal.Log

	mu     sync.Mutex
	closed bool
}

const publishedType = "message"

func (p *publisher) Publish(topic string, messages ...*message.Message) error {
	p.mu.Lock()
	closed := p.closed
	p.mu.Unlock()
	if closed {
		return errors.New("the publisher is closed")
	}
	events := make([]journal.Proposed, len(messages))
	for i, m := range messages {
		id, err := uuid.Parse(m.UUID)
		if err != nil {
			return err
		}
		metadata, err := json.Marshal(m.Metadata)
		if err != nil {
			return err
		}
		events[i] = journal.Proposed{ID: id, Type: publishedType, JSON: json.Valid(m.Payload), Data: m.Payload, Metadata: metadata}
	}
	_, _, err := p.log.Append(context.Background(), topic, domain.Any{}, events)
	return err
}

func (p *publisher) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	return nil
}

// published is the message that was published.
func published(record journal.Record) *message.Message {
	m := message.NewMessage(record.ID.String(), record.Data)
	if record.Type != publishedType || json.Unmarshal(record.Metadata, &m.Metadata) != nil {
		return messaging.FromRecord(record)
	}
	return m
}
