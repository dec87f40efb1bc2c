package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/domain"
)

const upsertMark = " (one, mark) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET mark = excluded.mark"

// LogMark is the mark (see journal.Mark) of the log that the checkpoints belong
// to; empty where that is not known yet.
func (v *Vault) LogMark(ctx context.Context) (mark string, err error) {
	err = v.read(ctx, "read the log's mark", func(row pgx.Rows) error { return row.Scan(&mark) }, "SELECT mark FROM vault.log")
	return mark, err
}

// SetLogMark says which log the checkpoints belong to.
func (v *Vault) SetLogMark(ctx context.Context, mark string) error {
	return v.write(ctx, "keep the log's mark", "INSERT INTO vault.log"+upsertMark, mark)
}

// Used says whether anything was ever made with the vault's keys.
func (v *Vault) Used(ctx context.Context) (used bool, err error) {
	err = v.read(ctx, "look for the installation", func(row pgx.Rows) error { return row.Scan(&used) },
		"SELECT EXISTS (SELECT FROM vault.installation)")
	return used, err
}

// Checkpoints is how far each policy has come that has begun.
func (v *Vault) Checkpoints(ctx context.Context) (map[string]domain.Position, error) {
	all := map[string]domain.Position{}
	err := v.read(ctx, "list the checkpoints", func(row pgx.Rows) error {
		var name string
		var commit, prepare int64
		err := row.Scan(&name, &commit, &prepare)
		all[name] = toPosition(commit, prepare)
		return err
	}, "SELECT name, position_commit, position_prepare FROM vault.policies")
	return all, err
}

// ReplaceCheckpoints puts the vault beside another log, in one transaction: its
// mark, and the policies' checkpoints in it in the place of those before.
func (v *Vault) ReplaceCheckpoints(ctx context.Context, mark string, all map[string]domain.Position) error {
	batch := &pgx.Batch{}
	batch.Queue("INSERT INTO vault.log"+upsertMark, mark)
	batch.Queue("DELETE FROM vault.policies")
	for name, position := range all {
		commit, prepare := positionValues(position)
		batch.Queue("INSERT INTO vault.policies (name, position_commit, position_prepare) VALUES ($1, $2, $3)", name, commit, prepare)
	}
	if err := v.db.pool.send(ctx, batch); err != nil { // which is one transaction
		return fmt.Errorf("vault: replace the checkpoints: %w", err)
	}
	return nil
}

// LogMark is the mark (see journal.Mark) of the log that the rows are made from;
// empty where that is not known.
func (r *ReadModels) LogMark(ctx context.Context) (mark string, err error) {
	err = each(ctx, r.db.pool, func(row pgx.Rows) error { return row.Scan(&mark) }, "SELECT mark FROM readmodels.log")
	if err != nil {
		return "", fmt.Errorf("read the log's mark: %w", err)
	}
	return mark, nil
}

// SetLogMark says which log the rows are made from.
func (r *ReadModels) SetLogMark(ctx context.Context, mark string) error {
	if _, err := r.db.pool.exec(ctx, "INSERT INTO readmodels.log"+upsertMark, mark); err != nil {
		return fmt.Errorf("keep the log's mark: %w", err)
	}
	return nil
}

// Clear removes all editions and the mark, so that projectors fill all views
// from the beginning of whichever log they follow.
func (r *ReadModels) Clear(ctx context.Context) error {
	err := r.db.alter(ctx, func(ctx context.Context, tx pgx.Tx) error {
		all, err := list(ctx, inside{tx}, "", "")
		if err != nil {
			return err
		}
		for _, one := range all {
			if _, err := tx.Exec(ctx, "DROP TABLE IF EXISTS "+newTable(edition{one.View, one.Version, one.Number}, nil).name); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, "DELETE FROM readmodels.editions; DELETE FROM readmodels.log")
		return err
	})
	r.tables.Clear()
	r.serving.Clear()
	if err != nil {
		return fmt.Errorf("clear the read models: %w", err)
	}
	return nil
}
