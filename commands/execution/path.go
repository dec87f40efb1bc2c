package execution

import (
	"context"
	"slices"
	"sync"

	"github.com/usher-engine/usher/commands/turns"
	"github.com/usher-engine/usher/domain"
)

// Path is what all commands of a process have in common.
type Path struct {
	ports   Ports
	sending *turns.Of[domain.StreamName]
	head    head
	hearing hearing
}

// NewPath returns a path over its ports.
func NewPath(ports Ports) *Path {
	return &Path{ports: ports, sending: turns.New[domain.StreamName](1), head: head{position: ports.Head}, hearing: hearing{asking: turns.New[struct{}](1)}}
}

// Turns waits for the turns of several streams at once, which leave ends. Commands of whoever
// has them do not say that they send.
func (p *Path) Turns(ctx context.Context, streams []domain.StreamName) (leave func(), err error) {
	var taken []func()
	leave = func() {
		for _, one := range taken {
			one()
		}
	}
	for _, stream := range slices.Sorted(slices.Values(streams)) { // in one order, so that no two wait for each other
		one, err := p.sending.Enter(ctx, stream)
		if err != nil {
			leave()
			return nil, err
		}
		taken = append(taken, one)
	}
	return leave, nil
}

// Newest returns the position of the newest event that this process knows of:
// found when it began, or appended since.
func (p *Path) Newest() domain.Position { return p.head.get() }

type head struct {
	mu       sync.Mutex
	position domain.Position
}

func (h *head) get() domain.Position {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.position
}

func (h *head) raise(position domain.Position) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if position.After(h.position) {
		h.position = position
	}
}
