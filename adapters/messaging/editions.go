package messaging

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/usher-engine/usher/projections"
)

// compareWithin is how long an edition that is filled waits for a moment at
// which it stands where the one that serves does, before it serves unseen.
const compareWithin = 10 * time.Second

// jobs is an edition each: one that serves is kept up to date, others are filled.
func (p *Projectors) jobs(ctx context.Context) ([]job, error) {
	all, err := p.editions.Editions(ctx)
	if err != nil {
		return nil, err
	}
	var jobs []job
	for _, one := range p.all {
		mine, err := p.editionsOf(ctx, one.view, all)
		if err != nil {
			return nil, err
		}
		for _, edition := range mine {
			if run := p.task(one, edition); run != nil {
				jobs = append(jobs, job{edition.String(), run})
			}
		}
		p.observe(one, append(mine, all...))
	}
	return jobs, nil
}

// editionsOf is the editions of a view's version. Where none is kept, one
// begins: beside an older version that serves, or to serve at once.
func (p *Projectors) editionsOf(ctx context.Context, view projections.View, all []projections.Edition) (mine []projections.Edition, err error) {
	state := projections.Serving
	for _, edition := range all {
		switch {
		case edition.View != view.Name():
		case edition.Version == view.Version():
			mine = append(mine, edition)
		case edition.Version < view.Version() && edition.State == projections.Serving:
			state = projections.Filling
		}
	}
	for _, edition := range mine {
		if edition.State == projections.Serving || edition.State == projections.Filling {
			return mine, nil
		}
	}
	begun, err := p.editions.Begin(ctx, view, state, 0)
	return append(mine, begun), err
}

// task is what there is to do for an edition; nil for nothing.
func (p *Projectors) task(one *projector, edition projections.Edition) func(context.Context) {
	view := projections.Numbered{View: one.view, Number: edition.Number}
	switch edition.State {
	case projections.Serving:
		return p.keeper(one, view, edition).run
	case projections.Filling, projections.Scratch:
		filling := p.keeper(one, view, edition)
		filling.place = newPlace()
		return (&filler{projector: filling, projectors: p, viewed: one, edition: edition}).run
	case projections.Kept:
	}
	return nil
}

// keeper is a view's projector for one edition.
func (p *Projectors) keeper(one *projector, view projections.Numbered, edition projections.Edition) *projector {
	kept := *one
	kept.view, kept.noted = view, edition.Stopped != nil
	kept.note = func(ctx context.Context, stopped *projections.Poison) {
		if err := p.editions.Note(ctx, view.View, view.Number, stopped); err != nil && ctx.Err() == nil {
			p.logger.WarnContext(ctx, "where a view stands still cannot be put on record", slog.String("view", view.Name()), slog.Any("error", err))
		}
	}
	return &kept
}

// observe moves a view's place where another instance does the work.
func (p *Projectors) observe(one *projector, editions []projections.Edition) {
	var serving projections.Edition
	for _, edition := range editions {
		answers := edition.View == one.view.Name() && edition.Version <= one.view.Version() && edition.State == projections.Serving
		if answers && edition.Version > serving.Version {
			serving = edition
		}
	}
	if serving.Version == 0 || p.shifts.running[serving.String()] != nil {
		return
	}
	one.place.reached(serving.Position) // and what kept this instance from it when it did the work is past
	if serving.Stopped != nil {
		one.place.stop(serving.Stopped)
	}
}

// filler brings an edition to where the one that serves stands, has the two
// compared, and lets it serve, or concludes a scratch one.
type filler struct {
	*projector
	projectors *Projectors
	viewed     *projector // that keeps the view, whatever the edition
	edition    projections.Edition

	near     time.Time // when it first came to where the one that serves stood
	compared bool
}

func (f *filler) run(ctx context.Context) {
	pause := backoff{first: 10 * time.Millisecond, most: time.Second}
	for ctx.Err() == nil {
		before := f.place.get()
		done, err := f.fill(ctx)
		if done {
			f.projectors.shifts.ring()
			break
		}
		if f.place.get() != before {
			pause.reset()
		}
		switch poison, isPoison := asPoison(err); {
		case ctx.Err() != nil, errors.Is(err, errSkipped):
			continue
		case isPoison:
			f.stop(ctx, poison)
		case err != nil && !errors.Is(err, projections.ErrMoved):
			f.fail(ctx, err)
		}
		pause.wait(ctx)
	}
	if f.edition.State == projections.Filling && ctx.Err() == nil {
		f.place = f.viewed.place
		f.projector.run(ctx)
	}
}

