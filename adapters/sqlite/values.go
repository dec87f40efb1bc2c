package sqlite

import (
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
)

// times are kept as text of one length in UTC: it orders as the times do, from
// the year 0 to 9999, and people can read it.
const timeLayout = "2006-01-02T15:04:05.000000000Z"

func timeText(at time.Time) string { return at.UTC().Format(timeLayout) }

func columnTime(statement *sqlite3.Stmt, column int) (time.Time, error) {
	return time.Parse(timeLayout, statement.ColumnText(column))
}

// rawText is bytes that are bound as text.
type rawText []byte

// bind gives a statement all its parameters, in order.
func bind(statement *sqlite3.Stmt, values ...any) error {
	for i, value := range values {
		if err := bindOne(statement, i+1, value); err != nil {
			return fmt.Errorf("parameter %d: %w", i+1, err)
		}
	}
	return nil
}

func bindOne(statement *sqlite3.Stmt, at int, value any) error {
	switch value := value.(type) {
	case nil:
		return statement.BindNull(at)
	case string:
		return statement.BindText(at, value)
	case rawText:
		return statement.BindRawText(at, value)
	case []byte:
		return statement.BindBlob(at, value)
	case int:
		return statement.BindInt(at, value)
	case int64:
		return statement.BindInt64(at, value)
	case time.Time:
		return statement.BindText(at, timeText(value))
	}
	return fmt.Errorf("cannot bind a %T", value)
}

// run executes a statement and says how many rows it changed.
func run(conn *sqlitedb.Conn, sql string, values ...any) (changed int64, err error) {
	statement, err := conn.Statement(sql)
	if err != nil {
		return 0, err
	}
	if err := bind(statement, values...); err != nil {
		return 0, err
	}
	if err := statement.Exec(); err != nil {
		return 0, err
	}
	return conn.Changes(), nil
}

// each runs a query and shows every row.
func each(conn *sqlitedb.Conn, sql string, show func(*sqlite3.Stmt) error, values ...any) error {
	statement, err := conn.Statement(sql)
	if err != nil {
		return err
	}
	if err := bind(statement, values...); err != nil {
		return err
	}
	for statement.Step() {
		if err := show(statement); err != nil {
			return err
		}
	}
	return statement.Reset()
}

// positions are kept as two integers, with all 64 bits.
func positionValues(position domain.Position) (commit, prepare int64) {
	return int64(position.Commit), int64(position.Prepare) // because columnPosition turns them back
}

func columnPosition(statement *sqlite3.Stmt, column int) domain.Position {
	return domain.Position{
		Commit:  uint64(statement.ColumnInt64(column)),     // see positionValues
		Prepare: uint64(statement.ColumnInt64(column + 1)), // see positionValues
	}
}
