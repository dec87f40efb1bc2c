package eventstoredb

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Subscribe implements journal.Log. It goes on where it was after whatever goes
// wrong, without leaving out or repeating an event, and ends only with ctx or,
// with journal.ErrClosed, with the log. What is wrong is seen in Subscriptions.
func (l *Log) Subscribe(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		bounded, cancel := l.connection.bound(ctx, 0)
		defer cancel()
		r := l.reader(after, yield)
		l.begin(r)
		defer l.forget(r)
		defer r.watch(bounded)() //nolint:errcheck // because stopping does not fail
		pause := newBackoff()
		for {
			from := r.position()
			err := r.follow(bounded, 0)
			if r.stopped {
				return
			}
			if ended := l.ended(ctx); ended != nil {
				yield(journal.Record{}, ended)
				return
			}
			if errors.Is(err, errSkipped) {
				continue
			}
			if r.position() != from {
				pause.reset()
			}
			r.ends(from, err)
			r.lost(ctx, err)
			pause.wait(bounded)
		}
	}
}

// toTheEnd yields what is behind a position, up to where the server ends at some
// moment.
func (l *Log) toTheEnd(ctx context.Context, after domain.Position, yield func(journal.Record, error) bool) error {
	if err := l.ended(ctx); err != nil {
		return err
	}
	bounded, cancel := l.connection.bound(ctx, 0)
	defer cancel()
	r := l.reader(after, yield)
	r.bounded = true
	pause, deadline := newBackoff(), time.Now().Add(l.options.Patience)
	for {
		from := r.position()
		err := r.follow(bounded, time.Until(deadline))
		if r.stopped || r.there || errors.Is(err, errNotBegun) {
			return nil
		}
		if r.position() != from {
			pause.reset()
			deadline = time.Now().Add(l.options.Patience)
		}
		r.ends(from, err)
		if ended := l.ended(ctx); ended != nil || errors.Is(err, errSkipped) {
			if ended != nil {
				return ended
			}
			continue
		}
		if !transient(err) || time.Now().After(deadline) || !pause.wait(bounded) {
			return l.failed(ctx, err)
		}
	}
}
