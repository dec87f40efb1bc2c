package sqlitedb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
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
	disk    *disk
	health  *health
	try     func(*Conn, func(*Conn) error) error
	version int64 // of the file's content, as changed by others
	wal     int   // pages in the write-ahead log after the last commit
	long    int   // pages after which readers in a checkpoint's way are waited for
	wake    chan struct{}
	done    chan struct{}

	mutex  sync.Mutex
	queue  []*change
	closed bool
	broken error

	emptying []chan<- error // who waits for an empty write-ahead log
}

type change struct {
	ctx    context.Context //nolint:containedctx // a change is a call on its way
	run    func(*Conn) error
	vital  bool // so that it may use the reserve
	err    error
	answer chan struct{}
}

func newWriter(conn *Conn, options Options, disk *disk, health *health) *writer {
	w := &writer{
		conn:    conn,
		options: options,
		disk:    disk,
		health:  health,
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

func (w *writer) submit(ctx context.Context, run func(*Conn) error, vital bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	one := &change{ctx: ctx, run: run, vital: vital, answer: make(chan struct{})}
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
// another program reads the file, as a backup does, or where there is no space,
// both stay as they are.
func (w *writer) close() error {
	var err error
	if w.broken == nil {
		err = w.conn.guarded(func() error {
			_, _, err := w.conn.WALCheckpoint("main", sqlite3.CHECKPOINT_TRUNCATE)
			return err
		})
		if err = w.disk.explainWriting(err); errors.Is(err, sqlite3.BUSY) || isFull(err) {
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
				w.empty()
				if closed {
					return
				}
				break
			}
			lacking := w.carryOut(group)
			w.checkpoint(lacking)
			w.empty()
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
// transaction goes into the next. It reports whether space was lacking.
func (w *writer) carryOut(group []*change) (lacking bool) {
	for len(group) > 0 {
		taken, err := len(group), w.failure()
		if err == nil {
			err = w.conn.guarded(func() error {
				var err error
				taken, err = w.commit(group)
				return err
			})
			if err != nil {
				err = w.judge(err)
			}
			w.health.wrote(err)
		}
		if w.options.Committed != nil {
			w.options.Committed(err)
		}
		lacking = lacking || errors.Is(err, ErrFull)
		for _, one := range group[:taken] {
			if one.err == nil {
				one.err = err
			} else if isFull(one.err) && !errors.Is(one.err, ErrFull) {
				one.err = fmt.Errorf("%w: %w", ErrFull, one.err)
				w.health.wrote(one.err)
			}
			close(one.answer)
		}
		group = group[taken:]
	}
	return lacking
}

// commit runs the changes in one transaction and says how many it took. Its
// error is that of the transaction; the changes have their own.
func (w *writer) commit(group []*change) (taken int, err error) {
	w.disk.forget()
	w.disk.draws.Store(slices.ContainsFunc(group, func(one *change) bool { return one.vital }))
	defer w.disk.draws.Store(false)
	if err := w.conn.run("BEGIN IMMEDIATE"); err != nil {
		return len(group), err
	}
	if err := w.lookAround(); err != nil {
		return len(group), errors.Join(err, w.conn.run("ROLLBACK"))
	}
	try := w.try
	if len(group) == 1 && !w.options.SharedFate {
		try = alone
	}
	for _, one := range group {
		taken++
		if one.err = one.ctx.Err(); one.err == nil {
			one.err = w.disk.explainWriting(try(w.conn, one.run))
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

// alone runs the only change of a transaction, which begins anew where that fails: no
// savepoint has to keep the pages that it changes.
func alone(conn *Conn, change func(*Conn) error) error {
	err := change(conn)
	conn.release()
	if err == nil || conn.GetAutocommit() {
		return err
	}
	if anew := errors.Join(conn.run("ROLLBACK"), conn.run("BEGIN IMMEDIATE")); anew != nil {
		return errors.Join(err, anew)
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
// Where space is lacking it is sooner: the log's place can be used again then.
func (w *writer) checkpoint(lacking bool) {
	if !lacking && w.wal < w.options.WALPages || w.failure() != nil {
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
	w.disk.forget()
	w.disk.draws.Store(!w.options.Reserve.Whole()) // so that what is vital goes on
	defer w.disk.draws.Store(false)
	before := w.conn.BusyTimeout(min(w.options.BusyTimeout, checkpointWait))
	err := w.conn.guarded(func() error {
		_, _, err := w.conn.WALCheckpoint("main", mode)
		return err
	})
	return errors.Join(before, err, w.conn.BusyTimeout(w.options.BusyTimeout))
}

// judge gives an error of the file the meaning that callers know, and closes
// the door after one that must not be tried again.
func (w *writer) judge(err error) error {
	err = w.disk.explainWriting(err)
	switch {
	case errors.Is(err, ErrBroken):
		return err
	case isFatal(err):
		return w.breakWith(err)
	case isFull(err):
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return fmt.Errorf("commit: %w", err)
}

func (w *writer) breakWith(err error) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.broken == nil {
		w.broken = fmt.Errorf("%w: %w", ErrBroken, err)
	}
	return w.broken
}

// isFull tells a lack of space. The index of the write-ahead log is made by calls
// of which the cause is never known: they fail for no other reason.
func isFull(err error) bool {
	if errors.Is(err, sqlite3.IOERR_SHMSIZE) {
		known, _ := errors.AsType[*fault](err)
		return known == nil || known.cause == nil || lacksSpace(known.cause)
	}
	return errors.Is(err, sqlite3.FULL) || lacksSpace(err)
}

// isFatal tells errors after which the file's state is unknown: any I/O error
// but a lack of space seen while writing; a lack of space seen while syncing
// has lost data already.
func isFatal(err error) bool {
	if _, foreign := errors.AsType[foreignError](err); foreign {
		return true
	}
	switch {
	case errors.Is(err, sqlite3.IOERR_FSYNC), errors.Is(err, sqlite3.IOERR_DIR_FSYNC):
		return true
	case errors.Is(err, sqlite3.IOERR):
		return !isFull(err)
	}
	return isDamage(err)
}

// isDamage tells bytes that are not what was written.
func isDamage(err error) bool {
	if _, named := errors.AsType[*Damage](err); named {
		return true
	}
	return errors.Is(err, sqlite3.CORRUPT) || errors.Is(err, sqlite3.NOTADB) ||
		errors.Is(err, sqlite3.IOERR_DATA) || errors.Is(err, sqlite3.IOERR_CORRUPTFS)
}
