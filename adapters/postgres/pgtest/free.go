package pgtest

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// The server itself remembers the databases that are free, so that packages
// tested at once can share one.

// prepare makes the list of those, unless another package has.
func prepare(ctx context.Context, server string) error {
	return execute(ctx, server, "SELECT pg_advisory_lock(1885828197)", // until the connection's end: creating is no safe race
		"CREATE TABLE IF NOT EXISTS public.usher_pgtest_free (name text PRIMARY KEY)")
}

// take is a free database; empty where there is none.
func take(ctx context.Context, server string) (name string, err error) {
	err = connected(ctx, server, func(conn *pgx.Conn) error {
		err := conn.QueryRow(ctx, "DELETE FROM public.usher_pgtest_free WHERE name ="+
			" (SELECT name FROM public.usher_pgtest_free LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name").Scan(&name)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		return err
	})
	return name, err
}

func giveBack(ctx context.Context, server, name string) error {
	return connected(ctx, server, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "INSERT INTO public.usher_pgtest_free VALUES ($1)", name)
		return err
	})
}

// dropFree drops the databases that nobody uses.
func dropFree(ctx context.Context, server string) error {
	for {
		name, err := take(ctx, server)
		if err == nil && name != "" {
			err = execute(ctx, server, dropping(name)...)
		}
		if err != nil || name == "" {
			return err
		}
	}
}

// empty ends what is still connected to a database, and removes all that the
// owner of it has made.
func empty(ctx context.Context, database Database) error {
	return execute(ctx, database.Super,
		"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
		`DO $$ DECLARE made text; BEGIN
			FOR made IN SELECT nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND NOT starts_with(nspname, 'pg_') LOOP
				EXECUTE format('DROP SCHEMA %I CASCADE', made);
			END LOOP;
		END $$`,
		"CREATE SCHEMA public AUTHORIZATION pg_database_owner",
		"GRANT USAGE ON SCHEMA public TO PUBLIC")
}
