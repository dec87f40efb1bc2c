package postgres

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// ReadModels is a projections.Store in a database. Its methods may be called
// from many goroutines and many instances.
//
// Whatever it reads, it reads in a transaction that has said for which account:
// a question without one answers nothing.
type ReadModels struct {
	db     *DB
	tables sync.Map // tableKey to *table, of those known to be there
}

var _ projections.Store = (*ReadModels)(nil)

// ReadModels is the database's read models.
func (db *DB) ReadModels() *ReadModels { return &ReadModels{db: db} }

// Close does nothing: the database is closed by whoever opened it.
func (r *ReadModels) Close() error { return nil }

// Find implements projections.Reader. Its pages are stable: rows that come or
// go elsewhere make no row appear twice or not at all.
func (r *ReadModels) Find(ctx context.Context, view projections.View, query projections.Query) (rows []projections.Row, position domain.Position, err error) {
	table, err := r.table(ctx, view)
	if err != nil {
		return nil, domain.Position{}, err
	}
	sql, args, err := table.findSQL(query)
	if err != nil {
		return nil, domain.Position{}, err
	}
	err = r.snapshot(ctx, hex.EncodeToString(query.Account[:]), func(batch *pgx.Batch) {
		batch.Queue(sql, args...).Query(collect(table, &rows))
		table.queuePosition(batch, &position)
	})
	if err != nil {
		return nil, domain.Position{}, fmt.Errorf("find in view %s: %w", view.Name(), err)
	}
	return rows, position, nil
}

// Load implements projections.Reader.
func (r *ReadModels) Load(ctx context.Context, view projections.View, keys []projections.Key) (rows []projections.Row, err error) {
	table, err := r.table(ctx, view)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	accounts, ids := split(keys)
	err = r.snapshot(ctx, everyAccount, func(batch *pgx.Batch) {
		batch.Queue(table.load, accounts, ids).Query(collect(table, &rows))
	})
	if err != nil {
		return nil, fmt.Errorf("load rows of view %s: %w", view.Name(), err)
	}
	return rows, nil
}

// Scan is the rows behind a key, listed or not, in the order of accounts and
// ids, at most limit; the zero key is before all.
func (r *ReadModels) Scan(ctx context.Context, view projections.View, after projections.Key, limit int) (rows []projections.Row, err error) {
	table, err := r.table(ctx, view)
	if err != nil {
		return nil, err
	}
	err = r.snapshot(ctx, everyAccount, func(batch *pgx.Batch) {
		batch.Queue(table.scan, after.Account[:], after.ID, max(limit, 0)).Query(collect(table, &rows))
	})
	if err != nil {
		return nil, fmt.Errorf("scan view %s: %w", view.Name(), err)
	}
	return rows, nil
}

// Position implements projections.Reader.
func (r *ReadModels) Position(ctx context.Context, view projections.View) (position domain.Position, err error) {
	table, err := r.table(ctx, view)
	if err != nil {
		return domain.Position{}, err
	}
	batch := &pgx.Batch{}
	table.queuePosition(batch, &position)
	if err := r.db.pool.SendBatch(ctx, batch).Close(); err != nil {
		return domain.Position{}, fmt.Errorf("position of view %s: %w", view.Name(), err)
	}
	return position, nil
}

// Apply implements projections.Store: three statements at most, whatever the
// change, sent at once.
func (r *ReadModels) Apply(ctx context.Context, view projections.View, change projections.Change) error {
	table, err := r.table(ctx, view)
	if err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, r.db.pool, func(tx pgx.Tx) error { return table.apply(ctx, tx, change) })
	if err != nil {
		return fmt.Errorf("apply to view %s: %w", view.Name(), err)
	}
	return nil
}

