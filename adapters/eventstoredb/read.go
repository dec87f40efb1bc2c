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

// ReadStream implements journal.Log. A stream that lacks events, because it was deleted
// or truncated or retention took them, gives a *journal.HistoryMissing.
func (l *Log) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		at := l.names.at(stream)
		if err := l.cuts.missing(at); err != nil {
			yield(journal.Record{}, err)
			return
		}
		for next := from; next <= math.MaxInt64; {
			got, err := persist(ctx, l.Server, l.options.Patience, streamPage(at, esdb.Revision(next), esdb.Forwards, pageEvents))
			if err != nil {
				yield(journal.Record{}, explained(at, err))
				return
			}
			for _, event := range got.events {
				found, err := record(event, stream)
				if err == nil && found.Revision != next {
					err = &journal.HistoryMissing{Stream: at, Done: fmt.Sprintf("lacks the events %d to %d", next, found.Revision-1)}
				}
				if err != nil {
					yield(journal.Record{}, err)
					return
				}
				if next++; !yield(found, nil) {
					return
				}
			}
			if next > 0 && got.end {
				return
			}
			if got.end {
				if err := l.mustBeNew(ctx, at); err != nil {
					yield(journal.Record{}, err)
				}
				return
			}
		}
	}
}

// ReadAll implements journal.Log. The server leaves out what others write.
func (l *Log) ReadAll(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		if err := l.toTheEnd(ctx, after, yield); err != nil {
			yield(journal.Record{}, fmt.Errorf("read all events behind %s: %w", after, err))
		}
	}
}
