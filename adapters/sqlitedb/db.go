package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// Synchronous says what survives a power cut.
type Synchronous int

const (
	// Full syncs at each commit: what Write answered for is there afterwards.
	Full Synchronous = iota
	// Normal syncs at checkpoints only: a power cut may take the last commits,
	// but only the last, and leaves the file consistent.
	Normal
)

// Options say how a file is opened. The zero value is usable.
type Options struct {
	Synchronous Synchronous

	// Schema makes the tables where they are missing. It runs at each opening,
	// in a transaction of its own.
	Schema func(*Conn) error

	// Committed, where given, is called by the writer after each group: with
	// nil when the group is durable and before its members are answered, with
	// the error when nothing of the group took place. It must not call Write.
	Committed func(error)

	// SharedFate spares the savepoints: a change that returns an error after it
	// changed rows takes its whole group with it. It suits changes that refuse
	// before they write and then fail only if the file does.
	SharedFate bool

	Readers     int           // most reading connections; 4 by default
	WriteCache  int           // bytes of page cache for the writer; 32 MiB by default
	ReadCache   int           // bytes of page cache for each reader; 4 MiB by default
	PageSize    int           // bytes, of a new file; 4096 by default
	WALPages    int           // pages in the write-ahead log before a checkpoint; 1000 by default
	BusyTimeout time.Duration // how long to wait for another program's lock; 5 s by default
	VFS         string        // name of a registered file system; the operating system's by default
}

var (
	// ErrClosed answers all calls after Close.
	ErrClosed = errors.New("the database is closed")

	// ErrFull says that the disk is full. Nothing of the write took place, and
	// writes succeed again once there is space.
	ErrFull = errors.New("the disk is full")

	// ErrBroken says that an I/O error took away the ground: what the file has
	// is unknown until it is opened again, and no write is accepted until then.
	// Whether the write that met the error took place is unknown.
	ErrBroken = errors.New("the database takes no more writes after an I/O error")
)

// DB is an open file. Its methods may be called from many goroutines.
type DB struct {
	path    string
	options Options
	writer  *writer
	readers chan *Conn // nil stands for a connection not opened yet
	closing chan struct{}
	closed  sync.Once
}

// Open opens the file, makes it where there is none, and starts its writer. A
// file that may have been damaged should go through Check before.
func Open(ctx context.Context, path string, options Options) (*DB, error) {
	options.setDefaults()
	conn, err := openWriting(ctx, path, options)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db := &DB{
		path:    path,
		options: options,
		writer:  newWriter(conn, options),
		readers: make(chan *Conn, options.Readers),
		closing: make(chan struct{}),
	}
	for range options.Readers {
		db.readers <- nil
	}
	go db.writer.run()
	return db, nil
}

func (o *Options) setDefaults() {
	for setting, value := range map[*int]int{
		&o.Readers:    4,
		&o.WriteCache: 32 << 20,
		&o.ReadCache:  4 << 20,
		&o.PageSize:   4096,
		&o.WALPages:   1000,
	} {
		if *setting == 0 {
			*setting = value
		}
	}
	if o.BusyTimeout == 0 {
		o.BusyTimeout = 5 * time.Second
	}
}

// Write runs a change in the writer's next transaction and returns after it is
// committed and, as Options.Synchronous says, synced.
//
// Changes of many goroutines share one transaction; each runs in a savepoint,
// and one that returns an error is undone alone. The change runs on the
// writer's goroutine, once, and never after ctx has ended: it must be quick and
// must not wait for anything. Write always waits for the outcome, so that an
// error of ctx means that nothing took place.
func (db *DB) Write(ctx context.Context, change func(*Conn) error) error {
	return db.writer.submit(ctx, change)
}

// Read runs a query on a snapshot, beside the writer. A query whose ctx ends is
// interrupted. What the statements return is gone after the query returns.
func (db *DB) Read(ctx context.Context, query func(*Conn) error) error {
	conn, err := db.borrow(ctx)
	if err != nil {
		return err
	}
	defer func() { db.readers <- conn }()
	if conn == nil {
		if conn, err = openReading(ctx, db.path, db.options); err != nil {
			return fmt.Errorf("open %s: %w", db.path, err)
		}
	}
	if err = conn.snapshot(ctx, query); errors.Is(err, sqlite3.INTERRUPT) && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (db *DB) borrow(ctx context.Context) (*Conn, error) {
	select {
	case <-db.closing:
		return nil, ErrClosed
	default:
	}
	select {
	case conn := <-db.readers:
		return conn, nil
	case <-db.closing:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Broken is what broke the database (see ErrBroken); nil while it is whole.
func (db *DB) Broken() error { return db.writer.failure() }

// Close carries out the writes that are queued, waits for the reads under way,
// moves the write-ahead log into the file, and closes it.
func (db *DB) Close() error {
	var err error
	db.closed.Do(func() {
		close(db.closing)
		db.writer.stop()
		for range db.options.Readers {
			if conn := <-db.readers; conn != nil {
				err = errors.Join(err, conn.Close())
			}
		}
		err = errors.Join(err, db.writer.close())
	})
	return err
}
