package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// servingSQL finds the edition that answers for a version of a view.
const servingSQL = "SELECT version, number, facets FROM readmodels.editions" +
	" WHERE view = $1 AND version <= $2 AND state = 'serving' ORDER BY version DESC LIMIT 1"

// read is the table that answers for a view, its first one where it has none.
func (r *ReadModels) read(ctx context.Context, view projections.View) (*table, error) {
	if err := checkNames(view); err != nil {
		return nil, err
	}
	if number := projections.NumberOf(view); number != 0 {
		return r.numbered(ctx, view, number)
	}
	asked := edition{view: view.Name(), version: view.Version()}
	if known, ok := r.serving.Load(asked); ok {
		return known.(*table), nil //nolint:errcheck,forcetypeassert // because nothing else is put there
	}
	found, err := r.find(ctx, asked, servingSQL, view.Name(), view.Version())
	if err == nil && found == nil {
		found, err = r.first(ctx, view)
	}
	if err == nil && found.version == view.Version() {
		err = checkFacets(found, view)
	}
	if err != nil {
		return nil, err
	}
	r.serving.Store(asked, found)
	return found, nil
}

// written is the table to which a view's changes go: of its own version.
func (r *ReadModels) written(ctx context.Context, view projections.View) (*table, error) {
	found, err := r.read(ctx, view)
	if err == nil && found.version != view.Version() {
		return r.first(ctx, view)
	}
	return found, err
}

func (r *ReadModels) numbered(ctx context.Context, view projections.View, number int) (*table, error) {
	asked := edition{view.Name(), view.Version(), number}
	if known, ok := r.tables.Load(asked); ok {
		return known.(*table), nil //nolint:errcheck,forcetypeassert // because nothing else is put there
	}
	found, err := r.find(ctx, asked,
		"SELECT version, number, facets FROM readmodels.editions WHERE view = $1 AND version = $2 AND number = $3",
		view.Name(), view.Version(), number)
	if err == nil && found == nil {
		err = fmt.Errorf("there is no %s: %w", asked, projections.ErrMoved)
	}
	if err != nil {
		return nil, err
	}
	r.tables.Store(asked, found)
	return found, nil
}

// find is the table of the edition that a query finds; nil where there is none.
func (r *ReadModels) find(ctx context.Context, of edition, sql string, args ...any) (found *table, err error) {
	err = each(ctx, r.db.pool, func(row pgx.Rows) error {
		var facets string
		if err := row.Scan(&of.version, &of.number, &facets); err != nil {
			return err
		}
		found = newTable(of, facets)
		return nil
	}, sql, args...)
	return found, err
}

func checkFacets(t *table, view projections.View) error {
	stored, wanted := t.declaration, projections.DeclarationOf(view)
	if stored != wanted {
		return fmt.Errorf("%s is stored with the facets %q instead of %q: raise its version", t, stored, wanted)
	}
	return nil
}

// first makes a version's first edition, which serves at once, unless somebody
// else has.
func (r *ReadModels) first(ctx context.Context, view projections.View) (made *table, err error) {
	err = r.db.alter(ctx, func(ctx context.Context, tx pgx.Tx) error {
		of := edition{view: view.Name(), version: view.Version()}
		made, err = findIn(ctx, tx, of, projections.Serving)
		if err == nil && made == nil {
			made, err = r.add(ctx, tx, view, projections.Serving, 0)
		}
		return err
	})
	return made, err
}

