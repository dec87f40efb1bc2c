package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/commands"
)

// ChangeCounters implements commands.Counters. Rows are locked in the order of their keys,
// so that two who share several do not wait for each other for ever.
func (v *Vault) ChangeCounters(ctx context.Context, keys []commands.CounterKey, change func(map[commands.CounterKey]commands.Counter)) error {
	err := v.db.pool.transact(ctx, questionWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) error {
		counters, err := lockCounters(ctx, tx, keys)
		if err != nil {
			return err
		}
		change(counters)
		return saveCounters(ctx, tx, keys, counters)
	})
	if err != nil {
		return fmt.Errorf("vault: change counters: %w", err)
	}
	return nil
}

func lockCounters(ctx context.Context, tx pgx.Tx, keys []commands.CounterKey) (map[commands.CounterKey]commands.Counter, error) {
	raw := make([][]byte, len(keys))
	for i := range keys {
		raw[i] = keys[i][:]
	}
	// What is not there yet is made, so that there is something to lock.
	_, err := tx.Exec(ctx, "INSERT INTO vault.counters (key, used, until) SELECT DISTINCT key, 0, $2 FROM unnest($1::bytea[]) AS asked (key)"+
		" ORDER BY key ON CONFLICT DO NOTHING", raw, timeText(time.Time{}))
	if err != nil {
		return nil, err
	}
	counters := make(map[commands.CounterKey]commands.Counter, len(keys))
	err = each(ctx, inside{tx}, func(row pgx.Rows) error {
		var key commands.CounterKey
		var counter commands.Counter
		err := row.Scan(scanID{key[:]}, &counter.Used, scanTime{&counter.Until})
		if !counter.Until.IsZero() {
			counters[key] = counter
		}
		return err
	}, "SELECT key, used, until FROM vault.counters WHERE key = ANY($1) ORDER BY key FOR UPDATE", raw)
	return counters, err
}

// saveCounters takes back what was made only to be locked.
func saveCounters(ctx context.Context, tx pgx.Tx, asked []commands.CounterKey, counters map[commands.CounterKey]commands.Counter) error {
	var untouched [][]byte
	for i := range asked {
		if _, counts := counters[asked[i]]; !counts {
			untouched = append(untouched, asked[i][:])
		}
	}
	if _, err := tx.Exec(ctx, "DELETE FROM vault.counters WHERE key = ANY($1)", untouched); err != nil {
		return err
	}
	var keys [][]byte
	var used []int
	var until []string
	for key, counter := range counters {
		keys, used, until = append(keys, key[:]), append(used, counter.Used), append(until, timeText(counter.Until))
	}
	_, err := tx.Exec(ctx, "INSERT INTO vault.counters (key, used, until) SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::text[])"+
		" ON CONFLICT (key) DO UPDATE SET used = excluded.used, until = excluded.until", keys, used, until)
	return err
}
