package eventlog

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
)

// A page ends when it has either.
const (
	pageRecords = 512
	pageBytes   = 1 << 20
)

// shortRecords is how many records the first page has where many who read want
// no more than one: of a stream, or backwards.
const shortRecords = 16

const (
	columns   = "SELECT position, stream, revision, type, json, time, id, data, metadata FROM events "
	allAfter  = columns + "WHERE position > ? AND position <= ? ORDER BY position"
	ofStream  = columns + "WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision >= ? ORDER BY revision"
	maxNumber = 1<<63 - 1
)

// ReadStream implements journal.Log.
func (l *Log) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		page := page{short: true}
		for next := from; next <= maxNumber; {
			nothing, generation := l.ends.at(stream, next)
			if l.quiet(ctx, nothing) {
				return
			}
			err := l.read(ctx, &page, ofStream, func(statement *sqlite3.Stmt) error {
				return errors.Join(statement.BindText(1, stream), statement.BindInt64(2, int64(next)))
			})
			if err == nil && len(page.records) > 0 {
				next = page.records[len(page.records)-1].Revision + 1
			}
			if err == nil && page.last {
				l.ends.learn(generation, stream, next)
			}
			if !page.yield(yield, err) || page.last {
				return
			}
		}
	}
}

// ReadAll implements journal.Log. It ends at the head of its beginning.
func (l *Log) ReadAll(ctx context.Context, after domain.Position) iter.Seq2[journal.Record, error] {
	return byRecord(func(yield func([]journal.Record, error) bool) {
		l.readBetween(ctx, after.Commit, l.head.Load(), yield)
	})
}

// readBetween yields the events behind one position up to another, and says
// whether it came there.
func (l *Log) readBetween(ctx context.Context, after, until uint64, yield func([]journal.Record, error) bool) bool {
	defer l.scans.begin()()
	for after < until {
		records, err := l.scans.page(ctx, after, until)
		if !yield(records, err) || err != nil {
			return false
		}
		after = records[len(records)-1].Position.Commit
	}
	return true
}

// fetch reads one page of the events behind a position up to another. Its records
// are the caller's; how large it was tells how large the next one is to be.
func (l *Log) fetch(ctx context.Context, after, until uint64) ([]journal.Record, error) {
	into, known := l.used.Get().(*page)
	if !known {
		into = &page{}
	}
	defer func() {
		into.records = nil
		l.used.Put(into)
	}()
	into.records = make([]journal.Record, 0, min(pageRecords, until-after))
	err := l.read(ctx, into, allAfter, func(statement *sqlite3.Stmt) error {
		return errors.Join(statement.BindInt64(1, int64(after)), statement.BindInt64(2, int64(until)))
	})
	if err == nil && len(into.records) == 0 {
		err = errors.New("the log has a gap")
	}
	return into.records, err
}

// page is some records on their way from the file to a reader. Its records'
// bytes belong to the reader; the rest is used again for the next page.
type page struct {
	records []journal.Record
	streams []int64 // the records' streams, by number
	types   []int64
	arena   []byte
	cuts    []int // where in the arena data and metadata end
	last    bool  // no more follow
	short   bool  // the next page is a short one
}

func (p *page) yield(yield func(journal.Record, error) bool, err error) bool {
	if err != nil {
		yield(journal.Record{}, err)
		return false
	}
	for i := range p.records {
		if !yield(p.records[i], nil) {
			return false
		}
	}
	return true
}

func (l *Log) read(ctx context.Context, page *page, sql string, bind func(*sqlite3.Stmt) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return translate(l.db.Read(ctx, func(conn *sqlitedb.Conn) error {
		statement, err := conn.Statement(sql)
		if err != nil {
			return err
		}
		if err := bind(statement); err != nil {
			return err
		}
		if err := page.fill(statement); err != nil {
			return err
		}
		return errors.Join(
			l.streams.resolve(conn, page.streams, func(i int, name string) { page.records[i].Stream = name }),
			l.types.resolve(conn, page.types, func(i int, name string) { page.records[i].Type = name }),
		)
	}))
}

// fill takes rows until the page is full.
func (p *page) fill(statement *sqlite3.Stmt) error {
	p.records, p.streams, p.types, p.cuts = p.records[:0], p.streams[:0], p.types[:0], p.cuts[:0]
	p.arena = make([]byte, 0, min(max(len(p.arena)+len(p.arena)/8, 4096), 2*pageBytes))
	p.last = true
	limit := pageRecords
	if p.short {
		p.short, limit = false, shortRecords
	}
	for statement.Step() {
		record, err := bare(statement)
		if err != nil {
			return err
		}
		p.records = append(p.records, record)
		p.streams = append(p.streams, statement.ColumnInt64(1))
		p.types = append(p.types, statement.ColumnInt64(3))
		p.arena = append(p.arena, statement.ColumnRawBlob(7)...)
		data := len(p.arena)
		p.arena = append(p.arena, statement.ColumnRawBlob(8)...)
		p.cuts = append(p.cuts, data, len(p.arena))
		if len(p.records) == limit || len(p.arena) >= pageBytes {
			p.last = false
			break
		}
	}
	start := 0
	for i := range p.records {
		data, end := p.cuts[2*i], p.cuts[2*i+1]
		p.records[i].Data, p.records[i].Metadata = p.arena[start:data:data], p.arena[data:end:end]
		start = end
	}
	return errors.Join(statement.Err(), statement.Reset())
}

// bare is a row's record without its names and bytes.
func bare(row *sqlite3.Stmt) (journal.Record, error) {
	id := row.ColumnRawBlob(6)
	if len(id) != len(uuid.UUID{}) {
		return journal.Record{}, fmt.Errorf("event %d has no proper id", row.ColumnInt64(0))
	}
	return journal.Record{
		Proposed: journal.Proposed{
			ID:   uuid.UUID(id),
			JSON: row.ColumnInt64(4) != 0,
		},
		Revision: uint64(row.ColumnInt64(2)),
		Position: position(uint64(row.ColumnInt64(0))),
		Time:     time.Unix(0, row.ColumnInt64(5)).UTC(),
	}, nil
}
