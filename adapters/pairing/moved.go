package pairing

import (
	"context"
	"errors"
	"fmt"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/moving/vaults"
)

// ErrMoved says that a vault is old: it was copied elsewhere, to be served there.
var ErrMoved = errors.New("the vault has moved")

// MayCopy refuses to copy a vault that has moved elsewhere, and is old. The names
// are where the vault is and where it is to be, for people.
func MayCopy(ctx context.Context, from vaults.Vault, fromName, toName string) error {
	place, err := from.MovedTo(ctx)
	if err == nil && place != "" && place != toName {
		err = fmt.Errorf("the vault of %s has moved to %s; copy that one", fromName, place)
	}
	return err
}

// TakePlace has a copy take its original's place. Stopped between the two, none of
// them can be served, until it is done again.
func TakePlace(ctx context.Context, from, to vaults.Vault, toName string) error {
	if err := from.SetMovedTo(ctx, toName); err != nil {
		return err
	}
	return to.SetMovedTo(ctx, "")
}

// MustHaveMoved refuses a vault that was not left behind, as one must be that is
// not backed up with its log. File is where it is, for people.
func MustHaveMoved(ctx context.Context, vault Vault, file string) error {
	place, err := vault.MovedTo(ctx)
	if err == nil && place == "" {
		err = fmt.Errorf("%s is not marked as moved: back it up with the log, without --log-alone, or put it away if it is not used any more", file)
	}
	return err
}

// FitBackup makes the copy of a vault fit an older copy of its log, which ends
// there. It returns ErrMoved for a vault that was left behind, and ErrAnotherLog
// for one of another log.
func FitBackup(ctx context.Context, vault Vault, end journal.End) error {
	place, err := vault.MovedTo(ctx)
	if err != nil {
		return err
	}
	if place != "" {
		return fmt.Errorf("%w to %s, and this one is old", ErrMoved, place)
	}
	follows, err := vault.LogMark(ctx)
	if err != nil {
		return err
	}
	if follows != "" && follows != end.Mark {
		return fmt.Errorf("%w: its first event is %s, and of the log beside it %s", ErrAnotherLog, follows, end.Mark)
	}
	return vault.Fit(ctx, follows, end.Position, end.Time)
}
