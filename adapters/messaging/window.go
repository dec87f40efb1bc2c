package messaging

import (
	"context"
	"slices"
	"sort"
	"sync"

	"github.com/usher-engine/usher/domain"
)

// A feed keeps so many events, of so many stored bytes, and an eighth more, for
// those who are not as quick as others; whoever is further behind reads the log
// in pages. The last event is kept however large it is.
const (
	windowEvents = 8192
	windowBytes  = 32 << 20
)

// window is the last events of a log, decoded, in order. Those who follow take
// from it what is behind the place where they stand; nobody is registered, so
// that whoever comes back, from wherever, finds neither a gap nor a repetition.
type window struct {
	mu       sync.Mutex
	open     bool
	from, to domain.Position // it has everything behind from, up to to
	events   []domain.Recorded
	bytes    int // of events
	changed  call
}

// begin opens the window at a position.
func (w *window) begin(at domain.Position) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open, w.from, w.to = true, at, at
	w.changed.ring()
}

// extend adds events, which reach to a position.
func (w *window) extend(events []domain.Recorded, to domain.Position) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events, w.to = append(w.events, events...), to
	for i := range events {
		w.bytes += stored(events[i])
	}
	if len(w.events) > windowEvents*9/8 || w.bytes > windowBytes*9/8 {
		w.cut()
	}
	w.changed.ring()
}

// cut drops the first events. Those who are at them keep them; the window does not.
func (w *window) cut() {
	over := 0
	for over < len(w.events)-1 && (len(w.events)-over > windowEvents || w.bytes > windowBytes) {
		w.bytes -= stored(w.events[over])
		over++
	}
	if over > 0 {
		w.from = w.events[over-1].Position
		w.events = slices.Clone(w.events[over:])
	}
}

// stored is how many bytes an event takes in the log.
func stored(event domain.Recorded) int { return len(event.Data) + len(event.RawMetadata) }

// pass empties the window, up to a position, at which there is an event that
// cannot be read. Those who stand before it have to pass it by themselves.
func (w *window) pass(at domain.Position) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.from, w.to, w.events, w.bytes = at, at, nil, 0
	w.changed.ring()
}

// behind is some of the events behind a position. It is false where the window
// does not go back as far. Where there are none yet, changed is closed when
// that may be different.
func (w *window) behind(after domain.Position) (some Batch, changed <-chan struct{}, covered bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.open || w.from.After(after) {
		return Batch{}, nil, false
	}
	if !w.to.After(after) {
		return Batch{}, w.changed.next(), true
	}
	first := sort.Search(len(w.events), func(i int) bool { return w.events[i].Position.After(after) })
	some = Batch{From: after, To: w.to, Events: w.events[first:len(w.events):len(w.events)]}
	if len(some.Events) > liveBatch {
		some.Events = some.Events[:liveBatch:liveBatch]
		some.To = some.Events[liveBatch-1].Position
	}
	return some, nil, true
}

// covers says whether somebody who stands at a position can follow the window.
func (w *window) covers(at domain.Position) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.open && !w.from.After(at)
}

// await is behind, once there is something; false where the window does not go
// back as far, or ctx ends.
func (w *window) await(ctx context.Context, after domain.Position) (Batch, bool) {
	for {
		some, changed, covered := w.behind(after)
		if !covered || changed == nil {
			return some, covered
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return Batch{}, false
		}
	}
}
