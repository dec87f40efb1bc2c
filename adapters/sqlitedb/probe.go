package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Probe uses the file once, so that one that nobody uses is known to work: it
// looks whether it is still the file that was opened, reads it past all that is
// in memory, with a query of the caller's, and commits what changes nothing. How
// that ended is known to Failing and Broken, too.
func (db *DB) Probe(ctx context.Context, query func(*Conn) error) error {
	if err := db.options.Reserve.Refill(); err != nil {
		return err
	}
	if moved, err := db.moved(); err != nil {
		return err
	} else if moved != nil {
		return db.writer.breakWith(moved)
	}
	if err := db.readAfresh(ctx, query); err != nil {
		return err
	}
	return db.Write(ctx, touch)
}

// readAfresh reads by a connection that remembers nothing.
func (db *DB) readAfresh(ctx context.Context, query func(*Conn) error) error {
	conn, err := db.borrow(ctx) // so that Close waits for this
	if err != nil {
		return err
	}
	defer func() { db.readers <- conn }()
	fresh, err := openReading(ctx, db.path, db.options)
	if err != nil {
		return fmt.Errorf("open %s: %w", db.path, db.noteRead(err))
	}
	err = fresh.snapshot(ctx, func(conn *Conn) error {
		if _, err := conn.number("SELECT count(*) FROM sqlite_schema"); err != nil || query == nil {
			return err
		}
		return query(conn)
	})
	if fresh.fault != nil {
		err = fresh.fault
		db.Break(err)
	}
	return errors.Join(db.noteRead(err), fresh.Close())
}

// touch writes the file's first page as it is.
func touch(conn *Conn) error {
	version, err := conn.number("PRAGMA user_version")
	if err != nil {
		return err
	}
	return conn.Exec(fmt.Sprintf("PRAGMA user_version = %d", version))
}

// place is a file that was at a path when the database was opened.
type place struct {
	path string
	info os.FileInfo
}

// placesOf is what nobody may remove or replace while a database is open: who
// comes later would have other files than who is there.
func placesOf(path string, lock *os.File) (places []place, err error) {
	for _, path := range []string{path, path + "-wal", path + indexEnd} {
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		places = append(places, place{path, info})
	}
	if lock == nil {
		return places, nil
	}
	info, err := lock.Stat()
	return append(places, place{lock.Name(), info}), err
}

// moved says of a file that it is not there any more, or that the index of the
// write-ahead log is shorter than it was, which nobody may make it while it is open; nil
// where all are as they were.
func (db *DB) moved() (moved, err error) {
	for _, one := range db.places {
		info, err := os.Stat(one.path)
		if errors.Is(err, os.ErrNotExist) || err == nil && !os.SameFile(info, one.info) {
			return fmt.Errorf("%s was removed or replaced while it was open", one.path), nil
		}
		if err != nil {
			return nil, err
		}
		if one.path == db.path+indexEnd && info.Size() < one.info.Size() {
			return cutIndex(db.path), nil
		}
	}
	return nil, nil
}
