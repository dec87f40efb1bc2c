package commands

import (
	"context"
	"sync"
)

// turns let no more than so many at once do something with the same key.
type turns[K comparable] struct {
	atOnce int
	mu     sync.Mutex
	taken  map[K]*turn
}

type turn struct {
	places chan struct{}
	wanted int // by those inside and those that wait
}

func newTurns[K comparable](atOnce int) *turns[K] {
	return &turns[K]{atOnce: atOnce, taken: map[K]*turn{}}
}

// enter waits for a turn, which leave ends.
func (t *turns[K]) enter(ctx context.Context, key K) (leave func(), err error) {
	mine := t.want(key)
	select {
	case mine.places <- struct{}{}:
		return func() { <-mine.places; t.unwant(key) }, nil
	case <-ctx.Done():
		t.unwant(key)
		return nil, ctx.Err()
	}
}

func (t *turns[K]) want(key K) *turn {
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

func (t *turns[K]) unwant(key K) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.taken[key].wanted--; t.taken[key].wanted == 0 {
		delete(t.taken, key)
	}
}
