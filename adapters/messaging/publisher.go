package messaging

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// PublishedType is the type of the events that messages become.
const PublishedType = "message"

const (
	// mostDoubts is how many messages a publisher remembers whose fate it does
	// not know.
	mostDoubts = 100_000
	// mostTries is how often one who looks a stream through begins again where
	// others appended to it meanwhile.
	mostTries = 100
)

// ErrPublisherClosed answers after Close.
var ErrPublisherClosed = errors.New("the publisher is closed")

// Publisher appends messages to a log, each to the stream that its topic names.
// A message becomes an event: its UUID is the event's id, its payload the data,
// its metadata the metadata, as JSON. AsPublished is the way back.
//
// Nobody can know whether a message was published when Publish ends with an
// error. Published again, through the same publisher, it is looked for in the
// stream first, and is there once in the end. What another publisher repeats,
// say after a crash, is the log's to recognise: EventStoreDB remembers ids, the
// embedded log writes the message a second time, with the same UUID.
type Publisher struct {
	log journal.Log

	// settling is held by those who publish, and alone by the one who looks a
	// stream through or closes.
	settling sync.RWMutex
	closed   bool

	mu     sync.Mutex
	doubts map[uuid.UUID]struct{}
}

var _ message.Publisher = (*Publisher)(nil)

// NewPublisher publishes into a log.
func NewPublisher(log journal.Log) *Publisher {
	return &Publisher{log: log, doubts: map[uuid.UUID]struct{}{}}
}

// Publish implements message.Publisher: it appends the messages together, all
// or none, and returns when they are durable. It ends early, with an error, when
// the context of one of them does.
func (p *Publisher) Publish(topic string, messages ...*message.Message) error {
	events, err := proposed(topic, messages)
	if err != nil {
		return err
	}
	if p.inDoubt(events) {
		p.settling.Lock()
		defer p.settling.Unlock()
	} else {
		p.settling.RLock()
		defer p.settling.RUnlock()
	}
	if p.closed {
		return ErrPublisherClosed
	}
	if len(events) == 0 {
		return nil
	}
	ctx, release := contextOf(messages)
	defer release()
	if p.inDoubt(events) {
		err = p.settle(ctx, topic, events)
	} else {
		_, _, err = p.log.Append(ctx, topic, domain.Any{}, events)
	}
	p.note(events, err != nil)
	if err != nil {
		return fmt.Errorf("publish %d messages to %s: %w", len(events), topic, err)
	}
	return nil
}

// settle appends those of the events that the stream does not have, insisting
// on the end of the stream that it has seen: what is still under way from
// before cannot come in between.
func (p *Publisher) settle(ctx context.Context, topic string, events []journal.Proposed) error {
	missing, next := slices.Clone(events), uint64(0)
	for try := 1; ; try++ {
		for record, err := range p.log.ReadStream(ctx, topic, next) {
			if err != nil {
				return err
			}
			next = record.Revision + 1
			missing = slices.DeleteFunc(missing, func(event journal.Proposed) bool { return event.ID == record.ID })
		}
		if len(missing) == 0 {
			return nil
		}
		var expected domain.Expected = domain.NoStream{}
		if next > 0 {
			expected = domain.Revision(next - 1)
		}
		_, _, err := p.log.Append(ctx, topic, expected, missing)
		if _, conflict := errors.AsType[*domain.Conflict](err); !conflict || try == mostTries {
			return err
		}
	}
}

func (p *Publisher) inDoubt(events []journal.Proposed) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(events, func(event journal.Proposed) bool {
		_, doubted := p.doubts[event.ID]
		return doubted
	})
}

func (p *Publisher) note(events []journal.Proposed, doubt bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, event := range events {
		switch {
		case !doubt:
			delete(p.doubts, event.ID)
		case len(p.doubts) < mostDoubts:
			p.doubts[event.ID] = struct{}{}
		}
	}
}

// Close implements message.Publisher: it waits for what is being published.
func (p *Publisher) Close() error {
	p.settling.Lock()
	defer p.settling.Unlock()
	p.closed = true
	return nil
}

// AsPublished is the message that was published: for SubscriberOptions.Message.
// An event that was no message is as FromRecord makes it.
func AsPublished(record journal.Record) *message.Message {
	m := message.NewMessage(record.ID.String(), record.Data)
	if record.Type != PublishedType || json.Unmarshal(record.Metadata, &m.Metadata) != nil {
		return FromRecord(record)
	}
	return m
}

// proposed is the messages as events. It refuses what could not come back as it
// was.
func proposed(topic string, messages []*message.Message) ([]journal.Proposed, error) {
	if topic == "" || strings.HasPrefix(topic, "$") {
		return nil, fmt.Errorf("nothing can be published to the topic %q: it must not be empty or begin with $", topic)
	}
	events := make([]journal.Proposed, len(messages))
	for i, m := range messages {
		id, err := uuid.Parse(m.UUID)
		if err != nil || id == uuid.Nil || id.String() != m.UUID {
			return nil, fmt.Errorf("the UUID of a message is %q, which is no UUID in lower case", m.UUID)
		}
		metadata, err := json.Marshal(m.Metadata)
		if err != nil {
			return nil, fmt.Errorf("the metadata of message %s: %w", id, err)
		}
		events[i] = journal.Proposed{
			ID: id, Type: PublishedType, JSON: jsontext.Value(m.Payload).IsValid(),
			Data: bytes.Clone(m.Payload), Metadata: metadata,
		}
	}
	return events, nil
}

// contextOf ends when the context of any of the messages does.
func contextOf(messages []*message.Message) (ctx context.Context, release func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(messages[0].Context()))
	stops := make([]func() bool, len(messages))
	for i, m := range messages {
		stops[i] = context.AfterFunc(m.Context(), cancel)
		if m.Context().Err() != nil {
			cancel() // because the other way takes a moment
		}
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}
