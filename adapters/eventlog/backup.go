package eventlog

import (
	"context"
	"errors"
	"os"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// Backup copies a log as it is at one moment, also while it is open and grows,
// into a new file, which is then verified. tell is called with the
// bytes copied so far, and how many there are.
func Backup(ctx context.Context, from, to string, tell func(done, all int64)) (journal.End, error) {
	if err := sqlitedb.Backup(ctx, from, to, tell); err != nil {
		return journal.End{}, opening(from, err)
	}
	return Verify(ctx, to)
}

// Verify checks a log that nobody uses, opens it, and says where it ends and
// which it is. It leaves the one file.
func Verify(ctx context.Context, path string) (journal.End, error) {
	if _, err := Check(ctx, path, func(_, _ uint64) {}, nil); err != nil {
		return journal.End{}, err
	}
	log, err := Open(ctx, path, Options{})
	if err != nil {
		return journal.End{}, err
	}
	end, err := journal.EndOf(ctx, log)
	if err := errors.Join(err, log.Close()); err != nil {
		return journal.End{}, err
	}
	return end, errors.Join(sqlitedb.Tidy(path), os.Remove(path+".lock"))
}
