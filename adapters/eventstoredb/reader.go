package eventstoredb

import (
	"context"
	"errors"
	"fmt"
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

var (
	errDropped = errors.New("the subscription was dropped")
	errSkipped = errors.New("it goes on behind what others have written")
)

// reader yields the log's events behind a position, in order, by a subscription
// from which the server leaves out what others write. It can be begun again where
// it was as often as something breaks, without leaving out or repeating an event.
type reader struct {
	log     *Log
	yield   func(journal.Record, error) bool
	stopped bool // the one who reads has had enough

	bounded bool            // it ends where the server does
	goal    domain.Position // where that was seen; zero where it was not yet
	there   bool            // it has come as far
	unsure  bool            // it must not rely on what others have found out

	mu      sync.Mutex
	yielded domain.Position // the last event that was yielded
	// resume is where the next try begins, and scanned how far the server has
	// come. Servers were known that told of a checkpoint too early, before an
	// event that was to come; so resume stays one checkpoint behind.
	resume, scanned domain.Position
	live            bool               // the server has sent all there was
	waiting         bool               // for the server, and not for the one who reads
	since           time.Time          // when it began to wait
	failure         error              // since when it is lost
	restart         context.CancelFunc // drops it; it begins again by itself
	stuck           time.Time          // since when the watch saw it stand still before an event
	stuckAt         domain.Position    // and where
}

func (l *Log) reader(after domain.Position, yield func(journal.Record, error) bool) *reader {
	return &reader{log: l, yielded: after, resume: after, scanned: after, yield: yield}
}

// follow subscribes and yields what comes until something breaks, or nothing more
// is wanted. Within opening it must have begun, if that is not zero.
func (r *reader) follow(life context.Context, opening time.Duration) error {
	ctx, cancel := context.WithCancel(life)
	defer cancel()
	var late *time.Timer
	if opening > 0 {
		late = time.AfterFunc(opening, cancel)
		defer late.Stop()
	}
	held, err := r.log.connection.acquire(ctx)
	if err != nil {
		return err
	}
	defer held.release()
	defer context.AfterFunc(held.gone, cancel)() //nolint:contextcheck // because the connection's end is not the call's
	r.wait(cancel)
	defer r.dies()
	events, err := r.open(ctx, cancel, held)
	if err != nil {
		if life.Err() == nil && !errors.Is(err, errNotBegun) && broken(err) {
			held.retire()
		}
		return err
	}
	if events == nil {
		return nil
	}
	defer events.Close() //nolint:errcheck // because it never fails
	r.found()
	return r.receive(ctx, held, events, late)
}

// open looks where the server ends, and waits for its confirmation of the
// subscription; there is none where nothing is to come.
func (r *reader) open(ctx context.Context, cancel context.CancelFunc, held *client) (*esdb.Subscription, error) {
	late := time.AfterFunc(r.log.options.Attempt, cancel)
	defer late.Stop()
	begins, err := r.begins(ctx)
	if err != nil {
		return nil, err
	}
	end, err := call(ctx, held, newest)
	if err != nil {
		return nil, err
	}
	if !r.bounded || r.goal.IsZero() {
		r.goal = end
	}
	if r.there = r.bounded && !r.goal.After(begins); r.there {
		return nil, nil
	}
	return call(ctx, held, func(ctx context.Context, client *esdb.Client) (*esdb.Subscription, error) {
		return client.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{
			From: behind(begins), Filter: r.log.names.filter("", metadataPrefix), MaxSearchWindow: window,
		})
	})
}

