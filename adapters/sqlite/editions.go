package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// answering is the table that answers for a view; nil where it has none yet.
func (r *ReadModels) answering(conn *sqlitedb.Conn, view projections.View) (*table, error) {
	if err := checkNames(view); err != nil {
		return nil, err
	}
	if number := projections.NumberOf(view); number != 0 {
		return r.numbered(conn, view, number)
	}
	found, err := r.find(conn, "view = ? AND version <= ? AND state = 'serving' ORDER BY version DESC LIMIT 1", view.Name(), view.Version())
	if err != nil || found == nil || found.version < view.Version() {
		return found, err
	}
	return found, checkFacets(found, view)
}

// written is the table to which a view's changes go: of its own version, and
// made where there is none.
func (r *ReadModels) written(conn *sqlitedb.Conn, view projections.View) (*table, error) {
	found, err := r.answering(conn, view)
	if err == nil && (found == nil || found.version != view.Version()) {
		return r.add(conn, view, projections.Serving, 0)
	}
	return found, err
}

func (r *ReadModels) numbered(conn *sqlitedb.Conn, view projections.View, number int) (*table, error) {
	found, err := r.find(conn, "view = ? AND version = ? AND number = ?", view.Name(), view.Version(), number)
	if err == nil && found == nil {
		err = fmt.Errorf("there is no %s: %w", edition{view.Name(), view.Version(), number}, projections.ErrMoved)
	}
	return found, err
}

// find is the table of the edition that a condition chooses; nil where there is none.
func (r *ReadModels) find(conn *sqlitedb.Conn, condition string, values ...any) (found *table, err error) {
	err = each(conn, "SELECT view, version, number, facets FROM editions WHERE "+condition, func(row *sqlite3.Stmt) error {
		of := edition{row.ColumnText(0), row.ColumnInt(1), row.ColumnInt(2)}
		if known, ok := r.tables.Load(of); ok {
			found = known.(*table) //nolint:errcheck,forcetypeassert // because nothing else is put there
			return nil
		}
		found = newTable(of, row.ColumnText(3))
		r.tables.Store(of, found)
		return nil
	}, values...)
	return found, err
}

func checkFacets(t *table, view projections.View) error {
	stored, wanted := t.declaration, projections.DeclarationOf(view)
	if stored != wanted {
		return fmt.Errorf("%s is stored with the facets %q instead of %q: raise its version", t, stored, wanted)
	}
	return nil
}

// add puts another edition on record and makes its table.
func (r *ReadModels) add(conn *sqlitedb.Conn, view projections.View, state projections.EditionState, throttle int) (*table, error) {
	of := edition{view: view.Name(), version: view.Version()}
	err := each(conn, "SELECT coalesce(max(number), 0) + 1 FROM editions WHERE view = ? AND version = ?", func(row *sqlite3.Stmt) error {
		of.number = row.ColumnInt(0)
		return nil
	}, of.view, of.version)
	if err != nil {
		return nil, err
	}
	_, err = run(conn, "INSERT INTO editions (view, version, number, state, facets, throttle) VALUES (?, ?, ?, ?, ?, ?)",
		of.view, of.version, of.number, string(state), projections.DeclarationOf(view), throttle)
	if err != nil {
		return nil, err
	}
	made := newTable(of, projections.DeclarationOf(view))
	return made, conn.Exec(made.create())
}

// Begin implements projections.Editions.
func (r *ReadModels) Begin(ctx context.Context, view projections.View, state projections.EditionState, throttle int) (begun projections.Edition, err error) {
	if err := checkNames(view); err != nil {
		return begun, err
	}
	err = r.write(ctx, func(conn *sqlitedb.Conn) error {
		table, err := r.find(conn, "view = ? AND version = ? AND state = ?", view.Name(), view.Version(), string(state))
		if err == nil && table == nil {
			table, err = r.add(conn, view, state, throttle)
		}
		if err != nil {
			return err
		}
		all, err := list(conn, "WHERE view = ? AND version = ? AND number = ?", table.view, table.version, table.number)
		if err == nil {
			begun = all[0]
		}
		return err
	})
	if err != nil {
		return begun, fmt.Errorf("begin an edition of view %s: %w", view.Name(), err)
	}
	return begun, nil
}

