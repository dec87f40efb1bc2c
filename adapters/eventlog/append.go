package eventlog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/transparency"
	"github.com/usher-engine/usher/domain"
)

// Append implements journal.Log. It refuses an empty list of events.
func (l *Log) Append(ctx context.Context, stream string, expected domain.Expected, events []journal.Proposed) (uint64, domain.Position, error) {
	if err := fit(events); err != nil {
		return 0, domain.Position{}, err
	}
	var last place
	err := l.db.Write(ctx, func(conn *sqlitedb.Conn) (err error) {
		last, err = l.appender.append(conn, stream, expected, events)
		return err
	})
	return last.revision, position(last.position), translate(err)
}

// fit says whether events can be appended at all.
func fit(events []journal.Proposed) error {
	if len(events) == 0 {
		return errors.New("there are no events to append")
	}
	for i := range events {
		original := events[i].Original
		if !original.IsZero() && !time.Unix(0, original.UnixNano()).Equal(original) {
			return fmt.Errorf("an event's original time %s is out of range", original)
		}
	}
	return nil
}

// place is where an event stands.
type place struct{ revision, position uint64 }

// end is where a stream ends.
type end struct {
	stream int64  // its number; 0 before its first event
	next   uint64 // revision of the event to come
}

// appender is the writer's knowledge of the log. All of it is used by the
// writer's goroutine only, and what it knows of a transaction that fails is
// forgotten with it.
type appender struct {
	now       func() time.Time
	tail      *tail
	ends      recent[string, end]
	types     recent[string, int64]
	last      moment // of the last event written
	committed moment // of the last event that is durable
	fresh     []journal.Record
	moved     map[string]uint64 // where the streams appended to now end
}

type moment struct {
	position uint64
	time     int64 // nanoseconds since 1970
	digest   transparency.Digest
}

// next is the moment of the event to come: when the original was committed
// where it is a copy, otherwise now, but not before the last event.
func (m moment) next(event *journal.Proposed, now int64) moment {
	if !event.Original.IsZero() {
		return moment{position: m.position + 1, time: event.Original.UnixNano()}
	}
	return moment{position: m.position + 1, time: max(m.time, now)}
}

func newAppender(now func() time.Time, tail *tail) *appender {
	a := &appender{now: now, tail: tail, moved: map[string]uint64{}}
	a.ends.limit, a.types.limit = manyStreams, manyTypes
	return a
}

func (a *appender) begin(last moment) { a.last, a.committed = last, last }

func (a *appender) publish() (head uint64, fresh []journal.Record) {
	a.committed, fresh, a.fresh = a.last, a.fresh, nil
	clear(a.moved)
	return a.committed.position, fresh
}

func (a *appender) undo() {
	a.forget()
	a.last, a.fresh = a.committed, nil
	clear(a.moved)
}

// forget drops numbers that may have been given in something undone.
func (a *appender) forget() {
	a.ends.clear()
	a.types.clear()
}

func (a *appender) append(conn *sqlitedb.Conn, stream string, expected domain.Expected, events []journal.Proposed) (place, error) {
	at, err := a.end(conn, stream)
	if err != nil {
		return place{}, err
	}
	if !at.meets(expected) {
		return repeated(conn, at, stream, expected, events)
	}
	if at, err = a.insertAll(conn, at, stream, events); err != nil {
		a.forget()
		return place{}, err
	}
	a.ends.put(stream, at)
	a.moved[stream] = at.next
	return place{at.next - 1, a.last.position}, nil
}

func (a *appender) end(conn *sqlitedb.Conn, stream string) (end, error) {
	if at, ok := a.ends.get(stream); ok {
		return at, nil
	}
	find, err := conn.Statement("SELECT id, (SELECT max(revision) FROM events WHERE stream = streams.id) FROM streams WHERE name = ?")
	if err != nil {
		return end{}, err
	}
	if err := find.BindText(1, stream); err != nil {
		return end{}, err
	}
	var at end
	if find.Step() {
		at = end{stream: find.ColumnInt64(0), next: uint64(find.ColumnInt64(1)) + 1}
		a.ends.put(stream, at)
	}
	return at, errors.Join(find.Err(), find.Reset())
}

func (e end) meets(expected domain.Expected) bool {
	switch expected := expected.(type) {
	case domain.NoStream:
		return e.next == 0
	case domain.Revision:
		return e.next > 0 && uint64(expected) == e.next-1
	case domain.StreamExists:
		return e.next > 0
	case domain.Any:
		return true
	}
	return false
}

// repeated answers an append whose expectation is not met: as the first time,
// where exactly these events stand behind the expected revision.
func repeated(conn *sqlitedb.Conn, at end, stream string, expected domain.Expected, events []journal.Proposed) (place, error) {
	conflict := &domain.Conflict{Stream: domain.StreamName(stream), Expected: expected, Actual: domain.NoStream{}}
	if at.next > 0 {
		conflict.Actual = domain.Revision(at.next - 1)
	}
	var first uint64
	switch expected := expected.(type) {
	case domain.NoStream:
	case domain.Revision:
		if uint64(expected) >= at.next {
			return place{}, conflict
		}
		first = uint64(expected) + 1
	default:
		return place{}, conflict
	}
	last, same, err := compare(conn, at.stream, first, events)
	if err == nil && !same {
		err = conflict
	}
	return last, err
}

