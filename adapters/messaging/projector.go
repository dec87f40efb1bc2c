package messaging

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

const (
	// liveBatch is how many messages are folded at once at most.
	liveBatch = 1000
	// liveWindow lets messages come while a batch is committed.
	liveWindow = 2 * liveBatch
	// holdWithin is how long events that change nothing may go uncommitted while
	// nobody waits for them.
	holdWithin = 50 * time.Millisecond
)

// projector keeps one view. Batches of events become changed rows, which are
// committed together with the view's position; whatever goes wrong, it begins
// again at the position that the store has.
type projector struct {
	view   projections.View
	log    journal.Log
	pages  *pages
	store  projections.Store
	logger *slog.Logger
	place  *place
	// skips are the events that an operator has the view leave out.
	skips Skips
	// note puts on record where the view stands still, and that it goes on.
	note func(context.Context, *projections.Poison)

	skipped map[uuid.UUID]bool // as last asked
	noted   bool               // that it stands still
}

// Skips tells which events an operator has a follower leave out, by their ids.
type Skips func(ctx context.Context, follower string) (map[uuid.UUID]bool, error)

// noRecord is for a view whose store keeps no record of where it stands still.
func noRecord(context.Context, *projections.Poison) {}

func noSkips(context.Context, string) (map[uuid.UUID]bool, error) { return nil, nil }

// errSkipped says that an event was left out, and what is behind it comes next.
var errSkipped = errors.New("an event was skipped")

// stoppedFor is how long a follower that cannot take an event waits at most
// before it tries again, and sees whether it is to skip it.
const stoppedFor = 5 * time.Second

// run keeps the view until ctx ends. It never skips an event: at one that cannot
// be applied the view stops, and tries again from time to time.
func (p *projector) run(ctx context.Context) {
	moved := backoff{first: time.Millisecond, most: 50 * time.Millisecond}
	failed := backoff{first: 10 * time.Millisecond, most: 5 * time.Second}
	stopped := backoff{first: time.Second, most: stoppedFor}
	for ctx.Err() == nil {
		before := p.place.get()
		err := p.keep(ctx)
		if p.place.get() != before {
			moved.reset()
			failed.reset()
			stopped.reset()
		}
		poison, isPoison := asPoison(err)
		switch {
		case ctx.Err() != nil, errors.Is(err, errSkipped):
		case errors.Is(err, projections.ErrMoved):
			moved.wait(ctx)
		case isPoison:
			p.stop(ctx, poison)
			stopped.wait(ctx)
		default:
			p.fail(ctx, err)
			failed.wait(ctx)
		}
	}
}

// keep takes the view to the log's head in pages, and follows live messages
// from there.
func (p *projector) keep(ctx context.Context) error {
	position, err := p.store.Position(ctx, p.view)
	if err != nil {
		return err
	}
	p.place.stand(position)
	if p.skipped, err = p.skips(ctx, p.view.Name()); err != nil {
		return err
	}
	if position, err = p.catchUp(ctx, position, pace{}); err != nil {
		return err
	}
	p.place.reached(position)
	return p.follow(ctx, position)
}

// pace is how far and how fast a view catches up; zero for to the log's head
// and as fast as it can.
type pace struct {
	until     domain.Position
	perSecond int // events
}

func (p *projector) catchUp(ctx context.Context, position domain.Position, pace pace) (domain.Position, error) {
	defer p.pages.enter()()
	for {
		page, err := p.pages.behind(ctx, position)
		if err != nil {
			return position, err
		}
		some, there := page.until(pace.until)
		result, err := p.fold(ctx, some)
		if err != nil {
			return position, err
		}
		position, err = p.commit(ctx, position, result)
		switch {
		case errors.Is(err, errSkipped):
		case err != nil, there, page.last:
			return position, err
		}
		if pace.perSecond > 0 {
			rest(ctx, time.Duration(len(some.events))*time.Second/time.Duration(pace.perSecond))
		}
	}
}

// rest waits, or until ctx ends.
func rest(ctx context.Context, enough time.Duration) {
	select {
	case <-time.After(enough):
	case <-ctx.Done():
	}
}

// commit writes rows and position in one transaction; then it is time to speak
// of a poisonous event.
func (p *projector) commit(ctx context.Context, from domain.Position, result folded) (domain.Position, error) {
	skipped := result.poison != nil && p.skipped[result.poison.Event]
	if skipped {
		result.to = result.poison.Position
	}
	if result.to.After(from) {
		result.From, result.To = from, result.to
		if err := p.store.Apply(ctx, p.view, result.Change); err != nil {
			return from, err
		}
		from = result.to
		p.place.reached(from)
		p.goesOn(ctx)
	}
	switch {
	case skipped:
		return from, errSkipped
	case result.poison != nil:
		return from, result.poison
	}
	return from, nil
}

