package messaging

import (
	"context"
	"sync"

	"github.com/usher-engine/usher/domain"
)

// place is how far a follower has come; others can wait for it.
type place struct {
	mu       sync.Mutex
	position domain.Position
	moved    chan struct{} // closed when the position moves
}

func newPlace() *place { return &place{moved: make(chan struct{})} }

func (p *place) get() domain.Position {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position
}

func (p *place) set(position domain.Position) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if position == p.position {
		return
	}
	p.position = position
	close(p.moved)
	p.moved = make(chan struct{})
}

// reach waits until the place is at the position or behind it.
func (p *place) reach(ctx context.Context, position domain.Position) error {
	for {
		p.mu.Lock()
		there, moved := !position.After(p.position), p.moved
		p.mu.Unlock()
		if there {
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
