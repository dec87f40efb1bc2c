package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/domain"
)

const upsertMark = " (one, mark) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET mark = excluded.mark"

// LogMark returns the mark (see journal.Log) of the log that the checkpoints belong
// to; empty where that is not known yet.
func (v *Vault) LogMark(ctx context.Context) (mark string, err error) {
	err = v.read(ctx, "read the log's mark", func(row pgx.Rows) error { return row.Scan(&mark) }, "SELECT mark FROM vault.log")
	return mark, err
}

// SetLogMark says which log the checkpoints belong to.
func (v *Vault) SetLogMark(ctx context.Context, mark string) error {
	return v.write(ctx, "keep the log's mark", "INSERT INTO vault.log"+upsertMark, mark)
}

// Used reports whether anything was ever made with the vault's keys.
func (v *Vault) Used(ctx context.Context) (used bool, err error) {
	err = v.read(ctx, "look for the installation", func(row pgx.Rows) error { return row.Scan(&used) },
		"SELECT EXISTS (SELECT FROM vault.installation)")
	return used, err
}

// Checkpoints returns how far each policy has come that has begun.
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
// mark, and the policies' checkpoints in it in the place of those before. Where
// policies were stopped is forgotten: they try again, and stop there anew.
func (v *Vault) ReplaceCheckpoints(ctx context.Context, mark string, all map[string]domain.Position) error {
	batch := &pgx.Batch{}
	v.db.pool.sessions.guard(batch)
	batch.Queue("INSERT INTO vault.log"+upsertMark, mark)
	batch.Queue("DELETE FROM vault.stops")
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

// Fit makes the vault fit a log, which has this mark and ends at a position with
// an event of that time, before events that were handled. In one transaction,
//
//   - Policies stand at the log's end where they had gone further, and are stopped
//     nowhere: those that were try again.
//   - Messages that later events asked for are gone.
//   - No request has an answer, which might tell of what is not there. Sent again,
//     it finds what it did in the log, or does it.
//   - Nobody is signed in, and there are no API tokens: one that was ended since
//     would live again.
func (v *Vault) Fit(ctx context.Context, mark string, end domain.Position, last time.Time) error {
	commit, prepare := positionValues(end)
	checkpoints, err := v.Checkpoints(ctx)
	if err != nil {
		return err
	}
	err = v.db.pool.transact(ctx, batchWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		batch := &pgx.Batch{}
		for name, at := range checkpoints {
			if at.After(end) {
				batch.Queue("UPDATE vault.policies SET position_commit = $1, position_prepare = $2 WHERE name = $3", commit, prepare, name)
			}
		}
		batch.Queue("INSERT INTO vault.log"+upsertMark, mark)
		batch.Queue("DELETE FROM vault.stops")
		batch.Queue("DELETE FROM vault.messages WHERE at > $1", timeText(last))
		batch.Queue("UPDATE vault.requests SET status = 0, answer = NULL")
		batch.Queue("DELETE FROM vault.sessions")
		batch.Queue("DELETE FROM vault.api_tokens")
		return tx.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return fmt.Errorf("vault: fit it to the log: %w", err)
	}
	return nil
}

// LogMark returns the mark (see journal.Log) of the log that the rows are made from;
// empty where that is not known.
func (r *ReadModels) LogMark(ctx context.Context) (mark string, err error) {
	err = r.whole(ctx, func() error {
		return each(ctx, r.db.pool, func(row pgx.Rows) error { return row.Scan(&mark) }, "SELECT mark FROM readmodels.log")
	})
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

// Found returns what was found out, under a name, of the log of a mark; empty for nothing.
func (r *ReadModels) Found(ctx context.Context, mark, name string) (text string, err error) {
	err = r.whole(ctx, func() error {
		return each(ctx, r.db.pool, func(row pgx.Rows) error { return row.Scan(&text) },
			"SELECT text FROM readmodels.found WHERE name = $1 AND mark = $2", name, mark)
	})
	if err != nil {
		return "", fmt.Errorf("read what was found out of the log, %s: %w", name, err)
	}
	return text, nil
}

// SetFound keeps it.
func (r *ReadModels) SetFound(ctx context.Context, mark, name, text string) error {
	_, err := r.db.pool.exec(ctx, "INSERT INTO readmodels.found VALUES ($1, $2, $3)"+
		" ON CONFLICT (name) DO UPDATE SET mark = excluded.mark, text = excluded.text", name, mark, text)
	if err != nil {
		return fmt.Errorf("keep what was found out of the log, %s: %w", name, err)
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
			if _, err := tx.Exec(ctx, "DROP TABLE IF EXISTS "+newTable(edition{one.View, one.Version, one.Number}, "").name); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, "DELETE FROM readmodels.editions; DELETE FROM readmodels.log; DELETE FROM readmodels.found")
		return err
	})
	r.tables.Clear()
	r.serving.Clear()
	if err != nil {
		return fmt.Errorf("clear the read models: %w", err)
	}
	return nil
}
