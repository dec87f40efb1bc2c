package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
)

// ErrAnotherLog says that a vault and a log do not belong together.
var ErrAnotherLog = errors.New("the vault belongs to another event log")

// ErrMoved says that a vault is old: it was copied elsewhere, to be served there.
var ErrMoved = errors.New("the vault has moved")

// BackupVault copies a vault as it is at one moment, also while it is open and
// changes, into a new file, and makes it fit an older copy of its log (see Fit).
func BackupVault(ctx context.Context, from, to, mark string, end domain.Position, last time.Time, tell func(done, all int64)) error {
	if err := sqlitedb.Backup(ctx, from, to, tell); err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	vault, err := OpenVault(ctx, to)
	if err != nil {
		return err
	}
	if err := errors.Join(vault.fitCopy(ctx, mark, end, last), vault.Close()); err != nil {
		return err
	}
	return tidy(to)
}

// VerifyVault opens a vault that nobody uses, as OpenVault does, and leaves the
// one file.
func VerifyVault(ctx context.Context, path string) error {
	vault, err := OpenVault(ctx, path)
	if err != nil {
		return err
	}
	if err := vault.Close(); err != nil {
		return err
	}
	return tidy(path)
}

func tidy(path string) error {
	return errors.Join(sqlitedb.Tidy(path), os.Remove(path+".lock"))
}

func (v *Vault) fitCopy(ctx context.Context, mark string, end domain.Position, last time.Time) error {
	if place, err := v.MovedTo(ctx); err != nil || place != "" {
		return errors.Join(err, fmt.Errorf("%w to %s, and this one is old", ErrMoved, place))
	}
	follows, err := v.LogMark(ctx)
	if err != nil {
		return err
	}
	if follows != "" && follows != mark {
		return fmt.Errorf("%w: its first event is %s, and of the log beside it %s", ErrAnotherLog, follows, mark)
	}
	return v.Fit(ctx, follows, end, last)
}

// Fit makes the vault fit a log, which has this mark and ends at a position with
// an event of that time, before events that were handled:
//
//   - Policies stand at the log's end where they had gone further.
//   - Messages that later events asked for are gone.
//   - No request has an answer, which might tell of what is not there. Sent again,
//     it finds what it did in the log, or does it.
//   - Nobody is signed in, and there are no API tokens: one that was ended since
//     would live again.
func (v *Vault) Fit(ctx context.Context, mark string, end domain.Position, last time.Time) error {
	checkpoints, err := v.Checkpoints(ctx)
	if err != nil {
		return err
	}
	for name, at := range checkpoints {
		if at.After(end) {
			checkpoints[name] = end
		}
	}
	if err := v.write(ctx, "forget messages", "DELETE FROM messages WHERE at > ?", timeText(last)); err != nil {
		return err
	}
	if err := v.write(ctx, "forget answers", "UPDATE requests SET status = 0, answer = NULL"); err != nil {
		return err
	}
	if err := v.write(ctx, "end sessions", "DELETE FROM sessions"); err != nil {
		return err
	}
	if err := v.write(ctx, "forget API tokens", "DELETE FROM api_tokens"); err != nil {
		return err
	}
	return v.ReplaceCheckpoints(ctx, mark, checkpoints) // last: where it was stopped, it is called again
}
