package postgres

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Stops returns the events at which a policy is stopped.
func (v *Vault) Stops(ctx context.Context, policy string) (all []*projections.Poison, err error) {
	err = v.read(ctx, "list the stops of "+policy, func(row pgx.Rows) error {
		var event []byte
		var commit, prepare int64
		var kind, reason string
		if err := row.Scan(&event, &commit, &prepare, &kind, &reason); err != nil {
			return err
		}
		id, err := uuid.FromBytes(event)
		all = append(all, &projections.Poison{Event: id, Position: toPosition(commit, prepare), Type: domain.EventType(kind), Reason: reason})
		return err
	}, "SELECT event, position_commit, position_prepare, type, reason FROM vault.stops WHERE policy = $1 ORDER BY position_commit, position_prepare", policy)
	return all, err
}

// SaveStop puts on record that a policy is stopped at an event, and why.
func (v *Vault) SaveStop(ctx context.Context, policy string, stopped projections.Poison) error {
	commit, prepare := positionValues(stopped.Position)
	return v.write(ctx, "note a stop of "+policy, "INSERT INTO vault.stops (policy, event, position_commit, position_prepare, type, reason)"+
		" VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (policy, event) DO UPDATE SET position_commit = excluded.position_commit,"+
		" position_prepare = excluded.position_prepare, type = excluded.type, reason = excluded.reason",
		policy, stopped.Event[:], commit, prepare, string(stopped.Type), stopped.Reason)
}

// ForgetStop puts on record that a policy is not stopped at an event any more.
func (v *Vault) ForgetStop(ctx context.Context, policy string, event uuid.UUID) error {
	return v.write(ctx, "forget a stop of "+policy, "DELETE FROM vault.stops WHERE policy = $1 AND event = $2", policy, event[:])
}
