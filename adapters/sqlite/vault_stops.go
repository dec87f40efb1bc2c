package sqlite

import (
	"context"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Stops returns the events at which a policy is stopped.
func (v *Vault) Stops(ctx context.Context, policy string) (all []*projections.Poison, err error) {
	err = v.read(ctx, "list the stops of "+policy, "SELECT event, position_commit, position_prepare, type, reason FROM stops"+
		" WHERE policy = ? ORDER BY position_commit, position_prepare", func(row *sqlite3.Stmt) error {
		event, err := uuid.FromBytes(row.ColumnRawBlob(0))
		all = append(all, &projections.Poison{
			Event: event, Position: columnPosition(row, 1), Type: domain.EventType(row.ColumnText(3)), Reason: row.ColumnText(4),
		})
		return err
	}, policy)
	return all, err
}

// SaveStop puts on record that a policy is stopped at an event, and why.
func (v *Vault) SaveStop(ctx context.Context, policy string, stopped projections.Poison) error {
	commit, prepare := positionValues(stopped.Position)
	return v.write(ctx, "note a stop of "+policy, "INSERT OR REPLACE INTO stops (policy, event, position_commit, position_prepare, type, reason)"+
		" VALUES (?, ?, ?, ?, ?, ?)", policy, stopped.Event[:], commit, prepare, string(stopped.Type), stopped.Reason)
}

// ForgetStop puts on record that a policy is not stopped at an event any more.
func (v *Vault) ForgetStop(ctx context.Context, policy string, event uuid.UUID) error {
	return v.write(ctx, "forget a stop of "+policy, "DELETE FROM stops WHERE policy = ? AND event = ?", policy, event[:])
}
