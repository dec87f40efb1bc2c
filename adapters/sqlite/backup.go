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

// BackupVault copies a vault as it is at one moment, also while it is open and
// changes, into a new file, and has the copy made fit for its log.
func BackupVault(ctx context.Context, from, to string, fit func(context.Context, *Vault) error, tell func(done, all int64)) error {
	if err := sqlitedb.Backup(ctx, from, to, tell); err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	vault, err := OpenVault(ctx, to)
	if err != nil {
		return err
	}
	if err := errors.Join(fit(ctx, vault), vault.Close()); err != nil {
		return err
	}
	return VerifyVault(ctx, to)
}

// VerifyVault opens a vault that nobody uses, checks it as CheckVault does, and
// leaves the one file.
func VerifyVault(ctx context.Context, path string) error {
	vault, err := OpenVault(ctx, path)
	if err != nil {
		return err
	}
	if err := vault.Close(); err != nil {
		return err
	}
	if _, err := CheckVault(ctx, path, func(_, _ int64) {}); err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	return tidy(path)
}

func tidy(path string) error {
	return errors.Join(sqlitedb.Tidy(path), os.Remove(path+".lock"))
}

// Fit makes the vault fit a log, which has this mark and ends at a position with
// an event of that time, before events that were handled:
//
//   - Policies stand at the log's end where they had gone further, and are stopped
//     nowhere: those that were try again.
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
