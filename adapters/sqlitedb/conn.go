package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
)

// Conn is a connection that keeps its prepared statements.
type Conn struct {
	*sqlite3.Conn
	path     string
	fault    error // what a checking function has found
	cut      error // see guarded
	prepared map[string]*sqlite3.Stmt
	used     []*sqlite3.Stmt
}

// Statement returns the prepared statement of this SQL, made at the first call. Bind
// all its parameters: those of its last use are still there. It is reset for
// you when the function that was given the connection returns; reset it
// yourself to run it twice within.
func (c *Conn) Statement(sql string) (*sqlite3.Stmt, error) {
	statement, ok := c.prepared[sql]
	if !ok {
		var err error
		if statement, _, err = c.PrepareFlags(sql, sqlite3.PREPARE_PERSISTENT); err != nil {
			return nil, err
		}
		c.prepared[sql] = statement
	}
	c.used = append(c.used, statement)
	return statement, nil
}

// run executes a statement that has no parameters and gives no rows.
func (c *Conn) run(sql string) error {
	statement, err := c.Statement(sql)
	if err != nil {
		return err
	}
	c.used = c.used[:len(c.used)-1] // Exec resets it
	return statement.Exec()
}

// release resets the statements in use. Their errors were seen by the user.
func (c *Conn) release() {
	for _, statement := range c.used {
		_ = statement.Reset()
	}
	c.used = c.used[:0]
}

// snapshot runs a query in a transaction of its own.
func (c *Conn) snapshot(ctx context.Context, query func(*Conn) error) error {
	return c.guarded(func() error { return c.query(ctx, query) })
}

func (c *Conn) query(ctx context.Context, query func(*Conn) error) (err error) {
	if err = c.run("BEGIN"); err != nil {
		return err
	}
	c.SetInterrupt(ctx)
	defer func() {
		c.SetInterrupt(context.Background())
		c.release()
		if !c.GetAutocommit() {
			err = errors.Join(err, c.run("ROLLBACK"))
		}
	}()
	return query(c)
}

// Path returns where the file is.
func (c *Conn) Path() string { return c.path }

// Checking gives SQL a function that is 1, or fails: then the database is broken,
// and the call that met it returns the function's error as it is.
func (c *Conn) Checking(name string, check func(values ...sqlite3.Value) error) error {
	return c.CreateFunction(name, -1, sqlite3.INNOCUOUS, func(ctx sqlite3.Context, values ...sqlite3.Value) {
		if err := check(values...); err != nil {
			c.fault = err
			ctx.ResultError(err)
			return
		}
		ctx.ResultBool(true)
	})
}

// Close closes the connection and its statements.
func (c *Conn) Close() error {
	err := c.guarded(func() error {
		for _, statement := range c.prepared {
			_ = statement.Close()
		}
		return c.Conn.Close()
	})
	if c.cut != nil {
		return nil //nolint:nilerr // because its users were told
	}
	return err
}

func openWriting(ctx context.Context, path string, options Options) (*Conn, error) {
	conn, err := open(ctx, path, sqlite3.OPEN_CREATE, options, options.WriteCache)
	if err != nil {
		return nil, err
	}
	if err := conn.prepareFile(options); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func openReading(ctx context.Context, path string, options Options) (*Conn, error) {
	conn, err := open(ctx, path, 0, options, options.ReadCache)
	if err != nil {
		return nil, err
	}
	if options.Reading != nil {
		err = errors.Join(conn.Exec("PRAGMA temp_store = MEMORY"), options.Reading(conn))
	}
	if err := errors.Join(err, conn.Exec("PRAGMA query_only = ON")); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func open(ctx context.Context, path string, flags sqlite3.OpenFlag, options Options, cache int) (*Conn, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	name := uri(path)
	if options.VFS != "" {
		name += "?" + url.Values{"vfs": {options.VFS}}.Encode()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	raw, err := sqlite3.OpenFlags(name, flags|sqlite3.OPEN_READWRITE|sqlite3.OPEN_URI)
	if err != nil {
		return nil, err
	}
	conn := &Conn{Conn: raw, path: path, prepared: map[string]*sqlite3.Stmt{}}
	// Close checkpoints itself, to see the errors, and not after an I/O error.
	_, err = conn.Config(sqlite3.DBCONFIG_NO_CKPT_ON_CLOSE, true)
	// Files of before have page checksums, which are stale where another program
	// has checkpointed them. Opening has read no more than the header.
	err = errors.Join(err, conn.Exec("PRAGMA checksum_verification = OFF"), conn.BusyTimeout(options.BusyTimeout),
		conn.Exec(fmt.Sprintf("PRAGMA cache_size = %d", -cache/1024)))
	if options.Connected != nil {
		err = errors.Join(err, options.Connected(conn))
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// prepareFile gives a new file its format, and every file its tables.
func (c *Conn) prepareFile(options Options) error {
	if err := c.format(options); err != nil {
		return err
	}
	synchronous := "PRAGMA synchronous = NORMAL"
	if options.Synchronous == Full {
		// Without spilling, the frames behind a commit are never those of a
		// transaction that is not committed: the rule for torn tails needs it.
		synchronous = "PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF"
	}
	// Savepoints keep the pages that they change: in memory, for the largest
	// group is in memory anyway.
	if err := c.Exec(synchronous + "; PRAGMA temp_store = MEMORY"); err != nil {
		return err
	}
	if options.Schema == nil {
		return nil
	}
	if err := c.run("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := options.Schema(c)
	c.release()
	if err != nil {
		return fmt.Errorf("schema: %w", errors.Join(err, c.run("ROLLBACK")))
	}
	return c.run("COMMIT")
}

// format sets what is fixed for a file's life. Until the write-ahead log is on,
// EXTRA makes sure that no power cut brings back a deleted rollback journal.
func (c *Conn) format(options Options) error {
	pages, err := c.number("PRAGMA page_count")
	if err != nil {
		return err
	}
	if err := c.Exec("PRAGMA synchronous = EXTRA"); err != nil {
		return err
	}
	if pages == 0 {
		if err := c.Exec(fmt.Sprintf("PRAGMA page_size = %d", options.PageSize)); err != nil {
			return err
		}
	}
	return c.Exec("PRAGMA journal_mode = WAL")
}

// number is the integer that a query yields first.
func (c *Conn) number(sql string) (int64, error) {
	statement, _, err := c.Prepare(sql)
	if err != nil {
		return 0, err
	}
	var value int64
	if statement.Step() {
		value = statement.ColumnInt64(0)
	}
	return value, errors.Join(statement.Err(), statement.Close())
}
