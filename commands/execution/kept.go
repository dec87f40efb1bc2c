package execution

import (
	"context"
	"errors"
	"sync"

	"github.com/usher-engine/usher/commands/bounded"
	"github.com/usher-engine/usher/domain"
)

// kept is the states of streams of one kind, as far as this process knows them: by
// what it has read, appended and heard. The path of commands begins with them, as a
// stale one is found by the append; whoever may judge on what lags a little, see
// Lagging, is content with them.
type kept[S any] struct {
	mu     sync.Mutex
	states *bounded.Cache[domain.StreamName, Loaded[S]]
	// busy is the streams that are being read or appended to now, with the revision
	// behind the last event that was heard of them meanwhile.
	busy map[domain.StreamName]*heard
}

type heard struct {
	users int
	next  uint64
}

func newKept[S any](most int) *kept[S] {
	newer := func(one, known Loaded[S]) bool { return one.Next > known.Next }
	return &kept[S]{
		states: bounded.NewKeeping[domain.StreamName](most, newer),
		busy:   map[domain.StreamName]*heard{},
	}
}

// recall returns a stream's state; false where it is not kept.
func (k *kept[S]) recall(stream domain.StreamName) (Loaded[S], bool) {
	state, known, age := k.states.Recall(stream)
	state.age = age
	return state, known
}

// remember keeps what was heard or, by begin, read or appended.
func (k *kept[S]) remember(stream domain.StreamName, state Loaded[S]) {
	k.states.Remember(state.age, stream, state)
}

// begin says that a stream is being read, or appended to. What comes of it is kept by
// end, unless more was heard of the stream meanwhile: nobody would hear of that again.
func (k *kept[S]) begin(stream domain.StreamName) (end func(found *Loaded[S])) {
	k.mu.Lock()
	defer k.mu.Unlock()
	mine, known := k.busy[stream]
	if !known {
		mine = &heard{}
		k.busy[stream] = mine
	}
	mine.users++
	return func(found *Loaded[S]) {
		k.mu.Lock()
		defer k.mu.Unlock()
		if found != nil && found.Next >= mine.next {
			k.remember(stream, *found)
		}
		if mine.users--; mine.users == 0 {
			delete(k.busy, stream)
		}
	}
}

// hear takes an event of the log, each in its order. A state that it does not follow
// upon is read anew when it is asked for.
func (k *kept[S]) hear(recorded domain.Recorded, evolve func(Loaded[S], domain.Recorded) (Loaded[S], error)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if mine, busy := k.busy[recorded.Stream]; busy {
		mine.next = recorded.Revision + 1
	}
	state, known := k.recall(recorded.Stream)
	if !known || recorded.Revision < state.Next {
		return
	}
	state, err := evolve(state, recorded)
	if err != nil {
		k.states.Forget(recorded.Stream)
		return
	}
	k.remember(recorded.Stream, state)
}

func (k *kept[S]) forget(stream domain.StreamName) { k.states.Forget(stream) }

type laggingKey struct{}

// Lagging returns a context in which states may be those that are kept, which lag
// behind the log by mostLag at most. It is for permissions, sessions and what is
// shown, and never for a refusal: see Path.Certainly.
func Lagging(ctx context.Context) context.Context {
	return context.WithValue(ctx, laggingKey{}, lagging{})
}

// lagging is what kept states must reflect: everything up to a position or, where it
// is zero, what was in the log mostLag ago; nil for everything.
type lagging struct{ least domain.Position }

// Certainly judges on kept states, and where that refuses, once more on the ends of
// the streams: nobody is refused, or told that something is not there, on what lags.
// That history is missing the log says itself, of which nothing lags.
func (p *Path) Certainly(ctx context.Context, judge func(context.Context) error) error {
	err := judge(Lagging(ctx))
	if refusal, refused := errors.AsType[*domain.Refusal](err); refused && refusal.Code != domain.HistoryMissing {
		err = judge(context.WithValue(ctx, laggingKey{}, nil))
	}
	return err
}
