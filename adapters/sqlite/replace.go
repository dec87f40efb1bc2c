package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/osfiles"
	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// readModelsLayout rises when the file's own tables change; a file of another
// layout is replaced.
const readModelsLayout = 4

// walPages lets the write-ahead log grow to 32 MiB: a rebuild changes the same
// pages many times, and then moves each into the file once.
const walPages = 8192

// whole does something with the file and, where the file gives way, does it once
// more with the file that took its place.
func (r *ReadModels) whole(ctx context.Context, do func(*sqlitedb.DB) error) error {
	db, err := r.attempt(do)
	if !isDamage(err) && !errors.Is(err, sqlitedb.ErrBroken) && !errors.Is(err, sqlitedb.ErrClosed) {
		return err
	}
	if reopening := r.reopen(context.WithoutCancel(ctx), db, err); reopening != nil {
		return errors.Join(err, reopening)
	}
	_, err = r.attempt(do)
	return err
}

func (r *ReadModels) attempt(do func(*sqlitedb.DB) error) (*sqlitedb.DB, error) {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	return r.db, do(r.db)
}

// reopen puts another handle in the place of one that failed, and another file
// in the place of a damaged one, unless somebody else has done so.
func (r *ReadModels) reopen(ctx context.Context, failed *sqlitedb.DB, why error) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.closed {
		return sqlitedb.ErrClosed
	}
	if r.db != failed {
		return nil
	}
	_ = failed.Close() // it has failed already, and why is known
	if isDamage(why) {
		if err := r.moveAside(why); err != nil {
			return err
		}
	} else if _, err := os.Stat(r.path); errors.Is(err, os.ErrNotExist) && r.replaced != nil {
		r.replaced(why) // somebody has removed it
	}
	return r.open(ctx)
}

func (r *ReadModels) open(ctx context.Context) error {
	if err := osfiles.MakeFolder(filepath.Dir(r.path)); err != nil {
		return err
	}
	db, err := r.openFile(ctx)
	if err != nil && isUnreadable(err) {
		if aside := r.moveAside(err); aside != nil {
			return errors.Join(err, aside)
		}
		db, err = r.openFile(ctx)
	}
	if err != nil {
		return err
	}
	r.db, r.tables = db, &sync.Map{} // of the file that is open
	return nil
}

func (r *ReadModels) openFile(ctx context.Context) (*sqlitedb.DB, error) {
	if err := ownerOnly(r.path); err != nil {
		return nil, err
	}
	return sqlitedb.Open(ctx, r.path, sqlitedb.Options{
		Synchronous: sqlitedb.Normal,
		WALPages:    walPages,
		Schema:      readModelsSchema,
		Reserve:     r.reserve,
		Leaves:      r.reserve.Size() / 2,
	})
}

func readModelsSchema(conn *sqlitedb.Conn) error {
	// What is deleted is overwritten, not just unlinked: rows name people.
	if err := conn.Exec("PRAGMA secure_delete = ON"); err != nil {
		return err
	}
	layout, err := userVersion(conn)
	if err != nil || layout == readModelsLayout {
		return err
	}
	if layout == layoutWithoutMarks {
		return markTables(conn)
	}
	if layout != 0 {
		return fmt.Errorf("the file's layout is %d instead of %d", layout, readModelsLayout)
	}
	return conn.Exec(fmt.Sprintf(`
		CREATE TABLE editions (
			view TEXT NOT NULL,
			version INTEGER NOT NULL,
			number INTEGER NOT NULL,
			state TEXT NOT NULL CHECK (state IN ('serving', 'filling', 'scratch', 'kept')),
			facets TEXT NOT NULL,
			throttle INTEGER NOT NULL DEFAULT 0,
			position_commit INTEGER NOT NULL DEFAULT 0,
			position_prepare INTEGER NOT NULL DEFAULT 0,
			stopped_commit INTEGER,
			stopped_prepare INTEGER,
			stopped_type TEXT,
			stopped_reason TEXT,
			stopped_event BLOB,
			receipt TEXT,
			PRIMARY KEY (view, version, number)
		) STRICT, WITHOUT ROWID;
		CREATE TABLE log (
			only INTEGER PRIMARY KEY CHECK (only = 1),
			mark TEXT NOT NULL
		) STRICT;
		PRAGMA user_version = %d`, readModelsLayout))
}

// layoutWithoutMarks is the layout of before, whose tables have no mark yet.
const layoutWithoutMarks = 3

// markTables brings it to that of today.
func markTables(conn *sqlitedb.Conn) error {
	var tables []*table
	err := each(conn, "SELECT view, version, number, facets FROM editions", func(row *sqlite3.Stmt) error {
		tables = append(tables, newTable(edition{row.ColumnText(0), row.ColumnInt(1), row.ColumnInt(2)}, row.ColumnText(3)))
		return nil
	})
	for _, one := range tables {
		if err == nil {
			err = conn.Exec(one.mark())
		}
	}
	if err != nil {
		return err
	}
	return conn.Exec(fmt.Sprintf("PRAGMA user_version = %d", readModelsLayout))
}

func (r *ReadModels) moveAside(why error) error {
	err := os.RemoveAll(r.path + ".damaged")
	err = errors.Join(err, os.Rename(r.path, r.path+".damaged"))
	for _, companion := range []string{"-wal", "-shm"} {
		if remove := os.RemoveAll(r.path + companion); remove != nil {
			err = errors.Join(err, remove)
		}
	}
	if err != nil {
		return fmt.Errorf("move the damaged file aside: %w", err)
	}
	if r.replaced != nil {
		r.replaced(why)
	}
	return nil
}

// errRowSpoilt says that a row is none that Usher wrote.
var errRowSpoilt = errors.New("a row cannot be read")

// errRowsGone says that somebody else has emptied a table.
var errRowsGone = errors.New("rows are gone that its position says are there")

// isDamage tells what is not what was written: bytes, or tables and rows that
// somebody else has removed.
func isDamage(err error) bool {
	if _, named := errors.AsType[*sqlitedb.Damage](err); named {
		return true
	}
	noTable := errors.Is(err, sqlite3.ERROR) && strings.Contains(err.Error(), "no such table: ")
	return noTable || errors.Is(err, errRowsGone) || errors.Is(err, errRowSpoilt) || errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) || errors.Is(err, sqlite3.IOERR_DATA)
}

// isUnreadable tells a file that is of no use from one that may be of use later.
func isUnreadable(err error) bool {
	for _, passing := range []error{
		sqlitedb.ErrFull, sqlite3.BUSY, sqlite3.LOCKED, sqlite3.FULL, sqlite3.NOMEM, sqlite3.INTERRUPT,
		syscall.ENOSPC, syscall.EDQUOT, syscall.EMFILE, syscall.ENFILE,
		context.Canceled, context.DeadlineExceeded,
	} {
		if errors.Is(err, passing) {
			return false
		}
	}
	return true
}
