package pairing

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// LogCopy is a log that is copied, and the vault that goes on with the copy.
type LogCopy struct {
	From, To journal.Log
	FromName string // for people
	Vault    Vault
	File     string // of the vault, for people
	// Beside is whether the vault is in the folder of the log that is copied.
	Beside bool
}

// Follower is a vault that follows a log to another place: how far the policies
// have come is said in positions, and each log has its own.
type Follower struct {
	LogCopy
	// Already is whether the vault follows the copy already.
	Already     bool
	source      string // the mark of the log that is copied
	checkpoints map[string]domain.Position
}

// Place is behind which event a policy goes on, in both logs.
type Place struct{ From, To domain.Position }

// Follow reads whose positions the vault has. It refuses a vault that belongs to
// neither log, one that was left behind, and one that is ahead of its log.
func Follow(ctx context.Context, made LogCopy) (*Follower, error) {
	f := &Follower{LogCopy: made}
	moved, err := f.Vault.MovedTo(ctx)
	if err != nil {
		return nil, err
	}
	if moved != "" {
		return nil, fmt.Errorf("the vault of %s has moved to %s: copy it into a new folder by `usher vault copy`, name that with --data, and copy it back then", f.File, moved)
	}
	if err := f.belongs(ctx); err != nil {
		return nil, err
	}
	if f.checkpoints, err = f.Vault.Checkpoints(ctx); err != nil || f.Already {
		return f, err
	}
	head, err := f.From.Head(ctx)
	if err != nil {
		return nil, err
	}
	for name, at := range f.checkpoints {
		if at.After(head) {
			return nil, fmt.Errorf("the policy %s has handled events up to %s, but %s ends at %s; start Usher there first, which says what to do", name, at, f.FromName, head)
		}
	}
	return f, nil
}

// belongs finds out which of both logs the vault follows.
func (f *Follower) belongs(ctx context.Context) error {
	follows, err := f.Vault.LogMark(ctx)
	if err != nil {
		return err
	}
	if f.source, err = f.From.Mark(ctx); err != nil {
		return err
	}
	target, err := f.To.Mark(ctx)
	if err != nil {
		return err
	}
	used, err := f.Vault.Used(ctx)
	if err != nil {
		return err
	}
	// A vault that was used before vaults remembered their log belongs to the
	// embedded one beside it.
	old := follows == "" && used && f.Beside
	f.Already = follows != f.source && !old && follows != "" && follows == target
	if follows != f.source && !old && !f.Already {
		return fmt.Errorf("%s belongs to another log than %s; name the folder of its own vault with --data", f.File, f.FromName)
	}
	return nil
}

// Places returns the positions that must be known in the copy.
func (f *Follower) Places() []domain.Position {
	return slices.Collect(maps.Values(f.checkpoints))
}

// Finish puts the vault beside the copy, with the checkpoints where the same
// events are there, and returns them by the policies' names. Where the vault
// follows already, it changes nothing.
func (f *Follower) Finish(ctx context.Context, places map[domain.Position]domain.Position) (map[string]Place, error) {
	done := map[string]Place{}
	if f.Already {
		return done, nil
	}
	target, err := f.To.Mark(ctx)
	if err != nil {
		return nil, err
	}
	translated := map[string]domain.Position{}
	for name, at := range f.checkpoints {
		translated[name] = places[at]
		if target == f.source && places[at] != at {
			return nil, fmt.Errorf("both logs begin alike, but differ in position %s: the vault could not tell them apart", at)
		}
		done[name] = Place{From: at, To: places[at]}
	}
	return done, f.Vault.ReplaceCheckpoints(ctx, target, translated)
}
