package sqlitedb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// most changes in a group, and bytes that a group may add to the page cache.
const (
	groupChanges = 4096
	groupBytes   = 64 << 20
)

// checkpointWait is how long readers in a checkpoint's way are waited for.
const checkpointWait = 100 * time.Millisecond

// writer is the one goroutine that changes the file. It takes everything that
// is queued, never waits for more, commits once, and answers all.
type writer struct {
	conn    *Conn
	options Options
	try     func(*Conn, func(*Conn) error) error
	wal     int // pages in the write-ahead log after the last commit
	long    int // pages after which readers in a checkpoint's way are waited for
	wake    chan struct{}
	done    chan struct{}

	mutex  sync.Mutex
	queue  []*change
	closed bool
	broken error
}

type change struct {
	ctx    context.Context //nolint:containedctx // a change is a call on its way
	run    func(*Conn) error
	err    error
	answer chan struct{}
}

func newWriter(conn *Conn, options Options) *writer {
	w := &writer{
		conn:    conn,
		options: options,
		long:    8 * options.WALPages,
		try:     inSavepoint,
		wake:    make(chan struct{}, 1),
		done:    make(chan struct{}),
	}
	if options.SharedFate {
		w.try = sharingFate
	}
	conn.WALHook(func(_ *sqlite3.Conn, _ string, pages int) error {
		w.wal = pages
		return nil
	})
	return w
}

func (w *writer) submit(ctx context.Context, run func(*Conn) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	one := &change{ctx: ctx, run: run, answer: make(chan struct{})}
	w.mutex.Lock()
	if err := w.refusal(); err != nil {
		w.mutex.Unlock()
		return err
	}
	w.queue = append(w.queue, one)
	w.mutex.Unlock()
	w.signal()
	<-one.answer
	return one.err
}

func (w *writer) refusal() error {
	if w.closed {
		return ErrClosed
	}
	return w.broken
}

func (w *writer) failure() error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.broken
}

func (w *writer) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// stop lets the writer finish its queue and waits for it.
func (w *writer) stop() {
	w.mutex.Lock()
	w.closed = true
	w.mutex.Unlock()
	w.signal()
	<-w.done
}

// close moves the write-ahead log into the file, unless that is broken. While
// another program reads the file, as a backup does, both stay as they are.
func (w *writer) close() error {
	var err error
	if w.broken == nil {
		_, _, err = w.conn.WALCheckpoint("main", sqlite3.CHECKPOINT_TRUNCATE)
		if errors.Is(err, sqlite3.BUSY) {
			err = nil
		}
	}
	return errors.Join(err, w.conn.Close())
}

func (w *writer) run() {
	defer close(w.done)
	for range w.wake {
		for {
			group, closed := w.take()
			if len(group) == 0 {
				if closed {
					return
				}
				break
			}
			w.carryOut(group)
			w.checkpoint()
		}
	}
}

func (w *writer) take() (group []*change, closed bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	group = w.queue
	if len(group) > groupChanges {
		group, w.queue = group[:groupChanges:groupChanges], group[groupChanges:]
	} else {
		w.queue = nil
	}
	return group, w.closed
}

// carryOut commits a group and answers its members. What does not fit into one
// transaction goes into the next.
func (w *writer) carryOut(group []*change) {
	for len(group) > 0 {
		taken, err := len(group), w.failure()
		if err == nil {
			taken, err = w.commit(group)
		}
		if err != nil {
			err = w.judge(err)
		}
		if w.options.Committed != nil {
			w.options.Committed(err)
		}
		for _, one := range group[:taken] {
			if one.err == nil {
				one.err = err
			} else if isFull(one.err) {
				one.err = fmt.Errorf("%w: %w", ErrFull, one.err)
			}
			close(one.answer)
		}
		group = group[taken:]
	}
}

