package eventlog

import (
	"context"
	"sync"
)

// ends knows where streams end, so that whoever asks what is new at a stream's
// end, as commands do, is answered without a look into the file.
type ends struct {
	mutex sync.Mutex
	// next says of a stream that no event has this revision or a higher one.
	next map[string]uint64
	// generation rises when what was known is forgotten: a reader who began
	// before may have missed what the writer told meanwhile.
	generation int
}

// at says whether a stream has nothing from a revision on. Where that is not
// known, the generation is for telling learn afterwards.
func (e *ends) at(stream string, from uint64) (nothing bool, generation int) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	next, known := e.next[stream]
	return known && from >= next, e.generation
}

// learn takes what a reader saw who asked in this generation.
func (e *ends) learn(generation int, stream string, next uint64) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	if generation == e.generation {
		e.put(stream, next)
	}
}

// moved takes what the writer has committed.
func (e *ends) moved(next map[string]uint64) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	for stream, revision := range next {
		e.put(stream, revision)
	}
}

// put never lowers an end: a reader may look at a moment that is past.
func (e *ends) put(stream string, next uint64) {
	if len(e.next) >= manyStreams {
		e.forget()
	}
	if e.next == nil {
		e.next = map[string]uint64{}
	}
	e.next[stream] = max(e.next[stream], next)
}

// clear forgets everything, when what the writer did is not known.
func (e *ends) clear() {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.forget()
}

func (e *ends) forget() {
	e.next = nil
	e.generation++
}

// quiet says whether a reader can be spared the file.
func (l *Log) quiet(ctx context.Context, nothing bool) bool {
	select {
	case <-l.closing:
		return false
	case <-ctx.Done():
		return false
	default:
		return nothing
	}
}
