package changes

import (
	"context"
	"maps"
	"slices"

	"github.com/usher-engine/usher/domain"
)

// Change is that a view has come further, as far as that matters to an account.
type Change struct {
	View string
	// Position is what the view shows of the account at least.
	Position domain.Position
	// Resume is the place behind which to follow again, once this is told.
	Resume domain.Position
}

// Follower is somebody who follows the views of an account.
type Follower struct {
	watcher *Watcher
	account domain.AccountID
	news    chan struct{}
	from    domain.Position // up to where all is told
	told    map[string]domain.Position
}

// Follow begins behind a position: what has come since is new. It must be closed.
func (w *Watcher) Follow(ctx context.Context, account domain.AccountID, from domain.Position) *Follower {
	f := &Follower{watcher: w, account: account, news: make(chan struct{}, 1), from: from, told: map[string]domain.Position{}}
	w.mu.Lock()
	defer w.mu.Unlock()
	of := w.accounts[account]
	if of == nil {
		of = &audience{
			ring: map[*Follower]chan<- struct{}{}, owed: map[string]domain.Position{}, then: map[string]domain.Position{}, due: map[string]domain.Position{}, scanned: from, settled: from,
		}
		w.accounts[account] = of
	}
	if of.scanned.After(from) { // then it is looked once more, for all
		of.scanned = from
	}
	if of.settled.After(from) {
		of.settled = from
	}
	of.ring[f] = f.news
	call(f.news) // for what is due already
	call(w.nudged)
	if w.stop == nil {
		watching, stop := context.WithCancel(context.WithoutCancel(ctx))
		w.stop = stop
		go w.watch(watching)
	}
	return f
}

// News returns what says that there may be changes.
func (f *Follower) News() <-chan struct{} { return f.news }

// Changes returns what has come of the views that somebody sees, and was not returned yet.
// It also takes all of that for told.
func (f *Follower) Changes(sees map[string]bool) []Change {
	f.watcher.mu.Lock()
	of := f.watcher.accounts[f.account]
	due, settled := maps.Clone(of.due), of.settled
	f.watcher.mu.Unlock()
	var changes []Change
	for _, view := range slices.Sorted(maps.Keys(due)) {
		before := f.told[view]
		if f.from.After(before) {
			before = f.from
		}
		if sees[view] && due[view].After(before) {
			changes = append(changes, Change{View: view, Position: due[view], Resume: f.from})
			f.told[view] = due[view]
		}
	}
	if settled.After(f.from) {
		f.from = settled
	}
	if len(changes) > 0 {
		changes[len(changes)-1].Resume = f.from
	}
	return changes
}

// Close ends it.
func (f *Follower) Close() {
	w := f.watcher
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.accounts[f.account].ring, f)
	if len(w.accounts[f.account].ring) == 0 {
		delete(w.accounts, f.account)
	}
	if len(w.accounts) == 0 && w.stop != nil {
		w.stop()
		w.stop = nil
	}
}
