package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"os"
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

	// Connected gives each new connection the functions that its statements use,
	// and Reading, those that read, views of their own.
	Connected, Reading func(*Conn) error

	// Committed, where given, is called by the writer after each group: with
	// nil when the group is durable and before its members are answered, with
	// the error when nothing of the group took place. It must not call Write.
	Committed func(error)

	// Foreign, where given, is called by the writer before it changes anything,
	// in the transaction, when another program may have changed the file since:
	// also where that only started the write-ahead log over. Its error breaks the
	// database.
	Foreign func(*Conn) error

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

	// Lock is the file by which others are kept out, where there is one. Where it
	// is removed, nobody is kept out any more, and Probe breaks the database.
	Lock *os.File

	// Reserve, where given, is space for WriteVital and for opening the file. While
	// some of it is in use, Write is refused with ErrFull.
	Reserve *Reserve
	Leaves  int64 // bytes of the reserve that are left to others
}

// DB is an open file. Its methods may be called from many goroutines.
type DB struct {
	path    string
	options Options
	disk    *disk
	places  []place
	writer  *writer
	health  health
	readers chan *Conn // nil stands for a connection not opened yet
	closing chan struct{}
	closed  sync.Once
}

// Open opens the file, makes it where there is none, and starts its writer. A
// file that may have been damaged should go through Check before.
func Open(ctx context.Context, path string, options Options) (*DB, error) {
	options.setDefaults()
	disk, err := newDisk(options.VFS, options.Reserve, options.Leaves)
	if err != nil {
		return nil, err
	}
	options.VFS = disk.name
	conn, err := openSomehow(ctx, path, options, disk)
	if err != nil {
		disk.close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	places, err := placesOf(path, options.Lock)
	if err != nil {
		err = errors.Join(err, conn.Close())
		disk.close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db := &DB{
		path:    path,
		options: options,
		disk:    disk,
		places:  places,
		readers: make(chan *Conn, options.Readers),
		closing: make(chan struct{}),
	}
	db.writer = newWriter(conn, options, disk, &db.health)
	for range options.Readers {
		db.readers <- nil
	}
	go db.writer.run()
	return db, nil
}

// openSomehow opens the file also where the disk is full, as long as there is a
// reserve: its write-ahead log's index needs some space.
func openSomehow(ctx context.Context, path string, options Options, disk *disk) (*Conn, error) {
	disk.draws.Store(true)
	defer disk.draws.Store(false)
	for {
		disk.forget()
		conn, err := openWriting(ctx, path, options)
		if err == nil {
			return conn, nil
		}
		err = disk.explainWriting(err)
		switch {
		case !isFull(err):
			return nil, err
		case !disk.draw():
			return nil, fmt.Errorf("%w: %w", ErrFull, err)
		}
	}
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
	if !db.options.Reserve.Whole() {
		err := fmt.Errorf("%w: what is left is in reserve for log-ins", ErrFull)
		db.health.wrote(err)
		return err
	}
	return db.writer.submit(ctx, change, false)
}

// WriteVital is Write for what must go on when the disk is full: it may use the
// reserve.
func (db *DB) WriteVital(ctx context.Context, change func(*Conn) error) error {
	return db.writer.submit(ctx, change, true)
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
			return fmt.Errorf("open %s: %w", db.path, db.noteRead(err))
		}
	}
	if err = conn.snapshot(ctx, query); errors.Is(err, sqlite3.INTERRUPT) && ctx.Err() != nil {
		return ctx.Err()
	}
	if fault := conn.fault; fault != nil {
		conn.fault = nil
		db.Break(fault)
		err = fault
	}
	return db.noteRead(err)
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

// Break has the database take no more writes: what it has is known to be wrong.
// What broke it first is kept.
func (db *DB) Break(why error) { _ = db.writer.breakWith(why) }

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
		db.disk.close()
	})
	return err
}
