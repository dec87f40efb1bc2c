package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// What is in the schema readmodels can be made anew, whoever has emptied or
// dropped it, while Usher runs or before: tables are made again, and an edition
// that has lost its rows stands before everything.

// errRowsGone says that somebody else has emptied a table.
var errRowsGone = errors.New("rows are gone that its position says are there")

// PostgreSQL's codes for what is not there.
const (
	undefinedTable  = "42P01"
	undefinedSchema = "3F000"
)

// isGone tells what can be made anew; rights are gone with what was restored without.
func isGone(err error) bool {
	failure, _ := errors.AsType[*pgconn.PgError](err)
	return errors.Is(err, errRowsGone) ||
		failure != nil && slices.Contains([]string{undefinedTable, undefinedSchema, insufficientPrivilege}, failure.Code)
}

// whole does something, and once more where tables or rows were gone and are
// made anew.
func (db *DB) whole(ctx context.Context, do func() error) error {
	err := do()
	if !isGone(err) {
		return err
	}
	if mending := db.mend(ctx); mending != nil {
		return errors.Join(err, mending)
	}
	return do()
}

// whole forgets besides which tables are known to be there.
func (r *ReadModels) whole(ctx context.Context, do func() error) error {
	return r.db.whole(ctx, func() error {
		err := do()
		if isGone(err) {
			r.tables.Clear()
			r.serving.Clear()
		}
		return err
	})
}

// alterWhole is alter where tables may be gone.
func (db *DB) alterWhole(ctx context.Context, change func(context.Context, pgx.Tx) error) error {
	return db.whole(ctx, func() error { return db.alter(ctx, change) })
}

// checkRows refuses editions whose rows are gone.
func (r *ReadModels) checkRows(ctx context.Context, all []projections.Edition) error {
	batch := &pgx.Batch{}
	r.db.pool.sessions.guard(batch)
	queueAccount(batch, nobody)
	for _, one := range all {
		newTable(edition{one.View, one.Version, one.Number}, "").queuePosition(batch, new(domain.Position))
	}
	return r.db.pool.send(ctx, batch)
}

// mend makes what is gone. Several instances may do so at once: one does it, the
// others wait for it and find everything there.
func (db *DB) mend(ctx context.Context) error {
	err := db.alter(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if err := makeSchema(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SELECT set_config('usher.account', $1, true)", everyAccount); err != nil {
			return err
		}
		return mendEditions(ctx, tx)
	})
	if err == nil {
		err = db.grant(ctx)
	}
	if err != nil {
		return fmt.Errorf("make the read models' tables anew: %w", err)
	}
	return nil
}

// makeSchema makes what all views share, where something of it is not there.
func makeSchema(ctx context.Context, tx pgx.Tx) error {
	gone := false
	err := tx.QueryRow(ctx, "SELECT to_regclass('readmodels.editions') IS NULL OR to_regclass('readmodels.leases') IS NULL "+
		"OR to_regclass('readmodels.log') IS NULL OR to_regclass('readmodels.found') IS NULL").Scan(&gone)
	if err != nil || !gone {
		return err
	}
	whereNone := strings.NewReplacer("CREATE SCHEMA ", "CREATE SCHEMA IF NOT EXISTS ", "CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ",
		"CREATE UNIQUE INDEX ", "CREATE UNIQUE INDEX IF NOT EXISTS ")
	for _, migration := range []string{"0002_readmodels", "0012_found"} {
		text, err := migrations.ReadFile("migrations/" + migration + ".sql")
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, whereNone.Replace(string(text))); err != nil {
			return err
		}
	}
	return nil
}

// mendEditions forgets editions without a table, and has those stand before
// everything whose rows are gone.
func mendEditions(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM readmodels.editions WHERE to_regclass(format('readmodels.%I', view || '_v' || version || '_' || number)) IS NULL")
	if err != nil {
		return err
	}
	tables, err := tablesIn(ctx, tx)
	if err != nil {
		return err
	}
	for _, one := range tables {
		var commit, prepare int64
		var whole bool
		if err := tx.QueryRow(ctx, one.stands, one.view, one.version, one.number).Scan(&commit, &prepare, &whole); err != nil {
			return err
		}
		if whole {
			continue
		}
		_, err := tx.Exec(ctx, "TRUNCATE "+one.name+";"+one.mark())
		if err == nil {
			_, err = tx.Exec(ctx, "UPDATE readmodels.editions SET position_commit = 0, position_prepare = 0, receipt = NULL,"+
				" stopped_commit = NULL, stopped_prepare = NULL, stopped_type = NULL, stopped_reason = NULL, stopped_event = NULL"+
				" WHERE view = $1 AND version = $2 AND number = $3", one.view, one.version, one.number)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tablesIn is the table of each edition.
func tablesIn(ctx context.Context, tx pgx.Tx) (tables []*table, err error) {
	err = each(ctx, inside{tx}, func(row pgx.Rows) error {
		var of edition
		var facets string
		err := row.Scan(&of.view, &of.version, &of.number, &facets)
		tables = append(tables, newTable(of, facets))
		return err
	}, "SELECT view, version, number, facets FROM readmodels.editions ORDER BY view, version, number")
	return tables, err
}
