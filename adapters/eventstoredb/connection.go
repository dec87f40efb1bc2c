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

// connection owns the client of the moment. When that is retired, the next one
// who needs it has another one made, one at a time, again and again until the
// server answers.
type connection struct {
	config esdb.Configuration
	logger *slog.Logger
	life   context.Context // ends with Close
	end    context.CancelFunc

	mu      sync.Mutex
	current *client
	dialing bool
	changed chan struct{} // closed when current or failure changes
	failure error         // of the last try to connect; nil after a success
	running sync.WaitGroup
}

func connect(config esdb.Configuration, logger *slog.Logger) *connection {
	c := &connection{config: config, logger: logger, changed: make(chan struct{})}
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
		fresh, err := dial(c.config, c.debug)
		if c.settle(fresh, err) {
			return
		}
		pause.wait(c.life)
	}
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
	close(c.changed)
	c.changed = make(chan struct{})
	return err == nil
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

// attempt makes one call, within a time, with the client of the moment. A
// client on which a call broke is retired.
func attempt[T any](ctx context.Context, c *connection, limit time.Duration, do func(context.Context, *esdb.Client) (T, error)) (T, error) {
	var none T
	held, err := c.acquire(ctx)
	if err != nil {
		return none, err
	}
	defer held.release()
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	got, err := call(limited, held, do)
	if err != nil && ctx.Err() == nil && broken(err) {
		held.retire()
	}
	return got, err
}
