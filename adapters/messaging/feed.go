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

// feed is one subscription. Two goroutines share its work: one reads the log
// and delivers, the other follows the acknowledgements, in the same order.
type feed struct {
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
func (f *feed) run(ctx context.Context) {
	defer close(f.out)
	pause := backoff{first: time.Millisecond, most: 50 * time.Millisecond}
	for ctx.Err() == nil {
		before := f.done
		f.deliver(ctx)
		if f.done != before {
			pause.reset()
		}
		pause.wait(ctx)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastSave)
	defer cancel()
	f.save(ctx)
	f.disarm()
}

// deliver sends messages until one is refused, another consumer of the group
// turns out to be further, or ctx ends. It leaves nothing behind in the channel.
func (f *feed) deliver(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	// The one that the follower waits for is out of the channel.
	flying := make(chan *delivery, f.options.Window-1)
	var reader sync.WaitGroup
	after := f.done
	reader.Go(func() {
		defer close(flying)
		f.read(ctx, after, flying)
	})
	current, whole := f.follow(ctx, flying)
	stop()
	reader.Wait()
	f.land(current, flying, whole)
}

// read takes records from the log, again after each failure, and sends them.
func (f *feed) read(ctx context.Context, after domain.Position, flying chan<- *delivery) {
	pause := backoff{first: 2 * time.Millisecond, most: time.Second}
	for ctx.Err() == nil {
		for record, err := range f.log.Subscribe(ctx, after) {
			if err != nil {
				f.lost(ctx, err, pause.failures == 0)
				break
			}
			if !record.Position.After(after) {
				continue // a log may repeat itself after a failure; a consumer sees nothing of it
			}
			if !f.send(ctx, record, flying) {
				return
			}
			after = record.Position
			pause.reset()
		}
		pause.wait(ctx)
	}
}

func (f *feed) lost(ctx context.Context, err error, first bool) {
	if first && ctx.Err() == nil {
		f.options.Logger.WarnContext(ctx, "a subscription lost the log and begins again where it was",
			slog.String("consumer", f.name), slog.Any("error", err))
	}
}

// send is false when ctx ended before the window had room.
func (f *feed) send(ctx context.Context, record journal.Record, flying chan<- *delivery) bool {
	wanted := f.topic == Everything || f.topic == record.Stream
	if f.leftOut++; !wanted && f.leftOut < markEvery {
		return true
	}
	f.leftOut = 0
	d := &delivery{Context: ctx, position: record.Position}
	if wanted {
		d.message = f.options.Message(record)
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
		f.out <- d.message // never waits: no more fit into the window
	}
	return true
}

// follow waits for each message's acknowledgement. It returns the message at
// which it stopped, if any, and whether what is acknowledged behind it counts.
func (f *feed) follow(ctx context.Context, flying <-chan *delivery) (current *delivery, whole bool) {
	for {
		d, further := f.next(ctx, flying)
		if d == nil {
			return nil, !further
		}
		if !d.acknowledged() && !f.await(ctx, d) {
			return d, ctx.Err() != nil
		}
		if f.advance(d); f.unsaved >= max(f.options.Window, Window) && !f.save(ctx) {
			return nil, false
		}
	}
}

// next is the next message on its way; nil when ctx ends, or when another
// consumer is further.
func (f *feed) next(ctx context.Context, flying <-chan *delivery) (d *delivery, further bool) {
	select {
	case d = <-flying:
		return d, false
	default:
	}
	for {
		select {
		case d = <-flying:
			return d, false
		case <-f.timer():
			if !f.save(ctx) {
				return nil, true
			}
		case <-ctx.Done():
			return nil, false
		}
	}
}

// await is false when the message is refused, or delivery must stop for another
// reason.
func (f *feed) await(ctx context.Context, d *delivery) bool {
	for {
		select {
		case <-d.message.Acked():
			return true
		case <-d.message.Nacked():
			return false
		case <-f.timer():
			if !f.save(ctx) {
				return false
			}
		case <-ctx.Done():
			return false
		}
	}
}

func (f *feed) advance(d *delivery) {
	d.end()
	if !d.position.After(f.done) {
		return
	}
	f.done = d.position
	f.unsaved++
	if f.due == nil {
		f.due = time.NewTimer(saveWithin)
	}
}

// land takes back what is under way. What was acknowledged without a gap until
// then counts, if whole. The message at which delivery stopped ends last: when
// its context has ended, it is the next to come.
func (f *feed) land(current *delivery, flying <-chan *delivery, whole bool) {
	var all []*delivery
	if current != nil {
		all = append(all, current)
	}
	for d := range flying {
		all = append(all, d)
	}
	for _, d := range all {
		if whole = whole && d.acknowledged(); whole {
			f.advance(d)
		}
	}
	f.drain()
	for _, d := range slices.Backward(all) {
		d.end()
	}
}

// drain empties the channel, to which nobody sends now.
func (f *feed) drain() {
	for {
		select {
		case <-f.out:
		default:
			return
		}
	}
}

// save moves the checkpoint behind what is acknowledged. It is false where
// another consumer of the group is further: delivery then goes on from there.
func (f *feed) save(ctx context.Context) bool {
	f.disarm()
	if f.done == f.saved {
		return true
	}
	err := f.checkpoints.SaveCheckpoint(ctx, f.name, f.saved, f.done)
	if err == nil {
		f.saved = f.done
		return true
	}
	if errors.Is(err, projections.ErrMoved) {
		var at domain.Position
		if at, err = f.checkpoints.Checkpoint(ctx, f.name); err == nil {
			f.saved = at
			if at.After(f.done) {
				f.done = at
				return false
			}
		}
	}
	if err != nil && ctx.Err() == nil {
		f.options.Logger.WarnContext(ctx, "a checkpoint cannot be saved for now", slog.String("consumer", f.name), slog.Any("error", err))
	}
	f.due = time.NewTimer(saveWithin)
	return true
}

func (f *feed) timer() <-chan time.Time {
	if f.due == nil {
		return nil
	}
	return f.due.C
}

func (f *feed) disarm() {
	if f.due != nil {
		f.due.Stop()
	}
	f.due, f.unsaved = nil, 0
}
