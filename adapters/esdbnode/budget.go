package esdbnode

import (
	"cmp"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"golang.org/x/sync/semaphore"
	"google.golang.org/grpc"

	"github.com/usher-engine/usher/adapters/esdbnode/arrivals"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// What the calls of all connections may take together.
const (
	maxCalls = 2048
	// maxConnections is how many connections there may be.
	maxConnections = 512
	// maxArriving is how many large requests may be on their way in at a time. One of
	// them may be maxRequest. A small one takes no place: it is no more than a call may have
	// on its way without being read.
	maxArriving = 4
	// maxKept is how many bytes of large requests may be worked on, besides.
	maxKept = 64 << 20
	// unreadBytes is how much of a call may come in before somebody reads it.
	unreadBytes = 64 << 10
	// connectionBytes is how much of all calls of a connection may be on its way.
	connectionBytes = 1 << 20
	// slowAfter is how long a large request may be on its way where another waits.
	slowAfter = 10 * time.Second
	// busyAfter is how long a request waits until it may come in.
	busyAfter = 30 * time.Second
)

// budget bounds how much of what clients send is in memory.
type budget struct {
	calls    chan struct{}       // a place for each call
	arriving chan struct{}       // a place for each request that is on its way in
	wanted   chan struct{}       // takes the place of one who is slow
	kept     *semaphore.Weighted // bytes
	patience time.Duration       // with those who are slow
}

func newBudget(patience time.Duration) *budget {
	return &budget{
		calls: make(chan struct{}, maxCalls), arriving: make(chan struct{}, maxArriving), wanted: make(chan struct{}),
		kept: semaphore.NewWeighted(maxKept), patience: patience,
	}
}

func busy() error { return wire.Unavailable("Server Is Too Busy") }

// count lets a call in while there are few enough.
func (b *budget) count(server any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	select {
	case b.calls <- struct{}{}:
		defer func() { <-b.calls }()
		return handler(server, stream)
	default:
		return busy()
	}
}

// bound lets a call's requests in while there is room for them.
func (b *budget) bound(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	service, _, _ := strings.Cut(strings.TrimPrefix(info.FullMethod, "/"), "/")
	call := &call{
		ServerStream: stream, budget: b, arrivals: arrivals.Of(stream.Context()),
		pieces: info.FullMethod == streams.Streams_Append_FullMethodName,
		goesOn: info.IsClientStream && info.IsServerStream,
		limit:  maxOtherRequest,
	}
	if service == streams.Streams_ServiceDesc.ServiceName {
		call.limit = maxRequest
	}
	switch info.FullMethod {
	case streams.Streams_Read_FullMethodName: // which goes on for long
	case streams.Streams_BatchAppend_FullMethodName: // which counts for itself
	default:
		call.counted = true
	}
	defer call.end()
	return handler(server, call)
}

// enter takes a place among the requests on their way in. Who waits for one gets that
// of somebody slow.
func (b *budget) enter(ctx context.Context) error {
	select {
	case b.arriving <- struct{}{}:
		return nil
	default:
	}
	tooLong := time.NewTimer(busyAfter)
	defer tooLong.Stop()
	select {
	case b.arriving <- struct{}{}:
		return nil
	case b.wanted <- struct{}{}: // see giveWay
		return nil
	case <-tooLong.C:
		return busy()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// call is a call whose requests are within the budget.
type call struct {
	grpc.ServerStream
	budget   *budget
	arrivals *arrivals.Call
	pieces   bool // the request is all messages together
	goesOn   bool // each message is a request, otherwise the first alone
	counted  bool // a request's bytes are counted while it is worked on
	limit    int  // bytes of a message

	// Of whoever receives:
	began   time.Time // when it got a place; zero without
	arrived bool
	size    int   // of the request, in bytes
	failed  error // why no more can be received

	mutex sync.Mutex
	ended bool
	place bool  // among the requests on their way in
	kept  int64 // bytes
}

// RecvMsg implements grpc.ServerStream.
func (c *call) RecvMsg(message any) error {
	if c.failed == nil {
		c.failed = c.next(message)
	}
	return c.failed
}

func (c *call) next(message any) error {
	if c.arrived && !c.goesOn {
		return c.ServerStream.RecvMsg(message)
	}
	if c.arrived {
		c.done()
	}
	if err := c.begin(); err != nil {
		return err
	}
	size, err := c.receive(message)
	c.size += size
	switch {
	case c.size > maxRequest:
		return wire.AppendTooLarge(store.MaxAppendSize)
	case err == nil && c.pieces:
		return nil
	case err == nil || errors.Is(err, io.EOF):
		c.arrived = true
		return cmp.Or(c.keep(), err)
	}
	return err
}

// begin waits for a message, and for a place where the request is a large one.
func (c *call) begin() error {
	if !c.began.IsZero() { // it has one, and waits where it can give way
		return nil
	}
	size, err := c.arrivals.Next(c.Context())
	switch {
	case err != nil:
		return err
	case size > c.limit:
		return wire.MessageTooLarge()
	case size == arrivals.Unknown:
		size = c.limit
	}
	if c.size+size <= arrivals.Small {
		return nil
	}
	if err := c.budget.enter(c.Context()); err != nil {
		return err
	}
	c.began = time.Now()
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.place = true
	return c.release()
}

// receive receives a message, and says how large it was. A large one that takes long may
// give way to another that waits for the place.
func (c *call) receive(message any) (size int, err error) {
	incoming := &wire.Incoming{Message: message}
	if c.began.IsZero() {
		err = c.ServerStream.RecvMsg(incoming)
		return incoming.Size, err
	}
	received := make(chan error, 1)
	go func() { received <- c.ServerStream.RecvMsg(incoming) }() // ends with the call
	slow := time.NewTimer(time.Until(c.began.Add(c.budget.patience)))
	defer slow.Stop()
	var wanted chan struct{}
	for {
		select {
		case err := <-received:
			return incoming.Size, err
		case <-slow.C:
			wanted = c.budget.wanted
		case <-wanted:
			c.giveWay()
			return 0, wire.TimedOut() // what comes of it still is nobody's
		}
	}
}

// giveWay leaves the place to another, who has it already.
func (c *call) giveWay() {
	c.mutex.Lock()
	held := c.place
	c.place = false
	c.mutex.Unlock()
	if !held { // for the call has ended and left it: so it is taken once more
		c.budget.arriving <- struct{}{}
	}
}

// keep gives the place away, and has the bytes counted that stay.
func (c *call) keep() (err error) {
	share := int64(0)
	if c.counted && c.size > arrivals.Small {
		share = int64(c.size)
		ctx, cancel := context.WithTimeoutCause(c.Context(), busyAfter, busy())
		defer cancel()
		// Who has a share waits for none, so that this ends.
		if c.budget.kept.Acquire(ctx, share) != nil {
			err = context.Cause(ctx)
		}
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if err == nil {
		c.kept = share
	}
	c.leave()
	return cmp.Or(c.release(), err)
}

// done ends a request of a call that goes on.
func (c *call) done() {
	c.arrived, c.began, c.size = false, time.Time{}, 0
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.budget.kept.Release(c.kept)
	c.kept = 0
}

func (c *call) leave() {
	if c.place {
		c.place = false
		<-c.budget.arriving
	}
}

// release gives everything back where the call ended meanwhile.
func (c *call) release() error {
	if !c.ended {
		return nil
	}
	c.leave()
	c.budget.kept.Release(c.kept)
	c.kept = 0
	return context.Canceled
}

func (c *call) end() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.ended = true
	_ = c.release() // what it says is for those who go on
}
