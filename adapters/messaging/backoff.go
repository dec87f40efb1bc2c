package messaging

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// backoff waits longer after each failure, from first up to most, with jitter.
type backoff struct {
	first, most time.Duration
	failures    int
}

func (b *backoff) reset() { b.failures = 0 }

// wait returns early when ctx ends.
func (b *backoff) wait(ctx context.Context) { b.waitOr(ctx, nil) }

// waitOr returns early when ctx ends, or a call comes.
func (b *backoff) waitOr(ctx context.Context, called <-chan struct{}) {
	length := b.first << min(b.failures, 20)
	length = min(length, b.most)
	b.failures++
	timer := time.NewTimer(length/2 + rand.N(length/2+1)) //nolint:gosec // because jitter is no secret
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-called:
	case <-ctx.Done():
	}
}

// call reaches all who wait for it.
type call struct {
	mu      sync.Mutex
	waiting chan struct{} // nil while nobody does
}

// next is closed at the next call.
func (c *call) next() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting == nil {
		c.waiting = make(chan struct{})
	}
	return c.waiting
}

func (c *call) ring() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting != nil {
		close(c.waiting)
		c.waiting = nil
	}
}
