package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// Options say how a database is opened. URL alone is enough.
type Options struct {
	// URL is how the role connects that serves: a connection string of
	// PostgreSQL's, like postgres://usher@host/usher.
	URL string
	// OwnerURL is how the role connects that owns the tables and changes them;
	// as URL, where it is empty.
	OwnerURL string
	// Wait is how long a server is waited for that is not there.
	Wait time.Duration
	// Logger is told what does not keep the database from being opened; nobody,
	// where it is nil.
	Logger *slog.Logger
}

// DB is an open database, from which ReadModels and Vault are taken.
type DB struct {
	pool  *pool  // as the role that serves
	owner *pool  // as the role that owns the tables
	role  string // that serves
}

// ownerConnections are for the owner's rare work.
const ownerConnections = 2

// Open connects and brings the tables to those of today. Several instances may
// open the same database at once: one migrates, the others wait for it.
func Open(ctx context.Context, options Options) (_ *DB, err error) {
	if options.OwnerURL == "" {
		options.OwnerURL = options.URL
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	db := &DB{}
	defer func() {
		if err != nil {
			db.Close()
		}
	}()
	if db.pool, err = options.connect(ctx, options.URL, 0, servingSettings()); err != nil {
		return nil, err
	}
	if db.owner, err = options.connect(ctx, options.OwnerURL, ownerConnections, owningSettings()); err != nil {
		return nil, err
	}
	db.leaveTogether()
	if err := db.checkRole(ctx, options); err != nil {
		return nil, err
	}
	if err := db.migrate(ctx); err != nil {
		return nil, fmt.Errorf("postgres: migrate: %w", db.hinted(err, options))
	}
	return db, nil
}

// leaveTogether has both roles leave a server when one of them does: the owner,
// who has little to do, would notice late.
func (db *DB) leaveTogether() {
	leave := func() {
		db.pool.connections.Reset()
		db.owner.connections.Reset()
	}
	db.pool.sessions.leave.Store(&leave)
	db.owner.sessions.leave.Store(&leave)
}

// Close closes all connections; what is under way comes to its end first.
func (db *DB) Close() {
	for _, pool := range []*pool{db.pool, db.owner} {
		if pool != nil {
			pool.connections.Close()
		}
	}
}

//go:embed migrations/*.sql
var migrations embed.FS

// migrate runs what has not run yet, in order, under a lock of the database.
func (db *DB) migrate(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, copyWithin)
	defer cancel()
	steps, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	handle := stdlib.OpenDBFromPool(db.owner.connections)
	defer func() { err = errors.Join(err, handle.Close()) }()
	provider, err := goose.NewProvider(goose.DialectPostgres, handle, steps,
		goose.WithSessionLocker(&migrating{owner: db.owner}), goose.WithTableName("usher_migrations"))
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return err
	}
	if err := db.grant(ctx); err != nil && !isGone(err) {
		return err
	}
	return db.mend(ctx) // what somebody else has dropped meanwhile
}

// altering is the advisory lock of those who change tables or rights: two at
// once would fail.
const altering = 0x55736872

// alter changes tables or rights as their owner, while nobody else does.
func (db *DB) alter(ctx context.Context, change func(context.Context, pgx.Tx) error) error {
	return db.owner.transact(ctx, batchWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(altering)); err != nil {
			return err
		}
		return change(ctx, tx)
	})
}
