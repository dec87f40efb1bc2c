package eventstoredb

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/usher-engine/usher/adapters/journal"
)

// mostCalls is how many calls may be under way at once: EventStoreDB takes a
// hundred on a connection, subscriptions among them. In gRPC the next one would
// wait while its time runs out, and so would the subscription that is to begin
// again.
const mostCalls = 80

// connection owns the client of the moment. When that is retired, the next one
// who needs it has another one made, one at a time, again and again until the
// server answers. In a cluster that is the leader's; and one whose leader gives no
// answers is given up for another leader's as soon as there is one.
type connection struct {
	config  esdb.Configuration
	cluster *cluster
	logger  *slog.Logger
	life    context.Context // ends with Close
	end     context.CancelFunc
	calls   chan struct{} // has a place for each that is under way

	mu      sync.Mutex
	current *client
	dialing bool          // or asking who leads
	sure    time.Time     // when the nodes said last that the leader is whom we have
	changed chan struct{} // closed when current or failure changes
	failure error         // of the last try to connect; nil after a success
	running sync.WaitGroup
}

func connect(config esdb.Configuration, logger *slog.Logger) *connection {
	c := &connection{
		config: config, cluster: newCluster(&config), logger: logger, calls: make(chan struct{}, mostCalls), changed: make(chan struct{}),
	}
	c.life, c.end = context.WithCancel(context.Background())
	return c
}

// acquire gives a client that is connected, held by the caller, who must
// release it.
func (c *connection) acquire(ctx context.Context) (*client, error) {
	for {
		c.mu.Lock()
		if c.life.Err() != nil {
			c.mu.Unlock()
			return nil, journal.ErrClosed
		}
		if c.current != nil && c.current.hold() {
			defer c.mu.Unlock()
			return c.current, nil
		}
		if !c.dialing {
			c.dialing = true
			c.running.Go(c.dial)
		}
		changed, failure := c.changed, c.failure
		c.mu.Unlock()
		select {
		case <-changed:
		case <-c.life.Done():
		case <-ctx.Done():
			if failure != nil {
				return nil, fmt.Errorf("%w: %w", ctx.Err(), failure)
			}
			return nil, fmt.Errorf("%w: not connected", ctx.Err())
		}
	}
}

// dial tries until it has a client or the connection is closed.
func (c *connection) dial() {
	pause := newBackoff()
	for c.life.Err() == nil {
		if c.cluster.led() {
			pause.most = between
		}
		fresh, err := c.find()
		if c.settle(fresh, err) {
			break
		}
		pause.wait(c.life)
	}
	if !c.cluster.led() {
		_, _ = c.cluster.leader(c.life) // to know the other members, if there are any, before this one is lost
	}
}

// find makes a client, in a cluster for the leader alone.
func (c *connection) find() (*client, error) {
	if !c.cluster.led() {
		return dial(c.config, c.config.Address, c.debug, c.suspect)
	}
	leader, err := c.cluster.leader(c.life)
	if err != nil {
		return nil, err
	}
	return dial(c.cluster.only(leader), leader, c.debug, c.suspect)
}

// suspect has the nodes of a cluster asked whether a client that gives no answer is
// still the leader's. One asks for all who wait.
func (c *connection) suspect(held *client) {
	if !c.cluster.led() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dialing || c.current != held || c.life.Err() != nil || time.Since(c.sure) < silence {
		return
	}
	c.dialing = true
	c.running.Go(func() { c.replace(held) })
}

// replace asks once, and gives a client up for that of another leader.
func (c *connection) replace(held *client) {
	leader, err := c.cluster.leader(c.life)
	if err != nil || leader == held.address {
		c.stay(err == nil)
		return
	}
	fresh, err := dial(c.cluster.only(leader), leader, c.debug, c.suspect)
	if err != nil {
		c.stay(false)
		return
	}
	c.logger.Info("EventStoreDB has another leader", slog.String("was", held.address), slog.String("is", leader))
	c.settle(fresh, nil)
	held.abandon()
}

// stay leaves everything as it is.
func (c *connection) stay(sure bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if sure {
		c.sure = time.Now()
	}
	c.dialing = false
	c.tell()
}

// settle tells everybody how a try went, and says whether it was the last.
func (c *connection) settle(fresh *client, err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil && c.failure == nil {
		c.logger.Warn("EventStoreDB cannot be reached; trying again until it can", slog.Any("error", err))
	}
	if err == nil && c.failure != nil {
		c.logger.Info("EventStoreDB can be reached again")
	}
	c.failure = err
	if err == nil {
		c.current, c.dialing = fresh, false
		if c.life.Err() != nil {
			fresh.retire()
		}
	}
	c.tell()
	return err == nil
}

// tell wakes those who wait for a client.
func (c *connection) tell() {
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *connection) debug(format string, args ...any) {
	if c.logger.Enabled(c.life, slog.LevelDebug) {
		c.logger.DebugContext(c.life, "EventStoreDB's client speaks", slog.String("says", fmt.Sprintf(format, args...)))
	}
}

// close ends everything that is under way. It waits for a try to connect, but
// not for one that waits for a host that does not answer.
func (c *connection) close() {
	c.end()
	c.mu.Lock()
	if c.current != nil {
		c.current.retire()
	}
	c.mu.Unlock()
	done := make(chan struct{})
	go func() {
		c.running.Wait()
		close(done)
	}()
	timer := time.NewTimer(time.Second)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	}
}

// bound ties a call to the connection's life and, where limit is not zero, to
// a time.
func (c *connection) bound(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	var cancel context.CancelFunc
	if limit > 0 {
		ctx, cancel = context.WithTimeout(ctx, limit)
	} else {
		ctx, cancel = context.WithCancel(ctx)
	}
	stop := context.AfterFunc(c.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// attempt makes one call, within a time from its turn on, with the client of the
// moment. A client on which a call broke is retired.
func attempt[T any](ctx context.Context, c *connection, limit time.Duration, do func(context.Context, *esdb.Client) (T, error)) (T, error) {
	var none T
	select {
	case c.calls <- struct{}{}:
		defer func() { <-c.calls }()
	case <-ctx.Done():
		return none, ctx.Err()
	}
	held, err := c.acquire(ctx)
	if err != nil {
		return none, err
	}
	defer held.release()
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	got, err := call(limited, held, do)
	if err != nil && ctx.Err() == nil && (broken(err) || c.deposed(err)) {
		held.retire()
	}
	return got, err
}

// deposed says that a node of a cluster leads no longer. Its client goes to whom that
// node names, and has everybody wait for that one, be it gone.
func (c *connection) deposed(err error) bool {
	return codeOf(err) == esdb.ErrorCodeNotLeader && c.cluster.led()
}