// apply moves the position, which holds its row against others until the
// commit, and writes the rows.
func (t *table) apply(ctx context.Context, tx pgx.Tx, change projections.Change) error {
	fromCommit, fromPrepare := positionValues(change.From)
	toCommit, toPrepare := positionValues(change.To)
	batch, moved := &pgx.Batch{}, int64(0)
	batch.Queue("UPDATE readmodels.views SET position_commit = $1, position_prepare = $2"+
		" WHERE name = $3 AND version = $4 AND position_commit = $5 AND position_prepare = $6",
		toCommit, toPrepare, t.view, t.version, fromCommit, fromPrepare,
	).Exec(func(tag pgconn.CommandTag) error {
		if moved = tag.RowsAffected(); moved == 0 {
			return fmt.Errorf("it does not stand at %s, where the change begins: %w", change.From, projections.ErrMoved)
		}
		return nil
	})
	queueAccount(batch, everyAccount)
	if len(change.Saved) > 0 {
		arrays, err := t.arrays(change.Saved)
		if err != nil {
			return err
		}
		batch.Queue(t.upsert, arrays...)
	}
	if len(change.Deleted) > 0 {
		accounts, ids := split(change.Deleted)
		batch.Queue(t.remove, accounts, ids)
	}
	return tx.SendBatch(ctx, batch).Close()
}

// snapshot asks questions for an account, all of one moment, in one round trip.
func (r *ReadModels) snapshot(ctx context.Context, account string, ask func(*pgx.Batch)) error {
	batch := &pgx.Batch{}
	batch.Queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
	queueAccount(batch, account)
	ask(batch)
	batch.Queue("COMMIT")
	return r.db.pool.SendBatch(ctx, batch).Close()
}

// queueAccount says until the transaction's end for which account it works.
func queueAccount(batch *pgx.Batch, account string) {
	batch.Queue("SELECT set_config('usher.account', $1, true)", account)
}

func (t *table) queuePosition(batch *pgx.Batch, into *domain.Position) {
	batch.Queue("SELECT position_commit, position_prepare FROM readmodels.views WHERE name = $1 AND version = $2", t.view, t.version).
		Query(func(rows pgx.Rows) error {
			for rows.Next() {
				var commit, prepare int64
				if err := rows.Scan(&commit, &prepare); err != nil {
					return err
				}
				*into = toPosition(commit, prepare)
			}
			return rows.Err()
		})
}

func collect(table *table, into *[]projections.Row) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		for rows.Next() {
			row, err := table.read(rows)
			if err != nil {
				return err
			}
			*into = append(*into, row)
		}
		return rows.Err()
	}
}

func split(keys []projections.Key) (accounts [][]byte, ids []string) {
	accounts, ids = make([][]byte, len(keys)), make([]string, len(keys))
	for i := range keys {
		accounts[i], ids[i] = keys[i].Account[:], keys[i].ID
	}
	return accounts, ids
}

// table is the view's, made where it is not there yet.
func (r *ReadModels) table(ctx context.Context, view projections.View) (*table, error) {
	if known, ok := r.tables.Load(keyOf(view)); ok {
		return known.(*table), nil //nolint:errcheck,forcetypeassert // because nothing else is put there
	}
	made, err := newTable(view)
	if err != nil {
		return nil, err
	}
	if err := r.make(ctx, made); err != nil {
		return nil, fmt.Errorf("make the table of view %s: %w", view.Name(), err)
	}
	r.tables.Store(keyOf(view), made)
	return made, nil
}

// make brings the table into the database. A view with other facets than the
// stored ones must have another version.
func (r *ReadModels) make(ctx context.Context, t *table) error {
	facets := strings.Join(t.facets, " ")
	return r.db.alter(ctx, func(tx pgx.Tx) error {
		var stored string
		err := tx.QueryRow(ctx, "INSERT INTO readmodels.views AS stored (name, version, facets) VALUES ($1, $2, $3)"+
			" ON CONFLICT (name, version) DO UPDATE SET facets = stored.facets RETURNING facets", t.view, t.version, facets).Scan(&stored)
		if err != nil {
			return err
		}
		if stored != facets {
			return fmt.Errorf("view %s version %d is stored with the facets %q instead of %q: raise its version", t.view, t.version, stored, facets)
		}
		_, err = tx.Exec(ctx, t.create(r.db.role))
		return err
	})
}

// Drop forgets a version of a view; where there is none it changes nothing.
func (r *ReadModels) Drop(ctx context.Context, view projections.View) error {
	table, err := newTable(view)
	if err != nil {
		return err
	}
	r.tables.Delete(keyOf(view))
	err = r.db.alter(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM readmodels.views WHERE name = $1 AND version = $2", table.view, table.version)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "DROP TABLE IF EXISTS "+table.name)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop view %s: %w", view.Name(), err)
	}
	return nil
}
