package eventstoredb

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/usher-engine/usher/domain"
)

// horizon remembers what was found when looking back for the last event that is
// not the server's own, so that each event of the server is looked at once.
// Between low and top are such events only; where known is set, the event
// before them is at found, or there is none.
type horizon struct {
	turn     chan struct{} // holds one while somebody looks
	top, low domain.Position
	found    domain.Position
	known    bool
}

func newHorizon() horizon { return horizon{turn: make(chan struct{}, 1)} }

// Head implements journal.Log. While the server is away it fails within the
// time of one attempt, with journal.ErrUnavailable; where very many events of
// the server's own are in the way at the first time it may do so too, and gets
// further the next time.
func (l *Log) Head(caller context.Context) (domain.Position, error) {
	last, err := persist(caller, l, l.options.Attempt, allPage(esdb.End{}, esdb.Backwards, 1))
	if err != nil || len(last.events) == 0 {
		return domain.Position{}, err
	}
	event := last.events[0].OriginalEvent()
	if !system(event) {
		return placeOf(event), nil
	}
	ctx, cancel := l.connection.bound(caller, l.options.Patience)
	defer cancel()
	select {
	case l.horizon.turn <- struct{}{}:
		defer func() { <-l.horizon.turn }()
	case <-ctx.Done():
		return domain.Position{}, l.failed(caller, ctx.Err())
	}
	found, err := l.lookBack(ctx, placeOf(event))
	if err != nil {
		return domain.Position{}, l.failed(caller, err)
	}
	return found, nil
}

// lookBack goes from the newest event, which is the server's own, to the
// horizon, and from there on beyond it.
func (l *Log) lookBack(ctx context.Context, newest domain.Position) (domain.Position, error) {
	h := &l.horizon
	if h.top.IsZero() {
		h.top, h.low = newest, newest
	}
	for at := newest; at.After(h.top); {
		seen, err := l.look(ctx, at, h.top)
		if err != nil {
			return domain.Position{}, err
		}
		if seen.known {
			h.top, h.found, h.known = newest, seen.found, true
			return h.found, nil
		}
		at = seen.lowest
	}
	if newest.After(h.top) {
		h.top = newest
	}
	for !h.known {
		seen, err := l.look(ctx, h.low, domain.Position{})
		if err != nil {
			return domain.Position{}, err
		}
		h.low, h.found, h.known = seen.lowest, seen.found, seen.known
	}
	return h.found, nil
}

// sight is what a page before a position shows: the last event that is not the
// server's own, or, where it is not known yet, how low the page reaches.
type sight struct {
	found, lowest domain.Position
	known         bool
}

func (l *Log) look(ctx context.Context, before, floor domain.Position) (sight, error) {
	got, err := persist(ctx, l, l.options.Attempt, allPage(behind(before), esdb.Backwards, pageEvents))
	if err != nil {
		return sight{}, err
	}
	lowest := floor
	for _, resolved := range got.events {
		event := resolved.OriginalEvent()
		at := placeOf(event)
		if !at.After(floor) {
			return sight{lowest: floor}, nil
		}
		if !system(event) {
			return sight{found: at, known: true}, nil
		}
		lowest = at
	}
	return sight{lowest: lowest, known: got.end}, nil
}
