package execution

import (
	"context"
	"fmt"

	"github.com/usher-engine/usher/commands/bounded"
	"github.com/usher-engine/usher/domain"
)

// Aggregate loads streams of one kind and executes commands in them. It keeps folded
// states and reads only what came since.
type Aggregate[S, C any, E domain.Event] struct {
	path    *Path
	decider domain.Decider[S, C, E]
	kept    *kept[S]
}

// NewAggregate returns the streams of a decider, whose commands take the path.
func NewAggregate[S, C any, E domain.Event](path *Path, decider domain.Decider[S, C, E]) *Aggregate[S, C, E] {
	return &Aggregate[S, C, E]{path: path, decider: decider, kept: newKept[S](keptStreams)}
}

// keptStreams is how many streams of a kind are kept.
const keptStreams = 10_000

// Loaded is a stream's state, and what else of the stream its commands need.
type Loaded[S any] struct {
	State    S
	Next     uint64          // revision of the stream's next event
	Position domain.Position // of the last event
	Account  domain.AccountID

	// causes is the first revision that each command has led to.
	causes domain.Map[domain.CommandID, uint64]
	age    bounded.Age // of the cache, when the state was looked up
}

// Knows reports whether a command has led to any of the stream's events.
func (l Loaded[S]) Knows(command domain.CommandID) bool { return l.causes.Has(command) }

func (l Loaded[S]) expected() domain.Expected {
	if l.Next == 0 {
		return domain.NoStream{}
	}
	return domain.Revision(l.Next - 1)
}

// Load returns the stream as it stands now or, in a context that allows it, see
// Lagging, as it is kept.
func (a *Aggregate[S, C, E]) Load(ctx context.Context, stream domain.StreamName) (Loaded[S], error) {
	if state, known := a.kept.recall(stream); known && a.path.suffices(ctx) {
		return state, nil
	}
	return a.read(ctx, stream)
}

// read reads the stream to its end.
func (a *Aggregate[S, C, E]) read(ctx context.Context, stream domain.StreamName) (Loaded[S], error) {
	end := a.kept.begin(stream)
	before, known := a.kept.recall(stream)
	if !known {
		before.State = a.decider.Initial()
	}
	now := before
	for recorded, err := range a.path.ports.Store.Read(ctx, stream, before.Next) {
		if err == nil {
			now, err = a.evolve(now, recorded)
		}
		if err != nil {
			end(nil)
			return Loaded[S]{}, fmt.Errorf("load %s: %w", stream, err)
		}
	}
	end(&now)
	return now, nil
}

// Decide returns what a command would lead to in a state, and executes nothing.
func (a *Aggregate[S, C, E]) Decide(state S, command C) ([]E, error) {
	return a.decider.Decide(a.path.ports.Now(), state, command)
}

// Drop forgets what is remembered of a stream, also by those who load it now.
func (a *Aggregate[S, C, E]) Drop(stream domain.StreamName) { a.kept.forget(stream) }

// Hear takes an event of the log that another stream may be about.
func (a *Aggregate[S, C, E]) Hear(recorded domain.Recorded) { a.kept.hear(recorded, a.evolve) }

func (a *Aggregate[S, C, E]) evolve(l Loaded[S], recorded domain.Recorded) (Loaded[S], error) {
	event, ok := recorded.Event.(E)
	if !ok {
		return l, fmt.Errorf("event %s at revision %d does not belong there", recorded.Event.Type(), recorded.Revision)
	}
	if recorded.Revision != l.Next {
		return l, fmt.Errorf("revision %d where %d was due", recorded.Revision, l.Next)
	}
	l.State = a.decider.Evolve(l.State, event)
	return l.with(recorded.Revision, recorded.Position, recorded.Metadata), nil
}

// with is the state told where its last event stands, and what that belongs to.
func (l Loaded[S]) with(revision uint64, position domain.Position, metadata domain.Metadata) Loaded[S] {
	if !l.causes.Has(metadata.Causation) {
		l.causes = l.causes.With(metadata.Causation, revision)
	}
	l.Next, l.Position, l.Account = revision+1, position, metadata.Account
	return l
}
