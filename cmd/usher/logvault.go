package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/domain"
)

// follower is the vault that follows a log to another place. Without a vault it
// does nothing.
type follower struct {
	*pairing.Follower
	vault *sqlite.Vault
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
	follows, err := pairing.Follow(ctx, pairing.LogCopy{
		From: from.Log, To: to.Log, FromName: from.name, Vault: vault, File: file, Beside: filepath.Join(from.folder, "vault.db") == file,
	})
	if err != nil {
		return nil, errors.Join(err, vault.Close())
	}
	return &follower{Follower: follows, vault: vault}, nil
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

// places are the positions that must be known in the target.
func (f *follower) places() []domain.Position {
	if f.vault == nil {
		return nil
	}
	return f.Places()
}

// follow puts the vault beside the target. It says what was done; nil where there
// is no vault.
func (f *follower) follow(ctx context.Context, places map[domain.Position]domain.Position) (*moved, error) {
	if f.vault == nil {
		return nil, nil
	}
	policies, err := f.Finish(ctx, places)
	if err != nil {
		return nil, err
	}
	done := &moved{File: f.File, Already: f.Already, Places: map[string]policyPlace{}}
	for name, place := range policies {
		done.Places[name] = policyPlace{From: place.From.String(), To: place.To.String()}
	}
	return done, nil
}

func (f *follower) Close() error {
	if f.vault == nil {
		return nil
	}
	return f.vault.Close()
}
