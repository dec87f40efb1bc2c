package sqlite

import (
	"context"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// LogMark is the mark (see journal.Mark) of the log that the rows are made from;
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

// Clear removes all editions and the mark, so that projectors fill all views
// from the beginning of whichever log they follow.
func (r *ReadModels) Clear(ctx context.Context) error {
	err := r.write(ctx, func(conn *sqlitedb.Conn) error {
		var tables []string
		err := each(conn, "SELECT view, version, number FROM editions", func(row *sqlite3.Stmt) error {
			of := edition{row.ColumnText(0), row.ColumnInt(1), row.ColumnInt(2)}
			tables = append(tables, newTable(of, nil).name)
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
		return conn.Exec("DELETE FROM editions; DELETE FROM log")
	})
	if err != nil {
		return fmt.Errorf("clear the read models: %w", err)
	}
	return nil
}
