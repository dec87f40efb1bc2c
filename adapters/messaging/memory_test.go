package messaging_test

import (
	"context"
	"iter"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// bubble runs a test in which no time passes but what the test waits for: its
// log and its checkpoints are in memory. What is left running is found.
func bubble(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		events, err := codec.New(noKeys{})
		require.NoError(t, err)
		log := &paper{changed: make(chan struct{})}
		test(t, &world{log: log, codec: events, vault: newNotes(), store: journal.NewStore(log, events)})
	})
}

// in is a part of a test in a bubble of its own.
func in(t *testing.T, name string, test func(t *testing.T, w *world)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { bubble(t, test) })
}

// settle waits until nobody has anything to do but wait for time to pass, then
// for some time, and for what comes of that.
func settle(passing time.Duration) {
	synctest.Wait()
	time.Sleep(passing)
	synctest.Wait()
}

// paper is a log in memory.
type paper struct {
	mu      sync.Mutex
	records []journal.Record
	changed chan struct{} // closed at the next append
}

var _ journal.Log = (*paper)(nil)

func (p *paper) Append(ctx context.Context, stream string, expected domain.Expected, events []journal.Proposed) (uint64, domain.Position, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := uint64(0)
	for _, record := range p.records {
		if record.Stream == stream {
			next = record.Revision + 1
		}
	}
	if _, free := expected.(domain.Any); !free {
		return 0, domain.Position{}, &domain.Conflict{Stream: domain.StreamName(stream), Expected: expected}
	}
	for i, event := range events {
		at := uint64(len(p.records) + 1)
		p.records = append(p.records, journal.Record{
			Proposed: event, Stream: stream, Revision: next + uint64(i), Position: domain.Position{Commit: at, Prepare: at}, Time: time.Now().UTC(),
		})
	}
	close(p.changed)
	p.changed = make(chan struct{})
	last := p.records[len(p.records)-1]
	return last.Revision, last.Position, ctx.Err()
}

// add adds a record as it is.
func (p *paper) add(record journal.Record) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.records = append(p.records, record)
	close(p.changed)
	p.changed = make(chan struct{})
}

// behind is the records behind a position, and what is closed when there are more.
func (p *paper) behind(after domain.Position) ([]journal.Record, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.records[min(int(after.Commit), len(p.records)):], p.changed
}

func (p *paper) ReadStream(_ context.Context, stream string, from uint64) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		all, _ := p.behind(domain.Position{})
		for _, record := range all {
			if record.Stream == stream && record.Revision >= from && !yield(record, nil) {
				return
			}
		}
	}
}

func (p *paper) ReadAll(_ context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		all, _ := p.behind(after)
		for _, record := range all {
			if !yield(record, nil) {
				return
			}
		}
	}
}

func (p *paper) Subscribe(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		for {
			more, changed := p.behind(after)
			for _, record := range more {
				if !yield(record, nil) {
					return
				}
				after = record.Position
			}
			select {
			case <-changed:
			case <-ctx.Done():
				yield(journal.Record{}, ctx.Err())
				return
			}
		}
	}
}

func (*paper) Mark(context.Context) (string, error) { return "", nil }

func (p *paper) Head(context.Context) (domain.Position, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := uint64(len(p.records))
	return domain.Position{Commit: at, Prepare: at}, nil
}

// notes is the progress of policies in memory.
type notes struct {
	mu    sync.Mutex
	at    map[string]domain.Position
	stops map[string]map[uuid.UUID]projections.Poison
}

func newNotes() *notes {
	return &notes{at: map[string]domain.Position{}, stops: map[string]map[uuid.UUID]projections.Poison{}}
}

func (n *notes) Stops(_ context.Context, policy string) (all []*projections.Poison, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, one := range n.stops[policy] {
		all = append(all, &one)
	}
	slices.SortFunc(all, func(a, b *projections.Poison) int { return a.Position.Compare(b.Position) })
	return all, nil
}

func (n *notes) SaveStop(_ context.Context, policy string, stopped projections.Poison) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.stops[policy] == nil {
		n.stops[policy] = map[uuid.UUID]projections.Poison{}
	}
	n.stops[policy][stopped.Event] = stopped
	return nil
}

func (n *notes) ForgetStop(_ context.Context, policy string, event uuid.UUID) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.stops[policy], event)
	return nil
}

func (n *notes) Checkpoint(_ context.Context, name string) (domain.Position, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.at[name], nil
}

func (n *notes) SaveCheckpoint(_ context.Context, name string, from, to domain.Position) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.at[name] != from {
		return projections.ErrMoved
	}
	n.at[name] = to
	return nil
}
