package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// RememberNetwork implements commands.KnownNetworks.
func (v *Vault) RememberNetwork(ctx context.Context, person domain.PersonID, network commands.Pseudonym, at time.Time) error {
	err := v.db.pool.transact(ctx, questionWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO vault.known_networks (person, network, seen_at) VALUES ($1, $2, $3)"+
			" ON CONFLICT (person, network) DO UPDATE SET seen_at = excluded.seen_at", person[:], network[:], timeText(at))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "DELETE FROM vault.known_networks WHERE person = $1 AND network NOT IN"+
			" (SELECT network FROM vault.known_networks WHERE person = $1 ORDER BY seen_at DESC, network LIMIT $2)", person[:], commands.MostKnownNetworks)
		return err
	})
	if err != nil {
		return fmt.Errorf("vault: remember a network: %w", err)
	}
	return nil
}

// NetworkSeen implements commands.KnownNetworks.
func (v *Vault) NetworkSeen(ctx context.Context, person domain.PersonID, network commands.Pseudonym) (at time.Time, err error) {
	err = v.read(ctx, "look for a network", func(row pgx.Rows) error { return row.Scan(scanTime{&at}) },
		"SELECT seen_at FROM vault.known_networks WHERE person = $1 AND network = $2", person[:], network[:])
	return at, err
}
