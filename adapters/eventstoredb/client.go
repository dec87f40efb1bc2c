package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

var (
	errRetired = errors.New("the connection broke")
	errLost    = errors.New("the leader was lost while this was under way")
	errHung    = errors.New("the client hangs")
)

const (
	// grace is how long a call whose time is over may take to say so.
	grace = 500 * time.Millisecond
	// calming is how long a client that breaks waits for calls on their way.
	calming = 100 * time.Millisecond
	// lastWords is what the client logs before it turns to a new connection.
	lastWords = "unexpected exception: %v"
)

// client is one client of the library with one connection, for as long as that
// lasts. It is then retired and another one made.
//
// The library's client (v4.2.0) would rather find a new connection itself. But
// it then forgets the old one without closing it, and if it finds none it is
// dead: the call that noticed fails, and all others hang, whatever their
// context says, until it is closed, upon which they panic. So no call may ask
// a client for its connection after that broke. A call has asked when it first
// looks at its context; and the client has its last words in the log just
// before it turns away. One leak is left to it: a connection to a leader that
// a node names and that does not answer, which gRPC lets go when it is idle.
type client struct {
	inner   *esdb.Client
	config  esdb.Configuration
	address string          // whose it is
	gone    context.Context // ends when the client is retired
	leave   context.CancelFunc
	lost    context.Context // ends when calls under way are given up, too
	give    context.CancelFunc
	suspect func(*client) // is told of a call that has no answer for long

	mu      sync.Mutex
	users   int           // calls and others that hold it
	asking  int           // calls that may still ask for the connection
	retired bool          // nobody may begin to use it
	calm    chan struct{} // closed when it is retired and nobody is asking
	closed  bool
	aside   *grpc.ClientConn // see beside
}

// dial makes a client and connects it. It takes as long as the client's
// discovery does: some seconds for each host that does not answer.
func dial(config esdb.Configuration, address string, log func(format string, args ...any), suspect func(*client)) (*client, error) {
	c := &client{config: config, address: address, suspect: suspect, calm: make(chan struct{})}
	c.gone, c.leave = context.WithCancel(context.Background())
	c.lost, c.give = context.WithCancel(context.Background())
	config.Logger = func(_ esdb.LogLevel, format string, args ...any) {
		log(format, args...)
		if format == lastWords && len(args) == 1 {
			c.breaks(args[0])
		}
	}
	var err error
	if c.inner, err = esdb.NewClient(&config); err == nil {
		err = c.mustBeNew()
	}
	if err != nil {
		c.retire()
		return nil, err
	}
	return c, nil
}

// oldest is the first version that says of a subscription that everything came.
const oldest = 23

// mustBeNew asks the server for its version, which connects the client. One that
// says none is taken.
func (c *client) mustBeNew() error {
	version, err := c.inner.GetServerVersion()
	if err == nil && version.Major > 0 && version.Major < oldest {
		return fmt.Errorf("EventStoreDB %d.%d is too old: it must be of version 23.10 or newer", version.Major, version.Minor)
	}
	return err
}

// breaks retires the client before it looks for another connection.
func (c *client) breaks(reason any) {
	if err, ok := reason.(error); !ok || status.Code(err) != codes.Unavailable {
		return
	}
	c.retire()
	timer := time.NewTimer(calming)
	defer timer.Stop()
	select {
	case <-c.calm:
	case <-timer.C:
	}
}

// hold keeps the client open until release; false where it is retired.
func (c *client) hold() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.retired {
		c.users++
	}
	return !c.retired
}

// release closes a retired client after its last user.
func (c *client) release() {
	c.mu.Lock()
	c.users--
	last := c.retired && c.users == 0
	c.mu.Unlock()
	if last {
		c.close()
	}
}

// retire lets calls that are under way finish, and no others begin.
func (c *client) retire() {
	c.mu.Lock()
	first := !c.retired
	c.retired = true
	if first && c.asking == 0 {
		close(c.calm)
	}
	last := first && c.users == 0
	c.mu.Unlock()
	c.leave()
	if last {
		c.close()
	}
}

// abandon retires a client whose calls will have no answer: they end at once.
// One that does not end with its context hangs, and is closed.
func (c *client) abandon() {
	c.retire()
	c.give()
	time.AfterFunc(grace, c.close)
}

func (c *client) close() {
	c.give()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.aside != nil {
		_ = c.aside.Close() // or it was before
	}
	if c.inner != nil {
		_ = c.inner.Close() // which never fails
	}
}

// beside is a connection to the same node for what the library does not do, which
// lasts for as long.
func (c *client) beside() (*grpc.ClientConn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.address == "" {
		return nil, errRetired
	}
	var err error
	if c.aside == nil {
		c.aside, err = channel(&c.config, c.address, proved(&c.config)...)
	}
	return c.aside, err
}

func (c *client) ask() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.retired {
		return false
	}
	c.users++
	c.asking++
	return true
}

func (c *client) asked() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asking--; c.asking == 0 && c.retired {
		close(c.calm)
	}
}

// asking is the context of a call that tells when the call has its connection.
type asking struct {
	context.Context
	asked func()
}

// Deadline returns what each call begins with when it has its connection.
func (a asking) Deadline() (time.Time, bool) {
	a.asked()
	return a.Context.Deadline()
}

type result[T any] struct {
	value T
	err   error
}

// call makes one call of the library and returns when it does or ctx ends,
// whichever is first; a panic of the library becomes an error. A client whose
// call does not end with ctx hangs and is closed.
func call[T any](ctx context.Context, c *client, do func(context.Context, *esdb.Client) (T, error)) (T, error) {
	var none T
	if !c.ask() {
		return none, errRetired
	}
	done := make(chan result[T], 1)
	asked := sync.OnceFunc(c.asked)
	go func() {
		defer c.release()
		defer asked()
		done <- guarded(asking{ctx, asked}, c.inner, do) //nolint:contextcheck // because asking is ctx
	}()
	timer := time.NewTimer(silence)
	defer timer.Stop()
	for waiting := true; waiting; {
		select {
		case got := <-done:
			return got.value, got.err
		case <-c.lost.Done():
			return none, errLost
		case <-timer.C:
			c.suspect(c)
			timer.Reset(between)
		case <-ctx.Done():
			waiting = false
		}
	}
	timer.Reset(grace)
	select {
	case got := <-done:
		return got.value, got.err
	case <-timer.C:
		c.retire()
		c.close()
		return none, errHung
	}
}

func guarded[T any](ctx context.Context, inner *esdb.Client, do func(context.Context, *esdb.Client) (T, error)) (got result[T]) {
	defer func() {
		if reason := recover(); reason != nil {
			got = result[T]{err: fmt.Errorf("the client panicked: %v", reason)}
		}
	}()
	got.value, got.err = do(ctx, inner)
	return got
}
