package persistent

import (
	"context"
	"errors"
	"iter"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent/group"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// source is what a group reads: a stream, or what a filter leaves of $all.
type source struct {
	store   *store.Store
	stream  string
	filter  *wire.Filter
	resolve bool
}

// window is how many events one page looks at, where a filter finds few.
const window = 1000

// step is a message; or, where count is not 0, so many events up to a place
// that the filter left out.
type step struct {
	message group.Message
	place   group.Place
	count   int
}

// page is what one reading found.
type page struct {
	steps []step
	next  group.Place // where to go on
	end   bool        // whether there was nothing behind it
}

// read looks for up to limit messages, from a place on.
func (s source) read(ctx context.Context, from group.Place, limit int) (page, error) {
	found := page{next: from, end: true}
	messages, looked := 0, 0
	for record, err := range s.records(ctx, from) {
		if err != nil {
			return page{}, err
		}
		if messages == limit || looked >= max(limit, window) {
			found.end = false
			break
		}
		looked++
		place := s.place(record)
		found.next = place + 1
		chosen, err := s.filter.Matches(&record)
		if err != nil {
			return page{}, err
		}
		if !chosen {
			found.skip(place)
			continue
		}
		message, err := s.message(ctx, place, record)
		if err != nil {
			return page{}, err
		}
		messages++
		found.steps = append(found.steps, step{message: message})
	}
	return found, nil
}

func (p *page) skip(place group.Place) {
	if last := len(p.steps) - 1; last >= 0 && p.steps[last].count > 0 {
		p.steps[last].place = place
		p.steps[last].count++
		return
	}
	p.steps = append(p.steps, step{place: place, count: 1})
}

func (s source) records(ctx context.Context, from group.Place) iter.Seq2[journal.Record, error] {
	if s.stream == allStream {
		return s.store.ReadAll(ctx, domain.Position{Commit: uint64(from), Prepare: uint64(from)}, false)
	}
	return existing(s.store.ReadStream(ctx, s.stream, uint64(from), false))
}

// existing reads a stream that is not there yet as an empty one.
func existing(records iter.Seq2[journal.Record, error]) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		for record, err := range records {
			if _, missing := errors.AsType[*store.NotFound](err); missing || !yield(record, err) {
				return
			}
		}
	}
}

func (s source) place(record journal.Record) group.Place {
	if s.stream == allStream {
		return group.Place(record.Position.Commit)
	}
	return group.Place(record.Revision)
}

func (s source) message(ctx context.Context, place group.Place, record journal.Record) (group.Message, error) {
	if !s.resolve || record.Type != store.LinkType {
		return group.Message{Place: place, Event: &record}, nil
	}
	message := group.Message{Place: place, Link: &record}
	target, found, err := s.store.Resolve(ctx, record)
	if err != nil {
		return group.Message{}, err
	}
	if found {
		message.Event = &target
	}
	return message, nil
}
