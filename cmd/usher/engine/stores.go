package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/messaging"
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
	Checkpoints(ctx context.Context) (map[string]domain.Position, error)
	ReplaceCheckpoints(ctx context.Context, mark string, all map[string]domain.Position) error
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

// openStores opens them and has them closed with the engine.
func (e *Engine) openStores(ctx context.Context, config Config) (stores, error) {
	if IsPostgres(config.ReadModels) {
		db, err := postgres.Open(ctx, postgres.Options{URL: config.ReadModels, OwnerURL: config.ReadModelsOwner})
		if err != nil {
			return stores{}, err
		}
		e.closes(func() error { db.Close(); return nil })
		return stores{vault: db.VaultWith(config.Keys), models: db.ReadModels(), leases: db.Leases()}, nil
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
	models, err := sqlite.OpenReadModels(ctx, filepath.Join(config.Data, "readmodels.db"), func(why error) {
		config.Logger.WarnContext(ctx, "the read models were unreadable and are built anew", slog.Any("error", why))
	})
	if err != nil {
		return stores{}, err
	}
	e.closes(models.Close)
	return stores{vault: vault, models: models, leases: messaging.Alone{}}, nil
}
