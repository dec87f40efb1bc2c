package commandstest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// ErrCrash is what a log answers after its process has crashed.
var ErrCrash = errors.New("the process is gone")

// Log is an event store in memory, to which can happen what happens to one.
type Log struct {
	// CrashAfter is how many appends are left before nothing works any more;
	// zero for no crash.
	CrashAfter int
	// Before is what comes in between right before the next append; it may set what
	// comes before the one after.
	Before func()
	// After is told of each append.
	After func()
	// Broken is why a stream cannot be read or appended to just now; nil where it can.
	Broken func(domain.StreamName) error

	now     func() time.Time
	mu      sync.Mutex
	all     []domain.Recorded
	streams map[domain.StreamName][]domain.Recorded
}

// NewLog returns an empty log.
func NewLog(now func() time.Time) *Log {
	return &Log{now: now, streams: map[domain.StreamName][]domain.Recorded{}}
}

// All returns everything that has happened, in order.
func (l *Log) All() []domain.Recorded {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all)
}

// Of returns what has happened in a stream.
func (l *Log) Of(stream domain.StreamName) []domain.Recorded {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.streams[stream])
}

// Append implements commands.EventStore.
func (l *Log) Append(_ context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	if between := l.between(); between != nil {
		between()
	}
	appended, err := l.append(stream, expected, events)
	if l.After != nil && err == nil {
		l.After()
	}
	return appended, err
}

func (l *Log) between() func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	between := l.Before
	l.Before = nil
	return between
}

func (l *Log) append(stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.broken(stream); err != nil {
		return commands.Appended{}, err
	}
	if actual := end(l.streams[stream]); actual != expected {
		if last, stands := l.stands(stream, events); stands {
			return last, nil
		}
		return commands.Appended{}, &domain.Conflict{Stream: stream, Expected: expected, Actual: actual}
	}
	for _, event := range events {
		l.record(stream, event)
	}
	if l.CrashAfter > 0 {
		if l.CrashAfter--; l.CrashAfter == 0 {
			l.CrashAfter = -1
		}
	}
	last := l.all[len(l.all)-1]
	return commands.Appended{Revision: last.Revision, Position: last.Position}, nil
}

// stands says where exactly these events stand already.
func (l *Log) stands(stream domain.StreamName, events []commands.Uncommitted) (commands.Appended, bool) {
	known := l.streams[stream]
	first := slices.IndexFunc(known, func(r domain.Recorded) bool { return r.ID == events[0].ID })
	if first < 0 || first+len(events) > len(known) {
		return commands.Appended{}, false
	}
	for i, event := range events {
		if known[first+i].ID != event.ID {
			return commands.Appended{}, false
		}
	}
	last := known[first+len(events)-1]
	return commands.Appended{Revision: last.Revision, Position: last.Position}, true
}

// Read implements commands.EventStore.
func (l *Log) Read(_ context.Context, stream domain.StreamName, from uint64) iter.Seq2[domain.Recorded, error] {
	l.mu.Lock()
	defer l.mu.Unlock()
	events, err := slices.Clone(l.streams[stream]), l.broken(stream)
	return func(yield func(domain.Recorded, error) bool) {
		if err != nil {
			yield(domain.Recorded{}, err)
			return
		}
		for _, event := range events[min(from, uint64(len(events))):] {
			if !yield(event, nil) {
				return
			}
		}
	}
}

func (l *Log) broken(stream domain.StreamName) error {
	switch {
	case l.CrashAfter < 0:
		return ErrCrash
	case l.Broken != nil:
		return l.Broken(stream)
	}
	return nil
}

func end(events []domain.Recorded) domain.Expected {
	if len(events) == 0 {
		return domain.NoStream{}
	}
	return domain.Revision(uint64(len(events) - 1))
}

// write puts into the log what has happened before, whichever way it came about.
func (l *Log) write(stream domain.StreamName, events ...commands.Uncommitted) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, event := range events {
		l.record(stream, event)
	}
}

func (l *Log) record(stream domain.StreamName, event commands.Uncommitted) {
	place := uint64(len(l.all) + 1)
	recorded := domain.Recorded{
		ID: event.ID, Stream: stream, Revision: uint64(len(l.streams[stream])), Position: domain.Position{Commit: place, Prepare: place},
		Event: event.Event, Metadata: event.Metadata, Time: l.now(),
	}
	l.all = append(l.all, recorded)
	l.streams[stream] = append(l.streams[stream], recorded)
}