// begins is where the subscription begins: behind everything that is known to be
// of no use.
func (r *reader) begins(ctx context.Context) (domain.Position, error) {
	first, err := r.log.beginning(ctx)
	if err != nil {
		return domain.Position{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resume = later(r.resume, first)
	if !r.unsure {
		r.resume = r.log.horizon.skip(r.resume)
	}
	r.scanned = later(r.scanned, r.resume)
	return r.resume, nil
}

// receive takes what the server sends. Late, where it is given, ends what is silent
// for long.
func (r *reader) receive(ctx context.Context, held *client, events *esdb.Subscription, late *time.Timer) error {
	for {
		if late != nil {
			late.Reset(r.log.options.Attempt)
		}
		got := events.Recv()
		switch {
		case got.SubscriptionDropped != nil:
			err := got.SubscriptionDropped.Error
			if ctx.Err() == nil && status.Code(err) == codes.Unavailable {
				held.retire()
			} else if ctx.Err() == nil {
				held.suspect(held)
			}
			return fmt.Errorf("%w: %w", errDropped, err)
		case got.CheckPointReached != nil:
			r.checkpoint(domain.Position{Commit: got.CheckPointReached.Commit, Prepare: got.CheckPointReached.Prepare})
		case got.CaughtUp != nil:
			r.caughtUp()
		case got.EventAppeared != nil:
			if late != nil {
				late.Stop()
			}
			if err := r.deliver(ctx, got.EventAppeared); err != nil {
				return err
			}
		}
		if r.stopped || r.there {
			return nil
		}
	}
}

// deliver yields an event, unless it is not the log's or came already. What was done to
// a stream is known before the events that came after that.
func (r *reader) deliver(ctx context.Context, resolved *esdb.ResolvedEvent) error {
	event := resolved.OriginalEvent()
	if event == nil {
		return fmt.Errorf("%w: an event without an event", errUnreadable)
	}
	if !r.log.is(event) {
		if r.live {
			r.log.hearEarly(ctx, event)
		}
		return nil
	}
	stream, _ := r.log.names.own(event.StreamID)
	found, err := record(resolved, stream)
	if err != nil {
		return err
	}
	if r.bounded && found.Position.After(r.goal) {
		r.there = true
		return nil
	}
	if !r.advance(found.Position) {
		return nil
	}
	r.log.horizon.event(found.Position)
	r.stopped = !r.yield(found, nil)
	r.wait(nil)
	if !r.live && !r.unsure && r.log.horizon.skip(found.Position) != found.Position {
		return errSkipped
	}
	return nil
}

// advance is false for an event that came already.
func (r *reader) advance(to domain.Position) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !to.After(r.yielded) {
		return false
	}
	r.yielded, r.waiting = to, false
	r.resume = later(r.resume, to)
	r.scanned = later(r.scanned, to)
	return true
}

func (r *reader) checkpoint(at domain.Position) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resume, r.scanned = later(r.resume, r.scanned), later(r.scanned, at)
	r.log.horizon.nothing(r.yielded, r.resume)
	r.there = r.bounded && !r.goal.After(r.resume)
}

// caughtUp means that everything came that was there when it was looked where the
// server ends.
func (r *reader) caughtUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resume, r.scanned = later(r.resume, r.goal), later(r.scanned, r.goal)
	r.log.horizon.nothing(r.yielded, r.resume)
	r.there, r.live = r.bounded, true
}

func (r *reader) dies() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.live = false
}

// settled is for how long a reader has waited that has nothing more to come.
const settled = 20 * time.Millisecond

// current says that the reader has got everything that there is, but for what is on
// its way.
func (r *reader) current() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.live && r.waiting && time.Since(r.since) >= settled
}

// position is how far the reader has come.
func (r *reader) position() domain.Position {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.scanned
}

// wait says that it is the server's turn.
func (r *reader) wait(restart context.CancelFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting, r.since = true, time.Now()
	if restart != nil {
		r.restart = restart
	}
}

// ends says that a try has come to an end. Where it was refused before anything
// came, the next one begins where this reader itself has been: the server may know
// nothing of the place that others had reached.
func (r *reader) ends(from domain.Position, err error) {
	if !refusesPlace(err) || r.position() != from {
		return
	}
	r.unsure = true
	r.mu.Lock()
	defer r.mu.Unlock()
	r.resume, r.scanned = r.yielded, r.yielded
}

// refusesPlace says that a server may know nothing of the place where a subscription was
// to begin.
func refusesPlace(err error) bool {
	said, status := errors.AsType[interface {
		error
		GRPCStatus() *status.Status
	}](err)
	if !status {
		return false
	}
	switch said.GRPCStatus().Code() {
	case codes.Unknown, codes.InvalidArgument, codes.OutOfRange:
		return true
	}
	return false
}

// lost keeps why the subscription is not there, and says so once.
func (r *reader) lost(ctx context.Context, err error) {
	r.mu.Lock()
	first := r.failure == nil
	r.failure = err
	r.mu.Unlock()
	if first {
		r.log.options.Logger.InfoContext(ctx, "a subscription to EventStoreDB broke and begins again where it was", slog.Any("error", err))
	}
}

func (r *reader) found() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failure = nil
}
