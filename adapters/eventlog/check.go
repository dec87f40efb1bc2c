package eventlog

import (
	"context"
	"errors"
	"fmt"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// Checked is what a check has found whole.
type Checked struct {
	Events    uint64 // all of them
	NoDigests uint64 // those of them that have no digest yet to be compared with
}

// Check reads a log from its beginning to its end, also while it is open and
// grows, and compares each event with its digest, and all of the file with what
// SQLite expects. What is not as it was written is a *journal.Damage. A log of
// which no digests were kept yet gets them when it is opened.
//
// tell is called with how many events were compared, and how many there are; look, unless
// it is nil, with each event that is as it was written, which is of use during the call alone.
func Check(ctx context.Context, path string, tell func(done, all uint64), look func(journal.Record)) (checked Checked, err error) {
	if err := sqlitedb.Check(path); err != nil {
		return Checked{}, checking(path, err)
	}
	reader, err := sqlitedb.OpenReader(ctx, path, sqlitedb.Options{})
	if err != nil {
		return Checked{}, checking(path, err)
	}
	checked, err = checkAll(ctx, reader, checker{path: path, look: look}, tell)
	return checked, errors.Join(checking(path, err), reader.Close())
}

func checking(path string, err error) error {
	if err == nil {
		return nil
	}
	if damage := asDamage(path, err); damage != nil {
		return damage
	}
	return fmt.Errorf("check the event log %s: %w", path, err)
}

func checkAll(ctx context.Context, reader *sqlitedb.Reader, checker checker, tell func(done, all uint64)) (checked Checked, err error) {
	path := checker.path
	var head uint64
	err = reader.Read(ctx, func(conn *sqlitedb.Conn) error {
		version, err := versionOf(conn)
		if err != nil {
			return err
		}
		end, err := readShape(conn, path, version)
		if err != nil {
			return err
		}
		if head = end.position; version == 1 {
			checked = Checked{Events: head, NoDigests: head}
		} else if checked.NoDigests, err = findUnfilled(conn, head); err != nil {
			return err
		}
		tell(0, head)
		return sqlitedb.CheckStructure(conn, path)
	})
	if err != nil || checked.Events == head {
		return checked, err
	}
	for checker.unfilled = checked.NoDigests; checked.Events < head; tell(checked.Events, head) {
		err := reader.Read(ctx, func(conn *sqlitedb.Conn) (err error) {
			checked.Events, err = checker.page(conn, checked.Events, head, pageRecords)
			return err
		})
		if err != nil {
			return checked, err
		}
	}
	return checked, nil
}

// versionOf is the version of the file's format, if it is a log.
func versionOf(conn *sqlitedb.Conn) (int64, error) {
	mark, err := number(conn, "PRAGMA application_id")
	if err != nil {
		return 0, err
	}
	version, err := number(conn, "PRAGMA user_version")
	switch {
	case err != nil:
		return 0, err
	case mark != ushers && mark != nodes:
		return 0, errors.New("this is another program's database")
	case version < 1 || version > formatVersion:
		return 0, fmt.Errorf("its format is version %d, and this program knows %d", version, formatVersion)
	}
	return version, nil
}
