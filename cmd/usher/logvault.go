package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/domain"
)

// follower is the vault that follows a log to another place: how far the
// policies have come is said in positions, and each log has its own. Without a
// vault it does nothing.
type follower struct {
	vault       *sqlite.Vault
	file        string
	from, to    *opened
	source      string // the mark of the log that is copied
	already     bool   // the vault follows the target already
	checkpoints map[string]domain.Position
}

// moved says what became of the vault.
type moved struct {
	File    string                 `json:"file"`
	Already bool                   `json:"already"` // it followed the target before
	Places  map[string]policyPlace `json:"policies"`
}

// policyPlace is behind which event a policy goes on, in both logs.
type policyPlace struct {
	From string `json:"from"`
	To   string `json:"to"`
}

func (m *moved) String() string {
	if m.Already {
		return m.File + " followed before"
	}
	return fmt.Sprintf("%s follows: %d policies go on behind the same events", m.File, len(m.Places))
}

// openFollower opens the vault in a folder or, where none is named, beside one
// of the logs. It refuses a vault that belongs to neither log.
func openFollower(ctx context.Context, folder string, from, to *opened) (*follower, error) {
	file, err := vaultFile(folder, from, to)
	if err != nil || file == "" {
		return &follower{}, err
	}
	vault, err := sqlite.OpenVault(ctx, file)
	if errors.Is(err, sqlite.ErrLocked) {
		return nil, fmt.Errorf("%s is in use; stop what uses it: %w", file, err)
	}
	if err != nil {
		return nil, err
	}
	f := &follower{vault: vault, file: file, from: from, to: to}
	if err := f.check(ctx); err != nil {
		return nil, errors.Join(err, vault.Close())
	}
	return f, nil
}

func vaultFile(folder string, from, to *opened) (string, error) {
	folders := []string{from.folder, to.folder}
	if folder != "" {
		folders = []string{folder}
	}
	var found []string
	for _, candidate := range folders {
		if candidate == "" {
			continue
		}
		file := filepath.Join(candidate, "vault.db")
		if _, err := os.Stat(file); err == nil {
			found = append(found, file)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	switch {
	case len(found) > 1:
		return "", errors.New("there is a vault.db beside both logs; name the folder of the one that follows with --data")
	case len(found) == 1:
		return found[0], nil
	case folder != "":
		return "", fmt.Errorf("there is no vault.db in %s", folder)
	}
	return "", nil
}

// check reads whose positions the vault has.
func (f *follower) check(ctx context.Context) (err error) {
	place, err := f.vault.MovedTo(ctx)
	if err != nil {
		return err
	}
	if place != "" {
		return fmt.Errorf("the vault of %s has moved to %s: copy it into a new folder by `usher vault copy`, name that with --data, and copy it back then", f.file, place)
	}
	follows, err := f.vault.LogMark(ctx)
	if err != nil {
		return err
	}
	if f.source, err = journal.Mark(ctx, f.from); err != nil {
		return err
	}
	target, err := journal.Mark(ctx, f.to)
	if err != nil {
		return err
	}
	used, err := f.vault.Used(ctx)
	if err != nil {
		return err
	}
	// A vault that was used before vaults remembered their log belongs to the
	// embedded one beside it.
	old := follows == "" && used && filepath.Join(f.from.folder, "vault.db") == f.file
	f.already = follows != f.source && !old && follows != "" && follows == target
	if follows != f.source && !old && !f.already {
		return fmt.Errorf("%s belongs to another log than %s; name the folder of its own vault with --data", f.file, f.from.name)
	}
	if f.checkpoints, err = f.vault.Checkpoints(ctx); err != nil || f.already {
		return err
	}
	head, err := f.from.Head(ctx)
	if err != nil {
		return err
	}
	for name, at := range f.checkpoints {
		if at.After(head) {
			return fmt.Errorf("the policy %s has handled events up to %s, but %s ends at %s; start Usher there first, which says what to do", name, at, f.from.name, head)
		}
	}
	return nil
}

// places are the positions that must be known in the target.
func (f *follower) places() []domain.Position {
	return slices.Collect(maps.Values(f.checkpoints))
}

// follow puts the vault beside the target, with the checkpoints where the same
// events are there. It says what was done; nil where there is no vault.
func (f *follower) follow(ctx context.Context, places map[domain.Position]domain.Position) (*moved, error) {
	if f.vault == nil {
		return nil, nil
	}
	done := &moved{File: f.file, Already: f.already, Places: map[string]policyPlace{}}
	if f.already {
		return done, nil
	}
	target, err := journal.Mark(ctx, f.to)
	if err != nil {
		return nil, err
	}
	translated := map[string]domain.Position{}
	for name, at := range f.checkpoints {
		translated[name] = places[at]
		if target == f.source && places[at] != at {
			return nil, fmt.Errorf("both logs begin alike, but differ in position %s: the vault could not tell them apart", at)
		}
		done.Places[name] = policyPlace{From: at.String(), To: places[at].String()}
	}
	return done, f.vault.ReplaceCheckpoints(ctx, target, translated)
}

func (f *follower) Close() error {
	if f.vault == nil {
		return nil
	}
	return f.vault.Close()
}