// compare says whether the stream has these events from a revision on.
func compare(conn *sqlitedb.Conn, stream int64, first uint64, events []journal.Proposed) (last place, same bool, err error) {
	find, err := conn.Statement("SELECT position, revision, id FROM events WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?")
	if err != nil {
		return place{}, false, err
	}
	if err := errors.Join(find.BindInt64(1, stream), find.BindInt64(2, int64(first)), find.BindInt(3, len(events))); err != nil {
		return place{}, false, err
	}
	found := 0
	for same = true; same && find.Step(); found++ {
		last = place{uint64(find.ColumnInt64(1)), uint64(find.ColumnInt64(0))}
		same = string(find.ColumnRawBlob(2)) == string(events[found].ID[:])
	}
	return last, same && found == len(events), errors.Join(find.Err(), find.Reset())
}

func (a *appender) insertAll(conn *sqlitedb.Conn, at end, stream string, events []journal.Proposed) (end, error) {
	if at.stream == 0 {
		var err error
		if at.stream, err = insertName(conn, "INSERT INTO streams (name) VALUES (?)", stream); err != nil {
			return at, err
		}
	}
	insert, err := conn.Statement(`INSERT INTO events (position, stream, revision, type, json, time, id, data, metadata, digest)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return at, err
	}
	last, first, now := a.last, at.next, a.now().UnixNano()
	for i := range events {
		kind, err := a.typeNumber(conn, events[i].Type)
		if err != nil {
			return at, err
		}
		last = last.next(&events[i], now)
		last.digest = transparency.HashLeaf(&journal.Record{
			Proposed: events[i], Stream: stream, Revision: at.next, Time: time.Unix(0, last.time),
		})
		err = errors.Join(
			insert.BindInt64(1, int64(last.position)),
			insert.BindInt64(2, at.stream),
			insert.BindInt64(3, int64(at.next)),
			insert.BindInt64(4, kind),
			insert.BindBool(5, events[i].JSON),
			insert.BindInt64(6, last.time),
			insert.BindBlob(7, events[i].ID[:]),
			insert.BindBlob(8, notNil(events[i].Data)),
			insert.BindBlob(9, notNil(events[i].Metadata)),
			insert.BindBlob(10, last.digest[:]),
			insert.Exec(),
		)
		if err != nil {
			return at, err
		}
		at.next++
	}
	a.keep(stream, first, now, events)
	a.last = last
	return at, nil
}

// typeNumber is the number of a type, given to it where it has none.
func (a *appender) typeNumber(conn *sqlitedb.Conn, name string) (int64, error) {
	if number, ok := a.types.get(name); ok {
		return number, nil
	}
	find, err := conn.Statement("SELECT id FROM types WHERE name = ?")
	if err != nil {
		return 0, err
	}
	if err := find.BindText(1, name); err != nil {
		return 0, err
	}
	var number int64
	if find.Step() {
		number = find.ColumnInt64(0)
	}
	if err := errors.Join(find.Err(), find.Reset()); err != nil {
		return 0, err
	}
	if number == 0 {
		if number, err = insertName(conn, "INSERT INTO types (name) VALUES (?)", name); err != nil {
			return 0, err
		}
	}
	a.types.put(name, number)
	return number, nil
}

func insertName(conn *sqlitedb.Conn, sql, name string) (int64, error) {
	insert, err := conn.Statement(sql)
	if err != nil {
		return 0, err
	}
	err = errors.Join(insert.BindText(1, name), insert.Exec())
	return conn.LastInsertRowID(), err
}

func notNil(data []byte) []byte {
	if data == nil {
		return []byte{}
	}
	return data
}

// keep copies events for the subscribers that are waiting for them.
func (a *appender) keep(stream string, revision uint64, now int64, events []journal.Proposed) {
	if !a.tail.watched() {
		return
	}
	size := 0
	for i := range events {
		size += len(events[i].Data) + len(events[i].Metadata)
	}
	arena := make([]byte, 0, size)
	copied := func(data []byte) []byte {
		start := len(arena)
		arena = append(arena, data...)
		return arena[start:len(arena):len(arena)]
	}
	at := a.last
	for i, event := range events {
		at = at.next(&event, now)
		event.Data, event.Metadata, event.Original = copied(event.Data), copied(event.Metadata), time.Time{}
		a.fresh = append(a.fresh, journal.Record{
			Proposed: event,
			Stream:   stream,
			Revision: revision + uint64(i),
			Position: position(at.position),
			Time:     time.Unix(0, at.time).UTC(),
		})
	}
}
