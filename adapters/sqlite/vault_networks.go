package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// RememberNetwork implements commands.KnownNetworks.
func (v *Vault) RememberNetwork(ctx context.Context, person domain.PersonID, network commands.Pseudonym, at time.Time) error {
	err := v.db.WriteVital(ctx, func(conn *sqlitedb.Conn) error {
		_, err := run(conn, "INSERT OR REPLACE INTO known_networks (person, network, seen_at) VALUES (?, ?, ?)", person[:], network[:], at)
		if err != nil {
			return err
		}
		_, err = run(conn, "DELETE FROM known_networks WHERE person = ? AND network NOT IN"+
			" (SELECT network FROM known_networks WHERE person = ? ORDER BY seen_at DESC, network LIMIT ?)", person[:], person[:], commands.MostKnownNetworks)
		return err
	})
	if err != nil {
		return fmt.Errorf("vault: remember a network: %w", err)
	}
	return nil
}

// NetworkSeen implements commands.KnownNetworks.
func (v *Vault) NetworkSeen(ctx context.Context, person domain.PersonID, network commands.Pseudonym) (at time.Time, err error) {
	err = v.read(ctx, "look for a network", "SELECT seen_at FROM known_networks WHERE person = ? AND network = ?", func(row *sqlite3.Stmt) (err error) {
		at, err = columnTime(row, 0)
		return err
	}, person[:], network[:])
	return at, err
}