// Editions implements projections.Editions.
func (r *ReadModels) Editions(ctx context.Context) (all []projections.Edition, err error) {
	err = r.whole(ctx, func(db *sqlitedb.DB) error {
		return db.Read(ctx, func(conn *sqlitedb.Conn) error {
			if all, err = list(conn, ""); err != nil {
				return err
			}
			for _, one := range all { // whose rows may be gone
				if _, err := newTable(edition{one.View, one.Version, one.Number}, "").position(conn); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	return all, nil
}

func list(conn *sqlitedb.Conn, where string, values ...any) (all []projections.Edition, err error) {
	err = each(conn, "SELECT view, version, number, state, throttle, position_commit, position_prepare, stopped_commit, stopped_prepare, stopped_type, stopped_reason, stopped_event, receipt"+
		" FROM editions "+where+" ORDER BY view, version, number", func(row *sqlite3.Stmt) error {
		one := projections.Edition{
			View: row.ColumnText(0), Version: row.ColumnInt(1), Number: row.ColumnInt(2), State: projections.EditionState(row.ColumnText(3)),
			Throttle: row.ColumnInt(4), Position: columnPosition(row, 5),
		}
		if row.ColumnType(12) != sqlite3.NULL {
			if err := json.Unmarshal(row.ColumnRawBlob(12), &one.Receipt); err != nil {
				return err
			}
		}
		if row.ColumnType(9) != sqlite3.NULL {
			one.Stopped = &projections.Poison{
				Event: uuid.UUID(row.ColumnRawBlob(11)), Position: columnPosition(row, 7), Type: domain.EventType(row.ColumnText(9)), Reason: row.ColumnText(10),
			}
		}
		all = append(all, one)
		return nil
	}, values...)
	return all, err
}

// Serve implements projections.Editions.
func (r *ReadModels) Serve(ctx context.Context, view projections.View, number int, back bool) error {
	err := r.write(ctx, func(conn *sqlitedb.Conn) error {
		all, err := list(conn, "WHERE view = ? AND version = ?", view.Name(), view.Version())
		if err == nil {
			err = projections.MayServe(all, number, back)
		}
		if err != nil {
			return err
		}
		_, err = run(conn, "UPDATE editions SET state = 'kept' WHERE view = ? AND version = ? AND state = 'serving' AND number <> ?",
			view.Name(), view.Version(), number)
		if err != nil {
			return err
		}
		_, err = run(conn, "UPDATE editions SET state = 'serving', throttle = 0 WHERE view = ? AND version = ? AND number = ?",
			view.Name(), view.Version(), number)
		return err
	})
	if err != nil {
		return fmt.Errorf("let edition %d of view %s serve: %w", number, view.Name(), err)
	}
	return nil
}

// Compare implements projections.Editions.
func (r *ReadModels) Compare(ctx context.Context, view projections.View, a, b int) (compared projections.Comparison, err error) {
	compare := func(conn *sqlitedb.Conn) error {
		left, err := r.numbered(conn, view, a)
		if err != nil {
			return err
		}
		right, err := r.numbered(conn, view, b)
		if err != nil {
			return err
		}
		all, err := list(conn, "WHERE view = ? AND version = ? AND number IN (?, ?)", view.Name(), view.Version(), a, b)
		if err != nil {
			return err
		}
		position, err := projections.CommonPosition(all)
		if err != nil {
			return err
		}
		compared, err = projections.Compare(left.scanIn(ctx, conn), right.scanIn(ctx, conn))
		compared.Position = position
		return err
	}
	err = r.whole(ctx, func(db *sqlitedb.DB) error { return db.Read(ctx, compare) })
	if err != nil {
		return compared, fmt.Errorf("compare editions %d and %d of view %s: %w", a, b, view.Name(), err)
	}
	return compared, nil
}

func (t *table) scanIn(ctx context.Context, conn *sqlitedb.Conn) projections.ScanRows {
	return func(after projections.Key, limit int) (rows []projections.Row, err error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		err = each(conn, t.scan, func(statement *sqlite3.Stmt) error {
			row, err := t.read(statement)
			rows = append(rows, row)
			return err
		}, after.Account[:], after.ID, limit)
		return rows, err
	}
}

// Conclude implements projections.Editions.
func (r *ReadModels) Conclude(ctx context.Context, view projections.View, number int, found projections.Comparison) error {
	receipt, err := json.Marshal(found)
	if err == nil {
		err = r.write(ctx, func(conn *sqlitedb.Conn) error {
			_, err := run(conn, "UPDATE editions SET receipt = ?, state = CASE state WHEN 'scratch' THEN 'kept' ELSE state END"+
				" WHERE view = ? AND version = ? AND number = ?", string(receipt), view.Name(), view.Version(), number)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("keep the receipt of view %s: %w", view.Name(), err)
	}
	return nil
}

// Note implements projections.Editions.
func (r *ReadModels) Note(ctx context.Context, view projections.View, number int, stopped *projections.Poison) error {
	sql, values := "stopped_commit = NULL, stopped_prepare = NULL, stopped_type = NULL, stopped_reason = NULL, stopped_event = NULL", []any{}
	if stopped != nil {
		commit, prepare := positionValues(stopped.Position)
		sql = "stopped_commit = ?, stopped_prepare = ?, stopped_type = ?, stopped_reason = ?, stopped_event = ?"
		values = append(values, commit, prepare, string(stopped.Type), stopped.Reason, stopped.Event[:])
	}
	err := r.write(ctx, func(conn *sqlitedb.Conn) error {
		_, err := run(conn, "UPDATE editions SET "+sql+" WHERE view = ? AND version = ? AND number = ?",
			append(values, view.Name(), view.Version(), number)...)
		return err
	})
	if err != nil {
		return fmt.Errorf("note where view %s stands: %w", view.Name(), err)
	}
	return nil
}

// Discard implements projections.Editions.
func (r *ReadModels) Discard(ctx context.Context, view projections.View, number int) error {
	if err := checkNames(view); err != nil {
		return err
	}
	gone := newTable(edition{view.Name(), view.Version(), number}, "")
	err := r.write(ctx, func(conn *sqlitedb.Conn) error {
		all, err := list(conn, "WHERE view = ?", view.Name())
		if err == nil {
			err = projections.MayDiscard(all, view.Version(), number)
		}
		if err != nil {
			return err
		}
		_, err = run(conn, "DELETE FROM editions WHERE view = ? AND version = ? AND number = ?", gone.view, gone.version, gone.number)
		if err != nil {
			return err
		}
		r.tables.Delete(gone.edition)
		return conn.Exec("DROP TABLE IF EXISTS " + gone.name)
	})
	if err != nil {
		return fmt.Errorf("discard %s: %w", gone, err)
	}
	r.clean(ctx, true)
	return nil
}
