package messaging

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// stoppedFor is how long a follower that cannot take an event waits at most
// before it tries again, and sees whether it is to skip it.
const stoppedFor = 5 * time.Second

// errBehind says that a follower stands before what the feed has at hand.
var errBehind = errors.New("the feed has gone on")

// member is one of those who follow, as the feed sees it: where it stands, and
// what keeps it there.
type member struct {
	*Feed
	follower Follower
	kind     string // for the log: view or policy
	version  int    // of a view
	place    *place
	shifts   *shifts // that say whether it runs here
	lane     *lane   // in which live events are taken together with others; nil for none
	// note puts on record where it stands still, and that it goes on.
	note func(context.Context, *projections.Poison) error
	// stops are the events on record, beside its position, at which it is stopped.
	stops func(context.Context) ([]*projections.Poison, error)

	leave   func(context.Context) // what is to be done when it ends; nil for nothing
	skipped map[uuid.UUID]bool    // as last asked
	noted   bool                  // on record: that it stands still
}

// run goes on until ctx ends. It never skips an event: at one that cannot be
// taken it stops, and tries again from time to time, or when an operator speaks.
func (m *member) run(ctx context.Context) {
	if m.leave != nil {
		defer m.leave(ctx)
	}
	moved := backoff{first: time.Millisecond, most: 50 * time.Millisecond}
	failed := backoff{first: 10 * time.Millisecond, most: 5 * time.Second}
	stopped := backoff{first: time.Second, most: stoppedFor}
	for ctx.Err() == nil {
		before, spoken := m.place.get(), m.spoken.next()
		err := m.follow(ctx)
		if m.place.get() != before {
			moved.reset()
			failed.reset()
			stopped.reset()
		}
		poison, isPoison := asPoison(err)
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, projections.ErrMoved), errors.Is(err, errBehind):
			moved.wait(ctx)
		case isPoison:
			m.stop(ctx, poison)
			stopped.waitOr(ctx, spoken)
		default:
			m.fail(ctx, err)
			failed.wait(ctx)
		}
	}
}

// follow comes to the log's end in pages, and takes live events from there, for
// as long as it keeps up with them.
func (m *member) follow(ctx context.Context) error {
	back := m.place.calledBack() // from now on
	position, err := m.begin(ctx)
	if err != nil {
		return err
	}
	if position, err = m.catchUp(ctx, position, pace{near: true}); err != nil {
		return err
	}
	m.place.reached(position)
	if m.lane != nil {
		return m.lane.carry(ctx, m, position, back)
	}
	for {
		some, covered := m.window.await(ctx, position)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !covered:
			return errBehind
		}
		if position, err = m.take(ctx, batch{Batch: some}); err != nil {
			return err
		}
	}
}

// begin asks where the follower stands, at which events it is stopped, and what
// it is to leave out.
func (m *member) begin(ctx context.Context) (domain.Position, error) {
	position, err := m.follower.Position(ctx)
	if err != nil {
		return position, asking(err)
	}
	m.place.stand(position)
	stops, err := m.stops(ctx)
	if err != nil {
		return position, asking(err)
	}
	for _, one := range stops {
		m.place.stop(one)
		m.noted = true
	}
	m.skipped, err = m.skips(ctx, m.follower.Name())
	return position, asking(err)
}

// work is what the follower is called where work is divided.
func (m *member) work() string { return m.kind + " " + m.follower.Name() }

// observe says where the follower stands and is stopped, where it does not run here.
func (m *member) observe(ctx context.Context) error {
	stops, err := m.stops(ctx)
	if err != nil {
		return asking(err)
	}
	position, err := m.follower.Position(ctx)
	if err == nil {
		m.place.observed(position, stops)
	}
	return asking(err)
}

// lookBack looks whether a view's rows are as far as they are believed to be, where
// nobody lists its editions.
func (m *member) lookBack(ctx context.Context) {
	if m.lane == nil || m.shifts != m.single {
		return
	}
	believed := m.place.get()
	if at, err := m.follower.Position(ctx); err == nil {
		m.place.found(at, believed)
	}
}

// pace is how far and how fast a follower catches up; zero for to the log's end
// and as fast as it can.
type pace struct {
	near      bool // to what the feed has at hand is enough
	until     domain.Position
	perSecond int // events
}

func (m *member) catchUp(ctx context.Context, position domain.Position, pace pace) (domain.Position, error) {
	defer m.pages.enter()()
	for !pace.near || !m.window.covers(position) {
		page, err := m.pages.behind(ctx, position)
		if err != nil {
			return position, asking(err)
		}
		some, there := page.until(pace.until)
		if position, err = m.take(ctx, some); err != nil {
			return position, err
		}
		if there || page.last && some.poison == nil {
			return position, nil
		}
		if pace.perSecond > 0 {
			rest(ctx, time.Duration(len(some.Events))*time.Second/time.Duration(pace.perSecond))
		}
	}
	return position, nil
}

// rest waits, or until ctx ends.
func rest(ctx context.Context, enough time.Duration) {
	select {
	case <-time.After(enough):
	case <-ctx.Done():
	}
}

// take has the follower take a batch, and says where it stands then; after that
// it is time to speak of an event that nobody can read.
func (m *member) take(ctx context.Context, some batch) (domain.Position, error) {
	skipped := some.poison != nil && m.skipped[some.poison.Event]
	if skipped {
		some.To = some.poison.Position
	}
	if some.To.After(some.From) {
		at, err := m.follower.Take(ctx, some.without(m.skipped))
		if at.After(some.From) {
			m.moved(ctx, at)
		}
		if err != nil {
			return at, err
		}
	}
	if some.poison != nil && !skipped {
		return some.To, some.poison
	}
	return some.To, nil
}

// moved says that the follower has come to a position. Whatever kept it is past.
func (m *member) moved(ctx context.Context, to domain.Position) {
	m.place.reached(to)
	if m.noted {
		m.putOnRecord(ctx, nil)
	}
}

// putOnRecord is tried again at the next occasion where it fails.
func (m *member) putOnRecord(ctx context.Context, stopped *projections.Poison) {
	err := m.note(ctx, stopped)
	m.noted = (stopped != nil) == (err == nil)
	if err != nil && ctx.Err() == nil {
		m.options.Logger.WarnContext(ctx, "where a follower of the log stands still cannot be put on record", slog.String(m.kind, m.follower.Name()), slog.Any("error", err))
	}
}

func (m *member) stop(ctx context.Context, poison *projections.Poison) {
	if news := m.place.stop(poison); news || !m.noted {
		m.putOnRecord(ctx, poison)
		m.options.Logger.ErrorContext(ctx, "a follower of the log stopped at an event", slog.String(m.kind, m.follower.Name()),
			slog.String("position", poison.Position.String()), slog.String("type", string(poison.Type)), slog.String("reason", poison.Reason))
	}
}

func (m *member) fail(ctx context.Context, err error) {
	if m.place.fail(err) && ctx.Err() == nil {
		m.options.Logger.WarnContext(ctx, "a follower of the log cannot go on for now", slog.String(m.kind, m.follower.Name()), slog.String("error", unnamed(err)))
	}
}

func (m *member) standing() Standing {
	one := m.place.standing()
	one.Name, one.Version, one.Policy = m.follower.Name(), m.version, m.kind == policyKind
	return one
}

// reach waits until the follower, here or elsewhere, is at a position.
func (m *member) reach(ctx context.Context, position domain.Position) error {
	return m.place.reach(ctx, position, m.follower.Position)
}
