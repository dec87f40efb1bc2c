package messaging

import (
	"context"
	"sync"

	"github.com/ThreeDotsLabs/watermill/message"

	"github.com/usher-engine/usher/domain"
)

// delivery is one message on its way to the consumer, and the message's context,
// which ends when the message is acknowledged, refused or taken back. It makes
// its channel only when somebody asks for it: most consumers never do.
type delivery struct {
	context.Context // the subscription's

	position domain.Position
	message  *message.Message // nil for an event that the topic leaves out

	mu    sync.Mutex
	ended bool
	done  chan struct{}
}

// Done implements context.Context.
func (d *delivery) Done() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done == nil {
		d.done = make(chan struct{})
		if d.ended {
			close(d.done)
		}
	}
	return d.done
}

// Err implements context.Context.
func (d *delivery) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return context.Canceled
	}
	return nil
}

func (d *delivery) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ended {
		return
	}
	d.ended = true
	if d.done != nil {
		close(d.done)
	}
}

// acknowledged says so without waiting. What the topic leaves out needs nobody.
func (d *delivery) acknowledged() bool {
	if d.message == nil {
		return true
	}
	select {
	case <-d.message.Acked():
		return true
	default:
		return false
	}
}
