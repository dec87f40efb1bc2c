package sqlite

import (
	"context"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// LogMark returns the mark (see journal.Log) of the log that the rows are made from;
// empty where that is not known.
func (r *ReadModels) LogMark(ctx context.Context) (mark string, err error) {
	err = r.whole(ctx, func(db *sqlitedb.DB) error {
		return db.Read(ctx, func(conn *sqlitedb.Conn) error {
			mark = ""
			return each(conn, selectMark, func(row *sqlite3.Stmt) error {
				mark = row.ColumnText(0)
				return nil
			})
		})
	})
	if err != nil {
		return "", fmt.Errorf("read the log's mark: %w", err)
	}
	return mark, nil
}

// SetLogMark says which log the rows are made from.
func (r *ReadModels) SetLogMark(ctx context.Context, mark string) error {
	err := r.write(ctx, func(conn *sqlitedb.Conn) error {
		_, err := run(conn, upsertMark, mark)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the log's mark: %w", err)
	}
	return nil
}

// foundTable is where it is kept what was found out of a log. It is made when there is
// something to keep, whatever the layout.
const foundTable = `CREATE TABLE IF NOT EXISTS found (
	name TEXT PRIMARY KEY,
	mark TEXT NOT NULL,
	text TEXT NOT NULL
) STRICT, WITHOUT ROWID`

// Found returns what was found out, under a name, of the log of a mark; empty for nothing.
func (r *ReadModels) Found(ctx context.Context, mark, name string) (text string, err error) {
	err = r.whole(ctx, func(db *sqlitedb.DB) error {
		return db.Read(ctx, func(conn *sqlitedb.Conn) error {
			text = ""
			there := false
			err := each(conn, "SELECT 1 FROM sqlite_schema WHERE name = 'found'", func(*sqlite3.Stmt) error { there = true; return nil })
			if err != nil || !there {
				return err
			}
			return each(conn, "SELECT text FROM found WHERE name = ? AND mark = ?", func(row *sqlite3.Stmt) error {
				text = row.ColumnText(0)
				return nil
			}, name, mark)
		})
	})
	if err != nil {
		return "", fmt.Errorf("read what was found out of the log, %s: %w", name, err)
	}
	return text, nil
}

// SetFound keeps it.
func (r *ReadModels) SetFound(ctx context.Context, mark, name, text string) error {
	err := r.write(ctx, func(conn *sqlitedb.Conn) error {
		if err := conn.Exec(foundTable); err != nil {
			return err
		}
		_, err := run(conn, "INSERT OR REPLACE INTO found VALUES (?, ?, ?)", name, mark, text)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep what was found out of the log, %s: %w", name, err)
	}
	return nil
}

// Clear removes all editions and the mark, so that projectors fill all views
// from the beginning of whichever log they follow.
func (r *ReadModels) Clear(ctx context.Context) error {
	err := r.write(ctx, func(conn *sqlitedb.Conn) error {
		var tables []string
		err := each(conn, "SELECT view, version, number FROM editions", func(row *sqlite3.Stmt) error {
			of := edition{row.ColumnText(0), row.ColumnInt(1), row.ColumnInt(2)}
			tables = append(tables, newTable(of, "").name)
			return nil
		})
		if err != nil {
			return err
		}
		for _, table := range tables {
			if err := conn.Exec("DROP TABLE IF EXISTS " + table); err != nil {
				return err
			}
		}
		r.tables.Clear()
		return conn.Exec("DELETE FROM editions; DELETE FROM log; DROP TABLE IF EXISTS found")
	})
	if err != nil {
		return fmt.Errorf("clear the read models: %w", err)
	}
	return nil
}
