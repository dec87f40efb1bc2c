package sqlitedb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
)

// backupPages is how many pages are copied between two looks at the context.
const backupPages = 256

// Backup copies a file as it is at one moment into a new one, whoever has it
// open and writes to it meanwhile, in this process or another. The writers are
// not held up; their write-ahead log grows until the copy is done.
// What the rows say is not judged.
//
// tell is called with the bytes copied so far, and how many there are.
func Backup(ctx context.Context, from, to string, tell func(done, all int64)) error {
	if _, err := os.Stat(from); err != nil {
		return err // opening it would make it
	}
	err := backup(ctx, from, to, tell)
	if err != nil {
		return fmt.Errorf("back up %s: %w", from, err)
	}
	return Check(to)
}

func backup(ctx context.Context, from, to string, tell func(done, all int64)) (err error) {
	options := Options{}
	options.setDefaults()
	source, err := openReading(ctx, from, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	return source.snapshot(ctx, func(conn *Conn) error {
		// The first read takes the snapshot, in which all steps stay.
		size, err := conn.number("PRAGMA page_size")
		if err != nil {
			return err
		}
		if _, err := conn.number("SELECT count(*) FROM sqlite_schema"); err != nil {
			return err
		}
		address, err := prepareCopy(to)
		if err != nil {
			return err
		}
		pages, err := conn.BackupInit("main", address)
		if err != nil {
			return err
		}
		err = copyPages(ctx, pages, size, tell)
		return cmp.Or(err, pages.Close())
	})
}

// prepareCopy makes the new file, which nobody else can read.
func prepareCopy(path string) (address string, err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	if err := file.Close(); err != nil {
		return "", err
	}
	path, err = filepath.Abs(path)
	return uri(path), err
}

func copyPages(ctx context.Context, pages *sqlite3.Backup, pageSize int64, tell func(done, all int64)) error {
	for done := false; !done; {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		if done, err = pages.Step(backupPages); err != nil {
			return err
		}
		all := int64(pages.PageCount())
		tell((all-int64(pages.Remaining()))*pageSize, all*pageSize)
	}
	return nil
}

// Tidy removes what SQLite leaves beside a file that was closed: the
// write-ahead log, which is refused while anything is in it, and its index.
func Tidy(path string) error {
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return fmt.Errorf("%s-wal is not empty: somebody has the file open", path)
	}
	for _, name := range []string{path + "-wal", path + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
