package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// BeginRequest implements commands.IdempotencyRecords. Of many at once, one
// inserts its record and all get that one.
func (v *Vault) BeginRequest(ctx context.Context, key commands.IdempotencyKey, record commands.IdempotencyRecord) (begun commands.IdempotencyRecord, err error) {
	err = v.db.Write(ctx, func(conn *sqlitedb.Conn) error {
		_, err := run(conn, "INSERT OR IGNORE INTO requests (account, scope, key, digest, command, at, status, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			key.Account[:], key.Scope, key.Key, record.Digest[:], record.Command[:], record.At, record.Status, record.Answer)
		if err != nil {
			return err
		}
		begun, err = selectRequest(conn, key)
		return err
	})
	if err != nil {
		return commands.IdempotencyRecord{}, fmt.Errorf("vault: begin a request: %w", err)
	}
	return begun, nil
}

func selectRequest(conn *sqlitedb.Conn, key commands.IdempotencyKey) (record commands.IdempotencyRecord, err error) {
	const query = "SELECT digest, command, at, status, answer FROM requests WHERE account = ? AND scope = ? AND key = ?"
	err = each(conn, query, func(row *sqlite3.Stmt) (err error) {
		copy(record.Digest[:], row.ColumnRawBlob(0))
		copy(record.Command[:], row.ColumnRawBlob(1))
		record.Status, record.Answer = row.ColumnInt(3), row.ColumnBlob(4, nil)
		record.At, err = columnTime(row, 2)
		return err
	}, key.Account[:], key.Scope, key.Key)
	return record, err
}

// KnowsRequest implements commands.IdempotencyRecords.
func (v *Vault) KnowsRequest(ctx context.Context, key commands.IdempotencyKey) (known bool, err error) {
	err = v.read(ctx, "look for a request", "SELECT 1 FROM requests WHERE account = ? AND scope = ? AND key = ?", func(*sqlite3.Stmt) error {
		known = true
		return nil
	}, key.Account[:], key.Scope, key.Key)
	return known, err
}

// FinishRequest implements commands.IdempotencyRecords. The first answer stays:
// what one caller was told, all are told.
func (v *Vault) FinishRequest(ctx context.Context, key commands.IdempotencyKey, status int, answer []byte) error {
	return v.write(ctx, "finish a request",
		"UPDATE requests SET status = ?, answer = ? WHERE account = ? AND scope = ? AND key = ? AND status = 0",
		status, answer, key.Account[:], key.Scope, key.Key)
}

// ForgetRequest implements commands.IdempotencyRecords.
func (v *Vault) ForgetRequest(ctx context.Context, key commands.IdempotencyKey, command domain.CommandID) error {
	return v.write(ctx, "forget a request", "DELETE FROM requests WHERE account = ? AND scope = ? AND key = ? AND command = ? AND status = 0",
		key.Account[:], key.Scope, key.Key, command[:])
}

// Sweep deletes what has had its time: requests that began more than seven days
// before now, sessions and API tokens that have expired, networks not seen for long, reports of
// batches, and counters of limits that have cleared.
func (v *Vault) Sweep(ctx context.Context, now time.Time) error {
	err := v.writeVital(ctx, "sweep requests", "DELETE FROM requests WHERE at < ?", now.Add(-commands.RequestsAreKept))
	if err != nil {
		return err
	}
	if err := v.writeVital(ctx, "sweep sessions", "DELETE FROM sessions WHERE expires_at <= ?", now); err != nil {
		return err
	}
	if err := v.writeVital(ctx, "sweep API tokens", "DELETE FROM api_tokens WHERE expires_at <= ?", now); err != nil {
		return err
	}
	if err := v.writeVital(ctx, "sweep networks", "DELETE FROM known_networks WHERE seen_at <= ?", now.Add(-commands.KnownNetworksAreKept)); err != nil {
		return err
	}
	if err := v.db.WriteVital(ctx, func(conn *sqlitedb.Conn) error { return sweepBatches(conn, now) }); err != nil {
		return fmt.Errorf("vault: sweep batches: %w", err)
	}
	return v.writeVital(ctx, "sweep counters", "DELETE FROM counters WHERE until <= ?", now)
}

// Checkpoint returns how far a policy has come; zero for one that has not begun.
func (v *Vault) Checkpoint(ctx context.Context, name string) (position domain.Position, err error) {
	err = v.read(ctx, "read a checkpoint", selectCheckpoint, func(row *sqlite3.Stmt) error {
		position = columnPosition(row, 0)
		return nil
	}, name)
	return position, err
}

const selectCheckpoint = "SELECT position_commit, position_prepare FROM policies WHERE name = ?"

// SaveCheckpoint moves a policy on. Where it does not stand at from, it changes
// nothing and returns projections.ErrMoved.
func (v *Vault) SaveCheckpoint(ctx context.Context, name string, from, to domain.Position) error {
	err := v.db.Write(ctx, func(conn *sqlitedb.Conn) error {
		var stands domain.Position
		err := each(conn, selectCheckpoint, func(row *sqlite3.Stmt) error {
			stands = columnPosition(row, 0)
			return nil
		}, name)
		if err != nil {
			return err
		}
		if stands != from {
			return fmt.Errorf("it stands at %s instead of %s: %w", stands, from, projections.ErrMoved)
		}
		commit, prepare := positionValues(to)
		_, err = run(conn, "INSERT OR REPLACE INTO policies (name, position_commit, position_prepare) VALUES (?, ?, ?)", name, commit, prepare)
		return err
	})
	if err != nil {
		return fmt.Errorf("vault: save the checkpoint of %s: %w", name, err)
	}
	return nil
}
