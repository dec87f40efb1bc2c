package postgres

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// ReadModels is a projections.Editions in a database. Its methods may be called
// from many goroutines and many instances.
//
// Whatever it reads, it reads in a transaction that has said for which account:
// a question without one answers nothing.
type ReadModels struct {
	db      *DB
	tables  sync.Map // edition to *table, of those known to be there
	serving sync.Map // edition without number to the *table that serves, as last seen
}

var _ projections.Editions = (*ReadModels)(nil)

// ReadModels is the database's read models.
func (db *DB) ReadModels() *ReadModels { return &ReadModels{db: db} }

// Close does nothing: the database is closed by whoever opened it.
func (r *ReadModels) Close() error { return nil }

// Find implements projections.Reader. Its pages are stable: rows that come or
// go elsewhere make no row appear twice or not at all.
func (r *ReadModels) Find(ctx context.Context, view projections.View, query projections.Query) (rows []projections.Row, position domain.Position, err error) {
	err = r.ask(ctx, view, hex.EncodeToString(query.Account[:]), func(batch *pgx.Batch, table *table) error {
		sql, args, err := table.findSQL(view, query)
		if err != nil {
			return err
		}
		rows = nil
		batch.Queue(sql, args...).Query(collect(table, &rows))
		table.queuePosition(batch, &position)
		return nil
	})
	if err != nil {
		return nil, domain.Position{}, fmt.Errorf("find in view %s: %w", view.Name(), err)
	}
	return rows, position, nil
}

// Load implements projections.Reader.
func (r *ReadModels) Load(ctx context.Context, view projections.View, keys []projections.Key) (rows []projections.Row, err error) {
	if len(keys) == 0 {
		return nil, nil
	}
	accounts, ids := split(keys)
	err = r.ask(ctx, view, everyAccount, func(batch *pgx.Batch, table *table) error {
		rows = nil
		batch.Queue(table.load, accounts, ids).Query(collect(table, &rows))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load rows of view %s: %w", view.Name(), err)
	}
	return rows, nil
}

// Scan is the rows behind a key, listed or not, in the order of accounts and
// ids, at most limit; the zero key is before all.
func (r *ReadModels) Scan(ctx context.Context, view projections.View, after projections.Key, limit int) (rows []projections.Row, err error) {
	err = r.ask(ctx, view, everyAccount, func(batch *pgx.Batch, table *table) error {
		rows = nil
		batch.Queue(table.scan, after.Account[:], after.ID, max(limit, 0)).Query(collect(table, &rows))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("scan view %s: %w", view.Name(), err)
	}
	return rows, nil
}

// Position implements projections.Reader.
func (r *ReadModels) Position(ctx context.Context, view projections.View) (position domain.Position, err error) {
	err = r.ask(ctx, view, everyAccount, func(batch *pgx.Batch, table *table) error {
		table.queuePosition(batch, &position)
		return nil
	})
	if err != nil {
		return domain.Position{}, fmt.Errorf("position of view %s: %w", view.Name(), err)
	}
	return position, nil
}

// Apply implements projections.Store: four statements at most, whatever the
// change, sent at once.
func (r *ReadModels) Apply(ctx context.Context, view projections.View, change projections.Change) error {
	table, err := r.written(ctx, view)
	if err == nil {
		err = r.db.pool.transact(ctx, batchWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
			return table.apply(ctx, tx, change)
		})
	}
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
	batch := &pgx.Batch{}
	batch.Queue("UPDATE readmodels.editions SET position_commit = $1, position_prepare = $2"+
		" WHERE view = $3 AND version = $4 AND number = $5 AND position_commit = $6 AND position_prepare = $7 AND state <> 'kept'",
		toCommit, toPrepare, t.view, t.version, t.number, fromCommit, fromPrepare,
	).Exec(func(tag pgconn.CommandTag) error {
		if tag.RowsAffected() == 0 {
			return fmt.Errorf("%s does not stand at %s, where the change begins: %w", t, change.From, projections.ErrMoved)
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

// errElsewhere says that another edition serves than the one that was asked.
var errElsewhere = errors.New("another edition serves now")

// undefinedTable is PostgreSQL's code for a table that is not there.
const undefinedTable = "42P01"

// ask asks an edition questions for an account, all of one moment, in one round
// trip; once more where another edition serves than the one that was known to.
func (r *ReadModels) ask(ctx context.Context, view projections.View, account string, questions func(*pgx.Batch, *table) error) error {
	for {
		table, err := r.read(ctx, view)
		if err != nil {
			return err
		}
		batch := &pgx.Batch{}
		batch.Queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
		queueAccount(batch, account)
		if projections.NumberOf(view) == 0 {
			r.queueServing(batch, view, table)
		}
		if err := questions(batch, table); err != nil {
			return err
		}
		batch.Queue("COMMIT")
		err = r.db.pool.send(ctx, batch)
		failure, _ := errors.AsType[*pgconn.PgError](err)
		discarded := failure != nil && failure.Code == undefinedTable
		if !errors.Is(err, errElsewhere) && (!discarded || projections.NumberOf(view) != 0) {
			return err
		}
		r.serving.Delete(edition{view: view.Name(), version: view.Version()})
	}
}

// queueServing makes the batch fail where a table's edition does not serve.
func (r *ReadModels) queueServing(batch *pgx.Batch, view projections.View, table *table) {
	batch.Queue(servingSQL, view.Name(), view.Version()).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var version, number int
			if err := rows.Scan(&version, &number, nil); err != nil {
				return err
			}
			if version == table.version && number == table.number {
				return nil
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		return errElsewhere
	})
}

// queueAccount says until the transaction's end for which account it works.
func queueAccount(batch *pgx.Batch, account string) {
	batch.Queue("SELECT set_config('usher.account', $1, true)", account)
}

func (t *table) queuePosition(batch *pgx.Batch, into *domain.Position) {
	batch.Queue("SELECT position_commit, position_prepare FROM readmodels.editions WHERE view = $1 AND version = $2 AND number = $3",
		t.view, t.version, t.number).
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
