package messaging

import (
	"context"
	"slices"
	"sync"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Decoder turns records into events. Where one cannot be decoded it returns the
// events before it together with a *projections.Poison; with any other error it
// is asked again.
type Decoder interface {
	Decode(ctx context.Context, records []journal.Record) ([]domain.Recorded, error)
}

const (
	// pageRecords is how many events are folded at once while a view is far behind.
	pageRecords = 4096
	// keptPages is how far views may be apart and still share the decoding.
	keptPages = 3
)

// batch is some records of the log, decoded. It ends before the first that
// cannot be.
type batch struct {
	events []domain.Recorded
	to     domain.Position // of the last record
	poison *projections.Poison
}

// decode leaves out what others wrote into the log, but not its position.
func decode(ctx context.Context, decoder Decoder, records []journal.Record) (batch, error) {
	ours := make([]journal.Record, 0, len(records))
	for _, record := range records {
		if codec.Ours(record) {
			ours = append(ours, record)
		}
	}
	decoded := batch{}
	if len(ours) > 0 {
		var err error
		if decoded.events, err = decoder.Decode(ctx, ours); err != nil {
			return decoded.endingWith(err)
		}
	}
	if len(records) > 0 {
		decoded.to = records[len(records)-1].Position
	}
	return decoded, nil
}

// endingWith is the batch of the events before the one that an error names.
func (b batch) endingWith(err error) (batch, error) {
	poison, isPoison := asPoison(err)
	if !isPoison {
		return batch{}, err
	}
	return b.before(len(b.events), poison), nil
}

// before is the first events of the batch, ending at a poisonous one.
func (b batch) before(count int, poison *projections.Poison) batch {
	short := batch{events: b.events[:count], poison: poison}
	if count > 0 {
		short.to = b.events[count-1].Position
	}
	return short
}

// without is the batch without some events.
func (b batch) without(skipped map[uuid.UUID]bool) batch {
	if len(skipped) > 0 {
		b.events = slices.DeleteFunc(slices.Clone(b.events), func(event domain.Recorded) bool { return skipped[event.ID] })
	}
	return b
}

// until is the batch up to a position, if that is not zero; there says that it
// goes as far.
func (b batch) until(position domain.Position) (some batch, there bool) {
	if position.IsZero() || position.After(b.to) {
		return b, false
	}
	count := 0
	for count < len(b.events) && !b.events[count].Position.After(position) {
		count++
	}
	return batch{events: b.events[:count], to: position}, true
}

// pages reads the log in pages, without messages, and decodes each page once
// for all views that come by at about the same time.
type pages struct {
	log     journal.Log
	decoder Decoder

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
		into.batch, into.err = decode(ctx, p.decoder, records)
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
