package messaging

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Projectors keeps views up to date, each by itself.
type Projectors struct {
	// StallAfter is how long a view may stand still behind the log before its
	// status says so. It is set before Start.
	StallAfter time.Duration

	log    journal.Log
	logger *slog.Logger
	all    []*projector
	byName map[string]*projector
	cancel context.CancelFunc
	group  sync.WaitGroup

	editions projections.Editions // where Share was called
	shifts   *shifts              // where Share was called
}

// Following says how far a view or a policy has come.
type Following struct {
	Name     string
	Version  int // of a view
	Position domain.Position
	// Stopped is the event at which it stands still, and why; nil where it does not.
	Stopped *projections.Poison
	// Failure is what keeps it from going on for now; nil where nothing does.
	Failure error
	// BehindSince is when the end of the log was seen that it has not reached yet;
	// zero where it reflects all that was seen.
	BehindSince time.Time
	// Stalled says that it has not moved for a while although it is behind the
	// log, whatever the reason; nil where it moves, or has nothing to do.
	Stalled *Stall
}

// NewProjectors makes projectors of views; Start starts them.
func NewProjectors(log journal.Log, decoder Decoder, store projections.Store, views []projections.View, logger *slog.Logger) *Projectors {
	p := &Projectors{StallAfter: StallAfter, log: log, logger: logger, byName: map[string]*projector{}}
	shared := &pages{log: log, decoder: decoder}
	for _, view := range views {
		one := &projector{view: view, log: log, pages: shared, store: store, logger: logger, place: newPlace(), skips: noSkips, note: noRecord}
		p.all, p.byName[view.Name()] = append(p.all, one), one
	}
	return p
}

// Start runs the projectors until ctx ends or Close. It is called once.
func (p *Projectors) Start(ctx context.Context) {
	ctx, p.cancel = context.WithCancel(ctx)
	watch := watch{log: p.log, after: p.StallAfter}
	for _, one := range p.all {
		watch.places = append(watch.places, watched{one.place, one.elsewhere})
		if p.shifts == nil {
			p.group.Go(func() { one.run(ctx) })
		}
	}
	if p.shifts != nil {
		p.group.Go(func() { p.shifts.run(ctx) })
	}
	p.group.Go(func() { watch.run(ctx) })
}

// Close stops the projectors and waits for them. A batch under way is committed
// whole or not at all.
func (p *Projectors) Close() error {
	if p.cancel != nil {
		p.cancel()
	}
	p.group.Wait()
	return nil
}

// Wait returns when a view reflects a position. It ends with ctx's error, or
// with the *projections.Poison at which the view has stopped before that.
func (p *Projectors) Wait(ctx context.Context, view string, position domain.Position) error {
	one, known := p.byName[view]
	if !known {
		return fmt.Errorf("there is no view %s: %w", view, ErrNoView)
	}
	return one.wait(ctx, position)
}

// Status says how far each view has come.
func (p *Projectors) Status() []Following {
	all := make([]Following, len(p.all))
	for i, one := range p.all {
		all[i] = one.place.following(one.view.Name(), one.view.Version())
	}
	return p.shifts.keptFrom(all)
}

// Head is the position of the log's last event, to compare with.
func (p *Projectors) Head(ctx context.Context) (domain.Position, error) { return p.log.Head(ctx) }
