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
	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/projections"
)

// IsPostgres reports whether read models (see Config) are in PostgreSQL.
func IsPostgres(readModels string) bool {
	return strings.HasPrefix(readModels, "postgres://") || strings.HasPrefix(readModels, "postgresql://")
}

// ReadModels is where the views' rows are.
type ReadModels interface {
	projections.Editions
	pairing.ReadModels
	composition.Findings
	Probe(ctx context.Context) error
}

// vault is where everything is that must not be in a log.
type vault interface {
	commands.Vault
	codec.DataKeys
	outbox.Shelf
	pairing.Vault
	Sweep(ctx context.Context, now time.Time) error
	Probe(ctx context.Context) error
}

// stores is everything but the log.
type stores struct {
	vault   vault
	models  ReadModels
	leases  messaging.Leases
	reserve *sqlitedb.Reserve // of the data folder; nil where there is none
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
		return stores{vault: vault, models: db.ReadModels(), leases: db.Leases()}, pairing.MustBeWhole(ctx, vault, "this database")
	}
	if err := config.makeFolder(); err != nil {
		return stores{}, err
	}
	reserve, err := config.reserve()
	if err != nil {
		return stores{}, err
	}
	// The vault first: its lock keeps a second Usher out of the whole folder.
	vault, err := sqlite.OpenVaultWith(ctx, filepath.Join(config.Data, "vault.db"), sqlite.VaultOptions{Random: config.Keys, Reserve: reserve})
	if errors.Is(err, sqlite.ErrLocked) {
		return stores{}, fmt.Errorf("the data folder %s is in use: one Usher serves it at a time, and a copy or a restore has it alone: %w", config.Data, err)
	}
	if err != nil {
		return stores{}, fmt.Errorf("open the vault: %w", err)
	}
	e.closes(vault.Close)
	if err := pairing.MustBeWhole(ctx, vault, config.Data); err != nil {
		return stores{}, err
	}
	models, err := sqlite.OpenReadModelsBeside(ctx, filepath.Join(config.Data, "readmodels.db"), reserve, func(why error) {
		config.Logger.WarnContext(ctx, "the read models were unreadable and are built anew", slog.Any("error", why))
	})
	if err != nil {
		return stores{}, err
	}
	e.closes(models.Close)
	return stores{vault: vault, models: models, leases: messaging.Alone{}, reserve: reserve}, nil
}

// reserve is the space for signing in that is kept in the data folder.
func (c Config) reserve() (*sqlitedb.Reserve, error) {
	if c.Reserve == 0 {
		return nil, nil //nolint:nilnil // because no reserve is one, too
	}
	return sqlitedb.OpenReserve(filepath.Join(c.Data, "reserve"), c.Reserve)
}
