package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// BeginRequest implements commands.IdempotencyRecords. Of many at once, one
// inserts its record and all get that one, in the one statement: another might be
// answered by another server.
func (v *Vault) BeginRequest(ctx context.Context, key commands.IdempotencyKey, record commands.IdempotencyRecord) (begun commands.IdempotencyRecord, err error) {
	found := false
	err = v.read(ctx, "begin a request", func(row pgx.Rows) error {
		found = true
		return row.Scan(scanID{begun.Digest[:]}, scanID{begun.Command[:]}, scanTime{&begun.At}, &begun.Status, &begun.Answer)
	}, "INSERT INTO vault.requests AS stored (account, scope, key, digest, command, at, status, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"+
		" ON CONFLICT (account, scope, key) DO UPDATE SET key = stored.key RETURNING digest, command, at, status, answer", // which changes nothing, and returns the row
		key.Account[:], key.Scope, key.Key, record.Digest[:], record.Command[:], timeText(record.At), record.Status, record.Answer)
	if err == nil && !found {
		err = errors.New("vault: begin a request: PostgreSQL returned no record")
	}
	return begun, err
}

// KnowsRequest implements commands.IdempotencyRecords.
func (v *Vault) KnowsRequest(ctx context.Context, key commands.IdempotencyKey) (known bool, err error) {
	err = v.read(ctx, "look for a request", func(row pgx.Rows) error { return row.Scan(&known) },
		"SELECT true FROM vault.requests WHERE account = $1 AND scope = $2 AND key = $3", key.Account[:], key.Scope, key.Key)
	return known, err
}

// FinishRequest implements commands.IdempotencyRecords. The first answer stays:
// what one caller was told, all are told.
func (v *Vault) FinishRequest(ctx context.Context, key commands.IdempotencyKey, status int, answer []byte) error {
	return v.write(ctx, "finish a request",
		"UPDATE vault.requests SET status = $1, answer = $2 WHERE account = $3 AND scope = $4 AND key = $5 AND status = 0",
		status, answer, key.Account[:], key.Scope, key.Key)
}

// ForgetRequest implements commands.IdempotencyRecords.
func (v *Vault) ForgetRequest(ctx context.Context, key commands.IdempotencyKey, command domain.CommandID) error {
	return v.write(ctx, "forget a request", "DELETE FROM vault.requests WHERE account = $1 AND scope = $2 AND key = $3 AND command = $4 AND status = 0",
		key.Account[:], key.Scope, key.Key, command[:])
}

// Sweep deletes what has had its time: requests that began more than seven days
// before now, sessions and API tokens that have expired, networks not seen for long, reports of
// batches, and counters of limits that have cleared.
func (v *Vault) Sweep(ctx context.Context, now time.Time) error {
	err := v.db.pool.transact(ctx, batchWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM vault.requests WHERE at < $1", timeText(now.Add(-commands.RequestsAreKept))); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM vault.sessions WHERE expires_at <= $1", timeText(now)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM vault.api_tokens WHERE expires_at <= $1", timeText(now)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "DELETE FROM vault.known_networks WHERE seen_at <= $1", timeText(now.Add(-commands.KnownNetworksAreKept)))
		if err != nil {
			return err
		}
		if err := sweepBatches(ctx, tx, now); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "DELETE FROM vault.counters WHERE until <= $1", timeText(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("vault: sweep: %w", err)
	}
	return nil
}

// Checkpoint returns how far a policy has come; zero for one that has not begun.
func (v *Vault) Checkpoint(ctx context.Context, name string) (position domain.Position, err error) {
	err = v.read(ctx, "read a checkpoint", func(row pgx.Rows) error {
		var commit, prepare int64
		err := row.Scan(&commit, &prepare)
		position = toPosition(commit, prepare)
		return err
	}, "SELECT position_commit, position_prepare FROM vault.policies WHERE name = $1", name)
	return position, err
}

// SaveCheckpoint moves a policy on. Where it does not stand at from, it changes
// nothing and returns projections.ErrMoved.
func (v *Vault) SaveCheckpoint(ctx context.Context, name string, from, to domain.Position) error {
	sql := "UPDATE vault.policies SET position_commit = $2, position_prepare = $3" +
		" WHERE name = $1 AND position_commit = $4 AND position_prepare = $5"
	if from.IsZero() {
		sql = "INSERT INTO vault.policies AS stored (name, position_commit, position_prepare) VALUES ($1, $2, $3)" +
			" ON CONFLICT (name) DO UPDATE SET position_commit = $2, position_prepare = $3" +
			" WHERE stored.position_commit = $4 AND stored.position_prepare = $5"
	}
	commit, prepare := positionValues(to)
	fromCommit, fromPrepare := positionValues(from)
	moved, err := v.db.pool.exec(ctx, sql, name, commit, prepare, fromCommit, fromPrepare)
	if err == nil && moved.RowsAffected() == 0 {
		err = fmt.Errorf("it does not stand at %s: %w", from, projections.ErrMoved)
	}
	if err != nil {
		return fmt.Errorf("vault: save the checkpoint of %s: %w", name, err)
	}
	return nil
}
