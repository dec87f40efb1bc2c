package persistent

import (
	"context"
	"slices"
	"sync"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent/group"
)

// reader is a connected client. What is delivered to it waits here until its
// connection takes it; that is never more than the slots it asked for, so it
// delays nobody else.
type reader struct {
	id    group.ReaderID
	name  string // of the connection, as the client says
	user  string
	slots int

	mu    sync.Mutex
	queue []group.Deliver
	cause error         // why it ended
	wake  chan struct{} // has one when there is something new
}

func newReader(name, user string, slots int) *reader {
	return &reader{name: name, user: user, slots: slots, wake: make(chan struct{}, 1)}
}

func (r *reader) put(delivery group.Deliver) {
	r.change(func() { r.queue = append(r.queue, delivery) })
}

// withdraw takes a delivery back if it was not sent yet.
func (r *reader) withdraw(ticket group.Ticket) {
	r.change(func() {
		r.queue = slices.DeleteFunc(r.queue, func(d group.Deliver) bool { return d.Ticket == ticket })
	})
}

// end makes next return the cause; the first one stays.
func (r *reader) end(cause error) {
	r.change(func() {
		if r.cause == nil {
			r.cause = cause
		}
	})
}

func (r *reader) change(how func()) {
	r.mu.Lock()
	how()
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// next waits for a delivery.
func (r *reader) next(ctx context.Context) (group.Deliver, error) {
	for {
		delivery, ok, err := r.take()
		if ok || err != nil {
			return delivery, err
		}
		select {
		case <-r.wake:
		case <-ctx.Done():
			return group.Deliver{}, ctx.Err()
		}
	}
}

func (r *reader) take() (delivery group.Deliver, ok bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cause != nil || len(r.queue) == 0 {
		return delivery, false, r.cause
	}
	delivery = r.queue[0]
	r.queue = slices.Delete(r.queue, 0, 1)
	return delivery, true, nil
}
