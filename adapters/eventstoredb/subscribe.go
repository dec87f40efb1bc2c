package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// window is how many events the server passes over at most before it says how
// far it has come.
const window = 512

var errDropped = errors.New("the subscription was dropped")

// Subscribe implements journal.Log. It goes on where it was after whatever goes
// wrong, without leaving out or repeating an event, and ends only with ctx or,
// with journal.ErrClosed, with the log. What is wrong is seen in Subscriptions.
func (l *Log) Subscribe(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		bounded, cancel := l.connection.bound(ctx, 0)
		defer cancel()
		s := &subscription{log: l, yielded: after, resume: after, scanned: after, yield: yield}
		l.begin(s)
		defer l.forget(s)
		pause := newBackoff()
		for {
			from := s.position()
			err := s.follow(bounded)
			if s.stopped {
				return
			}
			if ended := l.ended(ctx); ended != nil {
				yield(journal.Record{}, ended)
				return
			}
			if s.position() != from {
				pause.reset()
			}
			s.lost(ctx, err)
			pause.wait(bounded)
		}
	}
}

// subscription is one reader of everything to come.
type subscription struct {
	log     *Log
	yield   func(journal.Record, error) bool
	stopped bool // the reader has had enough

	mu      sync.Mutex
	yielded domain.Position // the last event that the reader got
	// resume is where the next try begins, and scanned how far the server has
	// come. Servers were known that told of a checkpoint too early, before an
	// event that was to come; so resume stays one checkpoint behind.
	resume, scanned domain.Position
	waiting         bool               // for the server, and not for the reader
	failure         error              // since when it is lost
	restart         context.CancelFunc // drops it; it begins again by itself
	stuck           time.Time          // since when the watch saw it stand still before an event
	stuckAt         domain.Position    // and where
}

// follow subscribes and yields what comes until something breaks or the reader
// stops.
func (s *subscription) follow(life context.Context) error {
	held, err := s.log.connection.acquire(life)
	if err != nil {
		return err
	}
	defer held.release()
	ctx, cancel := context.WithCancel(life)
	defer cancel()
	defer context.AfterFunc(held.gone, cancel)() //nolint:contextcheck // because the connection's end is not the call's
	s.wait(cancel)
	events, err := s.open(ctx, cancel, held)
	if err != nil {
		if life.Err() == nil && broken(err) {
			held.retire()
		}
		return err
	}
	defer events.Close() //nolint:errcheck // because it never fails
	s.found()
	for {
		got := events.Recv()
		switch {
		case got.SubscriptionDropped != nil:
			err := got.SubscriptionDropped.Error
			if ctx.Err() == nil && status.Code(err) == codes.Unavailable {
				held.retire()
			}
			return fmt.Errorf("%w: %w", errDropped, err)
		case got.CheckPointReached != nil:
			s.checkpoint(domain.Position{Commit: got.CheckPointReached.Commit, Prepare: got.CheckPointReached.Prepare})
		case got.EventAppeared != nil:
			if err := s.deliver(got.EventAppeared); err != nil || s.stopped {
				return err
			}
		}
	}
}

// open waits for the server's confirmation.
func (s *subscription) open(ctx context.Context, cancel context.CancelFunc, held *client) (*esdb.Subscription, error) {
	late := time.AfterFunc(s.log.options.Attempt, cancel)
	defer late.Stop()
	return call(ctx, held, func(ctx context.Context, client *esdb.Client) (*esdb.Subscription, error) {
		return client.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{
			From: behind(s.resume), Filter: esdb.ExcludeSystemEventsFilter(), MaxSearchWindow: window,
		})
	})
}

// deliver yields an event, unless it is the server's own or came already.
func (s *subscription) deliver(resolved *esdb.ResolvedEvent) error {
	if event := resolved.OriginalEvent(); event != nil && system(event) {
		return nil
	}
	found, err := record(resolved)
	if err != nil {
		return err
	}
	if !s.advance(found.Position) {
		return nil
	}
	s.stopped = !s.yield(found, nil)
	s.wait(nil)
	return nil
}

// advance is false for an event that came already.
func (s *subscription) advance(to domain.Position) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !to.After(s.yielded) {
		return false
	}
	s.yielded, s.waiting = to, false
	s.resume = later(s.resume, to)
	s.scanned = later(s.scanned, to)
	return true
}

func (s *subscription) checkpoint(at domain.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resume, s.scanned = later(s.resume, s.scanned), later(s.scanned, at)
}

func later(a, b domain.Position) domain.Position {
	if b.After(a) {
		return b
	}
	return a
}

// position is how far the subscription has come.
func (s *subscription) position() domain.Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.scanned
}

// wait says that it is the server's turn.
func (s *subscription) wait(restart context.CancelFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = true
	if restart != nil {
		s.restart = restart
	}
}

// lost keeps why the subscription is not there, and says so once.
func (s *subscription) lost(ctx context.Context, err error) {
	s.mu.Lock()
	first := s.failure == nil
	s.failure = err
	s.mu.Unlock()
	if first {
		s.log.options.Logger.InfoContext(ctx, "a subscription to EventStoreDB broke and begins again where it was", slog.Any("error", err))
	}
}

func (s *subscription) found() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failure = nil
}
