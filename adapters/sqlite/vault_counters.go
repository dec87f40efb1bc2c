package sqlite

import (
	"context"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/commands"
)

// ChangeCounters implements commands.Counters.
func (v *Vault) ChangeCounters(ctx context.Context, keys []commands.CounterKey, change func(map[commands.CounterKey]commands.Counter)) error {
	err := v.db.WriteVital(ctx, func(conn *sqlitedb.Conn) error {
		counters := map[commands.CounterKey]commands.Counter{}
		for _, key := range keys {
			if err := selectCounter(conn, key, counters); err != nil {
				return err
			}
		}
		change(counters)
		for key, counter := range counters {
			_, err := run(conn, "INSERT OR REPLACE INTO counters (key, used, until) VALUES (?, ?, ?)", key[:], counter.Used, counter.Until)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("vault: change counters: %w", err)
	}
	return nil
}

func selectCounter(conn *sqlitedb.Conn, key commands.CounterKey, into map[commands.CounterKey]commands.Counter) error {
	return each(conn, "SELECT used, until FROM counters WHERE key = ?", func(row *sqlite3.Stmt) error {
		until, err := columnTime(row, 1)
		into[key] = commands.Counter{Used: row.ColumnInt(0), Until: until}
		return err
	}, key[:])
}
