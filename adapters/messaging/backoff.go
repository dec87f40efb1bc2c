package messaging

import (
	"context"
	"math/rand/v2"
	"time"
)

// backoff waits longer after each failure, from first up to most, with jitter.
type backoff struct {
	first, most time.Duration
	failures    int
}

func (b *backoff) reset() { b.failures = 0 }

// wait returns early when ctx ends.
func (b *backoff) wait(ctx context.Context) {
	length := b.first << min(b.failures, 20)
	length = min(length, b.most)
	b.failures++
	timer := time.NewTimer(length/2 + rand.N(length/2+1)) //nolint:gosec // because jitter is no secret
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
