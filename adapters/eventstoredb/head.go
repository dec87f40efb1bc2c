package eventstoredb

import (
	"context"
	"errors"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Head implements journal.Log. While somebody follows the log and has nothing more to
// come, it is the furthest of what came there and what was appended here. Otherwise the server
// is looked through behind what is known already; while it is away, that fails within
// the time of one attempt, with journal.ErrUnavailable.
func (l *Log) Head(ctx context.Context) (domain.Position, error) {
	if err := l.ended(ctx); err != nil {
		return domain.Position{}, err
	}
	if l.followed() {
		_, head := l.horizon.known()
		return head, nil
	}
	return l.look(ctx)
}

// followed says that somebody follows the log and is at its end.
func (l *Log) followed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for r := range l.subscriptions {
		if r.current() {
			return true
		}
	}
	return false
}

// End is Head, asked of the server in any case: what a follower that hangs believes
// does not count.
func (l *Log) End(ctx context.Context) (domain.Position, error) {
	if err := l.ended(ctx); err != nil {
		return domain.Position{}, err
	}
	return l.look(ctx)
}

// look is where the log ends at the server.
func (l *Log) look(caller context.Context) (domain.Position, error) {
	end, err := persist(caller, l.Server, l.options.Attempt, allPage(esdb.End{}, esdb.Backwards, 1))
	if err != nil || len(end.events) == 0 {
		return domain.Position{}, err
	}
	if _, err := l.beginning(caller); err != nil {
		return domain.Position{}, unless(err, errNotBegun)
	}
	last := end.events[0].OriginalEvent()
	if l.is(last) {
		l.horizon.event(placeOf(last))
	}
	passed, head := l.horizon.known()
	if !placeOf(last).After(passed.Upto) {
		return head, nil
	}
	ctx, cancel := l.connection.bound(caller, 0)
	defer cancel()
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return domain.Position{}, l.failed(caller, ctx.Err())
	}
	if err := l.lookBehind(ctx); err != nil {
		return domain.Position{}, l.failed(caller, err)
	}
	_, head = l.horizon.known()
	return head, nil
}

// lookBehind looks at what is behind all that is known. Where nothing is known yet,
// the last event is most often one of the server's last.
func (l *Log) lookBehind(ctx context.Context) error {
	passed, _ := l.horizon.known()
	if passed.After.IsZero() {
		got, err := persist(ctx, l.Server, l.options.Patience, allPage(esdb.End{}, esdb.Backwards, pageEvents))
		if err != nil {
			return err
		}
		for _, resolved := range got.events {
			event := resolved.OriginalEvent()
			if !placeOf(event).After(passed.Upto) { // which a log with a prefix begins behind
				break
			}
			if l.is(event) {
				l.horizon.add(Passed{placeOf(event), placeOf(got.events[0].OriginalEvent())})
				return nil
			}
		}
	}
	return l.toTheEnd(ctx, passed.Upto, func(journal.Record, error) bool { return true })
}

func unless(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

// is says whether an event is one of the log.
func (l *Log) is(event *esdb.RecordedEvent) bool {
	_, own := l.names.own(event.StreamID)
	return own && event.EventType != tombstone
}
