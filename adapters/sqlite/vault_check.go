package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// manyRows is how many rows are compared with their digests while others wait:
// at opening, and where another program has written.
const manyRows = 20_000

// CheckedVault is what a check has found whole.
type CheckedVault struct {
	Rows int64 // that have digests
}

// CheckVault reads a vault from its beginning to its end, also while it is open,
// and compares each row with its digest, the tables with what is known of all
// their rows, and the file with what SQLite expects. What is not as it was
// written is a *sqlitedb.Damage, which names the table and the row's key.
//
// tell is called with how many rows were compared, and how many there are.
func CheckVault(ctx context.Context, path string, tell func(done, all int64)) (checked CheckedVault, err error) {
	if err := sqlitedb.Check(path); err != nil {
		return CheckedVault{}, err
	}
	reader, err := sqlitedb.OpenReader(ctx, path, sqlitedb.Options{Connected: digestFunctions(path)})
	if err != nil {
		return CheckedVault{}, err
	}
	checked, err = checkVault(ctx, reader, path, tell)
	return checked, errors.Join(malformed(path, err), reader.Close())
}

// malformed gives an error of SQLite's about the file's bytes the meaning of damage.
func malformed(path string, err error) error {
	if errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) {
		return &sqlitedb.Damage{File: path, Reason: err.Error()}
	}
	return err
}

// querying is what rows are read through.
type querying interface {
	Read(ctx context.Context, query func(*sqlitedb.Conn) error) error
}

func checkVault(ctx context.Context, reader querying, path string, tell func(done, all int64)) (checked CheckedVault, err error) {
	var all int64
	err = reader.Read(ctx, func(conn *sqlitedb.Conn) error {
		version, err := userVersion(conn)
		if err == nil && version < digestsBegin {
			return fmt.Errorf("%s is of an older Usher, and has no digests yet: start this one once", path)
		}
		if err == nil {
			all, err = guardedRows(conn)
		}
		return errors.Join(err, sqlitedb.CheckStructure(conn, path))
	})
	if err != nil {
		return checked, err
	}
	for _, table := range guards() {
		tell(checked.Rows, all)
		err := reader.Read(ctx, func(conn *sqlitedb.Conn) error {
			rows, err := table.check(conn)
			checked.Rows += rows
			return err
		})
		if err != nil {
			return checked, err
		}
	}
	tell(checked.Rows, all)
	return checked, nil
}

// guardedRows is how many rows have digests, as far as Usher knows.
func guardedRows(conn *sqlitedb.Conn) (all int64, err error) {
	err = each(conn, "SELECT coalesce(sum(rows), 0) FROM main.sums", func(row *sqlite3.Stmt) error {
		all = row.ColumnInt64(0)
		return nil
	})
	return all, err
}

// check compares all rows of a table with their digests, and the table with its sum.
func (g guarded) check(conn *sqlitedb.Conn) (rows int64, err error) {
	sql := fmt.Sprintf("SELECT count(*), coalesce(sum(usher_part(row_digest)), 0) & %d, coalesce((SELECT rows FROM main.sums WHERE name = '%[2]s'), 0),"+
		" coalesce((SELECT sum FROM main.sums WHERE name = '%[2]s'), 0) FROM main.%[2]s WHERE %[3]s", 1<<partBits-1, g.Name, g.whole(""))
	err = each(conn, sql, func(row *sqlite3.Stmt) error {
		rows = row.ColumnInt64(0)
		switch known := row.ColumnInt64(2); {
		case rows != known:
			return &sqlitedb.Damage{File: conn.Path(), Reason: fmt.Sprintf(
				"the table %s has %d rows, and Usher left %d: another program has added or deleted some, or taken them from another time; restore it from a backup", g.Name, rows, known)}
		case row.ColumnInt64(1) != row.ColumnInt64(3):
			return &sqlitedb.Damage{File: conn.Path(), Reason: fmt.Sprintf(
				"rows of the table %s are other ones than Usher left, or as they were at another time; restore it from a backup", g.Name)}
		}
		return nil
	})
	return rows, err
}

// some compares rows of a table with their digests, the newest where it has an order.
func (g guarded) some(conn *sqlitedb.Conn) error {
	order := ""
	if strings.Contains(" requests link_keys ", " "+g.Name+" ") {
		order = " ORDER BY rowid DESC"
	}
	columns := append([]string{"row_digest"}, g.Columns...)
	for _, column := range g.shown {
		if column == "rowid" || column == "only" {
			columns = append(columns, column)
		}
	}
	sql := fmt.Sprintf("SELECT count(*) FROM (SELECT %s FROM main.%s%s LIMIT %d) WHERE %s",
		strings.Join(columns, ", "), g.Name, order, manyRows/20, g.whole(""))
	return each(conn, sql, func(*sqlite3.Stmt) error { return nil })
}

// glance compares what can be compared while others wait: all of a vault that is
// not large, and some rows of each table of another.
func glance(conn *sqlitedb.Conn) error {
	all, err := guardedRows(conn)
	if err != nil {
		return err
	}
	for _, table := range guards() {
		var err error
		if all <= manyRows {
			_, err = table.check(conn)
		} else {
			err = table.some(conn)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
