package eventlog

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
)

// Update implements journal.Local. The change holds up all appends: it must be
// quick, must wait for nothing, and must not call the log but through its
// transaction. The bytes that it appends must stay as they are until it returned.
//
// What it appends is written after it has returned without an error, so that
// there is nothing to undo. Only a file that fails takes others with it.
func (l *Log) Update(ctx context.Context, change func(journal.Transaction) error) error {
	var refusal error
	err := l.db.Write(ctx, func(conn *sqlitedb.Conn) error {
		t := &transaction{conn: conn, appender: l.appender, last: l.appender.last, revisions: map[string][]int{}}
		refusal = change(t)
		return t.end(refusal == nil)
	})
	if err != nil { // the refusal may speak of what never came to be
		return translate(err)
	}
	return refusal
}

// transaction is the log with what a change has appended to it so far. An error
// of the file makes all of it fail, whatever the change does about it.
type transaction struct {
	conn      *sqlitedb.Conn
	appender  *appender
	last      moment
	appended  []journal.Record // in order
	revisions map[string][]int // the places of streams' events in appended
	failure   error
}

// end writes what was appended, if it shall be kept.
func (t *transaction) end(keep bool) error {
	failure := t.failure
	t.failure = errors.New("the transaction is over")
	if failure != nil || !keep {
		return failure
	}
	return t.write()
}

// failed remembers an error of the file.
func (t *transaction) failed(err error) error {
	if err == nil {
		return nil
	}
	t.failure = err
	return translate(err)
}

// written is where a stream ended before this transaction.
func (t *transaction) written(stream string) (end, error) {
	if t.failure != nil {
		return end{}, t.failure
	}
	at, err := t.appender.end(t.conn, stream)
	return at, t.failed(err)
}

// End implements journal.Transaction.
func (t *transaction) End(stream string) (uint64, error) {
	at, err := t.written(stream)
	return at.next + uint64(len(t.revisions[stream])), err
}

// Event implements journal.Transaction.
func (t *transaction) Event(stream string, revision uint64) (journal.Record, bool, error) {
	at, err := t.written(stream)
	if err != nil {
		return journal.Record{}, false, err
	}
	if revision >= at.next {
		mine := t.revisions[stream]
		if revision -= at.next; revision >= uint64(len(mine)) {
			return journal.Record{}, false, nil
		}
		return t.appended[mine[revision]], true, nil
	}
	return t.find(at, stream, "revision = ?", func(find *sqlite3.Stmt) error { return find.BindInt64(2, int64(revision)) })
}

// Find implements journal.Transaction.
func (t *transaction) Find(stream string, id uuid.UUID) (journal.Record, bool, error) {
	at, err := t.written(stream)
	if err != nil {
		return journal.Record{}, false, err
	}
	if at.next > 0 {
		record, found, err := t.find(at, stream, "events.id = ? ORDER BY revision LIMIT 1", func(find *sqlite3.Stmt) error { return find.BindBlob(2, id[:]) })
		if err != nil || found {
			return record, found, err
		}
	}
	for _, place := range t.revisions[stream] {
		if record := t.appended[place]; record.ID == id {
			return record, true, nil
		}
	}
	return journal.Record{}, false, nil
}

// find looks into the file, but not into the readers' memory of names: it must
// not learn what may be undone.
func (t *transaction) find(at end, stream, condition string, bind func(*sqlite3.Stmt) error) (record journal.Record, found bool, err error) {
	find, err := t.conn.Statement("SELECT position, stream, revision, type, json, time, events.id, data, metadata, name" +
		" FROM events JOIN types ON types.id = type WHERE stream = ? AND " + condition)
	if err != nil {
		return record, false, t.failed(err)
	}
	if err := errors.Join(find.BindInt64(1, at.stream), bind(find)); err != nil {
		return record, false, t.failed(err)
	}
	if found = find.Step(); found {
		record, err = bare(find)
		record.Data, record.Metadata = find.ColumnBlob(7, nil), find.ColumnBlob(8, nil)
		record.Type, record.Stream = find.ColumnText(9), stream
	}
	return record, found, t.failed(errors.Join(err, find.Err(), find.Reset()))
}

// Append implements journal.Transaction.
func (t *transaction) Append(stream string, events []journal.Proposed) (uint64, domain.Position, error) {
	if err := fit(events); err != nil {
		return 0, domain.Position{}, err
	}
	next, err := t.End(stream)
	if err != nil {
		return 0, domain.Position{}, err
	}
	now := t.appender.now().UnixNano()
	for _, event := range events {
		t.last = t.last.next(&event, now)
		event.Original = time.Time{}
		t.revisions[stream] = append(t.revisions[stream], len(t.appended))
		t.appended = append(t.appended, journal.Record{
			Proposed: event,
			Stream:   stream,
			Revision: next,
			Position: position(t.last.position),
			Time:     time.Unix(0, t.last.time).UTC(),
		})
		next++
	}
	return next - 1, position(t.last.position), nil
}

// write appends the records, those of one stream that stand together at once.
func (t *transaction) write() error {
	for rest := t.appended; len(rest) > 0; {
		var events []journal.Proposed
		stream := rest[0].Stream
		for len(rest) > 0 && rest[0].Stream == stream {
			event := rest[0].Proposed
			event.Original = rest[0].Time // as the change has seen it
			events, rest = append(events, event), rest[1:]
		}
		if _, err := t.appender.append(t.conn, stream, domain.Any{}, events); err != nil {
			return err
		}
	}
	return nil
}
