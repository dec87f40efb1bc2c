package changes

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	historyview "github.com/usher-engine/usher/projections/history"
)

const (
	// lookEvery is how often, at most, it is looked what happened, and whether views that
	// lag behind it have come.
	lookEvery = 250 * time.Millisecond
	// tellEvery is how often, at most, those who follow an account are told.
	tellEvery = time.Second
	// lookAgain is how long it takes to look again where read models cannot be asked.
	lookAgain = time.Second
	// mostEvents bounds the events of an account that are looked at: where there were
	// more, every view is taken to have changed.
	mostEvents = 100
)

// Watcher knows of each account that somebody follows up to where its views must have come
// to show what happened, and tells once they have. It watches while anybody follows.
type Watcher struct {
	sources *questions.Sources
	moved   func(view string) <-chan struct{}
	asks    func()
	views   []projections.View
	nudged  chan struct{}

	mu       sync.Mutex
	accounts map[domain.AccountID]*audience
	stop     context.CancelFunc
}

// audience is those who follow an account.
type audience struct {
	ring map[*Follower]chan<- struct{}
	// scanned is up to where it is known what happened in the account.
	scanned domain.Position
	// owed is where views must come to before it is told of them, due where they were
	// when it was; then is where they must come to next, so that one that is always a
	// little behind is told of, too.
	owed, then, due map[string]domain.Position
	// settled is up to where nothing is owed.
	settled domain.Position
	fresh   bool // something is due that nobody was rung for
	rung    time.Time
}

// New returns a watcher. moved returns what is closed when a view has moved on, and asks is
// called for each question to the read models.
func New(sources *questions.Sources, moved func(view string) <-chan struct{}, asks func()) *Watcher {
	return &Watcher{
		sources: sources, moved: moved, asks: asks, views: questions.Shown(), nudged: make(chan struct{}, 1),
		accounts: map[domain.AccountID]*audience{},
	}
}

// Present returns up to where all views have come: whoever shows lists from now on has
// missed nothing before.
func (w *Watcher) Present(ctx context.Context) (present domain.Position, err error) {
	for i, view := range w.views {
		w.asks()
		at, err := w.sources.Reader.Position(ctx, view)
		if err != nil {
			return present, fmt.Errorf("how far %s is: %w", view.Name(), err)
		}
		if i == 0 || present.After(at) {
			present = at
		}
	}
	return present, nil
}

func (w *Watcher) watch(ctx context.Context) {
	for ctx.Err() == nil {
		moved := w.moved(historyview.View().Name())
		failed := w.scan(ctx) != nil // and others say so
		w.idle(ctx, moved, failed)
		rest(ctx, lookEvery)
	}
}

// idle returns once something may have happened, and tells meanwhile what is owed.
func (w *Watcher) idle(ctx context.Context, moved <-chan struct{}, failed bool) {
	for {
		var tick <-chan time.Time
		if w.settle(ctx) {
			tick = time.After(lookEvery)
		}
		if failed {
			tick = time.After(lookAgain)
		}
		select {
		case <-moved:
			return
		case <-w.nudged:
			return
		case <-tick:
			if failed {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func rest(ctx context.Context, pause time.Duration) {
	select {
	case <-time.After(pause):
	case <-ctx.Done():
	}
}

// scan finds out what happened in each account that somebody follows, and what is owed for it.
func (w *Watcher) scan(ctx context.Context) error {
	w.mu.Lock()
	behind := make(map[domain.AccountID]domain.Position, len(w.accounts))
	for account, of := range w.accounts {
		behind[account] = of.scanned
	}
	w.mu.Unlock()
	for account, scanned := range behind {
		owed, upTo, err := w.since(ctx, account, scanned)
		if err != nil {
			return err
		}
		w.mu.Lock()
		if of := w.accounts[account]; of != nil {
			of.owe(owed)
			if of.scanned == scanned { // and nobody began before it meanwhile
				of.scanned = upTo
			}
		}
		w.mu.Unlock()
	}
	return nil
}

// since is where views must come to for what happened in an account behind a position, and
// up to where that is known.
func (w *Watcher) since(ctx context.Context, account domain.AccountID, behind domain.Position) (owed map[string]domain.Position, upTo domain.Position, err error) {
	query := projections.Query{Account: account, Limit: mostEvents + 1, After: projections.Place{Sort: projections.InLogOrder(behind), ID: "\U0010FFFF"}}
	events, upTo, err := w.events(ctx, query)
	if err != nil || len(events) == 0 {
		return nil, upTo, err
	}
	owed = map[string]domain.Position{}
	if len(events) > mostEvents {
		events, _, err = w.events(ctx, projections.Query{Account: account, Limit: mostEvents, Descending: true})
		if err != nil || len(events) == 0 {
			return nil, upTo, err
		}
		w.all(owed, events[len(events)-1].Position)
	}
	touched, err := w.sources.Touched(ctx, account, w.views, events)
	if err != nil { // because of events that cannot be read now, with which views cannot do anything either
		w.all(owed, upTo)
	}
	maps.Copy(owed, touched)
	return owed, upTo, ctx.Err()
}

func (w *Watcher) all(owed map[string]domain.Position, at domain.Position) {
	for _, view := range w.views {
		owed[view.Name()] = at
	}
}

func (w *Watcher) events(ctx context.Context, query projections.Query) ([]historyview.Event, domain.Position, error) {
	w.asks()
	rows, upTo, err := w.sources.Reader.Find(ctx, historyview.View(), query)
	if err != nil {
		return nil, upTo, fmt.Errorf("what happened: %w", err)
	}
	events, err := projections.As[historyview.Event](rows)
	return events, upTo, err
}

func (a *audience) owe(more map[string]domain.Position) {
	for view, at := range more {
		first, owes := a.owed[view]
		switch {
		case !at.After(a.due[view]):
		case !owes:
			a.owed[view] = at
		case at.After(first):
			a.then[view] = at
		}
	}
}

// next owes of a view that has come what it must come to next, if anything.
func (a *audience) next(view string) {
	delete(a.owed, view)
	if at, more := a.then[view]; more {
		a.owed[view] = at
		delete(a.then, view)
	}
}

// settle makes due what is owed and has come, and rings for it. It reports whether anything
// is left.
func (w *Watcher) settle(ctx context.Context) (left bool) {
	stand := w.stand(ctx)
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, of := range w.accounts {
		for view, at := range of.owed {
			if !at.After(stand[view]) {
				of.due[view], of.fresh = at, true
				of.next(view)
			}
		}
		if len(of.owed) == 0 && of.scanned.After(of.settled) {
			of.settled = of.scanned
		}
		if of.fresh && now.Sub(of.rung) >= tellEvery {
			of.fresh, of.rung = false, now
			for _, ring := range of.ring {
				call(ring)
			}
		}
		left = left || of.fresh || len(of.owed) > 0
	}
	return left
}

// stand is how far the views are that anything is owed of; what cannot be asked has not come.
func (w *Watcher) stand(ctx context.Context) map[string]domain.Position {
	late := map[string]bool{}
	w.mu.Lock()
	for _, of := range w.accounts {
		for view := range of.owed {
			late[view] = true
		}
	}
	w.mu.Unlock()
	stand := map[string]domain.Position{}
	for _, view := range w.views {
		if !late[view.Name()] {
			continue
		}
		w.asks()
		if at, err := w.sources.Reader.Position(ctx, view); err == nil {
			stand[view.Name()] = at
		}
	}
	return stand
}

func call(ring chan<- struct{}) {
	select {
	case ring <- struct{}{}:
	default: // it is rung already
	}
}
