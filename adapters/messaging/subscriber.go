package messaging

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Everything is the topic of all events of a log. Any other topic is the events
// of the stream of that name.
const Everything = "$all"

// Window is how many messages of a subscription may wait for their
// acknowledgement where nothing else is said.
const Window = 256

// ErrSubscriberClosed answers after Close.
var ErrSubscriberClosed = errors.New("the subscriber is closed")

// Checkpoints keeps how far consumers have come. They are precious: a policy
// that lost its own would begin anew with the first event.
type Checkpoints interface {
	// Checkpoint returns a consumer's position; zero before everything.
	Checkpoint(ctx context.Context, name string) (domain.Position, error)
	// SaveCheckpoint moves it by compare-and-set: where it does not stand at
	// from, it is left alone and projections.ErrMoved returned.
	SaveCheckpoint(ctx context.Context, name string, from, to domain.Position) error
}

// SubscriberOptions say how a subscriber delivers. The zero value is usable.
type SubscriberOptions struct {
	Window int          // unacknowledged messages per subscription; Window by default
	Logger *slog.Logger // none by default
	// Message makes messages of records; FromRecord by default.
	Message func(journal.Record) *message.Message
}

// Subscriber delivers a log as Watermill messages, in order, to one consumer
// for each subscription, who may hold a window of messages that it has not
// acknowledged yet.
//
// A message that is refused (nacked) is delivered again, and all behind it
// after it. When its context has ended, it is the next to come; what the
// consumer holds of those behind it has a context that has ended too, and its
// acknowledgement means nothing any more. Where the log fails,
// the subscription goes on as soon as the log is back: nothing is left out or
// delivered twice for it.
//
// A consumer group is known by its name. Its checkpoint is moved behind what is
// acknowledged once per window, or a moment later where messages are few, and
// when the subscription ends: after a crash, messages since then come again.
type Subscriber struct {
	log         journal.Log
	group       string
	checkpoints Checkpoints
	options     SubscriberOptions

	mu      sync.Mutex
	closed  bool
	open    map[*subscription]context.CancelFunc
	running sync.WaitGroup
}

var _ message.Subscriber = (*Subscriber)(nil)

// NewSubscriber delivers a log to a consumer group.
func NewSubscriber(log journal.Log, group string, checkpoints Checkpoints, options SubscriberOptions) *Subscriber {
	if options.Window <= 0 {
		options.Window = Window
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	if options.Message == nil {
		options.Message = FromRecord
	}
	return &Subscriber{
		log: log, group: group, checkpoints: checkpoints, options: options, open: map[*subscription]context.CancelFunc{},
	}
}

// Subscribe implements message.Subscriber: it begins behind the group's
// checkpoint for the topic. The channel is closed when ctx ends or the
// subscriber is closed.
func (s *Subscriber) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	name := s.checkpointOf(topic)
	at, err := s.checkpoints.Checkpoint(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("where %s stands: %w", name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrSubscriberClosed
	}
	f := &subscription{
		Subscriber: s, topic: topic, name: name, done: at, saved: at,
		out: make(chan *message.Message, s.options.Window),
	}
	ctx, s.open[f] = context.WithCancel(ctx)
	s.running.Go(func() {
		defer s.forget(f)
		f.run(ctx)
	})
	return f.out, nil
}

func (s *Subscriber) forget(f *subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[f]()
	delete(s.open, f)
}

func (s *Subscriber) checkpointOf(topic string) string {
	if topic == Everything {
		return s.group
	}
	return s.group + "/" + topic
}

// Close ends all subscriptions, saves what was acknowledged, and waits for that.
func (s *Subscriber) Close() error {
	s.mu.Lock()
	s.closed = true
	for _, cancel := range s.open {
		cancel()
	}
	s.mu.Unlock()
	s.running.Wait()
	return nil
}
