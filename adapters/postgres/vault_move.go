package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/adapters/moving/vaults"
)

var _ vaults.Vault = (*Vault)(nil)

// Living returns how many Ushers are at work on this database now. One that was
// killed counts until its leases have ended.
func (db *DB) Living(ctx context.Context) (instances int, err error) {
	err = db.pool.value(ctx, &instances, livingSQL, instance)
	if err != nil {
		return 0, fmt.Errorf("count instances: %w", err)
	}
	return instances, nil
}

// MovedTo implements vaults.Vault.
func (v *Vault) MovedTo(ctx context.Context) (place string, err error) {
	err = v.read(ctx, "look whether it has moved", func(row pgx.Rows) error { return row.Scan(&place) }, "SELECT place FROM vault.moved")
	return place, err
}

// SetMovedTo implements vaults.Vault.
func (v *Vault) SetMovedTo(ctx context.Context, place string) error {
	if place == "" {
		return v.write(ctx, "note that it is here", "DELETE FROM vault.moved")
	}
	return v.write(ctx, "note where it is",
		"INSERT INTO vault.moved (one, place) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET place = excluded.place", place)
}

// Count implements vaults.Vault.
func (v *Vault) Count(ctx context.Context, table vaults.Table) (rows int64, err error) {
	err = v.read(ctx, "count rows", func(row pgx.Rows) error { return row.Scan(&rows) }, "SELECT count(*) FROM vault."+table.Name)
	return rows, err
}

// Rows implements vaults.Vault.
func (v *Vault) Rows(ctx context.Context, table vaults.Table, show func(vaults.Row) error) error {
	sql := "SELECT " + strings.Join(table.Columns, ", ") + " FROM vault." + table.Name
	if table.Key > 0 {
		sql += " ORDER BY " + strings.Join(table.Columns[:table.Key], ", ")
	}
	err := v.db.pool.transact(ctx, copyWithin, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(ctx context.Context, tx pgx.Tx) error {
		if err := unhurried(ctx, tx); err != nil {
			return err
		}
		return inside{tx}.each(ctx, copyWithin, func(found pgx.Rows) error {
			row, err := found.Values()
			if err != nil {
				return err
			}
			for i, value := range row {
				if small, ok := value.(int32); ok {
					row[i] = int64(small)
				}
			}
			return show(row)
		}, sql)
	})
	if err != nil {
		return fmt.Errorf("vault: read rows: %w", err)
	}
	return nil
}

// Insert implements vaults.Vault.
func (v *Vault) Insert(ctx context.Context, table vaults.Table, rows []vaults.Row) error {
	columns := table.Columns
	if table.Key == 0 {
		columns = append([]string{"one"}, columns...)
	}
	source := pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		if table.Key == 0 {
			return append([]any{int64(1)}, rows[i]...), nil
		}
		return rows[i], nil
	})
	err := v.db.pool.transact(ctx, batchWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"vault", table.Name}, columns, source)
		return err
	})
	if err != nil {
		return fmt.Errorf("vault: insert rows: %w", err)
	}
	return nil
}

// Empty implements vaults.Vault.
func (v *Vault) Empty(ctx context.Context) error {
	err := v.db.pool.transact(ctx, batchWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		batch := &pgx.Batch{}
		for _, table := range vaults.Tables() {
			batch.Queue("DELETE FROM vault." + table.Name)
		}
		return tx.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return fmt.Errorf("vault: empty it: %w", err)
	}
	return nil
}
