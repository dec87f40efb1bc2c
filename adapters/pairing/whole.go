package pairing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/usher-engine/usher/adapters/moving/vaults"
)

// MustBeWhole refuses a vault that cannot be served: one that was left behind,
// and one that has keys and no installation that they belong to, as a new one
// would take them for its own. Place is where the vault is, for people.
func MustBeWhole(ctx context.Context, vault Vault, place string) error {
	used, err := vault.Used(ctx)
	if err != nil || used {
		return errors.Join(err, mustBeHere(ctx, vault, place))
	}
	for _, table := range vaults.Tables() {
		if !slices.Contains([]string{"lookup_keys", "data_keys", "credentials"}, table.Name) {
			continue
		}
		rows, err := vault.Count(ctx, table)
		if err != nil {
			return err
		}
		if rows > 0 {
			return fmt.Errorf("the vault of %s has %d rows in %s, and no installation: it is damaged, or a copy that was stopped. "+
				"Restore it from a backup, or give the same `usher vault copy` again", place, rows, table.Name)
		}
	}
	return nil
}

// mustBeHere refuses a vault that was left behind: it lacks the keys that were
// made since where it is now.
func mustBeHere(ctx context.Context, vault Vault, place string) error {
	moved, err := vault.MovedTo(ctx)
	if err != nil || moved == "" {
		return err
	}
	return fmt.Errorf("the vault of %s has moved to %s by `usher vault copy`. Name that with --read-models (embedded:DIR is --data DIR with --read-models embedded); "+
		"to have it here again, put this one away, and copy that one back", place, moved)
}

// MayBeginLog refuses to begin a log in a folder beside a vault that follows a
// log already, with ErrAnotherLog.
func MayBeginLog(ctx context.Context, vault Vault, folder string) error {
	follows, err := vault.LogMark(ctx)
	if err != nil || follows == "" {
		return err
	}
	return fmt.Errorf("%w: there is no log.db in %s. %s", ErrAnotherLog, folder, moveAdvice)
}
