package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// A vault that is open is compared with its digests again after this long, and
// after an error of the file after that long.
const (
	tendsEach  = 24 * time.Hour
	tendsAgain = time.Minute
)

// Tend looks after a vault that is open, until ctx ends: it compares all rows
// with their digests again and again; at once where another program may have
// written. told is called after each round, with why it did not come to its end.
//
// What is not as it was written breaks the vault, and is returned as a
// *sqlitedb.Damage.
func (v *Vault) Tend(ctx context.Context, told func(CheckedVault, error)) error {
	for {
		checked, err := checkVault(ctx, resting{v.db}, v.path, func(_, _ int64) {})
		err = malformed(v.path, err)
		if ctx.Err() != nil || errors.Is(err, sqlitedb.ErrClosed) {
			return nil //nolint:nilerr // because it was asked to end
		}
		if damage, damaged := errors.AsType[*sqlitedb.Damage](err); damaged {
			v.db.Break(damage)
			return fmt.Errorf("vault: %w", damage)
		}
		told(checked, err)
		next := tendsEach
		if err != nil {
			next = tendsAgain
		}
		select {
		case <-ctx.Done():
			return nil
		case <-v.written:
		case <-time.After(next):
		}
	}
}

// resting rests between reads, longer than they took.
type resting struct{ db *sqlitedb.DB }

func (r resting) Read(ctx context.Context, query func(*sqlitedb.Conn) error) error {
	began := time.Now()
	if err := r.db.Read(ctx, query); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(10 * time.Since(began)):
		return nil
	}
}

// Broken says why the vault takes no more writes until it is opened again: an
// I/O error took the ground away, or rows were found that are not those that
// were written, by Usher or by another program. It is nil while the vault is whole.
func (v *Vault) Broken() error { return v.db.Broken() }
