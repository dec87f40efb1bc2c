package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// The next of the batches that nobody holds is that of the account that had its turn the
// longest ago. What another instance takes just now is passed over.
const takeBatch = "UPDATE vault.batches SET fence = fence + 1, turn = (SELECT max(turn) FROM vault.batches) + 1, until = $3 WHERE batch =" +
	" (SELECT batch FROM vault.batches AS free WHERE ended_at = $1 AND until <= $2" +
	" ORDER BY (SELECT max(turn) FROM vault.batches AS other WHERE other.account = free.account), turn, batch LIMIT 1 FOR UPDATE SKIP LOCKED)" +
	" RETURNING batch, account, command, key, caller, kept_at, size, invited, refused, fence"

// KeepBatch implements commands.WaitingBatches.
func (v *Vault) KeepBatch(ctx context.Context, batch commands.WaitingBatch, waiting []commands.WaitingRow, refused []commands.SettledRow) error {
	key := codec.NewKey()
	seal, err := codec.NewBatchSeal(batch.ID, key)
	if err != nil {
		return err
	}
	caller, err := seal.Caller(batch.Caller)
	if err != nil {
		return err
	}
	rows, err := sealRows(seal, batch.ID, waiting, refused)
	if err != nil {
		return err
	}
	return v.changeBatch(ctx, "keep a batch", func(ctx context.Context, tx pgx.Tx) error {
		never := timeText(time.Time{})
		kept, err := tx.Exec(ctx, "INSERT INTO vault.batches (batch, account, command, key, caller, kept_at, size, invited, refused, next, fence, turn, until, ended_at)"+
			" VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, 0, 0, 0, $9, $9) ON CONFLICT (batch) DO NOTHING",
			batch.ID[:], batch.Account[:], batch.Command[:], key, caller, timeText(batch.KeptAt), len(rows), len(refused), never)
		if err != nil || kept.RowsAffected() == 0 {
			return err
		}
		_, err = tx.CopyFrom(ctx, pgx.Identifier{"vault", "batch_rows"}, []string{"batch", "place", "slot", "state", "person", "sealed"}, pgx.CopyFromRows(rows))
		return err
	})
}

func sealRows(seal codec.BatchSeal, id domain.BatchID, waiting []commands.WaitingRow, refused []commands.SettledRow) ([][]any, error) {
	rows := make([][]any, 0, len(waiting)+len(refused))
	for _, row := range waiting {
		sealed, err := seal.Waiting(row)
		if err != nil {
			return nil, err
		}
		rows = append(rows, []any{id[:], int64(row.Place), row.Slot[:], "waiting", []byte{}, sealed})
	}
	for _, row := range refused {
		sealed, err := seal.Refused(row)
		if err != nil {
			return nil, err
		}
		rows = append(rows, []any{id[:], int64(row.Place), row.Slot[:], "refused", []byte{}, sealed})
	}
	return rows, nil
}

// TakeBatch implements commands.WaitingBatches.
func (v *Vault) TakeBatch(ctx context.Context, now time.Time, lasts time.Duration) (lease commands.BatchLease, found bool, err error) {
	err = v.read(ctx, "take a batch", func(row pgx.Rows) error {
		found = true
		var key, caller []byte
		if err := row.Scan(scanID{lease.ID[:]}, scanID{lease.Account[:]}, scanID{lease.Command[:]}, &key, &caller,
			scanTime{&lease.KeptAt}, &lease.Size, &lease.Invited, &lease.Refused, &lease.Fence); err != nil {
			return err
		}
		seal, err := codec.NewBatchSeal(lease.ID, key)
		if err == nil {
			lease.Caller, err = seal.OpenCaller(caller)
		}
		return err
	}, takeBatch, timeText(time.Time{}), timeText(now), timeText(now.Add(lasts)))
	return lease, found && err == nil, err
}

