package eventlog

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
)

var _ journal.Local = (*Log)(nil)

// ErrLocked says that another process has the log open.
var ErrLocked = errors.New("another process has the event log open")

// Options say how a log is opened. The zero value is usable.
type Options struct {
	Now func() time.Time // the clock of Record.Time; time.Now by default
	VFS string           // name of a registered file system; the operating system's by default

	// Node opens a log that a node serves for writing to whoever comes. It is
	// another kind of file, so that nobody takes it for Usher's own, and has an
	// index in which Transaction.Find looks.
	Node bool

	// CheckpointPages is how many pages of 4 KiB the write-ahead log gathers
	// before they are moved into the file; 0 for the default.
	CheckpointPages int
}

// Log is an open log. Its methods may be called from many goroutines.
type Log struct {
	db       *sqlitedb.DB
	lock     *os.File
	appender *appender
	ends     ends
	types    *names
	streams  *names
	head     atomic.Uint64 // last position that is durable
	tail     *tail
	closing  chan struct{}
	closed   sync.Once
}

// Open opens the log in a file, and makes it where there is none. The whole file
// is verified: a changed byte gives a *journal.Damage. What a crash or a power
// cut left half-done is undone. A log that another process has open gives
// ErrLocked.
func Open(ctx context.Context, path string, options Options) (*Log, error) {
	lock, err := sqlitedb.Lock(path+".lock", ErrLocked)
	if err != nil {
		return nil, err
	}
	log, err := open(ctx, path, options)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	log.lock = lock
	return log, nil
}

func open(ctx context.Context, path string, options Options) (_ *Log, err error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if err := sqlitedb.Check(path); err != nil {
		return nil, opening(path, err)
	}
	log := &Log{
		types:   newNames("SELECT id, name FROM types WHERE id BETWEEN ? AND ?", manyTypes),
		streams: newNames("SELECT id, name FROM streams WHERE id BETWEEN ? AND ?", manyStreams),
		tail:    newTail(),
		closing: make(chan struct{}),
	}
	log.appender = newAppender(options.Now, log.tail)
	log.db, err = sqlitedb.Open(ctx, path, sqlitedb.Options{
		Synchronous: sqlitedb.Full,
		VFS:         options.VFS,
		WALPages:    options.CheckpointPages,
		WriteCache:  8 << 20,
		Schema:      kindOf(options).schema,
		Committed:   log.committed,
		SharedFate:  true,
	})
	if err != nil {
		return nil, opening(path, err)
	}
	if err := log.db.Read(ctx, log.load(path)); err != nil {
		return nil, errors.Join(opening(path, err), log.db.Close())
	}
	return log, nil
}

func opening(path string, err error) error {
	if damage, ok := errors.AsType[*journal.Damage](err); ok {
		return damage
	}
	if damage, ok := errors.AsType[*sqlitedb.Damage](err); ok {
		return &journal.Damage{File: damage.File, Offset: damage.Offset, Reason: damage.Reason}
	}
	return fmt.Errorf("open the event log %s: %w", path, err)
}

// load finds where the log ends, and checks its shape on the way.
func (l *Log) load(path string) func(*sqlitedb.Conn) error {
	return func(conn *sqlitedb.Conn) error {
		head, time, err := readShape(conn, path)
		l.head.Store(head)
		l.tail.extend(head, nil)
		l.appender.begin(head, time)
		return err
	}
}

// committed is told by the writer how each of its transactions ended.
func (l *Log) committed(err error) {
	if err != nil {
		l.appender.undo()
		l.ends.clear()
		return
	}
	l.ends.moved(l.appender.moved)
	head, records := l.appender.publish()
	l.head.Store(head)
	l.tail.extend(head, records)
}

// Head is the position of the last event; zero for an empty log.
func (l *Log) Head(context.Context) (domain.Position, error) {
	select {
	case <-l.closing:
		return domain.Position{}, journal.ErrClosed
	default:
		return position(l.head.Load()), nil
	}
}

// Broken says why the log takes no more appends until it is opened again: an
// I/O error took the ground away. It is nil while the log is whole.
func (l *Log) Broken() error { return l.db.Broken() }

// Close ends the subscriptions with journal.ErrClosed, commits what is queued,
// and closes the file.
func (l *Log) Close() error {
	var err error
	l.closed.Do(func() {
		close(l.closing)
		err = errors.Join(l.db.Close(), l.lock.Close())
	})
	return err
}

// translate gives errors of the file the meaning that callers of a log know.
func translate(err error) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, sqlitedb.ErrClosed):
		return journal.ErrClosed
	}
	if _, ok := errors.AsType[*domain.Conflict](err); ok {
		return err
	}
	return fmt.Errorf("%w: %w", journal.ErrUnavailable, err)
}

func position(number uint64) domain.Position {
	return domain.Position{Commit: number, Prepare: number}
}
