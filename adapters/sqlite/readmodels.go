package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// ReadModels is a projections.Editions in one file. Its methods may be called from
// many goroutines; reading never waits for writing.
//
// Where it meets damage, or rows or tables are gone, it begins anew with no rows,
// all views at the position before everything, so that projectors fill it again
// from the log.
type ReadModels struct {
	path     string
	reserve  *sqlitedb.Reserve
	replaced func(error)

	mutex  sync.RWMutex // held for writing while the file is exchanged
	db     *sqlitedb.DB
	tables *sync.Map // edition to *table, of those known to be in the file
	closed bool

	unclean atomic.Bool // see clean
}

var (
	_ projections.Editions = (*ReadModels)(nil)
	_ projections.Together = (*ReadModels)(nil)
)

// OpenReadModels opens the file, or makes it. A file that cannot be read, now
// or later, is moved aside to path + ".damaged" and replaced by an empty one;
// replaced, which may be nil, is then told why; it must not call the read models. A file that is in use by another program, or that
// a full disk has no place for, is an error.
func OpenReadModels(ctx context.Context, path string, replaced func(why error)) (*ReadModels, error) {
	return OpenReadModelsBeside(ctx, path, nil, replaced)
}

// OpenReadModelsBeside is OpenReadModels beside a reserve: nothing is written while
// some of that is in use.
func OpenReadModelsBeside(ctx context.Context, path string, reserve *sqlitedb.Reserve, replaced func(why error)) (*ReadModels, error) {
	r := &ReadModels{path: path, reserve: reserve, replaced: replaced}
	if err := r.open(ctx); err != nil {
		return nil, fmt.Errorf("read models: %w", err)
	}
	return r, nil
}

// Close finishes what was begun and closes the file.
func (r *ReadModels) Close() error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.closed = true
	return r.db.Close()
}

// Find implements projections.Reader. Its pages are stable: rows that come or
// go elsewhere make no row appear twice or not at all.
func (r *ReadModels) Find(ctx context.Context, view projections.View, query projections.Query) (rows []projections.Row, position domain.Position, err error) {
	err = r.read(ctx, view, func(conn *sqlitedb.Conn, table *table) error {
		if rows, err = table.find(conn, view, query); err != nil {
			return err
		}
		position, err = table.position(conn)
		return err
	})
	if err != nil {
		return nil, domain.Position{}, fmt.Errorf("find in view %s: %w", view.Name(), err)
	}
	return rows, position, nil
}

// Load implements projections.Reader.
func (r *ReadModels) Load(ctx context.Context, view projections.View, keys []projections.Key) (rows []projections.Row, position domain.Position, err error) {
	err = r.read(ctx, view, func(conn *sqlitedb.Conn, table *table) error {
		rows = nil
		seen := make(map[projections.Key]bool, len(keys))
		for _, key := range keys {
			if seen[key] {
				continue
			}
			seen[key] = true
			err := each(conn, table.load, func(statement *sqlite3.Stmt) error {
				row, err := table.read(statement)
				rows = append(rows, row)
				return err
			}, key.Account[:], key.ID)
			if err != nil {
				return err
			}
		}
		position, err = table.position(conn)
		return err
	})
	if err != nil {
		return nil, domain.Position{}, fmt.Errorf("load rows of view %s: %w", view.Name(), err)
	}
	return rows, position, nil
}

// Scan returns the rows behind a key, listed or not, in the order of accounts and
// ids, at most limit; the zero key is before all.
func (r *ReadModels) Scan(ctx context.Context, view projections.View, after projections.Key, limit int) (rows []projections.Row, err error) {
	err = r.read(ctx, view, func(conn *sqlitedb.Conn, table *table) error {
		rows = nil
		return each(conn, table.scan, func(statement *sqlite3.Stmt) error {
			row, err := table.read(statement)
			rows = append(rows, row)
			return err
		}, after.Account[:], after.ID, max(limit, 0))
	})
	if err != nil {
		return nil, fmt.Errorf("scan view %s: %w", view.Name(), err)
	}
	return rows, nil
}

