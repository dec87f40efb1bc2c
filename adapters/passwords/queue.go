package passwords

import (
	"context"
	"fmt"

	"github.com/usher-engine/usher/domain"
)

// queue lets a few work at once and some wait, and sends the rest away.
type queue struct {
	places chan struct{} // of those who work or wait
	desks  chan struct{} // of those who work
}

func newQueue(atOnce, waiting int) queue {
	return queue{places: make(chan struct{}, atOnce+waiting), desks: make(chan struct{}, atOnce)}
}

// enter returns when it is the caller's turn, who calls leave in the end.
func (q queue) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("wait to hash a password: %w", err)
	}
	select {
	case q.places <- struct{}{}:
	default:
		return nil, domain.Refuse(domain.TooBusy, "too many passwords are being checked at this moment: try again in a few seconds")
	}
	select {
	case q.desks <- struct{}{}:
		return func() { <-q.desks; <-q.places }, nil
	case <-ctx.Done():
		<-q.places
		return nil, fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
}
