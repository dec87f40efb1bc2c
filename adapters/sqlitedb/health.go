package sqlitedb

import (
	"errors"
	"sync"
)

// health is how the last uses of a file ended.
type health struct {
	mutex       sync.Mutex
	read, write error
}

// wrote notes how a transaction ended. What a change refuses says nothing of the
// file.
func (h *health) wrote(err error) {
	if err != nil && !errors.Is(err, ErrFull) && !errors.Is(err, ErrBroken) && !ofTheFile(err) {
		return
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.write = err
}

// noteRead keeps what a read says of the file, with its cause. Damage ends the
// writing: what is written beside it may be lost with it.
func (db *DB) noteRead(err error) error {
	if err = db.disk.explainReading(err); err == nil || isDamage(err) || ofTheFile(err) {
		db.health.mutex.Lock()
		db.health.read = err
		db.health.mutex.Unlock()
	}
	if isDamage(err) {
		_ = db.writer.breakWith(err)
	}
	return err
}

// Failing returns why the last read, and the last write, of the file failed; nil
// where they did not. What a query or a change itself refuses is no failure.
func (db *DB) Failing() (read, write error) {
	db.health.mutex.Lock()
	defer db.health.mutex.Unlock()
	return db.health.read, db.health.write
}

// Broken returns what broke the database (see ErrBroken); nil while it is whole.
func (db *DB) Broken() error { return db.writer.failure() }
