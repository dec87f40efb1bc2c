package messaging

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// compareWithin is how long an edition that is filled waits for a moment at
// which it stands where the one that serves does, before it serves unseen.
const compareWithin = 10 * time.Second

// jobs is an edition each: one that serves is kept up to date, others are filled.
func (p *Projectors) jobs(ctx context.Context) ([]job, error) {
	believed := make([]domain.Position, len(p.all)) // before the store is asked
	for i, one := range p.all {
		believed[i] = one.place.get()
	}
	all, err := p.editions.Editions(ctx)
	if err != nil {
		return nil, err
	}
	var jobs []job
	for i, one := range p.all {
		mine, err := p.editionsOf(ctx, viewOf(one), all)
		if err != nil {
			return nil, err
		}
		for _, edition := range mine {
			if run := p.task(one, edition); run != nil {
				jobs = append(jobs, job{workOf(edition), run})
			}
		}
		p.observe(one, append(mine, all...), believed[i])
	}
	return jobs, nil
}

// workOf is what the work for an edition is called: the same while it is filled and
// when it serves, and another for one that never does, which may have the number of
// one that was lost.
func workOf(edition projections.Edition) string {
	if edition.State == projections.Scratch {
		return edition.String() + " to compare"
	}
	return edition.String()
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
func (p *Projectors) task(one *member, edition projections.Edition) func(context.Context) {
	switch edition.State {
	case projections.Serving:
		return p.keeps(one, edition).run
	case projections.Filling, projections.Scratch:
		filling := p.keeps(one, edition)
		filling.place = newPlace(nil)
		return (&filler{member: filling, projectors: p, viewed: one, view: viewOf(one), edition: edition}).run
	case projections.Kept:
	}
	return nil
}

// observe moves a view's place where another instance does the work. Where this one
// does, it sees whether the rows are as far as it believes.
func (p *Projectors) observe(one *member, editions []projections.Edition, believed domain.Position) {
	var serving projections.Edition
	for _, edition := range editions {
		answers := edition.View == one.follower.Name() && edition.Version <= one.version && edition.State == projections.Serving
		if answers && edition.Version > serving.Version {
			serving = edition
		}
	}
	if serving.Version == 0 {
		return
	}
	if p.shifts.here(serving.String()) {
		one.place.found(serving.Position, believed)
		return
	}
	var stops []*projections.Poison
	if serving.Stopped != nil {
		stops = append(stops, serving.Stopped)
	}
	one.place.observed(serving.Position, stops)
}

// filler brings an edition to where the one that serves stands, has the two
// compared, and lets it serve, or concludes a scratch one.
type filler struct {
	*member
	projectors *Projectors
	viewed     *member // that keeps the view, whatever the edition
	view       projections.View
	edition    projections.Edition

	least    domain.Position // where the log ended when it began
	near     time.Time       // when it first came to where the one that serves stood
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
		case ctx.Err() != nil:
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
		f.member.run(ctx)
	}
}

// fill is done when the edition serves or is concluded. The one that serves
// moves on meanwhile: then it is called again.
func (f *filler) fill(ctx context.Context) (done bool, err error) {
	position, err := f.begin(ctx)
	if err != nil {
		return false, err
	}
	if f.least.IsZero() {
		if f.least, err = f.log.Head(ctx); err != nil {
			return false, asking(err)
		}
	}
	serving, served, err := f.serving(ctx)
	if err != nil {
		return false, err
	}
	if served && serving.Stopped == nil && f.least.After(serving.Position) && !f.neverStill() {
		return false, f.lost()
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

// lost waits for rows that serve and are behind the log as it was: they may be lost,
// and nothing is proved by rows that are as few.
func (f *filler) lost() error {
	if f.near.IsZero() {
		f.near = time.Now()
	}
	return projections.ErrMoved
}

// compare is needed once: what follows is folded as it is everywhere.
func (f *filler) compare(ctx context.Context, serving int) error {
	if f.near.IsZero() {
		f.near = time.Now()
	}
	found, err := f.projectors.editions.Compare(ctx, f.view, serving, f.edition.Number)
	if err != nil {
		return err
	}
	f.compared = true
	return f.projectors.editions.Conclude(ctx, f.view, f.edition.Number, found)
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
	if err := f.projectors.letServe(ctx, f.view, f.edition.Number, false); err != nil {
		return false, err
	}
	f.options.Logger.InfoContext(ctx, "a view is served from new rows", slog.String("view", f.view.Name()),
		slog.Int("version", f.view.Version()), slog.Int("edition", f.edition.Number), slog.Bool("compared", f.compared))
	return true, nil
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
