package eventlog

import (
	"context"
	"errors"
	"iter"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

const (
	allUntil      = columns + "WHERE position <= ? ORDER BY position DESC"
	ofStreamUntil = columns + "WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision <= ? ORDER BY revision DESC"
)

// ReadStreamBackwards implements journal.Local.
func (l *Log) ReadStreamBackwards(ctx context.Context, stream string, from uint64) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		page := page{short: true}
		for from = min(from, maxNumber); ; {
			err := l.read(ctx, &page, ofStreamUntil, func(statement *sqlite3.Stmt) error {
				return errors.Join(statement.BindText(1, stream), statement.BindInt64(2, int64(from)))
			})
			if !page.yield(yield, err) || page.last {
				return
			}
			if from = page.records[len(page.records)-1].Revision; from == 0 {
				return
			}
			from--
		}
	}
}

// ReadAllBackwards implements journal.Local. It begins no later than at the head
// of its beginning.
func (l *Log) ReadAllBackwards(ctx context.Context, before domain.Position) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		page := page{short: true}
		for from := min(l.head.Load(), max(before.Commit, 1)-1); from > 0; {
			err := l.read(ctx, &page, allUntil, func(statement *sqlite3.Stmt) error { return statement.BindInt64(1, int64(from)) })
			if err == nil && len(page.records) == 0 {
				err = errors.New("the log has a gap")
			}
			if !page.yield(yield, err) {
				return
			}
			from = page.records[len(page.records)-1].Position.Commit - 1
		}
	}
}
