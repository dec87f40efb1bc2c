package messaging

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// elsewhereEvery is how often somebody who waits looks whether another instance
// has come as far.
const elsewhereEvery = 250 * time.Millisecond

// place is where a follower stands, and what keeps it there. Others can wait
// for it.
type place struct {
	mu       sync.Mutex
	position domain.Position
	farthest domain.Position       // it was ever seen at
	back     call                  // to whoever follows: it does not stand where it is believed to
	stops    []*projections.Poison // by position; policies can have several
	failure  error
	lag      lag
	changed  call
	waiting  int
	bell     chan<- struct{} // rings when somebody begins to wait; nil where nobody hears it
}

func newPlace(bell chan<- struct{}) *place { return &place{bell: bell} }

func (p *place) get() domain.Position {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position
}

// stand moves the place. A stop is over once the place is behind its event.
func (p *place) stand(position domain.Position) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.move(position)
}

// reached moves the place to where work got, so that no failure stands any more.
func (p *place) reached(position domain.Position) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.move(position)
	p.failure = nil
}

// observed moves the place to where another instance's work got, and to the
// events at which that is stopped. What kept this instance when it did the work
// is past.
func (p *place) observed(position domain.Position, stops []*projections.Poison) {
	p.mu.Lock()
	defer p.mu.Unlock()
	news := p.failure != nil || !slices.EqualFunc(stops, p.stops, func(one, other *projections.Poison) bool { return *one == *other })
	p.stops, p.failure = stops, nil
	p.move(position) // which rings where it moves
	if news {
		p.changed.ring()
	}
}

func (p *place) move(position domain.Position) {
	for len(p.stops) > 0 && !p.stops[0].Position.After(position) {
		p.stops = p.stops[1:]
	}
	if position == p.position {
		return
	}
	p.position = position
	if position.After(p.farthest) {
		p.farthest = position
	}
	p.changed.ring()
}

// calledBack is closed when the follower is to look again where it stands.
func (p *place) calledBack() <-chan struct{} { return p.back.next() }

// believed is where the follower is believed to stand, and the farthest that it was
// ever seen at.
func (p *place) believed() (position, farthest domain.Position) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position, p.farthest
}

// found says where the follower stands in its store, by an answer that was asked
// for when it was believed to stand somewhere. Where it had come farther it was
// set back: whoever follows is called back, to go on from there at once.
func (p *place) found(position, believed domain.Position) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if position.After(p.farthest) {
		p.farthest = position
	}
	if !believed.After(position) || !p.position.After(position) {
		return
	}
	p.position = position
	p.changed.ring()
	p.back.ring()
}

// stop says that the follower stands before an event that it cannot take; it
// is true where that is news. Where it is behind that event, it is over.
func (p *place) stop(poison *projections.Poison) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !poison.Position.After(p.position) {
		return false
	}
	p.failure = nil
	at, known := slices.BinarySearchFunc(p.stops, poison, func(one, other *projections.Poison) int {
		return one.Position.Compare(other.Position)
	})
	if known {
		news := *p.stops[at] != *poison
		p.stops[at] = poison
		return news
	}
	p.stops = slices.Insert(p.stops, at, poison)
	p.changed.ring()
	return true
}

// goOn takes back that an event keeps the follower; it has taken it after all.
func (p *place) goOn(at domain.Position) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stops = slices.DeleteFunc(p.stops, func(one *projections.Poison) bool { return one.Position == at })
}

// stopsNow are the events that keep the follower.
func (p *place) stopsNow() []*projections.Poison {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.stops)
}

// stopped is the first event that keeps the follower, or nil.
func (p *place) stopped() *projections.Poison {
	if len(p.stops) == 0 {
		return nil
	}
	return p.stops[0]
}

// fail says what keeps the follower for now; it is true where nothing did.
func (p *place) fail(err error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	news := p.failure == nil
	p.failure = err
	return news
}

func (p *place) standing() Standing {
	p.mu.Lock()
	defer p.mu.Unlock()
	one := Standing{Position: p.position, Farthest: p.farthest, Stopped: p.stopped(), Failure: p.failure}
	if p.lag.owed.After(p.position) {
		one.BehindSince = p.lag.since
	}
	if p.lag.stalled(p.position) {
		one.StalledSince, one.Behind = p.lag.still, p.lag.behind
	}
	return one
}

// compare looks at the place beside the head of the log; it is true where the
// follower will have stalled at the next look.
func (p *place) compare(head domain.Position, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lag = p.lag.seen(p.position, head, now)
	return p.lag.looks >= looksToStall-1
}

// awaited says whether anybody waits.
func (p *place) awaited() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waiting > 0
}

// look says whether the place is at the position, and if not, why it will not
// come there, or what to wait for.
func (p *place) look(position domain.Position) (there bool, changed <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !position.After(p.position) {
		return true, nil, nil
	}
	if stopped := p.stopped(); stopped != nil && !stopped.Position.After(position) {
		return false, nil, fmt.Errorf("stopped at %s: %w", p.position, stopped)
	}
	return false, p.changed.next(), nil
}

// reach waits until the place, or another instance's, is at the position. It
// ends with an error when ctx does, or when the follower has stopped on the way.
func (p *place) reach(ctx context.Context, position domain.Position, elsewhere func(context.Context) (domain.Position, error)) error {
	if there, _, err := p.look(position); there || err != nil {
		return err
	}
	p.arrive(1)
	defer p.arrive(-1)
	ticker := time.NewTicker(elsewhereEvery)
	defer ticker.Stop()
	for {
		there, changed, err := p.look(position)
		if there || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-ticker.C:
			if at, err := elsewhere(ctx); err == nil && !position.After(at) {
				return nil
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *place) arrive(one int) {
	p.mu.Lock()
	p.waiting += one
	p.mu.Unlock()
	select {
	case p.bell <- struct{}{}:
	default:
	}
}
