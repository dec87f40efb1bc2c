package messaging_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/tests"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/domain"
)

// TestWatermillsSuite runs Watermill's own tests of subscribers over the
// embedded log, with a window of one, as they expect.
func TestWatermillsSuite(t *testing.T) {
	t.Parallel()
	w := openWorld(t)
	group := func(t *testing.T, name string) (message.Publisher, message.Subscriber) {
		options := messaging.SubscriberOptions{Window: 1, Message: asPublished}
		subscriber := messaging.NewSubscriber(w.log, name, w.vault, options)
		t.Cleanup(func() { require.NoError(t, subscriber.Close()) }) // because the suite forgets some
		return &publisher{log: w.log}, subscriber
	}
	own := func(t *testing.T) (message.Publisher, message.Subscriber) { return group(t, t.Name()) }
	tests.TestPubSub(t, tests.Features{ConsumerGroups: true, GuaranteedOrder: true, Persistent: true, ForceShort: soak(1) == 1}, own, group)
}

// publisher appends to the stream that is the topic. Its metadata are Watermill's.
type publisher struct {
	log journal.Log
	mu  sync.Mutex
}

func (p *publisher) Publish(topic string, messages ...*message.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var events []journal.Proposed
	for _, m := range messages {
		id, err := uuid.Parse(m.UUID)
		if err != nil {
			return err
		}
		metadata, err := json.Marshal(m.Metadata)
		if err != nil {
			return err
		}
		events = append(events, journal.Proposed{ID: id, Type: "message", Data: m.Payload, Metadata: metadata})
	}
	_, _, err := p.log.Append(context.Background(), topic, domain.Any{}, events)
	return err
}

func (p *publisher) Close() error { return nil }

func asPublished(record journal.Record) *message.Message {
	m := messaging.FromRecord(record)
	if err := json.Unmarshal(record.Metadata, &m.Metadata); err != nil {
		panic(fmt.Sprint("metadata of ", record.ID, ": ", err))
	}
	return m
}
