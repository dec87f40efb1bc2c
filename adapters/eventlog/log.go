package eventlog

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/osfiles"
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

	// Reserve, where given, is space for others: nothing is appended while some of
	// it is in use.
	Reserve *sqlitedb.Reserve

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
	unfilled atomic.Uint64 // events up to this position have no digest yet
	path     string
	written  chan struct{} // another program may have written
	tail     *tail
	scans    *scans
	used     sync.Pool // pages whose records were given away
	closing  chan struct{}
	closed   sync.Once
}

// Open opens the log in a file, and makes it where there is none. Its shape and
// its newest events are checked: what is not as it was written gives a
// *journal.Damage. The rest is for Tend and Check. What a crash or a power cut
// left half-done is undone. A log that another process has open gives ErrLocked.
func Open(ctx context.Context, path string, options Options) (*Log, error) {
	lock, err := osfiles.Lock(path+".lock", ErrLocked)
	if err != nil {
		return nil, err
	}
	log, err := open(ctx, path, lock, options)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	log.lock = lock
	return log, nil
}

func open(ctx context.Context, path string, lock *os.File, options Options) (_ *Log, err error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if err := sqlitedb.Check(path); err != nil {
		return nil, opening(path, err)
	}
	log := &Log{
		types:   newNames("SELECT id, name FROM types WHERE id BETWEEN ? AND ?", manyTypes),
		streams: newNames("SELECT id, name FROM streams WHERE id BETWEEN ? AND ?", manyStreams),
		path:    path,
		written: make(chan struct{}, 1),
		tail:    newTail(),
		closing: make(chan struct{}),
	}
	log.appender, log.scans = newAppender(options.Now, log.tail), newScans(log.fetch)
	log.db, err = sqlitedb.Open(ctx, path, sqlitedb.Options{
		Synchronous: sqlitedb.Full,
		VFS:         options.VFS,
		WALPages:    options.CheckpointPages,
		WriteCache:  8 << 20,
		Schema:      kindOf(options).schema,
		Committed:   log.committed,
		Foreign:     log.foreign,
		SharedFate:  true,
		Lock:        lock,
		Reserve:     options.Reserve,
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
	if damage := asDamage(path, err); damage != nil {
		return damage
	}
	return fmt.Errorf("open the event log %s: %w", path, err)
}

// asDamage returns what is wrong with the file's bytes; nil where an error says
// nothing of them.
func asDamage(path string, err error) *journal.Damage {
	if damage, ok := errors.AsType[*journal.Damage](err); ok {
		return damage
	}
	if damage, ok := errors.AsType[*sqlitedb.Damage](err); ok {
		return &journal.Damage{File: damage.File, Offset: damage.Offset, Reason: damage.Reason}
	}
	if errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) {
		return &journal.Damage{File: path, Reason: err.Error()}
	}
	return nil
}

// load finds where the log ends, and checks its shape on the way.
func (l *Log) load(path string) func(*sqlitedb.Conn) error {
	return func(conn *sqlitedb.Conn) error {
		last, err := readShape(conn, path, formatVersion)
		if err != nil {
			return err
		}
		l.head.Store(last.position)
		l.tail.extend(last.position, nil)
		l.appender.begin(last)
		unfilled, err := findUnfilled(conn, last.position)
		if err != nil {
			return err
		}
		l.unfilled.Store(unfilled)
		return l.checker().newest(conn, last.position, checkedAtStart)
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

// Mark implements journal.Log.
func (l *Log) Mark(ctx context.Context) (string, error) { return journal.FirstMark(ctx, l) }

// Head returns the position of the last event; zero for an empty log.
func (l *Log) Head(context.Context) (domain.Position, error) {
	select {
	case <-l.closing:
		return domain.Position{}, journal.ErrClosed
	default:
		return position(l.head.Load()), nil
	}
}

// Probe uses the log once, as sqlitedb.DB.Probe does: it reads the first event,
// the last, and one at random, and appends nothing.
func (l *Log) Probe(ctx context.Context) error {
	head := l.head.Load()
	err := l.db.Probe(ctx, func(conn *sqlitedb.Conn) error {
		for _, position := range []uint64{1, 1 + rand.Uint64N(max(head, 1)), head} { //nolint:gosec // because it is no secret
			if err := readWhole(conn, position); err != nil || head == 0 {
				return err
			}
		}
		return nil
	})
	return translate(err)
}

// readWhole reads all bytes of an event; there may be none.
func readWhole(conn *sqlitedb.Conn, position uint64) error {
	event, err := conn.Statement("SELECT * FROM events WHERE position = ?")
	if err != nil {
		return err
	}
	if err := event.BindInt64(1, int64(position)); err != nil {
		return err
	}
	for event.Step() {
		for i := range event.ColumnCount() {
			_ = event.ColumnRawBlob(i)
		}
	}
	return errors.Join(event.Err(), event.Reset())
}

// Failing says why the last read, and the last write, of the file failed; nil
// where they did not.
func (l *Log) Failing() (read, write error) { return l.db.Failing() }

// Broken says why the log takes no more appends until it is opened again: an
// I/O error took the ground away, or bytes were found that are not those that
// were written, by Usher or by another program. It is nil while the log is whole.
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
