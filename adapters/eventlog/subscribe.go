package eventlog

import (
	"context"
	"iter"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Subscribe implements journal.Log. It ends with journal.ErrClosed when the log
// is closed. Whoever is slow is served from the file and holds up nobody.
func (l *Log) Subscribe(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		l.tail.watchers.Add(1)
		defer l.tail.watchers.Add(-1)
		for at := after.Commit; ; {
			records, head, wake := l.tail.after(at)
			if err := l.ended(ctx); err != nil {
				yield(journal.Record{}, err)
				return
			}
			switch {
			case len(records) > 0:
				records := page{records: records[:min(len(records), pageRecords)]}
				if !records.yield(yield, nil) {
					return
				}
				at += uint64(len(records.records))
			case at < head:
				until := min(head, at+pageRecords)
				if !l.readBetween(ctx, at, until, yield) {
					return
				}
				at = until
			default:
				l.wait(ctx, wake)
			}
		}
	}
}

func (l *Log) ended(ctx context.Context) error {
	select {
	case <-l.closing:
		return journal.ErrClosed
	default:
		return ctx.Err()
	}
}

func (l *Log) wait(ctx context.Context, wake <-chan struct{}) {
	select {
	case <-wake:
	case <-ctx.Done():
	case <-l.closing:
	}
}
