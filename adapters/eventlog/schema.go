package eventlog

import (
	"errors"
	"fmt"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// The format of the file. Its version is SQLite's user_version, its mark the
// application_id. Times are nanoseconds since 1970.
//
// The streams' ends are not stored: the index has them.
//
// The digest is that of the event's leaf (adapters/transparency). Version 1 had
// none: the column is added at opening, and filled from the newest such event
// down to the first, so that those without one are always the first of all.
const (
	formatVersion = 2

	ushers = 0x55736872 // "Ushr"
	nodes  = 0x5573684e // "UshN"

	addDigests = "ALTER TABLE events ADD COLUMN digest BLOB; PRAGMA user_version = 2"

	tables = `
CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE types   (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE events (
	position INTEGER PRIMARY KEY,
	stream   INTEGER NOT NULL,
	revision INTEGER NOT NULL,
	type     INTEGER NOT NULL,
	json     INTEGER NOT NULL,
	time     INTEGER NOT NULL,
	id       BLOB    NOT NULL,
	data     BLOB    NOT NULL,
	metadata BLOB    NOT NULL,
	digest   BLOB
) STRICT;
CREATE UNIQUE INDEX events_of_stream ON events (stream, revision);
CREATE VIEW readable AS SELECT
	position, streams.name AS stream, revision, types.name AS type,
	strftime('%Y-%m-%dT%H:%M:%fZ', time / 1e9, 'unixepoch') AS time,
	lower(hex(substr(events.id, 1, 4)) || '-' || hex(substr(events.id, 5, 2)) || '-' || hex(substr(events.id, 7, 2))
		|| '-' || hex(substr(events.id, 9, 2)) || '-' || hex(substr(events.id, 11))) AS id,
	CASE json WHEN 1 THEN CAST(data AS TEXT) ELSE data END AS data,
	CAST(metadata AS TEXT) AS metadata
FROM events JOIN streams ON streams.id = stream JOIN types ON types.id = type;
`
)

// kind is whose log a file is.
type kind struct {
	applicationID int64
	indexes       string // besides those that all have
	other         string // what to say of a file of the other kind
}

// kindOf is Usher's own log, or a node's.
func kindOf(options Options) kind {
	if options.Node {
		return kind{
			applicationID: nodes,
			indexes:       "CREATE INDEX events_by_id ON events (id, stream, revision);",
			other:         "this is the log of an Usher, which no node may change",
		}
	}
	return kind{applicationID: ushers, other: "this is the log of a node, which anybody may have written to, and not an Usher's"}
}

// schema makes the tables of a new log and refuses files that are none.
func (k kind) schema(conn *sqlitedb.Conn) error {
	version, err := number(conn, "PRAGMA user_version")
	if err != nil {
		return err
	}
	mark, err := number(conn, "PRAGMA application_id")
	switch {
	case err != nil:
		return err
	case version == 0 && mark == 0:
		return conn.Exec(tables + k.indexes + fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", formatVersion, k.applicationID))
	case mark != k.applicationID && (mark == ushers || mark == nodes):
		return errors.New(k.other)
	case mark != k.applicationID:
		return errors.New("this is another program's database")
	case version == 1:
		return conn.Exec(addDigests)
	case version != formatVersion:
		return fmt.Errorf("its format is version %d, and this program knows %d", version, formatVersion)
	}
	return nil
}

// readShape returns the last event's place, time and digest. It looks at one index
// only: there the positions must be as many as the last one says, and the
// revisions of each stream as many as its last one says.
func readShape(conn *sqlitedb.Conn, path string, version int64) (end moment, err error) {
	shape, err := conn.Statement(`SELECT coalesce(sum(n), 0), count(*), coalesce(sum(n <> last + 1), 0) FROM
		(SELECT count(*) AS n, max(revision) AS last FROM events INDEXED BY events_of_stream GROUP BY stream)`)
	if err != nil {
		return moment{}, err
	}
	shape.Step()
	events, streams, broken := shape.ColumnInt64(0), shape.ColumnInt64(1), shape.ColumnInt64(2)
	if err := shape.Err(); err != nil {
		return moment{}, err
	}
	named, err := number(conn, "SELECT count(*) FROM streams")
	if err != nil {
		return moment{}, err
	}
	if end, err = lastMoment(conn, version); err != nil {
		return moment{}, err
	}
	head := end.position
	switch {
	case uint64(events) != head:
		return moment{}, &journal.Damage{File: path, Reason: fmt.Sprintf("there are %d events, but the last has position %d", events, head)}
	case broken > 0:
		return moment{}, &journal.Damage{File: path, Reason: fmt.Sprintf("%d streams have gaps", broken)}
	case streams != named:
		return moment{}, &journal.Damage{File: path, Reason: fmt.Sprintf("%d streams have events, but %d have names", streams, named)}
	}
	return end, nil
}

// lastMoment is where the log ends.
func lastMoment(conn *sqlitedb.Conn, version int64) (end moment, err error) {
	digest := "digest"
	if version == 1 {
		digest = "NULL"
	}
	last, err := conn.Statement("SELECT position, time, " + digest + " FROM events ORDER BY position DESC LIMIT 1")
	if err != nil {
		return moment{}, err
	}
	if last.Step() {
		end = moment{position: uint64(last.ColumnInt64(0)), time: last.ColumnInt64(1)}
		copy(end.digest[:], last.ColumnRawBlob(2))
	}
	return end, errors.Join(last.Err(), last.Reset())
}

// number is the integer that a query without parameters yields.
func number(conn *sqlitedb.Conn, sql string) (int64, error) {
	statement, err := conn.Statement(sql)
	if err != nil {
		return 0, err
	}
	statement.Step()
	return statement.ColumnInt64(0), statement.Err()
}
