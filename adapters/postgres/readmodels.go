package postgres

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"

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

var (
	_ projections.Editions = (*ReadModels)(nil)
	_ projections.Together = (*ReadModels)(nil)
)

// ReadModels returns the database's read models.
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
		return nil
	}, &position)
	if err != nil {
		return nil, domain.Position{}, fmt.Errorf("find in view %s: %w", view.Name(), err)
	}
	return rows, position, nil
}

// Load implements projections.Reader.
func (r *ReadModels) Load(ctx context.Context, view projections.View, keys []projections.Key) (rows []projections.Row, position domain.Position, err error) {
	accounts, ids := split(keys)
	err = r.ask(ctx, view, everyAccount, func(batch *pgx.Batch, table *table) error {
		rows = nil
		batch.Queue(table.load, accounts, ids).Query(collect(table, &rows))
		return nil
	}, &position)
	if err != nil {
		return nil, domain.Position{}, fmt.Errorf("load rows of view %s: %w", view.Name(), err)
	}
	return rows, position, nil
}

// Scan returns the rows behind a key, listed or not, in the order of accounts and
// ids, at most limit; the zero key is before all.
func (r *ReadModels) Scan(ctx context.Context, view projections.View, after projections.Key, limit int) (rows []projections.Row, err error) {
	err = r.ask(ctx, view, everyAccount, func(batch *pgx.Batch, table *table) error {
		rows = nil
		batch.Queue(table.scan, after.Account[:], after.ID, max(limit, 0)).Query(collect(table, &rows))
		return nil
	}, new(domain.Position))
	if err != nil {
		return nil, fmt.Errorf("scan view %s: %w", view.Name(), err)
	}
	return rows, nil
}

// Position implements projections.Reader.
func (r *ReadModels) Position(ctx context.Context, view projections.View) (position domain.Position, err error) {
	err = r.ask(ctx, view, everyAccount, func(*pgx.Batch, *table) error { return nil }, &position)
	if err != nil {
		return domain.Position{}, fmt.Errorf("position of view %s: %w", view.Name(), err)
	}
	return position, nil
}

// errElsewhere says that another edition serves than the one that was asked.
var errElsewhere = errors.New("another edition serves now")

// ask asks an edition questions for an account, and where it stands, all of one
// moment, in one round trip; once more where another edition serves than the one
// that was known to.
func (r *ReadModels) ask(ctx context.Context, view projections.View, account string, questions func(*pgx.Batch, *table) error, stands *domain.Position) error {
	return r.whole(ctx, func() error { return r.askOnce(ctx, view, account, questions, stands) })
}

func (r *ReadModels) askOnce(ctx context.Context, view projections.View, account string, questions func(*pgx.Batch, *table) error, stands *domain.Position) error {
	for {
		table, err := r.read(ctx, view)
		if err != nil {
			return err
		}
		batch := &pgx.Batch{}
		batch.Queue("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
		r.db.pool.sessions.guard(batch)
		if projections.NumberOf(view) == 0 {
			r.queueServing(batch, view, table)
		}
		queueAccount(batch, nobody)
		table.queuePosition(batch, stands)
		queueAccount(batch, account)
		if err := questions(batch, table); err != nil {
			return err
		}
		batch.Queue("COMMIT")
		err = r.db.pool.send(ctx, batch)
		if !errors.Is(err, errElsewhere) {
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
	batch.Queue(t.stands, t.view, t.version, t.number).Query(func(rows pgx.Rows) error {
		*into = domain.Position{}
		for rows.Next() {
			var commit, prepare int64
			var whole bool
			if err := rows.Scan(&commit, &prepare, &whole); err != nil {
				return err
			}
			if *into = toPosition(commit, prepare); !whole {
				return fmt.Errorf("%s: %w", t, errRowsGone)
			}
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
