package commands

import (
	"context"
	"fmt"
	"sync"

	"github.com/usher-engine/usher/domain"
)

// aggregate loads streams of one kind. It remembers folded states and reads
// only what came since.
type aggregate[S, C any, E domain.Event] struct {
	decider domain.Decider[S, C, E]
	mu      sync.Mutex
	known   map[domain.StreamName]loaded[S]
}

// loaded is a stream's state, and what else of the stream its commands need.
type loaded[S any] struct {
	state    S
	next     uint64 // revision of the stream's next event
	position domain.Position
	account  domain.AccountID
	// causes is the first revision that each command has led to.
	causes domain.Map[domain.CommandID, uint64]
}

const knownStreams = 10_000

func newAggregate[S, C any, E domain.Event](decider domain.Decider[S, C, E]) *aggregate[S, C, E] {
	return &aggregate[S, C, E]{decider: decider, known: map[domain.StreamName]loaded[S]{}}
}

func (l loaded[S]) expected() domain.Expected {
	if l.next == 0 {
		return domain.NoStream{}
	}
	return domain.Revision(l.next - 1)
}

// load is the stream as it stands now.
func (a *aggregate[S, C, E]) load(ctx context.Context, store EventStore, stream domain.StreamName) (loaded[S], error) {
	before := a.remembered(stream)
	now := before
	for recorded, err := range store.Read(ctx, stream, before.next) {
		if err != nil {
			return loaded[S]{}, fmt.Errorf("load %s: %w", stream, err)
		}
		if now, err = a.evolve(now, recorded); err != nil {
			return loaded[S]{}, fmt.Errorf("load %s: %w", stream, err)
		}
	}
	if now.next != before.next {
		a.remember(stream, now)
	}
	return now, nil
}

func (a *aggregate[S, C, E]) evolve(l loaded[S], recorded domain.Recorded) (loaded[S], error) {
	event, ok := recorded.Event.(E)
	if !ok {
		return l, fmt.Errorf("event %s at revision %d does not belong there", recorded.Event.Type(), recorded.Revision)
	}
	if recorded.Revision != l.next {
		return l, fmt.Errorf("revision %d where %d was due", recorded.Revision, l.next)
	}
	if !l.causes.Has(recorded.Metadata.Causation) {
		l.causes = l.causes.With(recorded.Metadata.Causation, recorded.Revision)
	}
	l.state = a.decider.Evolve(l.state, event)
	l.next, l.position, l.account = recorded.Revision+1, recorded.Position, recorded.Metadata.Account
	return l, nil
}

func (a *aggregate[S, C, E]) remembered(stream domain.StreamName) loaded[S] {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known, ok := a.known[stream]; ok {
		return known
	}
	return loaded[S]{state: a.decider.Initial()}
}

func (a *aggregate[S, C, E]) remember(stream domain.StreamName, l loaded[S]) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.known) >= knownStreams {
		for forgotten := range a.known { // whichever comes first: the order of a map is as good as any
			delete(a.known, forgotten)
			break
		}
	}
	if a.known[stream].next < l.next {
		a.known[stream] = l
	}
}

// head is the newest position that this process knows of.
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