// Position implements projections.Reader.
func (r *ReadModels) Position(ctx context.Context, view projections.View) (position domain.Position, err error) {
	err = r.read(ctx, view, func(conn *sqlitedb.Conn, table *table) error {
		position, err = table.position(conn)
		return err
	})
	if err != nil {
		return domain.Position{}, fmt.Errorf("position of view %s: %w", view.Name(), err)
	}
	return position, nil
}

// Apply implements projections.Store. Where the file turns out to be damaged,
// the change meets an empty view.
func (r *ReadModels) Apply(ctx context.Context, view projections.View, change projections.Change) error {
	if err := projections.Forget(ctx, r, view, change); err != nil {
		return err
	}
	defer r.clean(ctx, change.Forgets)
	err := r.catchUp(ctx, func(conn *sqlitedb.Conn) error {
		table, err := r.written(conn, view)
		if err != nil {
			return err
		}
		return table.apply(conn, change)
	})
	if err != nil {
		return fmt.Errorf("apply to view %s: %w", view.Name(), err)
	}
	return nil
}

// ApplyAll implements projections.Together.
func (r *ReadModels) ApplyAll(ctx context.Context, changes []projections.ViewChange) (moved []bool, err error) {
	forgets := false
	for _, one := range changes {
		if err := projections.Forget(ctx, r, one.View, one.Change); err != nil {
			return nil, err
		}
		forgets = forgets || one.Forgets
	}
	defer r.clean(ctx, forgets)
	err = r.catchUp(ctx, func(conn *sqlitedb.Conn) error {
		moved = make([]bool, len(changes)) // anew, where it is tried again
		for i, one := range changes {
			table, err := r.written(conn, one.View)
			if err == nil {
				err = table.apply(conn, one.Change)
			}
			// Nothing was written then: the position is the first to be moved.
			if moved[i] = errors.Is(err, projections.ErrMoved); err != nil && !moved[i] {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("apply to %d views: %w", len(changes), err)
	}
	return moved, nil
}

// clean lets nothing remain on the disk of what was overwritten or dropped: neither in
// the write-ahead log, nor in a damaged file that was moved aside. Where somebody reads
// meanwhile, the next change tries again.
func (r *ReadModels) clean(ctx context.Context, now bool) {
	if !now && !r.unclean.Load() {
		return
	}
	_, err := r.attempt(func(db *sqlitedb.DB) error { return db.Empty(ctx) })
	r.unclean.Store(errors.Join(err, os.RemoveAll(r.path+".damaged")) != nil)
}

// read asks the edition that answers for a view, all of one moment. The view's
// first edition is made where there is none.
func (r *ReadModels) read(ctx context.Context, view projections.View, query func(*sqlitedb.Conn, *table) error) error {
	missing := false
	ask := func(conn *sqlitedb.Conn) error {
		table, err := r.answering(conn, view)
		if missing = err == nil && table == nil; err != nil || missing {
			return err
		}
		return query(conn, table)
	}
	for {
		err := r.whole(ctx, func(db *sqlitedb.DB) error { return db.Read(ctx, ask) })
		if err != nil || !missing {
			return err
		}
		err = r.write(ctx, func(conn *sqlitedb.Conn) error {
			_, err := r.written(conn, view)
			return err
		})
		if err != nil {
			return err
		}
	}
}

func (r *ReadModels) write(ctx context.Context, change func(*sqlitedb.Conn) error) error {
	return r.whole(ctx, func(db *sqlitedb.DB) error { return db.Write(ctx, change) })
}

// catchUp is write for what is in the log already, so that lists show it also when
// the disk is full. Half of the reserve is left to those who sign in.
func (r *ReadModels) catchUp(ctx context.Context, change func(*sqlitedb.Conn) error) error {
	return r.whole(ctx, func(db *sqlitedb.DB) error { return db.WriteVital(ctx, change) })
}
