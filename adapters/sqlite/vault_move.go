package sqlite

import (
	"context"
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/moving/vaults"
	"github.com/usher-engine/usher/adapters/sqlitedb"
)

var _ vaults.Vault = (*Vault)(nil)

// MovedTo implements vaults.Vault.
func (v *Vault) MovedTo(ctx context.Context) (place string, err error) {
	err = v.read(ctx, "look whether it has moved", "SELECT place FROM moved", func(row *sqlite3.Stmt) error {
		place = row.ColumnText(0)
		return nil
	})
	return place, err
}

// SetMovedTo implements vaults.Vault.
func (v *Vault) SetMovedTo(ctx context.Context, place string) error {
	if place == "" {
		return v.write(ctx, "note that it is here", "DELETE FROM moved")
	}
	return v.write(ctx, "note where it is", "INSERT OR REPLACE INTO moved (only, place) VALUES (1, ?)", place)
}

// Count implements vaults.Vault.
func (v *Vault) Count(ctx context.Context, table vaults.Table) (rows int64, err error) {
	err = v.read(ctx, "count rows", "SELECT count(*) FROM "+table.Name, func(row *sqlite3.Stmt) error {
		rows = row.ColumnInt64(0)
		return nil
	})
	return rows, err
}

// Rows implements vaults.Vault.
func (v *Vault) Rows(ctx context.Context, table vaults.Table, show func(vaults.Row) error) error {
	sql := "SELECT " + strings.Join(table.Columns, ", ") + " FROM " + table.Name
	if table.Key > 0 {
		sql += " ORDER BY " + strings.Join(table.Columns[:table.Key], ", ")
	}
	return v.read(ctx, "read rows", sql, func(statement *sqlite3.Stmt) error {
		row := make(vaults.Row, len(table.Columns))
		for i := range row {
			switch kind := statement.ColumnType(i); kind {
			case sqlite3.INTEGER:
				row[i] = statement.ColumnInt64(i)
			case sqlite3.TEXT:
				row[i] = statement.ColumnText(i)
			case sqlite3.BLOB:
				row[i] = statement.ColumnBlob(i, []byte{})
			case sqlite3.NULL:
			default:
				return fmt.Errorf("%s is a %s", table.Columns[i], kind)
			}
		}
		return show(row)
	})
}

// Insert implements vaults.Vault.
func (v *Vault) Insert(ctx context.Context, table vaults.Table, rows []vaults.Row) error {
	columns := strings.Join(table.Columns, ", ")
	values := "?" + strings.Repeat(", ?", len(table.Columns)-1)
	if table.Key == 0 {
		columns, values = "only, "+columns, "1, "+values
	}
	sql := "INSERT INTO " + table.Name + " (" + columns + ") VALUES (" + values + ")"
	err := v.db.Write(ctx, func(conn *sqlitedb.Conn) error {
		for _, row := range rows {
			if _, err := run(conn, sql, row...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("vault: insert rows: %w", err)
	}
	return nil
}

// Empty implements vaults.Vault.
func (v *Vault) Empty(ctx context.Context) error {
	err := v.db.Write(ctx, func(conn *sqlitedb.Conn) error {
		for _, table := range vaults.Tables() {
			if _, err := run(conn, "DELETE FROM "+table.Name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("vault: empty it: %w", err)
	}
	return nil
}
