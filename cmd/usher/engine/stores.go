package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/moving/vaults"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// IsPostgres tells whether read models (see Config) are in PostgreSQL.
func IsPostgres(readModels string) bool {
	return strings.HasPrefix(readModels, "postgres://") || strings.HasPrefix(readModels, "postgresql://")
}

// ReadModels is where the views' rows are.
type ReadModels interface {
	projections.Editions
	besideALog
	Clear(ctx context.Context) error
}

// vault is where everything is that must not be in a log.
type vault interface {
	commands.Vault
	codec.DataKeys
	outbox.Shelf
	messaging.Checkpoints
	besideALog
	Used(ctx context.Context) (bool, error)
	Count(ctx context.Context, table vaults.Table) (int64, error)
	MovedTo(ctx context.Context) (string, error)
	Checkpoints(ctx context.Context) (map[string]domain.Position, error)
	Fit(ctx context.Context, mark string, end domain.Position, last time.Time) error
	Sweep(ctx context.Context, now time.Time) error
}

// besideALog remembers which log its positions are of.
type besideALog interface {
	LogMark(ctx context.Context) (string, error)
	SetLogMark(ctx context.Context, mark string) error
}

// stores is everything but the log.
type stores struct {
	vault  vault
	models ReadModels
	leases messaging.Leases
}

// waitForServer is how long a server that is not there is waited for at the start.
const waitForServer = time.Minute

// openStores opens them and has them closed with the engine.
func (e *Engine) openStores(ctx context.Context, config Config) (stores, error) {
	config.opening("read_models")
	if IsPostgres(config.ReadModels) {
		db, err := postgres.Open(ctx, postgres.Options{
			URL: config.ReadModels, OwnerURL: config.ReadModelsOwner, Wait: waitForServer, Logger: config.Logger,
		})
		if err != nil {
			return stores{}, err
		}
		e.closes(func() error { db.Close(); return nil })
		vault := db.VaultWith(config.Keys)
		return stores{vault: vault, models: db.ReadModels(), leases: db.Leases()}, mustBeWhole(ctx, vault, "this database")
	}
	if err := config.makeFolder(); err != nil {
		return stores{}, err
	}
	// The vault first: its lock keeps a second Usher out of the whole folder.
	vault, err := sqlite.OpenVaultWith(ctx, filepath.Join(config.Data, "vault.db"), config.Keys)
	if errors.Is(err, sqlite.ErrLocked) {
		return stores{}, fmt.Errorf("the data folder %s is in use: one Usher serves it at a time, and a copy or a restore has it alone: %w", config.Data, err)
	}
	if err != nil {
		return stores{}, fmt.Errorf("open the vault: %w", err)
	}
	e.closes(vault.Close)
	if err := mustBeWhole(ctx, vault, config.Data); err != nil {
		return stores{}, err
	}
	models, err := sqlite.OpenReadModels(ctx, filepath.Join(config.Data, "readmodels.db"), func(why error) {
		config.Logger.WarnContext(ctx, "the read models were unreadable and are built anew", slog.Any("error", why))
	})
	if err != nil {
		return stores{}, err
	}
	e.closes(models.Close)
	return stores{vault: vault, models: models, leases: messaging.Alone{}}, nil
}

// mustBeWhole refuses a vault that has keys, and no installation that they
// belong to: a new one would take them for its own.
func mustBeWhole(ctx context.Context, vault vault, name string) error {
	used, err := vault.Used(ctx)
	if err != nil || used {
		return errors.Join(err, mustBeHere(ctx, vault, name))
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
				"Restore it from a backup, or give the same `usher vault copy` again", name, rows, table.Name)
		}
	}
	return nil
}

// mustBeHere refuses a vault that was left behind: it lacks the keys that were
// made since where it is now.
func mustBeHere(ctx context.Context, vault vault, name string) error {
	place, err := vault.MovedTo(ctx)
	if err != nil || place == "" {
		return err
	}
	return fmt.Errorf("the vault of %s has moved to %s by `usher vault copy`. Name that with --read-models (embedded:DIR is --data DIR with --read-models embedded); "+
		"to have it here again, put this one away, and copy that one back", name, place)
}
