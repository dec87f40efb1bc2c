package eventstoredb

import (
	"context"
	"sync"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/usher-engine/usher/domain"
)

// horizon is what is known of where a log ends: its last event, and how far the
// server was looked through behind that for more. So whatever others write is
// passed over once, also by those who begin anew.
type horizon struct {
	mu sync.Mutex
	// Passed is where nothing of the log is.
	passed Passed
	// appended is the furthest of what was appended here.
	appended domain.Position
}

// Passed is a part of a server in which others alone have written: none of the
// log's events is behind After, where the last one before is, up to Upto.
type Passed struct{ After, Upto domain.Position }

// Passed returns what is known of it by now, to be kept for Resume as KnownCuts is.
func (l *Log) Passed() Passed {
	passed, _ := l.horizon.known()
	return passed
}

// Resume has the log rely on what was known of it before. That is worth nothing where
// the server was restored from an older backup: it does not go as far, or others have
// written since where the last event was.
func (l *Log) Resume(ctx context.Context, kept Passed, knownCuts string) error {
	end, err := persist(ctx, l.Server, l.options.Patience, newest)
	if err != nil || kept.Upto.After(end) {
		return err
	}
	if !kept.After.IsZero() {
		got, err := persist(ctx, l.Server, l.options.Attempt, allPage(behind(kept.After), esdb.Forwards, 1))
		if err != nil || len(got.events) == 0 || placeOf(got.events[0].OriginalEvent()) != kept.After || !l.is(got.events[0].OriginalEvent()) {
			return l.ended(ctx) // a server refuses a position that is no event's
		}
	}
	l.horizon.add(kept)
	l.cuts.resumeFrom(knownCuts, end)
	return nil
}

// event is told of each event that a reader comes by.
func (h *horizon) event(at domain.Position) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if at.After(h.passed.Upto) {
		h.passed = Passed{at, at}
	}
}

// nothing is told that a reader has found no event behind a place, up to another.
// That is of use where it is known what is at the first.
func (h *horizon) nothing(after, upto domain.Position) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.passed.After.After(after) && !after.After(h.passed.Upto) {
		h.passed.Upto = later(h.passed.Upto, upto)
	}
}

// add is told what was found out another way.
func (h *horizon) add(passed Passed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if passed.Upto.After(h.passed.Upto) {
		h.passed = passed
	}
}

// skip is where a reader goes on that has come to a place: behind what others
// have written there.
func (h *horizon) skip(at domain.Position) domain.Position {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.passed.After.After(at) {
		return later(at, h.passed.Upto)
	}
	return at
}

func (h *horizon) append(at domain.Position) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.appended = later(h.appended, at)
}

func (h *horizon) known() (passed Passed, head domain.Position) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.passed, later(h.passed.After, h.appended)
}

func later(a, b domain.Position) domain.Position {
	if b.After(a) {
		return b
	}
	return a
}
