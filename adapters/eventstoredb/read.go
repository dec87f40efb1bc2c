package eventstoredb

import (
	"context"
	"fmt"
	"iter"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// ReadStream implements journal.Log. A stream that was deleted for ever gives a
// *Deleted; one that lacks events which retention took, an error too.
func (l *Log) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		for next := from; next <= math.MaxInt64; {
			got, err := persist(ctx, l, l.options.Patience, streamPage(stream, esdb.Revision(next), esdb.Forwards, pageEvents))
			if err != nil {
				yield(journal.Record{}, explained(stream, err))
				return
			}
			for _, event := range got.events {
				found, err := record(event)
				if err == nil && found.Revision != next {
					err = fmt.Errorf("the stream %s lacks the events %d to %d: no retention may be set on it", stream, next, found.Revision-1)
				}
				if err != nil {
					yield(journal.Record{}, err)
					return
				}
				if next++; !yield(found, nil) {
					return
				}
			}
			if got.end {
				return
			}
		}
	}
}

// ReadAll implements journal.Log.
func (l *Log) ReadAll(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		until, err := persist(ctx, l, l.options.Patience, l.newest)
		if err != nil {
			yield(journal.Record{}, fmt.Errorf("read all events: %w", err))
			return
		}
		for until.After(after) {
			got, err := persist(ctx, l, l.options.Patience, allPage(behind(after), esdb.Forwards, pageEvents))
			if err != nil {
				yield(journal.Record{}, fmt.Errorf("read all events behind %s: %w", after, err))
				return
			}
			reached, goOn := yieldAll(got, after, until, yield)
			if !goOn || got.end && reached == after {
				return
			}
			after = reached
		}
	}
}

// yieldAll yields a page's events between two positions, without the server's
// own, and says how far it came and whether more are wanted.
func yieldAll(got page, after, until domain.Position, yield func(journal.Record, error) bool) (domain.Position, bool) {
	for _, resolved := range got.events {
		event := resolved.OriginalEvent()
		place := placeOf(event)
		if !place.After(after) {
			continue
		}
		if place.After(until) {
			return until, true
		}
		after = place
		if system(event) {
			continue
		}
		found, err := record(resolved)
		if !yield(found, err) || err != nil {
			return after, false
		}
	}
	return after, true
}
