package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
)

// ErrAnotherLog says that a vault and a log do not belong together.
var ErrAnotherLog = errors.New("the vault belongs to another event log")

// BackupVault copies a vault as it is at one moment, also while it is open and
// changes, into a new file, and makes it fit an older copy of its log, which
// has this mark and ends there:
//
//   - Policies stand at the log's end where they had gone further: what they had
//     handled behind it is not there any more.
//   - No request has an answer, which might tell of what is not there. Sent again,
//     it finds what it did in the log, or does it.
//   - Nobody is signed in: a session that was ended since would live again.
func BackupVault(ctx context.Context, from, to, mark string, head domain.Position, tell func(done, all int64)) error {
	if err := sqlitedb.Backup(ctx, from, to, tell); err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	vault, err := OpenVault(ctx, to)
	if err != nil {
		return err
	}
	if err := errors.Join(vault.fit(ctx, mark, head), vault.Close()); err != nil {
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

func (v *Vault) fit(ctx context.Context, mark string, head domain.Position) error {
	follows, err := v.LogMark(ctx)
	if err != nil {
		return err
	}
	if follows != "" && follows != mark {
		return fmt.Errorf("%w: its first event is %s, and of the log beside it %s", ErrAnotherLog, follows, mark)
	}
	checkpoints, err := v.Checkpoints(ctx)
	if err != nil {
		return err
	}
	for name, at := range checkpoints {
		if at.After(head) {
			checkpoints[name] = head
		}
	}
	if err := v.ReplaceCheckpoints(ctx, follows, checkpoints); err != nil {
		return err
	}
	if err := v.write(ctx, "forget answers", "UPDATE requests SET status = 0, answer = NULL"); err != nil {
		return err
	}
	return v.write(ctx, "end sessions", "DELETE FROM sessions")
}
