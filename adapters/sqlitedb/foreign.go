package sqlitedb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/ncruces/go-sqlite3"
)

// foreignError is what Options.Foreign said.
type foreignError struct{ error }

func (e foreignError) Unwrap() error { return e.error }

// lookAround has somebody look at the file, in the writer's transaction, when
// another program has committed something, or has only started the write-ahead
// log over.
func (w *writer) lookAround() error {
	version, err := w.conn.dataVersion()
	if err != nil || version == w.version {
		return err
	}
	if w.options.Synchronous == Full {
		// Others may not have synced what they wrote. Where it is synced before
		// ours begins, a bad frame in the middle was damaged and not torn.
		if err := syncFile(w.conn.path + "-wal"); err != nil {
			return err
		}
	}
	if w.options.Foreign != nil {
		err := w.options.Foreign(w.conn)
		w.conn.release()
		if w.conn.fault != nil {
			err, w.conn.fault = w.conn.fault, nil
		}
		if _, failed := errors.AsType[*sqlite3.Error](err); failed && !errors.Is(err, sqlite3.ERROR) {
			return err // of the disk or the moment, and not of a table that is gone
		}
		if err != nil {
			return foreignError{fmt.Errorf("another program has written to %s: %w", w.conn.path, err)}
		}
	}
	w.version = version
	return nil
}

// dataVersion changes when somebody else has changed the file.
func (c *Conn) dataVersion() (version int64, err error) {
	statement, err := c.Statement("PRAGMA data_version")
	if err != nil {
		return 0, err
	}
	if statement.Step() {
		version = statement.ColumnInt64(0)
	}
	return version, errors.Join(statement.Err(), statement.Reset())
}

func syncFile(path string) error {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
