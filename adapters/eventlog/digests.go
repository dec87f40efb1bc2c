package eventlog

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/transparency"
	"github.com/usher-engine/usher/domain"
)

// wholeRows has all that there is of events: with their names, and where the
// indexes say that they are.
const wholeRows = `SELECT e.position, e.stream, e.revision, e.type, e.json, e.time, e.id, e.data, e.metadata, e.digest, streams.name, types.name,
	(SELECT i.position FROM events AS i INDEXED BY events_of_stream WHERE i.stream = e.stream AND i.revision = e.revision),
	CASE e.revision WHEN 0 THEN (SELECT n.id FROM streams AS n WHERE n.name = streams.name) ELSE e.stream END
	FROM events AS e LEFT JOIN streams ON streams.id = e.stream LEFT JOIN types ON types.id = e.type
	WHERE e.position > ? AND e.position <= ? ORDER BY e.position LIMIT ?`

// checker compares events with their digests.
type checker struct {
	path     string
	unfilled uint64               // events up to this position have no digest yet
	look     func(journal.Record) // at each event that is as it was written; nil for nobody
}

func (l *Log) checker() checker { return checker{path: l.path, unfilled: l.unfilled.Load()} }

// newest checks the last events.
func (c checker) newest(conn *sqlitedb.Conn, head, count uint64) error {
	after := head - min(head, count)
	for after < head {
		var err error
		if after, err = c.page(conn, after, head, pageRecords); err != nil {
			return err
		}
	}
	return nil
}

// page checks the events behind a position, up to another or to a limit, and
// returns the last one's position. What is not as it was written is a *journal.Damage.
func (c checker) page(conn *sqlitedb.Conn, after, until, limit uint64) (last uint64, err error) {
	until = min(until, after+limit)
	last = after
	err = eachWhole(conn, after, until, func(row *sqlite3.Stmt) error {
		if at := uint64(row.ColumnInt64(0)); at != last+1 {
			return c.missing(last + 1)
		}
		last++
		return c.row(row)
	})
	switch damage := asDamage(c.path, err); {
	case damage == nil && err == nil && last != until:
		return last, c.missing(last + 1)
	case damage == nil:
		return last, err
	case damage.Event == "":
		damage.Event = fmt.Sprintf("event %d or near it", last+1)
		return last, damage
	default:
		return last, damage
	}
}

func (c checker) missing(position uint64) error {
	return &journal.Damage{File: c.path, Event: fmt.Sprintf("event %d", position), Reason: "it is missing"}
}

// row checks one event. Its time is compared as far as its leaf has it: to 100 ns.
func (c checker) row(row *sqlite3.Stmt) error {
	position, stream, revision := uint64(row.ColumnInt64(0)), row.ColumnRawText(10), row.ColumnInt64(2)
	wrong := func(reason string) error {
		return &journal.Damage{
			File: c.path, Reason: reason,
			Event: fmt.Sprintf("event %d (revision %d of %q, id %x)", position, revision, stream, row.ColumnRawBlob(6)),
		}
	}
	switch {
	case row.ColumnType(10) == sqlite3.NULL || row.ColumnType(11) == sqlite3.NULL:
		return wrong("its stream or its type has no name")
	case uint64(row.ColumnInt64(12)) != position || row.ColumnInt64(13) != row.ColumnInt64(1):
		return wrong("the index does not lead to it")
	case len(row.ColumnRawBlob(6)) != len(uuid.UUID{}) || uint64(row.ColumnInt64(4)) > 1:
		return wrong("it is not as it was written")
	}
	digest, record := row.ColumnRawBlob(9), recordOf(row)
	switch wanted := transparency.HashLeaf(&record); {
	case len(digest) == 0 && position <= c.unfilled:
	case len(digest) == 0:
		return wrong("it has no digest: another program has written it, or taken its digest away")
	case string(digest) != string(wanted[:]):
		return wrong("it is not as it was written: its digest is another one")
	}
	if c.look != nil {
		c.look(record)
	}
	return nil
}

// digestOf is the digest that a row of wholeRows should have.
func digestOf(row *sqlite3.Stmt) transparency.Digest {
	record := recordOf(row)
	return transparency.HashLeaf(&record)
}

// recordOf is the event of a row of wholeRows, as long as that is the current one.
func recordOf(row *sqlite3.Stmt) journal.Record {
	position := uint64(row.ColumnInt64(0))
	record := journal.Record{
		Proposed: journal.Proposed{
			Type: string(row.ColumnRawText(11)), JSON: row.ColumnInt64(4) != 0,
			Data: row.ColumnRawBlob(7), Metadata: row.ColumnRawBlob(8),
		},
		Stream:   string(row.ColumnRawText(10)),
		Revision: uint64(row.ColumnInt64(2)),
		Position: domain.Position{Commit: position, Prepare: position},
		Time:     time.Unix(0, row.ColumnInt64(5)),
	}
	copy(record.ID[:], row.ColumnRawBlob(6))
	return record
}

// eachWhole shows the events behind a position, up to another.
func eachWhole(conn *sqlitedb.Conn, after, until uint64, show func(*sqlite3.Stmt) error) error {
	rows, err := conn.Statement(wholeRows)
	if err != nil {
		return err
	}
	if err := errors.Join(rows.BindInt64(1, int64(after)), rows.BindInt64(2, int64(until)), rows.BindInt64(3, int64(until-after))); err != nil {
		return err
	}
	for rows.Step() {
		if err := show(rows); err != nil {
			return errors.Join(err, rows.Reset())
		}
	}
	return errors.Join(rows.Err(), rows.Reset())
}

// findUnfilled returns the position of the last event that has no digest: all
// before it have none either.
func findUnfilled(conn *sqlitedb.Conn, head uint64) (position uint64, err error) {
	low, high := uint64(0), head // up to low there is none, behind high there is one
	for low < high {
		middle := high - (high-low)/2
		none, err := withoutDigest(conn, middle)
		if err != nil {
			return 0, err
		}
		if none {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low, nil
}

func withoutDigest(conn *sqlitedb.Conn, position uint64) (none bool, err error) {
	row, err := conn.Statement("SELECT digest IS NULL FROM events WHERE position = ?")
	if err != nil {
		return false, err
	}
	if err := row.BindInt64(1, int64(position)); err != nil {
		return false, err
	}
	none = row.Step() && row.ColumnBool(0)
	return none, errors.Join(row.Err(), row.Reset())
}

// fill gives the events behind a position, up to another, their digests.
func fill(conn *sqlitedb.Conn, after, until uint64) error {
	digests := make([]transparency.Digest, 0, until-after)
	err := eachWhole(conn, after, until, func(row *sqlite3.Stmt) error {
		digests = append(digests, digestOf(row))
		return nil
	})
	if err != nil {
		return err
	}
	update, err := conn.Statement("UPDATE events SET digest = ? WHERE position = ? AND digest IS NULL")
	if err != nil {
		return err
	}
	for i, digest := range digests {
		if err := errors.Join(update.BindBlob(1, digest[:]), update.BindInt64(2, int64(after)+1+int64(i)), update.Exec()); err != nil {
			return err
		}
	}
	return nil
}
