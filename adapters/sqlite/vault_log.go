package sqlite

import (
	"context"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
)

const (
	selectMark = "SELECT mark FROM log WHERE only = 1"
	upsertMark = "INSERT OR REPLACE INTO log (only, mark) VALUES (1, ?)"
)

// LogMark returns the mark (see journal.Log) of the log that the checkpoints belong
// to; empty where that is not known yet.
func (v *Vault) LogMark(ctx context.Context) (mark string, err error) {
	err = v.read(ctx, "read the log's mark", selectMark, func(row *sqlite3.Stmt) error {
		mark = row.ColumnText(0)
		return nil
	})
	return mark, err
}

// SetLogMark says which log the checkpoints belong to.
func (v *Vault) SetLogMark(ctx context.Context, mark string) error {
	return v.write(ctx, "keep the log's mark", upsertMark, mark)
}

// Used reports whether anything was ever made with the vault's keys.
func (v *Vault) Used(ctx context.Context) (used bool, err error) {
	err = v.read(ctx, "look for the installation", "SELECT id FROM installation", func(*sqlite3.Stmt) error {
		used = true
		return nil
	})
	return used, err
}

// Checkpoints returns how far each policy has come that has begun.
func (v *Vault) Checkpoints(ctx context.Context) (map[string]domain.Position, error) {
	all := map[string]domain.Position{}
	err := v.read(ctx, "list the checkpoints", "SELECT name, position_commit, position_prepare FROM policies", func(row *sqlite3.Stmt) error {
		all[row.ColumnText(0)] = columnPosition(row, 1)
		return nil
	})
	return all, err
}

// ReplaceCheckpoints puts the vault beside another log, in one transaction: its
// mark, and the policies' checkpoints in it in the place of those before. Where
// policies were stopped is forgotten: they try again, and stop there anew.
func (v *Vault) ReplaceCheckpoints(ctx context.Context, mark string, all map[string]domain.Position) error {
	err := v.db.Write(ctx, func(conn *sqlitedb.Conn) error {
		if _, err := run(conn, upsertMark, mark); err != nil {
			return err
		}
		for _, sql := range []string{"DELETE FROM stops", "DELETE FROM policies"} {
			if _, err := run(conn, sql); err != nil {
				return err
			}
		}
		for name, position := range all {
			commit, prepare := positionValues(position)
			if _, err := run(conn, "INSERT INTO policies (name, position_commit, position_prepare) VALUES (?, ?, ?)", name, commit, prepare); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("vault: replace the checkpoints: %w", err)
	}
	return nil
}
