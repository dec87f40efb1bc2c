package messaging

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// holdWithin is how long events that change nothing may go uncommitted while
// nobody waits for them.
const holdWithin = 50 * time.Millisecond

// gatherFor is how long events are gathered after others were committed, while nobody
// waits for them: a commit costs much the same for one as for many.
const gatherFor = 5 * time.Millisecond

// lane is the views that keep up with the feed: each batch is folded for all of
// them, and what changes is committed together, in one transaction where the
// store can. Whoever cannot go on leaves the lane, and comes back when it can.
//
// Events that change nothing are held back, to be committed with others, or
// after a moment, or as soon as somebody waits for them. So are, while events come one
// after the other, those that come right after a commit.
type lane struct {
	feed  *Feed
	store projections.Store
	bell  chan struct{} // rings when somebody comes, goes, or waits

	mu      sync.Mutex
	closed  bool
	coming  []*rider
	working context.CancelFunc // ends the work under way

	riders  []*rider
	due     *time.Timer // for what is held
	armed   bool
	gathers time.Time // until then
}

// rider is a view in the lane.
type rider struct {
	*member
	keeper keeper
	ctx    context.Context     // the lease's, until it is called back
	left   chan error          // gets why it left
	at     domain.Position     // where it stands in the store
	to     domain.Position     // how far it is folded: behind at, where nothing changed since
	change projections.Change  // to be committed
	poison *projections.Poison // that it met, behind to
	fault  error               // for which it leaves
}

func newLane(feed *Feed, store projections.Store) *lane {
	due := time.NewTimer(holdWithin)
	due.Stop()
	return &lane{feed: feed, store: store, bell: make(chan struct{}, 1), due: due}
}

// carry takes a view along until it cannot go on, and says why, or it is called
// back, because it does not stand where it is believed to, or ctx ends.
func (l *lane) carry(ctx context.Context, m *member, at domain.Position, back <-chan struct{}) error {
	kept, _ := m.follower.(keeper)
	riding, end := context.WithCancel(ctx)
	defer end()
	one := &rider{member: m, keeper: kept, ctx: riding, left: make(chan error, 1), at: at, to: at}
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return context.Canceled
	}
	l.coming = append(l.coming, one)
	l.mu.Unlock()
	l.ring()
	select {
	case err := <-one.left:
		return err
	case <-back:
	case <-ctx.Done():
	}
	end()
	l.interrupt()
	<-one.left //nolint:errcheck // because it was ended here
	return cmp.Or(ctx.Err(), projections.ErrMoved)
}

func (l *lane) ring() {
	select {
	case l.bell <- struct{}{}:
	default:
	}
}

// interrupt ends the work under way, so that nobody who has to go waits for it.
func (l *lane) interrupt() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.working != nil {
		l.working()
	}
	l.ring()
}

// run goes on until ctx ends.
func (l *lane) run(ctx context.Context) {
	defer l.close()
	for ctx.Err() == nil {
		working, end := context.WithCancel(ctx)
		l.interruptBy(end)
		for working.Err() == nil {
			l.board()
			l.work(working)
		}
		end()
	}
}

// work takes what there is behind those who ride, or waits for it, or for
// somebody to come, to go, or to wait for them.
func (l *lane) work(ctx context.Context) {
	some, changed := l.behindAll()
	var gathered <-chan time.Time
	if some.To.After(some.From) {
		gathers := time.Until(l.gathers)
		if gathers <= 0 || len(some.Events) == liveBatch || slices.ContainsFunc(l.riders, (*rider).awaited) {
			l.take(ctx, some)
			return
		}
		gathered = time.After(gathers)
	}
	select {
	case <-changed: // never, where nobody rides
	case <-gathered:
	case <-l.bell:
		l.release(ctx, (*rider).awaited)
	case <-l.due.C:
		l.armed = false
		l.release(ctx, func(*rider) bool { return true })
	case <-ctx.Done():
	}
}

func (l *lane) interruptBy(end context.CancelFunc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.working = end
}

