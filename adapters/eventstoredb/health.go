package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/periodic"
	"github.com/usher-engine/usher/domain"
)

// Subscription is how a subscription is doing.
type Subscription struct {
	Position domain.Position // how far it has come
	// Behind is for how long it has stood still at its position although there
	// are events of the log behind that, and its reader waits for them; zero where it
	// is at the head, goes on, or its reader is busy.
	Behind time.Duration
	// Failure is why it has no connection now; nil where it has.
	Failure error
}

// Subscriptions says how each subscription is doing. What is behind is looked
// up a few times within Options.Stall.
func (l *Log) Subscriptions() []Subscription {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Subscription, 0, len(l.subscriptions))
	for s := range l.subscriptions {
		all = append(all, s.status())
	}
	return all
}

func (r *reader) status() Subscription {
	r.mu.Lock()
	defer r.mu.Unlock()
	status := Subscription{Position: r.scanned, Failure: r.failure}
	if !r.stuck.IsZero() && r.stuckAt == r.scanned && r.waiting {
		status.Behind = time.Since(r.stuck)
	}
	return status
}

// Health says why the log cannot be relied upon for now, within the time of one
// attempt: the server is away, or a subscription is refused or stands still. It
// is nil where all is well.
func (l *Log) Health(ctx context.Context) error {
	if _, err := persist(ctx, l.Server, l.options.Attempt, newest); err != nil {
		return err
	}
	var wrong []error
	for _, s := range l.Subscriptions() {
		switch {
		case s.Failure != nil && !transient(s.Failure):
			wrong = append(wrong, fmt.Errorf("a subscription at %s is refused: %w", s.Position, s.Failure))
		case s.Behind >= l.options.Stall:
			wrong = append(wrong, fmt.Errorf("a subscription has stood still at %s for %s", s.Position, s.Behind.Round(time.Second)))
		}
	}
	return errors.Join(wrong...)
}

// refusalLasts is for how long an append that failed tells of the server: nobody
// can try whether another would not.
const refusalLasts = 15 * time.Second

// noteAppend keeps why an append failed, where that is the server's doing.
func (l *Log) noteAppend(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case errors.Is(err, journal.ErrUnavailable), errors.Is(err, journal.ErrDenied):
		l.refused, l.refusedAt = err, time.Now()
	case err == nil:
		l.refused = nil
	}
}

// Failing returns why the last append failed for the server's sake, within the
// last seconds; nil where it did not. Of reading Health tells.
func (l *Log) Failing() (read, write error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.refusedAt) > refusalLasts {
		return nil, nil
	}
	return nil, l.refused
}

func (l *Log) begin(r *reader) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.subscriptions[r] = struct{}{}
}

func (l *Log) forget(r *reader) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.subscriptions, r)
}

// watch has a subscription begin again that the server has forgotten, until the
// function that it returns is called: one that waits although there are events.
// What others write is nothing to wait for.
func (r *reader) watch(ctx context.Context) (stop func() error) {
	look := func(ctx context.Context) error {
		head, err := r.log.look(ctx)
		if err == nil {
			r.compare(head, r.log.options.Stall)
		}
		return err
	}
	nobody := func(context.Context, error) {} // as Health tells of a server that does not answer
	return periodic.Start(ctx, r.log.options.Stall/4, look, nobody)
}

// compare notes that the subscription does not move, and restarts it when it
// has not for long.
func (r *reader) compare(head domain.Position, stall time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch now := time.Now(); {
	case !head.After(r.scanned) || !r.waiting:
		r.stuck = time.Time{}
	case r.stuck.IsZero() || r.stuckAt != r.scanned:
		r.stuck, r.stuckAt = now, r.scanned
	case now.Sub(r.stuck) >= stall && r.restart != nil:
		r.restart()
	}
}
