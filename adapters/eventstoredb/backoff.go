package eventstoredb

import (
	"context"
	"math/rand/v2"
	"time"
)

// backoff waits longer after each failure, with jitter.
type backoff struct{ first, most, next time.Duration }

func newBackoff() *backoff {
	return &backoff{first: 5 * time.Millisecond, most: 500 * time.Millisecond, next: 5 * time.Millisecond}
}

func (b *backoff) reset() { b.next = b.first }

// wait is over early, and false, when ctx ends.
func (b *backoff) wait(ctx context.Context) bool {
	timer := time.NewTimer(b.next/2 + rand.N(b.next)) //nolint:gosec // because nobody gains by guessing it
	defer timer.Stop()
	b.next = min(2*b.next, b.most)
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
