package turns

import (
	"context"
	"sync"
)

// Of is the turns of all keys of one kind.
type Of[K comparable] struct {
	atOnce int
	mu     sync.Mutex
	taken  map[K]*turn
}

type turn struct {
	places chan struct{}
	wanted int // by those inside and those that wait
}

// New returns turns for so many at once of each key.
func New[K comparable](atOnce int) *Of[K] {
	return &Of[K]{atOnce: atOnce, taken: map[K]*turn{}}
}

// Enter waits for a turn, which leave ends.
func (t *Of[K]) Enter(ctx context.Context, key K) (leave func(), err error) {
	mine := t.want(key)
	select {
	case mine.places <- struct{}{}:
		return func() { <-mine.places; t.unwant(key) }, nil
	case <-ctx.Done():
		t.unwant(key)
		return nil, ctx.Err()
	}
}

func (t *Of[K]) want(key K) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	wanted, known := t.taken[key]
	if !known {
		wanted = &turn{places: make(chan struct{}, t.atOnce)}
		t.taken[key] = wanted
	}
	wanted.wanted++
	return wanted
}

func (t *Of[K]) unwant(key K) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.taken[key].wanted--; t.taken[key].wanted == 0 {
		delete(t.taken, key)
	}
}
