package messaging

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Decoder turns records into events. Where one cannot be decoded it returns the
// events before it together with a *journal.Foreign, which sets its stream aside, or a
// *projections.Poison; with any other error it is asked again.
type Decoder interface {
	Decode(ctx context.Context, records []journal.Record) ([]domain.Recorded, error)
}

const (
	// pageRecords is how many events are folded at once while somebody is far behind.
	pageRecords = 4096
	// keptPages is how far those who follow may be apart and still share the decoding.
	keptPages = 3
)

// batch is some records of the log, decoded. It ends before the first that
// cannot be.
type batch struct {
	Batch
	poison *projections.Poison
	aside  []domain.StreamName // which an event in it sets aside
}

// decode leaves out what others wrote into the log, and what stands in streams that are
// set aside, but not their positions.
func (p *pages) decode(ctx context.Context, from domain.Position, records []journal.Record) (batch, error) {
	decoded := batch{Batch: Batch{From: from, To: from}}
	if len(records) == 0 {
		return decoded, nil
	}
	if err := p.asides.search(ctx, from); err != nil {
		return batch{}, err
	}
	for rest := p.asides.counting(records); len(rest) > 0; {
		events, err := p.decoder.Decode(ctx, rest)
		if decoded.Events == nil {
			decoded.Events = slices.Clip(events) // which are all, nearly always
		} else {
			decoded.Events = append(decoded.Events, events...)
		}
		first, foreign := errors.AsType[*journal.Foreign](err)
		switch {
		case foreign:
			p.asides.set(ctx, *first)
			decoded.aside = append(decoded.aside, domain.StreamName(first.Stream))
			rest = p.asides.counting(rest[len(events)+1:])
			continue
		case err != nil:
			return p.endingWith(decoded, err)
		}
		break
	}
	decoded.To = records[len(records)-1].Position
	p.asides.reach(decoded.To)
	return decoded, nil
}

func theirs(record journal.Record) bool { return !codec.Ours(record) }

// endingWith is the batch of the events before the one that an error names.
func (p *pages) endingWith(decoded batch, err error) (batch, error) {
	poison, isPoison := asPoison(err)
	if !isPoison {
		return batch{}, err
	}
	p.asides.reach(poison.Position)
	return batch{Batch: decoded.first(len(decoded.Events)), poison: poison, aside: decoded.aside}, nil
}

// first is the batch up to the event with a number.
func (b Batch) first(count int) Batch {
	short := Batch{From: b.From, To: b.From, Events: b.Events[:count:count]}
	if count > 0 {
		short.To = b.Events[count-1].Position
	}
	return short
}

// behind is the part of the batch that is behind a position.
func (b Batch) behind(at domain.Position) Batch {
	for len(b.Events) > 0 && !b.Events[0].Position.After(at) {
		b.Events = b.Events[1:]
	}
	b.From = at
	if at.After(b.To) {
		b.To = at
	}
	return b
}

// without is the batch without some events.
func (b Batch) without(skipped map[uuid.UUID]bool) Batch {
	leftOut := func(event domain.Recorded) bool { return skipped[event.ID] }
	if len(skipped) > 0 && slices.ContainsFunc(b.Events, leftOut) {
		b.Events = slices.DeleteFunc(slices.Clone(b.Events), leftOut)
	}
	return b
}

// until is the batch up to a position, if that is not zero; there says that it
// goes as far.
func (b batch) until(position domain.Position) (some batch, there bool) {
	if position.IsZero() || position.After(b.To) {
		return b, false
	}
	count := 0
	for count < len(b.Events) && !b.Events[count].Position.After(position) {
		count++
	}
	return batch{Batch: Batch{From: b.From, To: position, Events: b.Events[:count:count]}}, true
}

// pages reads the log in pages, without messages, and decodes each page once
// for all that come by at about the same time.
type pages struct {
	log     journal.Log
	decoder Decoder
	asides  *asides

	mu      sync.Mutex
	readers int
	recent  []*page // the newest last
}

type page struct {
	after domain.Position
	ready chan struct{} // closed when the rest is known
	batch
	last bool // there were no more records
	err  error
}

// enter is to be called before behind, and what it returns when done: while
// nobody reads, nothing is kept.
func (p *pages) enter() (leave func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.readers++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.readers--; p.readers == 0 {
			p.recent = nil
		}
	}
}

// behind is the page behind a position.
func (p *pages) behind(ctx context.Context, after domain.Position) (*page, error) {
	for {
		found, mine := p.find(after)
		if mine {
			p.fill(ctx, found)
			return found, found.err
		}
		select {
		case <-found.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if found.err == nil {
			return found, nil
		}
	}
}

// find is a page that somebody reads or has read, or a new one that is the
// caller's to fill.
func (p *pages) find(after domain.Position) (found *page, mine bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, one := range p.recent {
		if one.after == after {
			return one, false
		}
	}
	if len(p.recent) == keptPages {
		p.recent = append(p.recent[:0:0], p.recent[1:]...)
	}
	found = &page{after: after, ready: make(chan struct{})}
	p.recent = append(p.recent, found)
	return found, true
}

func (p *pages) fill(ctx context.Context, into *page) {
	defer close(into.ready)
	records := make([]journal.Record, 0, pageRecords)
	for record, err := range p.log.ReadAll(ctx, into.after) {
		if err != nil {
			into.err = err
			break
		}
		if records = append(records, record); len(records) == pageRecords {
			break
		}
	}
	into.last = len(records) < pageRecords
	if into.err == nil {
		into.batch, into.err = p.decode(ctx, into.after, records)
	}
	if into.err != nil || into.poison != nil || into.last {
		p.drop(into)
	}
}

// drop lets a page be read anew by whoever comes next.
func (p *pages) drop(one *page) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := range p.recent {
		if p.recent[i] == one {
			p.recent = append(p.recent[:i:i], p.recent[i+1:]...)
			return
		}
	}
}
