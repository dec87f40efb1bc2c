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
	return byRecord(l.SubscribePages(ctx, after))
}

// byRecord yields the records of pages.
func byRecord(pages iter.Seq2[[]journal.Record, error]) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		for records, err := range pages {
			shared := page{records: records}
			if !shared.yield(yield, err) {
				return
			}
		}
	}
}

// SubscribePages implements journal.Local.
func (l *Log) SubscribePages(ctx context.Context, after domain.Position) iter.Seq2[[]journal.Record, error] {
	return func(yield func([]journal.Record, error) bool) {
		l.tail.watchers.Add(1)
		defer l.tail.watchers.Add(-1)
		for at := after.Commit; ; {
			records, head, wake := l.tail.after(at)
			if err := l.ended(ctx); err != nil {
				yield(nil, err)
				return
			}
			switch {
			case len(records) > 0:
				records = records[:min(len(records), pageRecords)]
				if !yield(records, nil) {
					return
				}
				at += uint64(len(records))
			case at < head:
				if !l.readBetween(ctx, at, head, yield) {
					return
				}
				at = head
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
