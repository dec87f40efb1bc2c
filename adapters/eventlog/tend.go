package eventlog

import (
	"context"
	"fmt"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/transparency"
)

// How many of the last events are checked, and how many are filled or checked at once.
const (
	checkedAtStart    = 1024
	checkedAfterWrite = 64
	filledAtOnce      = 64
	checkedAtOnce     = 128
)

// Tend goes through all events again after this long, and after an error of the
// file after that long.
const (
	tendsEach  = 24 * time.Hour
	tendsAgain = time.Minute
)

// resting is how much longer Tend rests than it works.
const resting = 10

// Tended is what Tend has done in one round.
type Tended struct {
	Filled  uint64 // events of before that have a digest now
	Checked uint64 // events that are as they were written
	Err     error  // why it did not come to its end
}

// Tend looks after a log that is open, until it is closed or ctx ends: it gives
// events of before digests were kept theirs, some at a time, and compares each
// event with its digest, gently, again and again; at once where another program
// may have written. told is called after each round.
//
// What is not as it was written breaks the log, and is returned as a
// *journal.Damage.
func (l *Log) Tend(ctx context.Context, told func(Tended)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-l.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	for {
		done, err := l.tendOnce(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		told(done)
		next := tendsEach
		if done.Err != nil {
			next = tendsAgain
		}
		select {
		case <-ctx.Done():
			return nil
		case <-l.written:
		case <-time.After(next):
		}
	}
}

func (l *Log) tendOnce(ctx context.Context) (done Tended, err error) {
	for l.unfilled.Load() > 0 {
		filled, err := l.fillSome(ctx)
		if done.Filled += filled; err != nil {
			done.Err = err
			return done, nil //nolint:nilerr // because it is told
		}
	}
	for head := l.head.Load(); done.Checked < head; {
		last := done.Checked
		err := rest(ctx, func() error {
			return l.db.Read(ctx, func(conn *sqlitedb.Conn) (err error) {
				last, err = l.checker().page(conn, done.Checked, head, checkedAtOnce)
				return err
			})
		})
		if damage := asDamage(l.path, err); damage != nil {
			l.db.Break(damage)
			return done, damage
		}
		if err != nil {
			done.Err = translate(err)
			return done, nil
		}
		done.Checked = last
	}
	return done, nil
}

// fillSome gives the newest events that have no digest theirs.
func (l *Log) fillSome(ctx context.Context) (filled uint64, err error) {
	until := l.unfilled.Load()
	after := until - min(until, filledAtOnce)
	err = rest(ctx, func() error {
		return l.db.Write(ctx, func(conn *sqlitedb.Conn) error { return fill(conn, after, until) })
	})
	if err != nil {
		return 0, translate(err)
	}
	l.unfilled.Store(after)
	return until - after, nil
}

// rest does something and then rests, longer than that took.
func rest(ctx context.Context, do func() error) error {
	began := time.Now()
	if err := do(); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(resting * time.Since(began)):
		return nil
	}
}

// foreign looks whether another program's write, or its checkpoint, left the
// log as it was. It is called in the writer's transaction.
func (l *Log) foreign(conn *sqlitedb.Conn) error {
	end, err := lastMoment(conn, formatVersion)
	if err != nil {
		return err
	}
	known := l.appender.committed
	if known.digest == (transparency.Digest{}) { // of an event of before
		known.digest = end.digest
	}
	if end != known {
		return &journal.Damage{
			File: l.path, Event: fmt.Sprintf("event %d", min(end.position, known.position)+1),
			Reason: fmt.Sprintf("its end is not as Usher left it: it ends at event %d now, and ended at event %d", end.position, known.position),
		}
	}
	if err := l.checker().newest(conn, end.position, checkedAfterWrite); err != nil {
		return err
	}
	select {
	case l.written <- struct{}{}: // for Tend to look at the rest
	default:
	}
	return nil
}
