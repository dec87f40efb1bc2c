package messaging

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Start is the position behind which a topic's messages begin.
type Start func(ctx context.Context, topic string) (domain.Position, error)

// Subscriber delivers a log to one consumer for each subscription, in order,
// with a window of messages that are not acknowledged yet.
//
// A message that is refused (nacked) is delivered again, and those behind it
// after it. Where the log fails, the subscription goes on from the last
// acknowledged message as soon as the log is back.
type Subscriber struct {
	log    journal.Log
	start  Start
	window int

	closing chan struct{}
	close   sync.Once
	group   sync.WaitGroup
}

var _ message.Subscriber = (*Subscriber)(nil)

// Window is how many messages of a subscription may wait for their
// acknowledgement where nothing else is said.
const Window = 256

// NewSubscriber subscribes to a log, with a window of at least one message.
func NewSubscriber(log journal.Log, start Start, window int) *Subscriber {
	return &Subscriber{log: log, start: start, window: max(window, 1), closing: make(chan struct{})}
}

// ErrSubscriberClosed answers after Close.
var ErrSubscriberClosed = errors.New("the subscriber is closed")

// Subscribe implements message.Subscriber. The channel is closed when ctx ends
// or the subscriber is closed.
func (s *Subscriber) Subscribe(ctx context.Context, topic string) (<-chan *message.Message, error) {
	select {
	case <-s.closing:
		return nil, ErrSubscriberClosed
	default:
	}
	after, err := s.start(ctx, topic)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	d := &delivery{window: s.window, records: make(chan journal.Record), out: make(chan *message.Message, s.window)}
	s.group.Go(func() {
		select {
		case <-s.closing:
		case <-ctx.Done():
		}
		cancel()
	})
	s.group.Go(func() { d.read(ctx, s.log, after) })
	s.group.Go(func() {
		defer cancel()
		d.run(ctx)
	})
	return d.out, nil
}

// Close ends all subscriptions and waits for them.
func (s *Subscriber) Close() error {
	s.close.Do(func() { close(s.closing) })
	s.group.Wait()
	return nil
}

// delivery is one subscription.
type delivery struct {
	window  int
	records chan journal.Record
	out     chan *message.Message

	waiting []journal.Record // to be delivered, or delivered again
	flying  []flying         // delivered and not acknowledged, in order
}

type flying struct {
	record  journal.Record
	message *message.Message
	cancel  context.CancelFunc
}

// read takes records from the log, again after each failure.
func (d *delivery) read(ctx context.Context, log journal.Log, after domain.Position) {
	var pause backoff
	for ctx.Err() == nil {
		for record, err := range log.Subscribe(ctx, after) {
			if err != nil {
				break
			}
			select {
			case d.records <- record:
				after = record.Position
				pause.reset()
			case <-ctx.Done():
				return
			}
		}
		pause.wait(ctx)
	}
}

// run delivers until ctx ends.
func (d *delivery) run(ctx context.Context) {
	defer close(d.out)
	defer d.land()
	var pause backoff
	var next *flying
	for {
		if next == nil && len(d.waiting) > 0 && len(d.flying) < d.window {
			next = prepare(ctx, d.waiting[0])
		}
		var records <-chan journal.Record
		if len(d.waiting) == 0 && len(d.flying) < d.window {
			records = d.records
		}
		var out chan<- *message.Message
		var offered *message.Message
		if next != nil {
			out, offered = d.out, next.message
		}
		var acked, nacked <-chan struct{}
		if len(d.flying) > 0 {
			acked, nacked = d.flying[0].message.Acked(), d.flying[0].message.Nacked()
		}
		select {
		case record := <-records:
			d.waiting = append(d.waiting, record)
		case out <- offered:
			d.flying, d.waiting, next = append(d.flying, *next), d.waiting[1:], nil
		case <-acked:
			d.flying[0].cancel()
			d.flying = d.flying[1:]
			pause.reset()
		case <-nacked:
			if next != nil {
				next.cancel()
				next = nil
			}
			d.again()
			pause.wait(ctx)
		case <-ctx.Done():
			if next != nil {
				next.cancel()
			}
			return
		}
	}
}

func prepare(ctx context.Context, record journal.Record) *flying {
	m := FromRecord(record)
	ctx, cancel := context.WithCancel(ctx)
	m.SetContext(ctx)
	return &flying{record: record, message: m, cancel: cancel}
}

// again takes back what was delivered and not acknowledged.
func (d *delivery) again() {
	for len(d.out) > 0 {
		select {
		case <-d.out:
		default:
		}
	}
	back := make([]journal.Record, 0, len(d.flying)+len(d.waiting))
	for _, f := range d.flying {
		back = append(back, f.record)
	}
	d.land()
	d.waiting = append(back, d.waiting...)
}

// land forgets what was delivered.
func (d *delivery) land() {
	for _, f := range d.flying {
		f.cancel()
	}
	d.flying = nil
}

// backoff waits longer after each failure, up to a second, with jitter.
type backoff struct{ failures int }

func (b *backoff) reset() { b.failures = 0 }

func (b *backoff) wait(ctx context.Context) {
	const first, most = 2 * time.Millisecond, time.Second
	length := min(first<<min(b.failures, 10), most)
	b.failures++
	sleep(ctx, length/2+rand.N(length/2)) //nolint:gosec // because jitter is no secret
}

func sleep(ctx context.Context, length time.Duration) {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
