package projections

import (
	"context"
	"iter"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Derived makes up the streams of the projections when they are read, from a log in
// which they are not. An event of theirs has the position and the time of the one that
// it was made of. Each reading goes through the log from its beginning.
type Derived struct{ Log journal.Local }

// Member returns what a projection writes into one stream because of an event, if it
// does: a record without a revision.
func Member(record journal.Record, stream string) (journal.Record, bool) {
	for _, emitted := range Of(record) {
		if emitted.Stream == stream {
			return journal.Record{Proposed: emitted.Event(), Stream: stream, Position: record.Position, Time: record.Time}, true
		}
	}
	return journal.Record{}, false
}

// ReadStream yields the events of a projection's stream as store.Store does.
func (d Derived) ReadStream(ctx context.Context, stream string, from uint64, backwards bool) iter.Seq2[journal.Record, error] {
	if backwards {
		return d.backwards(ctx, stream, from)
	}
	return func(yield func(journal.Record, error) bool) {
		none := true
		for record, err := range d.members(ctx, stream) {
			none = false
			if (err != nil || record.Revision >= from) && !yield(record, err) || err != nil {
				return
			}
		}
		if none {
			yield(journal.Record{}, &store.NotFound{Stream: stream})
		}
	}
}

// backwards counts the members first, because they are numbered from the first on.
func (d Derived) backwards(ctx context.Context, stream string, from uint64) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		next, behind := uint64(0), domain.Position{}
		for record, err := range d.members(ctx, stream) {
			if err != nil {
				yield(journal.Record{}, err)
				return
			}
			next, behind = record.Revision+1, domain.Position{Commit: record.Position.Commit + 1, Prepare: record.Position.Prepare + 1}
		}
		if next == 0 {
			yield(journal.Record{}, &store.NotFound{Stream: stream})
			return
		}
		for cause, err := range d.Log.ReadAllBackwards(ctx, behind) {
			if err != nil {
				yield(journal.Record{}, err)
				return
			}
			record, is := Member(cause, stream)
			if !is {
				continue
			}
			next--
			record.Revision = next
			if next <= from && !yield(record, nil) || next == 0 {
				return
			}
		}
	}
}

// End returns the revision of the event to come in a projection's stream.
func (d Derived) End(ctx context.Context, stream string) (next uint64, err error) {
	for record, err := range d.members(ctx, stream) {
		if err != nil {
			return 0, err
		}
		next = record.Revision + 1
	}
	return next, nil
}

func (d Derived) members(ctx context.Context, stream string) iter.Seq2[journal.Record, error] {
	return Members(d.Log.ReadAll(ctx, domain.Position{}), stream)
}

// Members yields what is in a projection's stream because of events, which begin with
// the first of the log.
func Members(records iter.Seq2[journal.Record, error], stream string) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		next := uint64(0)
		for cause, err := range records {
			if err != nil {
				yield(journal.Record{}, err)
				return
			}
			record, is := Member(cause, stream)
			if !is {
				continue
			}
			record.Revision = next
			next++
			if !yield(record, nil) {
				return
			}
		}
	}
}