// fill is done when the edition serves or is concluded. The one that serves
// moves on meanwhile: then it is called again.
func (f *filler) fill(ctx context.Context) (done bool, err error) {
	position, err := f.store.Position(ctx, f.view)
	if err != nil {
		return false, err
	}
	f.place.stand(position)
	if f.skipped, err = f.skips(ctx, f.view.Name()); err != nil {
		return false, err
	}
	serving, served, err := f.serving(ctx)
	if err != nil {
		return false, err
	}
	if !served || serving.Stopped != nil || f.compared || f.neverStill() {
		if _, err := f.catchUp(ctx, position, pace{perSecond: f.edition.Throttle}); err != nil {
			return false, err
		}
		return f.serve(ctx)
	}
	if serving.Position.After(position) {
		if _, err := f.catchUp(ctx, position, pace{until: serving.Position, perSecond: f.edition.Throttle}); err != nil {
			return false, err
		}
	}
	if err := f.compare(ctx, serving.Number); err != nil {
		return false, err
	}
	return f.serve(ctx)
}

// compare is needed once: what follows is folded as it is everywhere.
func (f *filler) compare(ctx context.Context, serving int) error {
	if f.near.IsZero() {
		f.near = time.Now()
	}
	found, err := f.projectors.editions.Compare(ctx, f.viewed.view, serving, f.edition.Number)
	if err != nil {
		return err
	}
	f.compared = true
	return f.projectors.editions.Conclude(ctx, f.viewed.view, f.edition.Number, found)
}

// neverStill says that there was no moment to compare in for long enough.
func (f *filler) neverStill() bool {
	return f.edition.State == projections.Filling && !f.near.IsZero() && time.Since(f.near) > compareWithin
}

// serving is the edition of the same version that serves; served is false
// where there is none.
func (f *filler) serving(ctx context.Context) (serving projections.Edition, served bool, err error) {
	all, err := f.projectors.editions.Editions(ctx)
	for _, edition := range all {
		if edition.View == f.view.Name() && edition.Version == f.view.Version() && edition.State == projections.Serving {
			return edition, true, nil
		}
	}
	return serving, false, err
}

func (f *filler) serve(ctx context.Context) (done bool, err error) {
	if f.edition.State == projections.Scratch {
		return f.compared, nil
	}
	if err := f.projectors.letServe(ctx, f.viewed.view, f.edition.Number, false); err != nil {
		return false, err
	}
	f.logger.InfoContext(ctx, "a view is served from new rows", slog.String("view", f.view.Name()),
		slog.Int("version", f.view.Version()), slog.Int("edition", f.edition.Number), slog.Bool("compared", f.compared))
	return true, nil
}

// Share has views kept edition by edition, and their work divided with other
// instances. It is called before Start.
func (p *Projectors) Share(editions projections.Editions, leases Leases) {
	p.editions = editions
	p.shifts = newShifts(leases, p.logger, p.jobs)
}

// Skip has followers leave out what an operator said. It is called before Start.
func (p *Projectors) Skip(skips Skips) {
	for _, one := range p.all {
		one.skips = skips
	}
}

// Rebuild fills a view anew beside what it serves, which it then replaces;
// throttle is how many events a second it takes at most, 0 for any number.
func (p *Projectors) Rebuild(ctx context.Context, view string, throttle int) (projections.Edition, error) {
	return p.begin(ctx, view, projections.Filling, throttle)
}

// Verify fills a view anew beside what it serves, to be compared with it. The
// edition's receipt tells the outcome; whoever has read it discards the edition.
func (p *Projectors) Verify(ctx context.Context, view string, throttle int) (projections.Edition, error) {
	return p.begin(ctx, view, projections.Scratch, throttle)
}

func (p *Projectors) begin(ctx context.Context, name string, state projections.EditionState, throttle int) (projections.Edition, error) {
	view, err := p.view(name)
	if err != nil {
		return projections.Edition{}, err
	}
	begun, err := p.editions.Begin(ctx, view, state, throttle)
	if err == nil {
		p.shifts.ring()
	}
	return begun, err
}

// Back lets an edition serve that has served before.
func (p *Projectors) Back(ctx context.Context, name string, number int) error {
	view, err := p.view(name)
	if err != nil {
		return err
	}
	if err := p.letServe(ctx, view, number, true); err != nil {
		return err
	}
	p.shifts.ring()
	return nil
}

// Discard deletes an edition that does not serve.
func (p *Projectors) Discard(ctx context.Context, name string, number int) error {
	view, err := p.view(name)
	if err != nil {
		return err
	}
	return p.editions.Discard(ctx, view, number)
}

// Editions lists the editions of the views of this program's versions.
func (p *Projectors) Editions(ctx context.Context) ([]projections.Edition, error) {
	return p.editions.Editions(ctx)
}

// ErrNoView says that there is no view of some name.
var ErrNoView = errors.New("this view is not known")

func (p *Projectors) view(name string) (projections.View, error) {
	one, known := p.byName[name]
	if !known {
		return nil, fmt.Errorf("there is no view %s: %w", name, ErrNoView)
	}
	return one.view, nil
}
