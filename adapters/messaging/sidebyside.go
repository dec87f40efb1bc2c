package messaging

import (
	"context"
	"sync"

	"github.com/usher-engine/usher/domain"
)

// sideBySide is how many events a policy handles at once at most.
const sideBySide = 64

// handleAll handles events of different streams side by side, so that what they
// make durable is synced together, and events of one stream in order. The policy
// moves on over what is handled with nothing unhandled before it.
func (a *actor) handleAll(ctx context.Context, events []domain.Recorded) error {
	if len(events) == 1 {
		if err := a.insist(ctx, events[0]); err != nil {
			return err
		}
		return a.advance(ctx, events[0].Position, true)
	}
	r := round{actor: a, events: events}
	r.sort()
	r.work(ctx)
	r.hired.Wait()
	return r.err
}

// round is some events that a policy handles. Whoever works takes the streams
// one by one, and has somebody else begin with the next before it begins with
// its own: where events are no matter for the policy, one does them all.
type round struct {
	*actor
	events []domain.Recorded
	behind [sideBySide]int  // the number of the next event of the same stream; 0 for none
	later  [sideBySide]bool // whether an event is behind another of its stream

	hired sync.WaitGroup

	mu      sync.Mutex
	begun   int  // events before it are taken
	hiring  bool // somebody was asked and has not come yet
	handled [sideBySide]bool
	next    int // everything before it is handled
	err     error
}

func (r *round) sort() {
	for i := range r.events {
		for next := i + 1; next < len(r.events); next++ {
			if r.events[next].Stream == r.events[i].Stream {
				r.behind[i], r.later[next] = next, true
				break
			}
		}
	}
}

// take is the first event of a stream with which nobody has begun; false where
// there is none, or others have failed for good.
func (r *round) take(ctx context.Context) (first int, found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	first, found = r.first()
	if !found || r.err != nil {
		return 0, false
	}
	r.begun = first + 1
	if _, more := r.first(); more && !r.hiring {
		r.hiring = true
		r.hired.Go(func() {
			r.mu.Lock()
			r.hiring = false
			r.mu.Unlock()
			r.work(ctx)
		})
	}
	return first, true
}

func (r *round) first() (int, bool) {
	for i := r.begun; i < len(r.events); i++ {
		if !r.later[i] {
			return i, true
		}
	}
	return 0, false
}

func (r *round) work(ctx context.Context) {
	for {
		at, found := r.take(ctx)
		if !found {
			return
		}
		for more := true; more; more = at != 0 {
			if err := r.insist(ctx, r.events[at]); err != nil {
				r.end(err)
				return
			}
			r.finish(ctx, at)
			at = r.behind[at]
		}
	}
}

func (r *round) end(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
}

// finish moves the policy on as far as there is no gap.
func (r *round) finish(ctx context.Context, at int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.handled[at] = true
	before := r.next
	for r.next < len(r.events) && r.handled[r.next] {
		r.next++
	}
	if r.next > before && r.err == nil {
		r.err = r.advance(ctx, r.events[r.next-1].Position, r.next == len(r.events))
	}
}
