package messaging

import (
	"context"
	"errors"
	"fmt"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Projectors has views follow a feed, each edition of a view by itself where the
// store has editions.
type Projectors struct {
	feed   *Feed
	store  projections.Store
	lane   *lane
	all    []*member
	byName map[string]*member

	editions projections.Editions // nil where the store has none
	shifts   *shifts              // of editions
}

// viewKind is what members that are views are called.
const viewKind = "view"

// NewProjectors has views follow a feed, which is not started yet.
func NewProjectors(feed *Feed, store projections.Store, views []projections.View) *Projectors {
	p := &Projectors{feed: feed, store: store, lane: newLane(feed, store), byName: map[string]*member{}}
	feed.beside = append(feed.beside, p.lane.run)
	if editions, has := store.(projections.Editions); has {
		p.editions = editions
		p.shifts = newShifts(feed.options.Leases, feed.options.Logger, p.jobs)
		feed.beside = append(feed.beside, p.shifts.run)
	}
	for _, view := range views {
		one := feed.follow(keeper{view, store}, viewKind)
		one.version, one.lane, one.place = view.Version(), p.lane, newPlace(p.lane.bell)
		if p.shifts != nil {
			one.shifts = p.shifts
		}
		p.all, p.byName[view.Name()] = append(p.all, one), one
	}
	return p
}

// Wait returns when a view reflects a position. It ends with ctx's error, or
// with the *projections.Poison at which the view has stopped before that.
func (p *Projectors) Wait(ctx context.Context, view string, position domain.Position) error {
	one, known := p.byName[view]
	if !known {
		return fmt.Errorf("there is no view %s: %w", view, ErrNoView)
	}
	if err := one.reach(ctx, position); err != nil {
		return fmt.Errorf("wait for view %s to reach %s: %w", view, position, err)
	}
	return nil
}

// Moved returns what is closed when a view stands elsewhere than now, whichever
// instance moves it on; never, for a view that is not known.
func (p *Projectors) Moved(view string) <-chan struct{} {
	one, known := p.byName[view]
	if !known {
		return nil
	}
	return one.place.changed.next()
}

// Standings says how far each view has come.
func (p *Projectors) Standings() []Standing { return p.feed.standings(p.all) }

// Head returns the position of the log's last event, to compare with.
func (p *Projectors) Head(ctx context.Context) (domain.Position, error) { return p.feed.Head(ctx) }

// ErrNoView says that there is no view of some name.
var ErrNoView = errors.New("this view is not known")

func (p *Projectors) view(name string) (projections.View, error) {
	one, known := p.byName[name]
	if !known {
		return nil, fmt.Errorf("there is no view %s: %w", name, ErrNoView)
	}
	return viewOf(one), nil
}

func viewOf(one *member) projections.View {
	kept, _ := one.follower.(keeper)
	return kept.view
}

// keeps is a view's member for one edition.
func (p *Projectors) keeps(one *member, edition projections.Edition) *member {
	view := viewOf(one)
	kept := *one
	kept.follower, kept.noted = keeper{projections.Numbered{View: view, Number: edition.Number}, p.store}, edition.Stopped != nil
	kept.note = func(ctx context.Context, stopped *projections.Poison) error {
		return p.editions.Note(ctx, view, edition.Number, stopped)
	}
	return &kept
}
