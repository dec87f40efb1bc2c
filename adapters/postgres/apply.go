package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/usher-engine/usher/projections"
)

// Apply implements projections.Store: seven statements at most, whatever the
// change, sent at once.
func (r *ReadModels) Apply(ctx context.Context, view projections.View, change projections.Change) error {
	if err := projections.Forget(ctx, r, view, change); err != nil {
		return err
	}
	err := r.whole(ctx, func() error {
		table, err := r.written(ctx, view)
		if err != nil {
			return err
		}
		return r.db.pool.transact(ctx, batchWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
			return table.apply(ctx, tx, change)
		})
	})
	if err != nil {
		return fmt.Errorf("apply to view %s: %w", view.Name(), err)
	}
	return nil
}

// apply moves the position, which holds its row against others until the
// commit, and writes the rows.
func (t *table) apply(ctx context.Context, tx pgx.Tx, change projections.Change) error {
	batch := &pgx.Batch{}
	queueAccount(batch, everyAccount)
	t.queueAdvance(batch, change, func(moved bool) error {
		if moved {
			return fmt.Errorf("%s does not stand at %s, where the change begins: %w", t, change.From, projections.ErrMoved)
		}
		return nil
	})
	if err := t.queueRows(batch, change); err != nil {
		return err
	}
	return tx.SendBatch(ctx, batch).Close()
}

func (t *table) queueAdvance(batch *pgx.Batch, change projections.Change, tell func(moved bool) error) {
	fromCommit, fromPrepare := positionValues(change.From)
	toCommit, toPrepare := positionValues(change.To)
	batch.Queue("UPDATE readmodels.editions SET position_commit = $1, position_prepare = $2"+
		" WHERE view = $3 AND version = $4 AND number = $5 AND position_commit = $6 AND position_prepare = $7 AND state <> 'kept' AND "+t.whole(),
		toCommit, toPrepare, t.view, t.version, t.number, fromCommit, fromPrepare,
	).Exec(func(tag pgconn.CommandTag) error { return tell(tag.RowsAffected() == 0) })
}

func (t *table) queueRows(batch *pgx.Batch, change projections.Change) error {
	commit, prepare := positionValues(change.To)
	batch.Queue(t.moveMark(), commit, prepare)
	if len(change.Saved) > 0 {
		arrays, err := t.arrays(change.Saved)
		if err != nil {
			return err
		}
		if t.counts() {
			batch.Queue(t.recount, arrays...)
		}
		batch.Queue(t.upsert, arrays...)
	}
	if len(change.Deleted) > 0 {
		accounts, ids := split(change.Deleted)
		if t.counts() {
			batch.Queue(t.uncount, accounts, ids)
		}
		batch.Queue(t.remove, accounts, ids)
	}
	return nil
}

// placed is a change with the table that it goes to, and its number.
type placed struct {
	*table
	projections.Change
	number int
}

// ApplyAll implements projections.Together: two round trips, whatever the
// changes. Positions are moved in one order by all instances, so that none waits
// for another that waits for it.
func (r *ReadModels) ApplyAll(ctx context.Context, changes []projections.ViewChange) (moved []bool, err error) {
	for _, one := range changes {
		if err := projections.Forget(ctx, r, one.View, one.Change); err != nil {
			return nil, err
		}
	}
	err = r.whole(ctx, func() error {
		moved, err = r.applyAll(ctx, changes)
		return err
	})
	return moved, err
}

func (r *ReadModels) applyAll(ctx context.Context, changes []projections.ViewChange) (moved []bool, err error) {
	all := make([]placed, len(changes))
	for i, one := range changes {
		table, err := r.written(ctx, one.View)
		if err != nil {
			return nil, fmt.Errorf("apply to view %s: %w", one.View.Name(), err)
		}
		all[i] = placed{table, one.Change, i}
	}
	slices.SortFunc(all, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.view, b.view), cmp.Compare(a.version, b.version), cmp.Compare(a.table.number, b.table.number))
	})
	moved = make([]bool, len(changes))
	err = r.db.pool.transact(ctx, batchWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		return applyAll(ctx, tx, all, moved)
	})
	if err != nil {
		return nil, fmt.Errorf("apply to %d views: %w", len(changes), err)
	}
	return moved, nil
}

func applyAll(ctx context.Context, tx pgx.Tx, all []placed, moved []bool) error {
	positions := &pgx.Batch{}
	queueAccount(positions, everyAccount)
	for _, one := range all {
		one.queueAdvance(positions, one.Change, func(is bool) error {
			moved[one.number] = is
			return nil
		})
	}
	if err := tx.SendBatch(ctx, positions).Close(); err != nil {
		return err
	}
	rows := &pgx.Batch{}
	for _, one := range all {
		if moved[one.number] {
			continue
		}
		if err := one.queueRows(rows, one.Change); err != nil {
			return err
		}
	}
	return tx.SendBatch(ctx, rows).Close()
}