// commit runs the changes in one transaction and says how many it took. Its
// error is that of the transaction; the changes have their own.
func (w *writer) commit(group []*change) (taken int, err error) {
	if err := w.conn.run("BEGIN IMMEDIATE"); err != nil {
		return len(group), err
	}
	for _, one := range group {
		taken++
		if one.err = one.ctx.Err(); one.err == nil {
			one.err = w.try(w.conn, one.run)
		}
		if w.conn.GetAutocommit() { // everything was rolled back
			err, one.err = one.err, nil
			return taken, fmt.Errorf("rolled back: %w", cmp.Or(err, error(sqlite3.ABORT_ROLLBACK)))
		}
		if one.err != nil && isFatal(one.err) {
			err, one.err = one.err, nil
			return taken, errors.Join(err, w.conn.run("ROLLBACK"))
		}
		if w.large() {
			break
		}
	}
	if err := w.conn.run("COMMIT"); err != nil {
		if !w.conn.GetAutocommit() {
			err = errors.Join(err, w.conn.run("ROLLBACK"))
		}
		return taken, err
	}
	return taken, nil
}

// inSavepoint runs one change so that its failure is undone alone.
func inSavepoint(conn *Conn, change func(*Conn) error) error {
	if err := conn.run("SAVEPOINT change"); err != nil {
		return err
	}
	err := change(conn)
	conn.release()
	if err != nil {
		if conn.GetAutocommit() {
			return err
		}
		if undo := conn.run("ROLLBACK TO change"); undo != nil {
			return errors.Join(err, undo, conn.run("ROLLBACK"))
		}
	}
	if end := conn.run("RELEASE change"); end != nil {
		return errors.Join(err, end, conn.run("ROLLBACK"))
	}
	return err
}

// sharingFate runs one change whose failure, if it has changed rows, undoes
// the transaction.
func sharingFate(conn *Conn, change func(*Conn) error) error {
	before := conn.TotalChanges()
	err := change(conn)
	conn.release()
	if err != nil && conn.TotalChanges() != before && !conn.GetAutocommit() {
		return errors.Join(err, conn.run("ROLLBACK"))
	}
	return err
}

// large says that the transaction has grown so that it had better end.
func (w *writer) large() bool {
	used, _, err := w.conn.Status(sqlite3.DBSTATUS_CACHE_USED, false)
	return err == nil && used > int64(w.options.WriteCache)+groupBytes
}

// checkpoint moves pages into the file when there are many. Readers in its way
// are waited for only when the write-ahead log has become much too long, and
// where that was in vain, as during a backup, not before it is twice as long.
func (w *writer) checkpoint() {
	if w.wal < w.options.WALPages || w.failure() != nil {
		return
	}
	mode := sqlite3.CHECKPOINT_PASSIVE
	if w.wal > w.long {
		mode = sqlite3.CHECKPOINT_RESTART
	}
	err := w.moveWAL(mode)
	switch {
	case errors.Is(err, sqlite3.BUSY) && mode == sqlite3.CHECKPOINT_RESTART:
		w.long = 2 * w.wal
	case errors.Is(err, sqlite3.BUSY):
	case err != nil:
		_ = w.judge(err) // a full disk may have space at the next time
	case mode == sqlite3.CHECKPOINT_RESTART:
		w.long = 8 * w.options.WALPages
	}
}

// moveWAL is a checkpoint that waits only a moment for readers: all writes wait
// with it.
func (w *writer) moveWAL(mode sqlite3.CheckpointMode) error {
	before := w.conn.BusyTimeout(min(w.options.BusyTimeout, checkpointWait))
	_, _, err := w.conn.WALCheckpoint("main", mode)
	return errors.Join(before, err, w.conn.BusyTimeout(w.options.BusyTimeout))
}

// judge gives an error of the file the meaning that callers know, and closes
// the door after one that must not be tried again.
func (w *writer) judge(err error) error {
	switch {
	case errors.Is(err, ErrBroken):
		return err
	case isFatal(err):
		w.mutex.Lock()
		defer w.mutex.Unlock()
		w.broken = fmt.Errorf("%w: %w", ErrBroken, err)
		return w.broken
	case isFull(err):
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return fmt.Errorf("commit: %w", err)
}

func isFull(err error) bool {
	return errors.Is(err, sqlite3.FULL) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// isFatal tells errors after which the file's state is unknown: any I/O error
// but a lack of space seen while writing; a lack of space seen while syncing
// has lost data already.
func isFatal(err error) bool {
	switch {
	case errors.Is(err, sqlite3.IOERR_FSYNC), errors.Is(err, sqlite3.IOERR_DIR_FSYNC):
		return true
	case errors.Is(err, sqlite3.IOERR):
		return !isFull(err)
	}
	return errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB)
}