// holding changes a batch while the lease holds, in one transaction.
func (v *Vault) holding(ctx context.Context, what string, lease commands.BatchLease, change func(context.Context, pgx.Tx, codec.BatchSeal) error) error {
	return v.changeBatch(ctx, what, func(ctx context.Context, tx pgx.Tx) error {
		var key []byte
		err := tx.QueryRow(ctx, "SELECT key FROM vault.batches WHERE batch = $1 AND fence = $2 AND ended_at = $3 FOR UPDATE",
			lease.ID[:], lease.Fence, timeText(time.Time{})).Scan(&key)
		if errors.Is(err, pgx.ErrNoRows) {
			return commands.ErrLeaseLost
		}
		if err != nil {
			return err
		}
		seal, err := codec.NewBatchSeal(lease.ID, key)
		if err != nil {
			return err
		}
		return change(ctx, tx, seal)
	})
}

// ProlongBatch implements commands.WaitingBatches.
func (v *Vault) ProlongBatch(ctx context.Context, lease commands.BatchLease, until time.Time) error {
	return v.holding(ctx, "prolong a lease", lease, func(ctx context.Context, tx pgx.Tx, _ codec.BatchSeal) error {
		_, err := tx.Exec(ctx, "UPDATE vault.batches SET until = $1 WHERE batch = $2", timeText(until), lease.ID[:])
		return err
	})
}

// WaitingRows implements commands.WaitingBatches.
func (v *Vault) WaitingRows(ctx context.Context, lease commands.BatchLease, limit int) (rows []commands.WaitingRow, err error) {
	err = v.holding(ctx, "read rows that wait", lease, func(ctx context.Context, tx pgx.Tx, seal codec.BatchSeal) error {
		return each(ctx, inside{tx}, func(found pgx.Rows) error {
			var row commands.WaitingRow
			var sealed []byte
			if err := found.Scan(&row.Place, scanID{row.Slot[:]}, &sealed); err != nil {
				return err
			}
			err := seal.OpenWaiting(sealed, &row)
			rows = append(rows, row)
			return err
		}, "SELECT place, slot, sealed FROM vault.batch_rows WHERE batch = $1 AND place >= (SELECT next FROM vault.batches WHERE batch = $1)"+
			" AND state = 'waiting' ORDER BY place LIMIT $2", lease.ID[:], limit)
	})
	return rows, err
}

// SettleRows implements commands.WaitingBatches.
func (v *Vault) SettleRows(ctx context.Context, lease commands.BatchLease, rows []commands.SettledRow) error {
	return v.holding(ctx, "settle rows", lease, func(ctx context.Context, tx pgx.Tx, seal codec.BatchSeal) (err error) {
		invited, refused, next := 0, 0, 0
		changes := &pgx.Batch{}
		for _, row := range rows {
			state, sealed := "invited", []byte{}
			next = max(next, row.Place+1)
			if row.Refused == nil {
				invited++
			} else {
				state, refused = "refused", refused+1
				if sealed, err = seal.Refused(row); err != nil {
					return err
				}
			}
			changes.Queue("UPDATE vault.batch_rows SET state = $1, person = $2, sealed = $3 WHERE batch = $4 AND place = $5",
				state, row.Person[:], sealed, lease.ID[:], row.Place)
		}
		changes.Queue("UPDATE vault.batches SET invited = invited + $1, refused = refused + $2, next = greatest(next, $3), until = $4, fence = fence + 1 WHERE batch = $5",
			invited, refused, next, timeText(time.Time{}), lease.ID[:])
		return tx.SendBatch(ctx, changes).Close()
	})
}

// EndBatch implements commands.WaitingBatches.
func (v *Vault) EndBatch(ctx context.Context, lease commands.BatchLease, at time.Time) error {
	return v.holding(ctx, "end a batch", lease, func(ctx context.Context, tx pgx.Tx, _ codec.BatchSeal) error {
		if _, err := tx.Exec(ctx, "DELETE FROM vault.batch_rows WHERE batch = $1 AND state = 'waiting'", lease.ID[:]); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE vault.batches SET ended_at = $1 WHERE batch = $2", timeText(at), lease.ID[:])
		return err
	})
}

