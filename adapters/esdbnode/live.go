package esdbnode

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/usher-engine/usher/adapters/journal"
)

// A follower's events wait for it in memory up to one of these; what is more is
// left in the log, where it finds it again.
const (
	waitingEvents = 32
	waitingBytes  = 1 << 20
)

// live hands the events of the log, as they are committed, to those who follow
// their streams: one subscription to the log serves all of them, and none of
// them ever makes it wait. It runs while somebody follows.
type live struct {
	log     journal.Local
	closing context.Context // when it ends, nobody can follow any more

	mu      sync.Mutex
	current *hub // nil while nobody follows
	running sync.WaitGroup
}

// hub is one run of live.
type hub struct {
	end context.CancelFunc

	mu        sync.Mutex
	followers map[string]map[*follower]struct{} // by stream
	count     int
	ended     error
}

// follower gets the events of one stream that are committed after follow.
type follower struct {
	hub    *hub
	stream string
	// events is closed when the follower was too slow, or the log ended.
	events chan journal.Record
	bytes  atomic.Int64
}

// follow begins with the events that are committed from now on. What it returns
// is given back to leave.
func (l *live) follow(ctx context.Context, stream string) (*follower, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current == nil || l.current.failure() != nil {
		if err := l.start(ctx); err != nil {
			return nil, err
		}
	}
	f := &follower{hub: l.current, stream: stream, events: make(chan journal.Record, waitingEvents)}
	l.current.add(f)
	return f, nil
}

func (l *live) start(ctx context.Context) error { //nolint:contextcheck // because the hub outlives who came first
	head, err := l.log.Head(ctx)
	if err != nil {
		return err
	}
	running, end := context.WithCancel(l.closing)
	h := &hub{end: end, followers: map[string]map[*follower]struct{}{}}
	l.current = h
	l.running.Go(func() {
		for record, err := range l.log.Subscribe(running, head) {
			if err != nil {
				h.fail(err)
				return
			}
			h.hand(record)
		}
	})
	return nil
}

// leave ends what follow began.
func (l *live) leave(f *follower) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f.hub.remove(f) {
		return
	}
	f.hub.end()
	if l.current == f.hub {
		l.current = nil
	}
}

func (h *hub) add(f *follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ended != nil {
		close(f.events)
	} else {
		if h.followers[f.stream] == nil {
			h.followers[f.stream] = map[*follower]struct{}{}
		}
		h.followers[f.stream][f] = struct{}{}
	}
	h.count++
}

// remove says whether others follow still.
func (h *hub) remove(f *follower) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.forget(f)
	h.count--
	return h.count > 0
}

func (h *hub) forget(f *follower) {
	delete(h.followers[f.stream], f)
	if len(h.followers[f.stream]) == 0 {
		delete(h.followers, f.stream)
	}
}

func (h *hub) hand(record journal.Record) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for f := range h.followers[record.Stream] {
		if !f.take(record) {
			close(f.events)
			h.forget(f)
		}
	}
}

func (h *hub) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = err
	for _, followers := range h.followers {
		for f := range followers {
			close(f.events)
		}
	}
	clear(h.followers)
}

// failure is why the log gives no more events; nil while it does.
func (h *hub) failure() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ended
}

func (f *follower) take(record journal.Record) bool {
	if f.bytes.Load() > waitingBytes {
		return false
	}
	select {
	case f.events <- record:
		f.bytes.Add(weight(record))
		return true
	default:
		return false
	}
}

// taken says that the follower is done with an event.
func (f *follower) taken(record journal.Record) { f.bytes.Add(-weight(record)) }

func weight(record journal.Record) int64 { return int64(len(record.Data) + len(record.Metadata)) }
