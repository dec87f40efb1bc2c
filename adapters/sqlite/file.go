package sqlite

import (
	"errors"
	"os"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// ownerOnly makes the file where it is missing, and lets nobody but its owner
// read or write it and the files that SQLite keeps beside it.
func ownerOnly(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err == nil {
		return file.Close()
	}
	if !errors.Is(err, os.ErrExist) {
		return err
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Chmod(name, 0o600); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

func userVersion(conn *sqlitedb.Conn) (version int, err error) {
	err = each(conn, "PRAGMA user_version", func(row *sqlite3.Stmt) error {
		version = row.ColumnInt(0)
		return nil
	})
	return version, err
}