// board lets in who comes, and out who has to go.
func (l *lane) board() {
	l.mu.Lock()
	l.riders = append(l.riders, l.coming...)
	l.coming = nil
	l.mu.Unlock()
	l.dismiss(func(one *rider) error { return one.ctx.Err() })
}

// dismiss has those leave for whom there is a reason.
func (l *lane) dismiss(reason func(*rider) error) {
	staying := l.riders[:0]
	for _, one := range l.riders {
		if err := reason(one); err != nil {
			one.left <- err
		} else {
			staying = append(staying, one)
		}
	}
	clear(l.riders[len(staying):])
	l.riders = staying
}

// behindAll is what is behind the one who has come least far. Who stands before
// what the feed has at hand leaves.
func (l *lane) behindAll() (some Batch, changed <-chan struct{}) {
	for len(l.riders) > 0 {
		least := l.riders[0].to
		for _, one := range l.riders[1:] {
			if least.After(one.to) {
				least = one.to
			}
		}
		some, changed, covered := l.feed.window.behind(least)
		if covered {
			return some, changed
		}
		l.dismiss(func(one *rider) error {
			if one.to == least {
				return errBehind
			}
			return nil
		})
	}
	return Batch{}, nil
}

// take folds a batch for all, and commits what it changes.
func (l *lane) take(ctx context.Context, some Batch) {
	for _, one := range l.riders {
		if !some.To.After(one.to) {
			continue
		}
		mine := some.behind(one.to).without(one.skipped)
		result, err := one.keeper.fold(ctx, one.at, mine)
		if err != nil {
			one.fault = unlessInterrupted(ctx, err)
			continue
		}
		one.to, one.poison = result.To, result.poison
		one.change.Saved, one.change.Deleted = result.Saved, result.Deleted
	}
	l.dismiss(func(one *rider) error { return one.fault })
	l.release(ctx, func(one *rider) bool { return one.changed() || one.poison != nil || one.awaited() })
	l.dismiss(func(one *rider) error {
		if one.poison != nil {
			return one.poison
		}
		return nil
	})
}

func (r *rider) changed() bool { return len(r.change.Saved)+len(r.change.Deleted) > 0 }

func (r *rider) awaited() bool { return r.place.awaited() }

// release commits what those have who are ready, and holds back the rest.
func (l *lane) release(ctx context.Context, ready func(*rider) bool) {
	var some []*rider
	held := false
	for _, one := range l.riders {
		switch {
		case !one.to.After(one.at):
		case ready(one):
			one.change.From, one.change.To = one.at, one.to
			some = append(some, one)
		default:
			held = true
		}
	}
	if len(some) > 0 {
		l.commit(ctx, some)
	}
	if held && !l.armed {
		l.armed = true
		l.due.Reset(holdWithin)
	}
}

// commit has those leave for whom it does not succeed. What fails together is
// tried one by one, so that nobody leaves for another's sake.
func (l *lane) commit(ctx context.Context, some []*rider) {
	changes := make([]projections.ViewChange, len(some))
	for i, one := range some {
		changes[i] = projections.ViewChange{View: one.keeper.view, Change: one.change}
	}
	moved, err := projections.ApplyAll(ctx, l.store, changes)
	l.gathers = time.Now().Add(gatherFor)
	for i, one := range some {
		one.change = projections.Change{}
		switch {
		case err != nil:
			one.fault = unlessInterrupted(ctx, asking(l.store.Apply(ctx, one.keeper.view, changes[i].Change)))
		case moved[i]:
			one.fault = projections.ErrMoved
		}
		if one.fault == nil {
			one.at = one.to
			one.moved(ctx, one.at)
		}
	}
	l.dismiss(func(one *rider) error { return one.fault })
}

// unlessInterrupted is why a view leaves: for no fault of its own, and to come
// back at once, where the work was ended for another that has to go.
func unlessInterrupted(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return errBehind
	}
	return err
}

// close lets everybody go.
func (l *lane) close() {
	l.mu.Lock()
	l.closed = true
	l.riders, l.coming = append(l.riders, l.coming...), nil
	l.mu.Unlock()
	l.dismiss(func(*rider) error { return context.Canceled })
}