// goesOn takes it off the record that the view stands still.
func (p *projector) goesOn(ctx context.Context) {
	if p.noted {
		p.noted = false
		p.note(ctx, nil)
	}
}

// follow takes live messages, as many at once as there are, and never waits for
// more. They are acknowledged after the commit.
//
// Messages that change nothing are held back, to be committed with others, or
// after a moment, or as soon as somebody waits for them.
func (p *projector) follow(ctx context.Context, position domain.Position) error {
	subscriber := NewSubscriber(p.log, p.view.Name(), startingAt(position), SubscriberOptions{Window: liveWindow, Logger: p.logger})
	defer subscriber.Close() //nolint:errcheck // because it never fails
	messages, err := subscriber.Subscribe(ctx, Everything)
	if err != nil {
		return err
	}
	held := holding{projector: p, position: position}
	for {
		select {
		case first, open := <-messages:
			if !open {
				return ctx.Err()
			}
			err = held.take(ctx, collect(first, messages, liveBatch))
		case <-p.place.bell:
			err = held.commit(ctx)
		case <-held.due:
			err = held.commit(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// collect takes what is there, up to so many.
func collect(first *message.Message, messages <-chan *message.Message, most int) []*message.Message {
	taken := []*message.Message{first}
	for len(taken) < most {
		select {
		case m, open := <-messages:
			if !open {
				return taken
			}
			taken = append(taken, m)
		default:
			return taken
		}
	}
	return taken
}

// holding is the messages that are folded and not committed, because they
// change nothing.
type holding struct {
	*projector
	position domain.Position // of the last commit
	to       domain.Position
	messages []*message.Message
	due      <-chan time.Time
}

func (h *holding) take(ctx context.Context, taken []*message.Message) error {
	records := make([]journal.Record, len(taken))
	for i, m := range taken {
		var err error
		if records[i], err = ToRecord(m); err != nil {
			return err
		}
	}
	b, err := decode(ctx, h.pages.decoder, records)
	if err != nil {
		return err
	}
	result, err := h.fold(ctx, b)
	if err != nil {
		return err
	}
	h.messages = append(h.messages, taken...)
	if result.to.After(h.to) {
		h.to = result.to
	}
	if result.poison == nil && result.changesNothing() && len(h.messages) < liveBatch && !h.place.awaited() {
		if h.due == nil {
			h.due = time.After(holdWithin)
		}
		return nil
	}
	return h.commitWith(ctx, result)
}

func (h *holding) commit(ctx context.Context) error { return h.commitWith(ctx, folded{}) }

// commitWith commits a result and what is held, and acknowledges both.
func (h *holding) commitWith(ctx context.Context, result folded) (err error) {
	result.to = h.to
	if h.position, err = h.projector.commit(ctx, h.position, result); err != nil {
		return err
	}
	for _, m := range h.messages {
		m.Ack()
	}
	h.messages, h.due = h.messages[:0], nil
	return nil
}

func (p *projector) stop(ctx context.Context, poison *projections.Poison) {
	if news := p.place.stop(poison); news || !p.noted {
		p.noted = true
		p.note(ctx, poison)
		p.logger.ErrorContext(ctx, "a view stopped at an event", slog.String("view", p.view.Name()),
			slog.String("position", poison.Position.String()), slog.String("type", string(poison.Type)), slog.String("reason", poison.Reason))
	}
}

func (p *projector) fail(ctx context.Context, err error) {
	if p.place.fail(err) {
		p.logger.WarnContext(ctx, "a view cannot go on for now", slog.String("view", p.view.Name()), slog.Any("error", err))
	}
}

// elsewhere is how far the view has come, whoever keeps it.
func (p *projector) elsewhere(ctx context.Context) (domain.Position, error) {
	return p.store.Position(ctx, p.view)
}

// wait returns when the view reflects a position.
func (p *projector) wait(ctx context.Context, position domain.Position) error {
	if err := p.place.reach(ctx, position, p.elsewhere); err != nil {
		return fmt.Errorf("wait for view %s to reach %s: %w", p.view.Name(), position, err)
	}
	return nil
}

// startingAt is the checkpoint of those who keep their own with what they do.
type startingAt domain.Position

// Checkpoint implements Checkpoints.
func (s startingAt) Checkpoint(context.Context, string) (domain.Position, error) {
	return domain.Position(s), nil
}

// SaveCheckpoint implements Checkpoints: it keeps nothing.
func (s startingAt) SaveCheckpoint(context.Context, string, domain.Position, domain.Position) error {
	return nil
}
