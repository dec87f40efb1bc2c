package messaging

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Decoder turns records into events. Where one cannot be decoded it returns the
// events before it together with a *projections.Poison.
type Decoder interface {
	Decode(ctx context.Context, records []journal.Record) ([]domain.Recorded, error)
}

const (
	// rebuildBatch is how many events are folded at once while a view is far behind.
	rebuildBatch = 5000
	// poisonRetry is how long a stopped view waits before it tries its event again.
	poisonRetry = 5 * time.Second
)

// projector keeps one view: batches of events become changed rows, which are
// committed together with the position, and acknowledged afterwards.
type projector struct {
	view    projections.View
	log     journal.Log
	decoder Decoder
	store   projections.Store
	logger  *slog.Logger
	place   *place

	mu      sync.Mutex
	stopped *projections.Poison
	failure error
}

// run keeps the view until ctx ends. It never skips an event: at one that cannot
// be applied the view stops, and tries again from time to time.
func (p *projector) run(ctx context.Context) {
	var pause backoff
	for ctx.Err() == nil {
		err := p.follow(ctx, pause.reset)
		poison, isPoison := errors.AsType[*projections.Poison](err)
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, projections.ErrMoved):
		case isPoison:
			p.stop(poison)
			sleep(ctx, poisonRetry)
		default:
			p.fail(err)
			pause.wait(ctx)
		}
	}
}

// follow reads up to the head in pages, and consumes live messages from there.
func (p *projector) follow(ctx context.Context, progressed func()) error {
	position, err := p.store.Position(ctx, p.view)
	if err != nil {
		return err
	}
	p.place.set(position)
	if position, err = p.rebuild(ctx, position); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := func(context.Context, string) (domain.Position, error) { return position, nil }
	subscriber := NewSubscriber(p.log, start, Window)
	defer subscriber.Close() //nolint:errcheck // because it never fails
	messages, err := subscriber.Subscribe(ctx, p.view.Name())
	if err != nil {
		return err
	}
	for first := range messages {
		batch := collect(first, messages)
		records := make([]journal.Record, len(batch))
		for i, m := range batch {
			if records[i], err = ToRecord(m); err != nil {
				return err
			}
		}
		if position, err = p.apply(ctx, position, records); err != nil {
			return err
		}
		for _, m := range batch {
			m.Ack()
		}
		p.recover()
		progressed()
	}
	return ctx.Err()
}

// collect takes what is there, and waits for no more.
func collect(first *message.Message, messages <-chan *message.Message) []*message.Message {
	batch := []*message.Message{first}
	for len(batch) < Window {
		select {
		case m, open := <-messages:
			if !open {
				return batch
			}
			batch = append(batch, m)
		default:
			return batch
		}
	}
	return batch
}

// rebuild reads the log in pages, without messages, up to its present head.
func (p *projector) rebuild(ctx context.Context, position domain.Position) (domain.Position, error) {
	records := make([]journal.Record, 0, rebuildBatch)
	for record, err := range p.log.ReadAll(ctx, position) {
		if err != nil {
			return position, err
		}
		if records = append(records, record); len(records) < rebuildBatch {
			continue
		}
		if position, err = p.apply(ctx, position, records); err != nil {
			return position, err
		}
		records = records[:0]
	}
	if len(records) == 0 {
		return position, nil
	}
	return p.apply(ctx, position, records)
}

// apply folds records into the view's rows and commits them with the position of
// the last. What comes before a poisonous event is applied.
func (p *projector) apply(ctx context.Context, from domain.Position, records []journal.Record) (domain.Position, error) {
	to := records[len(records)-1].Position
	ours := slices.DeleteFunc(slices.Clone(records), notOurs)
	events, err := p.decoder.Decode(ctx, ours)
	if poison, isPoison := errors.AsType[*projections.Poison](err); isPoison {
		return p.applyBefore(ctx, from, events, poison)
	}
	if err != nil {
		return from, err
	}
	err = p.commit(ctx, from, to, events)
	if poison, isPoison := errors.AsType[*projections.Poison](err); isPoison {
		at := slices.IndexFunc(events, func(e domain.Recorded) bool { return e.Position == poison.Position })
		return p.applyBefore(ctx, from, events[:max(at, 0)], poison)
	}
	if err != nil {
		return from, err
	}
	return to, nil
}

func (p *projector) applyBefore(ctx context.Context, from domain.Position, events []domain.Recorded, poison *projections.Poison) (domain.Position, error) {
	if len(events) == 0 {
		return from, poison
	}
	to := events[len(events)-1].Position
	if err := p.commit(ctx, from, to, events); err != nil {
		return from, err
	}
	return to, poison
}

func (p *projector) commit(ctx context.Context, from, to domain.Position, events []domain.Recorded) error {
	keys := projections.Touched(p.view, events)
	var rows []projections.Row
	if len(keys) > 0 {
		var err error
		if rows, err = p.store.Load(ctx, p.view, keys); err != nil {
			return err
		}
	}
	change, err := projections.FoldBatch(p.view, rows, events)
	if err != nil {
		return err
	}
	change.From, change.To = from, to
	if err := p.store.Apply(ctx, p.view, change); err != nil {
		return fmt.Errorf("apply to view %s: %w", p.view.Name(), err)
	}
	p.place.set(to)
	return nil
}

func notOurs(record journal.Record) bool {
	return strings.HasPrefix(record.Type, "$") || strings.HasPrefix(record.Stream, "$")
}

func (p *projector) stop(poison *projections.Poison) {
	p.mu.Lock()
	first := p.stopped == nil
	p.stopped, p.failure = poison, nil
	p.mu.Unlock()
	if first {
		p.logger.Error("a view stopped at an event", slog.String("view", p.view.Name()),
			slog.String("position", poison.Position.String()), slog.String("type", string(poison.Type)), slog.String("reason", poison.Reason))
	}
}

func (p *projector) fail(err error) {
	p.mu.Lock()
	first := p.failure == nil
	p.failure = err
	p.mu.Unlock()
	if first {
		p.logger.Warn("a view cannot go on for now", slog.String("view", p.view.Name()), slog.Any("error", err))
	}
}

func (p *projector) recover() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped, p.failure = nil, nil
}