// ForgetBatch implements commands.WaitingBatches.
func (v *Vault) ForgetBatch(ctx context.Context, id domain.BatchID) error {
	return v.changeBatch(ctx, "forget a batch", func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM vault.batch_rows WHERE batch = $1", id[:])
		if err == nil {
			_, err = tx.Exec(ctx, "DELETE FROM vault.batches WHERE batch = $1", id[:])
		}
		return err
	})
}

// BatchProgress implements commands.WaitingBatches.
func (v *Vault) BatchProgress(ctx context.Context, id domain.BatchID) (progress commands.BatchProgress, known bool, err error) {
	err = v.read(ctx, "look how far a batch is", func(row pgx.Rows) error {
		known = true
		return row.Scan(&progress.Size, &progress.Invited, &progress.Refused, scanTime{&progress.EndedAt})
	}, "SELECT size, invited, refused, ended_at FROM vault.batches WHERE batch = $1", id[:])
	return progress, known, err
}

// SettledRows implements commands.WaitingBatches.
func (v *Vault) SettledRows(ctx context.Context, id domain.BatchID, from, limit int, onlyRefused bool) (rows []commands.SettledRow, err error) {
	states := []string{"refused", "invited"}
	if onlyRefused {
		states = states[:1]
	}
	err = v.read(ctx, "read rows that were settled", func(found pgx.Rows) error {
		var row commands.SettledRow
		var person, sealed, key []byte
		var state string
		if err := found.Scan(&row.Place, scanID{row.Slot[:]}, &person, &sealed, &state, &key); err != nil {
			return err
		}
		copy(row.Person[:], person)
		if state == states[0] {
			seal, err := codec.NewBatchSeal(id, key)
			if err == nil {
				err = seal.OpenRefused(sealed, &row)
			}
			if err != nil {
				return err
			}
		}
		rows = append(rows, row)
		return nil
	}, "SELECT place, slot, person, sealed, state, key FROM vault.batch_rows JOIN vault.batches USING (batch)"+
		" WHERE batch = $1 AND place >= $2 AND state = ANY($3) ORDER BY place LIMIT $4", id[:], from, states, limit)
	return rows, err
}

// UnfinishedBatches implements commands.WaitingBatches.
func (v *Vault) UnfinishedBatches(ctx context.Context, account domain.AccountID) (count int, err error) {
	err = v.read(ctx, "count batches", func(row pgx.Rows) error { return row.Scan(&count) },
		"SELECT count(*) FROM vault.batches WHERE account = $1 AND ended_at = $2", account[:], timeText(time.Time{}))
	return count, err
}

// ForgetRowsOf implements commands.WaitingBatches.
func (v *Vault) ForgetRowsOf(ctx context.Context, slot domain.Slot) error {
	return v.write(ctx, "forget rows of batches", "DELETE FROM vault.batch_rows WHERE slot = $1", slot[:])
}

// changeBatch changes what is kept of batches in one transaction.
func (v *Vault) changeBatch(ctx context.Context, what string, change func(context.Context, pgx.Tx) error) error {
	if err := v.db.pool.transact(ctx, batchWithin, pgx.TxOptions{}, change); err != nil {
		return fmt.Errorf("vault: %s: %w", what, err)
	}
	return nil
}

// sweepBatches forgets batches that ended a while ago.
func sweepBatches(ctx context.Context, tx pgx.Tx, now time.Time) error {
	const ended = " WHERE ended_at > $1 AND ended_at < $2"
	never, before := timeText(time.Time{}), timeText(now.Add(-commands.ReportsAreKept))
	if _, err := tx.Exec(ctx, "DELETE FROM vault.batch_rows WHERE batch IN (SELECT batch FROM vault.batches"+ended+")", never, before); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "DELETE FROM vault.batches"+ended, never, before)
	return err
}