// Begin implements projections.Editions.
func (r *ReadModels) Begin(ctx context.Context, view projections.View, state projections.EditionState, throttle int) (begun projections.Edition, err error) {
	if err := checkNames(view); err != nil {
		return begun, err
	}
	err = r.db.alterWhole(ctx, func(ctx context.Context, tx pgx.Tx) error {
		of := edition{view: view.Name(), version: view.Version()}
		table, err := findIn(ctx, tx, of, state)
		if err == nil && table == nil {
			table, err = r.add(ctx, tx, view, state, throttle)
		}
		if err != nil {
			return err
		}
		all, err := list(ctx, inside{tx}, "WHERE view = $1 AND version = $2 AND number = $3", "", table.view, table.version, table.number)
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

func findIn(ctx context.Context, tx pgx.Tx, of edition, state projections.EditionState) (found *table, err error) {
	err = each(ctx, inside{tx}, func(row pgx.Rows) error {
		var facets string
		if err := row.Scan(&of.number, &facets); err != nil {
			return err
		}
		found = newTable(of, facets)
		return nil
	}, "SELECT number, facets FROM readmodels.editions WHERE view = $1 AND version = $2 AND state = $3", of.view, of.version, string(state))
	return found, err
}

// add puts another edition on record and makes its table.
func (r *ReadModels) add(ctx context.Context, tx pgx.Tx, view projections.View, state projections.EditionState, throttle int) (*table, error) {
	of, facets := edition{view: view.Name(), version: view.Version()}, projections.DeclarationOf(view)
	err := tx.QueryRow(ctx, "INSERT INTO readmodels.editions (view, version, number, state, facets, throttle)"+
		" SELECT $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5 FROM readmodels.editions WHERE view = $1 AND version = $2 RETURNING number",
		of.view, of.version, string(state), facets, throttle).Scan(&of.number)
	if err != nil {
		return nil, err
	}
	made := newTable(of, facets)
	_, err = tx.Exec(ctx, made.create(r.db.role))
	return made, err
}

// Editions implements projections.Editions.
func (r *ReadModels) Editions(ctx context.Context) ([]projections.Edition, error) {
	var all []projections.Edition
	err := r.whole(ctx, func() (err error) {
		if all, err = list(ctx, r.db.pool, "", ""); err != nil {
			return err
		}
		return r.checkRows(ctx, all)
	})
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	return all, nil
}

// list is the editions that a condition chooses; locked, where suffix says so.
func list(ctx context.Context, from querier, where, suffix string, args ...any) (all []projections.Edition, err error) {
	err = each(ctx, from, func(row pgx.Rows) error {
		var one projections.Edition
		var state string
		var commit, prepare int64
		var stoppedCommit, stoppedPrepare *int64
		var kind, reason *string
		var event, receipt []byte
		err := row.Scan(&one.View, &one.Version, &one.Number, &state, &one.Throttle, &commit, &prepare,
			&stoppedCommit, &stoppedPrepare, &kind, &reason, &event, &receipt)
		if err != nil {
			return err
		}
		if receipt != nil {
			if err := json.Unmarshal(receipt, &one.Receipt); err != nil {
				return err
			}
		}
		one.State, one.Position = projections.EditionState(state), toPosition(commit, prepare)
		if stoppedCommit != nil {
			one.Stopped = &projections.Poison{
				Event: uuid.UUID(event), Position: toPosition(*stoppedCommit, *stoppedPrepare), Type: domain.EventType(*kind), Reason: *reason,
			}
		}
		all = append(all, one)
		return nil
	}, "SELECT view, version, number, state, throttle, position_commit, position_prepare, stopped_commit, stopped_prepare, stopped_type, stopped_reason, stopped_event, receipt"+
		" FROM readmodels.editions "+where+" ORDER BY view, version, number"+suffix, args...)
	return all, err
}

// Serve implements projections.Editions. It holds the editions' rows, so that
// none moves on meanwhile.
func (r *ReadModels) Serve(ctx context.Context, view projections.View, number int, back bool) error {
	err := r.db.pool.transact(ctx, questionWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		all, err := list(ctx, inside{tx}, "WHERE view = $1 AND version = $2", " FOR UPDATE", view.Name(), view.Version())
		if err == nil {
			err = projections.MayServe(all, number, back)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE readmodels.editions SET state = 'kept' WHERE view = $1 AND version = $2 AND state = 'serving' AND number <> $3",
			view.Name(), view.Version(), number)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE readmodels.editions SET state = 'serving', throttle = 0 WHERE view = $1 AND version = $2 AND number = $3",
			view.Name(), view.Version(), number)
		return err
	})
	if err != nil {
		return fmt.Errorf("let edition %d of view %s serve: %w", number, view.Name(), err)
	}
	r.serving.Delete(edition{view: view.Name(), version: view.Version()})
	return nil
}

// Compare implements projections.Editions.
func (r *ReadModels) Compare(ctx context.Context, view projections.View, a, b int) (compared projections.Comparison, err error) {
	left, err := r.numbered(ctx, view, a)
	if err != nil {
		return compared, err
	}
	right, err := r.numbered(ctx, view, b)
	if err != nil {
		return compared, err
	}
	moment := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = r.db.pool.transact(ctx, copyWithin, moment, func(ctx context.Context, tx pgx.Tx) error {
		if err := unhurried(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SELECT set_config('usher.account', $1, true)", everyAccount); err != nil {
			return err
		}
		all, err := list(ctx, inside{tx}, "WHERE view = $1 AND version = $2 AND number IN ($3, $4)", "", view.Name(), view.Version(), a, b)
		if err != nil {
			return err
		}
		position, err := projections.CommonPosition(all)
		if err != nil {
			return err
		}
		compared, err = projections.Compare(left.scanIn(ctx, tx), right.scanIn(ctx, tx))
		compared.Position = position
		return err
	})
	if err != nil {
		return compared, fmt.Errorf("compare editions %d and %d of view %s: %w", a, b, view.Name(), err)
	}
	return compared, nil
}

func (t *table) scanIn(ctx context.Context, tx pgx.Tx) projections.ScanRows {
	return func(after projections.Key, limit int) (rows []projections.Row, err error) {
		err = inside{tx}.each(ctx, batchWithin, func(found pgx.Rows) error {
			row, err := t.read(found)
			rows = append(rows, row)
			return err
		}, t.scan, after.Account[:], after.ID, limit)
		return rows, err
	}
}

// Conclude implements projections.Editions.
func (r *ReadModels) Conclude(ctx context.Context, view projections.View, number int, found projections.Comparison) error {
	receipt, err := json.Marshal(found)
	if err == nil {
		_, err = r.db.pool.exec(ctx, "UPDATE readmodels.editions SET receipt = $4, state = CASE state WHEN 'scratch' THEN 'kept' ELSE state END"+
			" WHERE view = $1 AND version = $2 AND number = $3", view.Name(), view.Version(), number, string(receipt))
	}
	if err != nil {
		return fmt.Errorf("keep the receipt of view %s: %w", view.Name(), err)
	}
	return nil
}

// Note implements projections.Editions.
func (r *ReadModels) Note(ctx context.Context, view projections.View, number int, stopped *projections.Poison) error {
	var commit, prepare *int64
	var kind, reason *string
	var event []byte
	if stopped != nil {
		c, p := positionValues(stopped.Position)
		k := string(stopped.Type)
		commit, prepare, kind, reason, event = &c, &p, &k, &stopped.Reason, stopped.Event[:]
	}
	_, err := r.db.pool.exec(ctx, "UPDATE readmodels.editions SET stopped_commit = $4, stopped_prepare = $5, stopped_type = $6, stopped_reason = $7, stopped_event = $8"+
		" WHERE view = $1 AND version = $2 AND number = $3", view.Name(), view.Version(), number, commit, prepare, kind, reason, event)
	if err != nil {
		return fmt.Errorf("note where view %s stands: %w", view.Name(), err)
	}
	return nil
}

// Discard implements projections.Editions.
func (r *ReadModels) Discard(ctx context.Context, view projections.View, number int) error {
	gone := newTable(edition{view.Name(), view.Version(), number}, "")
	if err := checkNames(view); err != nil {
		return err
	}
	r.tables.Delete(gone.edition)
	err := r.db.alter(ctx, func(ctx context.Context, tx pgx.Tx) error {
		all, err := list(ctx, inside{tx}, "WHERE view = $1", "", view.Name())
		if err == nil {
			err = projections.MayDiscard(all, view.Version(), number)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "DELETE FROM readmodels.editions WHERE view = $1 AND version = $2 AND number = $3", gone.view, gone.version, gone.number)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "DROP TABLE IF EXISTS "+gone.name)
		return err
	})
	if err != nil {
		return fmt.Errorf("discard %s: %w", gone, err)
	}
	return nil
}
