package eventlog

import (
	"context"
	"errors"
	"os"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
)

// Backup copies a log as it is at one moment, also while it is open and grows,
// into a new file, which is then verified as Open does. tell is called with the
// bytes copied so far, and how many there are.
func Backup(ctx context.Context, from, to string, tell func(done, all int64)) (head domain.Position, mark string, err error) {
	if err := sqlitedb.Backup(ctx, from, to, tell); err != nil {
		return domain.Position{}, "", opening(from, err)
	}
	return Verify(ctx, to)
}

// Verify opens a log that nobody uses, as Open does, and says where it ends and
// which it is (see journal.Mark). It leaves the one file.
func Verify(ctx context.Context, path string) (head domain.Position, mark string, err error) {
	log, err := Open(ctx, path, Options{})
	if err != nil {
		return domain.Position{}, "", err
	}
	head, err1 := log.Head(ctx)
	mark, err2 := journal.Mark(ctx, log)
	if err := errors.Join(err1, err2, log.Close()); err != nil {
		return domain.Position{}, "", err
	}
	return head, mark, errors.Join(sqlitedb.Tidy(path), os.Remove(path+".lock"))
}
