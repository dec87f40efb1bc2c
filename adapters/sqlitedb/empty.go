package sqlitedb

import (
	"context"
	"errors"

	"github.com/ncruces/go-sqlite3"
)

// ErrRead says that somebody reads what the write-ahead log holds, so that it could not
// be emptied. Try again later.
var ErrRead = errors.New("the write-ahead log is being read")

// Empty moves the write-ahead log into the file and cuts it to nothing: what was
// overwritten in the file, as secure_delete does it, is nowhere else then. It is
// ErrRead where a reader is in its way.
func (db *DB) Empty(ctx context.Context) error {
	answer, err := db.writer.askEmpty()
	if err != nil {
		return err
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) askEmpty() (<-chan error, error) {
	answer := make(chan error, 1)
	w.mutex.Lock()
	err := w.refusal()
	if err == nil {
		w.emptying = append(w.emptying, answer)
	}
	w.mutex.Unlock()
	w.signal()
	return answer, err
}

// empty does so for all who wait for it.
func (w *writer) empty() {
	w.mutex.Lock()
	waiting := w.emptying
	w.emptying = nil
	w.mutex.Unlock()
	if len(waiting) == 0 {
		return
	}
	err := w.failure()
	if err == nil {
		err = w.moveWAL(sqlite3.CHECKPOINT_TRUNCATE)
		if errors.Is(err, sqlite3.BUSY) {
			err = ErrRead
		} else if err != nil {
			err = w.judge(err)
		}
	}
	for _, one := range waiting {
		one <- err
	}
}
