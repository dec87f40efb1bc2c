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

var _ journal.Local = (*Log)(nil)

// Update implements journal.Local. What a change appends is written after the
// change has returned without an error: one that fails has written nothing.
func (l *Log) Update(ctx context.Context, change func(journal.Transaction) error) error {
	var refusal error
	err := l.db.Write(ctx, func(conn *sqlitedb.Conn) error {
		t := &transaction{conn: conn, appender: l.appender}
		if refusal = change(t); refusal != nil {
			return nil
		}
		return t.write()
	})
	if err != nil {
		return translate(err)
	}
	return refusal
}

// transaction is the log with what a change has appended to it so far.
type transaction struct {
	conn     *sqlitedb.Conn
	appender *appender
	appended []journal.Record // not written yet, in order
}

// End implements journal.Transaction.
func (t *transaction) End(stream string) (uint64, error) {
	at, err := t.appender.end(t.conn, stream)
	for i := range t.appended {
		if t.appended[i].Stream == stream {
			at.next++
		}
	}
	return at.next, err
}

// Event implements journal.Transaction.
func (t *transaction) Event(stream string, revision uint64) (journal.Record, bool, error) {
	for _, record := range t.appended {
		if record.Stream == stream && record.Revision == revision {
			return record, true, nil
		}
	}
	if revision > maxNumber {
		return journal.Record{}, false, nil
	}
	return t.find(stream, "revision = ?", func(find *sqlite3.Stmt) error { return find.BindInt64(2, int64(revision)) })
}

// Find implements journal.Transaction.
func (t *transaction) Find(stream string, id uuid.UUID) (journal.Record, bool, error) {
	for i := len(t.appended) - 1; i >= 0; i-- {
		if t.appended[i].Stream == stream && t.appended[i].ID == id {
			return t.appended[i], true, nil
		}
	}
	return t.find(stream, "events.id = ? ORDER BY revision DESC LIMIT 1", func(find *sqlite3.Stmt) error { return find.BindBlob(2, id[:]) })
}

// find reads past the readers' memory of names: what this transaction gave a
// number may be undone.
func (t *transaction) find(stream, condition string, bind func(*sqlite3.Stmt) error) (record journal.Record, found bool, err error) {
	at, err := t.appender.end(t.conn, stream)
	if err != nil || at.next == 0 {
		return record, false, err
	}
	find, err := t.conn.Statement("SELECT position, revision, name, json, time, events.id, data, metadata" +
		" FROM events JOIN types ON types.id = type WHERE stream = ? AND " + condition)
	if err != nil {
		return record, false, err
	}
	if err := errors.Join(find.BindInt64(1, at.stream), bind(find)); err != nil {
		return record, false, err
	}
	if found = find.Step(); found {
		record = journal.Record{
			Proposed: journal.Proposed{
				ID: uuid.UUID(find.ColumnRawBlob(5)), Type: find.ColumnText(2), JSON: find.ColumnInt64(3) != 0,
				Data: find.ColumnBlob(6, nil), Metadata: find.ColumnBlob(7, nil),
			},
			Stream: stream, Revision: uint64(find.ColumnInt64(1)), Position: position(uint64(find.ColumnInt64(0))),
			Time: time.Unix(0, find.ColumnInt64(4)).UTC(),
		}
	}
	return record, found, errors.Join(find.Err(), find.Reset())
}

// Append implements journal.Transaction.
func (t *transaction) Append(stream string, events []journal.Proposed) (uint64, domain.Position, error) {
	if len(events) == 0 {
		return 0, domain.Position{}, errNothing
	}
	next, err := t.End(stream)
	if err != nil {
		return 0, domain.Position{}, err
	}
	for _, event := range events {
		place := t.appender.last.position + uint64(len(t.appended)) + 1
		t.appended = append(t.appended, journal.Record{
			Proposed: event, Stream: stream, Revision: next, Position: position(place), Time: time.Unix(0, t.appender.last.time).UTC(),
		})
		next++
	}
	last := t.appended[len(t.appended)-1]
	return last.Revision, last.Position, nil
}

// write appends what the change did, runs of one stream at once.
func (t *transaction) write() error {
	for len(t.appended) > 0 {
		stream, count := t.appended[0].Stream, 1
		for count < len(t.appended) && t.appended[count].Stream == stream {
			count++
		}
		events := make([]journal.Proposed, count)
		for i := range events {
			events[i] = t.appended[i].Proposed
		}
		if _, err := t.appender.append(t.conn, stream, domain.Any{}, events); err != nil {
			return err
		}
		t.appended = t.appended[count:]
	}
	return nil
}
