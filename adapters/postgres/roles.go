package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// checkRole refuses a role that row-level security does not hold for, where
// there is another one that owns the tables; with one role alone it warns.
func (db *DB) checkRole(ctx context.Context, options Options) error {
	if err := db.pool.value(ctx, &db.role, "SELECT current_user"); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	var free bool
	if err := db.pool.value(ctx, &free, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"); err != nil {
		return fmt.Errorf("postgres: look what the role may do: %w", err)
	}
	switch {
	case !free:
		return nil
	case options.OwnerURL != options.URL:
		return fmt.Errorf("postgres: the role %s, which serves, is a superuser or has BYPASSRLS: the database would not keep accounts apart for it. "+
			"Take a role without (ALTER ROLE %s NOSUPERUSER NOBYPASSRLS)", db.role, quote(db.role))
	}
	options.Logger.WarnContext(ctx, "the database does not keep accounts apart for a superuser, or a role with BYPASSRLS: take a role without", slog.String("role", db.role))
	return nil
}

// hinted says what to do about a role that may not make the tables.
func (db *DB) hinted(err error, options Options) error {
	refused, is := errors.AsType[*pgconn.PgError](err)
	if is && refused.Code == insufficientPrivilege && options.OwnerURL == options.URL {
		return fmt.Errorf("the role %s may not make or change tables in this database; name the role that owns it, with --read-models-owner: %w", db.role, err)
	}
	return err
}

const insufficientPrivilege = "42501"

// grant lets the serving role work with the tables, where it does not own them.
// What must last it can neither delete nor change.
func (db *DB) grant(ctx context.Context) error {
	var owner string
	if err := db.owner.value(ctx, &owner, "SELECT current_user"); err != nil || owner == db.role {
		return err
	}
	return db.alter(ctx, func(ctx context.Context, tx pgx.Tx) error {
		role := quote(db.role)
		_, err := tx.Exec(ctx, "GRANT USAGE ON SCHEMA vault, readmodels TO "+role+
			"; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA vault, readmodels TO "+role+
			"; REVOKE UPDATE, DELETE ON vault.installation, vault.lookup_keys, vault.link_keys FROM "+role+
			"; REVOKE DELETE ON vault.data_keys, vault.log FROM "+role+ // keys are erased by an update
			"; REVOKE INSERT, UPDATE, DELETE ON vault.moved FROM "+role)
		return err
	})
}
