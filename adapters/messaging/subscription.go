package messaging

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

const (
	// markEvery is how many events a topic may leave out before the checkpoint
	// is told of them.
	markEvery = 256
	// saveWithin is how long what is acknowledged may go unsaved.
	saveWithin = 250 * time.Millisecond
	// lastSave is how long the last checkpoint may take when a subscription ends.
	lastSave = 5 * time.Second
)

// subscription is one of a subscriber. Two goroutines share its work: one reads the log
// and delivers, the other follows the acknowledgements, in the same order.
type subscription struct {
	*Subscriber
	topic string
	name  string // of the checkpoint
	out   chan *message.Message

	leftOut int // by the topic, since the follower was told of anything; the reader's

	done    domain.Position // everything up to here is acknowledged
	saved   domain.Position // where the checkpoint stands
	unsaved int             // acknowledged since then
	due     *time.Timer     // for saving; nil while all is saved
}

// run delivers until ctx ends: again from the last acknowledgement after each
// refusal.
func (s *subscription) run(ctx context.Context) {
	defer close(s.out)
	pause := backoff{first: time.Millisecond, most: 50 * time.Millisecond}
	for ctx.Err() == nil {
		before := s.done
		s.deliver(ctx)
		if s.done != before {
			pause.reset()
		}
		pause.wait(ctx)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSave)
	defer cancel()
	s.save(ctx)
	s.disarm()
}

// deliver sends messages until one is refused, another consumer of the group
// turns out to be further, or ctx ends. It leaves nothing behind in the channel.
func (s *subscription) deliver(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	// The one that the follower waits for is out of the channel.
	flying := make(chan *delivery, s.options.Window-1)
	var reader sync.WaitGroup
	after := s.done
	reader.Go(func() {
		defer close(flying)
		s.read(ctx, after, flying)
	})
	current, whole := s.follow(ctx, flying)
	stop()
	reader.Wait()
	s.land(current, flying, whole)
}

// read takes records from the log, again after each failure, and sends them.
func (s *subscription) read(ctx context.Context, after domain.Position, flying chan<- *delivery) {
	pause := backoff{first: 2 * time.Millisecond, most: time.Second}
	for ctx.Err() == nil {
		for record, err := range s.log.Subscribe(ctx, after) {
			if err != nil {
				s.lost(ctx, err, pause.failures == 0)
				break
			}
			if !record.Position.After(after) {
				continue // a log may repeat itself after a failure; a consumer sees nothing of it
			}
			if !s.send(ctx, record, flying) {
				return
			}
			after = record.Position
			pause.reset()
		}
		pause.wait(ctx)
	}
}

func (s *subscription) lost(ctx context.Context, err error, first bool) {
	if first && ctx.Err() == nil {
		s.options.Logger.WarnContext(ctx, "a subscription lost the log and begins again where it was",
			slog.String("consumer", s.name), slog.Any("error", err))
	}
}

// send is false when ctx ended before the window had room.
func (s *subscription) send(ctx context.Context, record journal.Record, flying chan<- *delivery) bool {
	wanted := s.topic == Everything || s.topic == record.Stream
	if s.leftOut++; !wanted && s.leftOut < markEvery {
		return true
	}
	s.leftOut = 0
	d := &delivery{Context: ctx, position: record.Position}
	if wanted {
		d.message = s.options.Message(record)
		d.message.SetContext(d) //nolint:contextcheck // because a delivery inherits ctx
	}
	select {
	case flying <- d:
	default: // the window is full
		select {
		case flying <- d:
		case <-ctx.Done():
			return false
		}
	}
	if wanted {
		s.out <- d.message // never waits: no more fit into the window
	}
	return true
}

// follow waits for each message's acknowledgement. It returns the message at
// which it stopped, if any, and whether what is acknowledged behind it counts.
func (s *subscription) follow(ctx context.Context, flying <-chan *delivery) (current *delivery, whole bool) {
	for {
		d, further := s.next(ctx, flying)
		if d == nil {
			return nil, !further
		}
		if !d.acknowledged() && !s.await(ctx, d) {
			return d, ctx.Err() != nil
		}
		if s.advance(d); s.unsaved >= max(s.options.Window, Window) && !s.save(ctx) {
			return nil, false
		}
	}
}

// next is the next message on its way; nil when ctx ends, or when another
// consumer is further.
func (s *subscription) next(ctx context.Context, flying <-chan *delivery) (d *delivery, further bool) {
	select {
	case d = <-flying:
		return d, false
	default:
	}
	for {
		select {
		case d = <-flying:
			return d, false
		case <-s.timer():
			if !s.save(ctx) {
				return nil, true
			}
		case <-ctx.Done():
			return nil, false
		}
	}
}

// await is false when the message is refused, or delivery must stop for another
// reason.
func (s *subscription) await(ctx context.Context, d *delivery) bool {
	for {
		select {
		case <-d.message.Acked():
			return true
		case <-d.message.Nacked():
			return false
		case <-s.timer():
			if !s.save(ctx) {
				return false
			}
		case <-ctx.Done():
			return false
		}
	}
}

func (s *subscription) advance(d *delivery) {
	d.end()
	if !d.position.After(s.done) {
		return
	}
	s.done = d.position
	s.unsaved++
	if s.due == nil {
		s.due = time.NewTimer(saveWithin)
	}
}

// land takes back what is under way. What was acknowledged without a gap until
// then counts, if whole. The message at which delivery stopped ends last: when
// its context has ended, it is the next to come.
func (s *subscription) land(current *delivery, flying <-chan *delivery, whole bool) {
	var all []*delivery
	if current != nil {
		all = append(all, current)
	}
	for d := range flying {
		all = append(all, d)
	}
	for _, d := range all {
		if whole = whole && d.acknowledged(); whole {
			s.advance(d)
		}
	}
	s.drain()
	for _, d := range slices.Backward(all) {
		d.end()
	}
}

// drain empties the channel, to which nobody sends now.
func (s *subscription) drain() {
	for {
		select {
		case <-s.out:
		default:
			return
		}
	}
}

// save moves the checkpoint behind what is acknowledged. It is false where
// another consumer of the group is further: delivery then goes on from there.
func (s *subscription) save(ctx context.Context) bool {
	s.disarm()
	if s.done == s.saved {
		return true
	}
	err := s.checkpoints.SaveCheckpoint(ctx, s.name, s.saved, s.done)
	if err == nil {
		s.saved = s.done
		return true
	}
	if errors.Is(err, projections.ErrMoved) {
		var at domain.Position
		if at, err = s.checkpoints.Checkpoint(ctx, s.name); err == nil {
			s.saved = at
			if at.After(s.done) {
				s.done = at
				return false
			}
		}
	}
	if err != nil && ctx.Err() == nil {
		s.options.Logger.WarnContext(ctx, "a checkpoint cannot be saved for now", slog.String("consumer", s.name), slog.Any("error", err))
	}
	s.due = time.NewTimer(saveWithin)
	return true
}

func (s *subscription) timer() <-chan time.Time {
	if s.due == nil {
		return nil
	}
	return s.due.C
}

func (s *subscription) disarm() {
	if s.due != nil {
		s.due.Stop()
	}
	s.due, s.unsaved = nil, 0
}
