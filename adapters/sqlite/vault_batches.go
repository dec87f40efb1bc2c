package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// The next of the batches that nobody holds is that of the account that had its turn the
// longest ago.
const (
	freeBatch = "SELECT batch FROM batches AS free WHERE ended_at = ?1 AND until <= ?2" +
		" ORDER BY (SELECT max(turn) FROM batches AS other WHERE other.account = free.account), turn, batch LIMIT 1"
	leaseColumns = "batch, account, command, key, caller, kept_at, size, invited, refused, fence"
)

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
	return v.changeBatch(ctx, "keep a batch", func(conn *sqlitedb.Conn) error {
		var never time.Time
		kept, err := run(conn, "INSERT OR IGNORE INTO batches (batch, account, command, key, caller, kept_at, size, invited, refused, next, fence, turn, until, ended_at)"+
			" VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 0, 0, 0, ?, ?)",
			batch.ID[:], batch.Account[:], batch.Command[:], key, caller, batch.KeptAt, len(waiting)+len(refused), len(refused), never, never)
		if err != nil || kept == 0 {
			return err
		}
		const insert = "INSERT INTO batch_rows (batch, place, slot, state, person, sealed) VALUES (?, ?, ?, ?, x'', ?)"
		for _, row := range waiting {
			sealed, err := seal.Waiting(row)
			if err == nil {
				_, err = run(conn, insert, batch.ID[:], row.Place, row.Slot[:], "waiting", sealed)
			}
			if err != nil {
				return err
			}
		}
		for _, row := range refused {
			sealed, err := seal.Refused(row)
			if err == nil {
				_, err = run(conn, insert, batch.ID[:], row.Place, row.Slot[:], "refused", sealed)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// TakeBatch implements commands.WaitingBatches.
func (v *Vault) TakeBatch(ctx context.Context, now time.Time, lasts time.Duration) (lease commands.BatchLease, found bool, err error) {
	var never time.Time
	err = v.read(ctx, "look for a batch", freeBatch, func(*sqlite3.Stmt) error {
		found = true
		return nil
	}, never, now)
	if err != nil || !found {
		return lease, false, err
	}
	found = false
	err = v.changeBatch(ctx, "take a batch", func(conn *sqlitedb.Conn) error {
		return each(conn, "UPDATE batches SET fence = fence + 1, turn = (SELECT max(turn) FROM batches) + 1, until = ?3"+
			" WHERE batch = ("+freeBatch+") RETURNING "+leaseColumns, func(row *sqlite3.Stmt) (err error) {
			found = true
			lease, err = columnsLease(row)
			return err
		}, never, now, now.Add(lasts))
	})
	return lease, found && err == nil, err
}

// giveBackBatches ends the leases of whoever had the file before: nobody else has it now.
func giveBackBatches(ctx context.Context, db *sqlitedb.DB) error {
	lent, never := false, time.Time{}
	err := db.Read(ctx, func(conn *sqlitedb.Conn) error {
		return each(conn, "SELECT 1 FROM batches WHERE ended_at = ?1 AND until > ?1 LIMIT 1", func(*sqlite3.Stmt) error {
			lent = true
			return nil
		}, never)
	})
	if err != nil || !lent {
		return err
	}
	return db.Write(ctx, func(conn *sqlitedb.Conn) error {
		_, err := run(conn, "UPDATE batches SET until = ?1, fence = fence + 1 WHERE ended_at = ?1 AND until > ?1", never)
		return err
	})
}

func columnsLease(row *sqlite3.Stmt) (lease commands.BatchLease, err error) {
	for column, id := range [][]byte{lease.ID[:], lease.Account[:], lease.Command[:]} {
		copy(id, row.ColumnRawBlob(column))
	}
	seal, err := codec.NewBatchSeal(lease.ID, row.ColumnBlob(3, nil))
	if err != nil {
		return lease, err
	}
	if lease.Caller, err = seal.OpenCaller(row.ColumnBlob(4, nil)); err != nil {
		return lease, err
	}
	lease.Size, lease.Invited, lease.Refused, lease.Fence = row.ColumnInt(6), row.ColumnInt(7), row.ColumnInt(8), row.ColumnInt64(9)
	lease.KeptAt, err = columnTime(row, 5)
	return lease, err
}

// held returns the seal of a batch while the lease holds.
func held(conn *sqlitedb.Conn, lease commands.BatchLease) (seal codec.BatchSeal, err error) {
	holds := false
	err = each(conn, "SELECT key FROM batches WHERE batch = ? AND fence = ? AND ended_at = ?", func(row *sqlite3.Stmt) (err error) {
		holds = true
		seal, err = codec.NewBatchSeal(lease.ID, row.ColumnBlob(0, nil))
		return err
	}, lease.ID[:], lease.Fence, time.Time{})
	if err == nil && !holds {
		err = commands.ErrLeaseLost
	}
	return seal, err
}

// ProlongBatch implements commands.WaitingBatches.
func (v *Vault) ProlongBatch(ctx context.Context, lease commands.BatchLease, until time.Time) error {
	return v.changeBatch(ctx, "prolong a lease", func(conn *sqlitedb.Conn) error {
		if _, err := held(conn, lease); err != nil {
			return err
		}
		_, err := run(conn, "UPDATE batches SET until = ? WHERE batch = ?", until, lease.ID[:])
		return err
	})
}

// WaitingRows implements commands.WaitingBatches.
func (v *Vault) WaitingRows(ctx context.Context, lease commands.BatchLease, limit int) (rows []commands.WaitingRow, err error) {
	err = v.db.Read(ctx, func(conn *sqlitedb.Conn) error {
		seal, err := held(conn, lease)
		if err != nil {
			return err
		}
		return each(conn, "SELECT place, slot, sealed FROM batch_rows WHERE batch = ?1 AND place >= (SELECT next FROM batches WHERE batch = ?1)"+
			" AND state = 'waiting' ORDER BY place LIMIT ?2", func(found *sqlite3.Stmt) error {
			row := commands.WaitingRow{Place: found.ColumnInt(0)}
			copy(row.Slot[:], found.ColumnRawBlob(1))
			err := seal.OpenWaiting(found.ColumnBlob(2, nil), &row)
			rows = append(rows, row)
			return err
		}, lease.ID[:], limit)
	})
	if err != nil {
		return nil, fmt.Errorf("vault: read rows that wait: %w", err)
	}
	return rows, nil
}

// SettleRows implements commands.WaitingBatches.
func (v *Vault) SettleRows(ctx context.Context, lease commands.BatchLease, rows []commands.SettledRow) error {
	return v.changeBatch(ctx, "settle rows", func(conn *sqlitedb.Conn) error {
		seal, err := held(conn, lease)
		if err != nil {
			return err
		}
		invited, refused, next := 0, 0, 0
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
			if _, err := run(conn, "UPDATE batch_rows SET state = ?, person = ?, sealed = ? WHERE batch = ? AND place = ?",
				state, row.Person[:], sealed, lease.ID[:], row.Place); err != nil {
				return err
			}
		}
		_, err = run(conn, "UPDATE batches SET invited = invited + ?, refused = refused + ?, next = max(next, ?), until = ?, fence = fence + 1 WHERE batch = ?",
			invited, refused, next, time.Time{}, lease.ID[:])
		return err
	})
}

// EndBatch implements commands.WaitingBatches.
func (v *Vault) EndBatch(ctx context.Context, lease commands.BatchLease, at time.Time) error {
	return v.changeBatch(ctx, "end a batch", func(conn *sqlitedb.Conn) error {
		if _, err := held(conn, lease); err != nil {
			return err
		}
		if _, err := run(conn, "DELETE FROM batch_rows WHERE batch = ? AND state = 'waiting'", lease.ID[:]); err != nil {
			return err
		}
		_, err := run(conn, "UPDATE batches SET ended_at = ? WHERE batch = ?", at, lease.ID[:])
		return err
	})
}

// ForgetBatch implements commands.WaitingBatches.
func (v *Vault) ForgetBatch(ctx context.Context, id domain.BatchID) error {
	return v.changeBatch(ctx, "forget a batch", func(conn *sqlitedb.Conn) error {
		_, err := run(conn, "DELETE FROM batch_rows WHERE batch = ?", id[:])
		if err == nil {
			_, err = run(conn, "DELETE FROM batches WHERE batch = ?", id[:])
		}
		return err
	})
}

// BatchProgress implements commands.WaitingBatches.
func (v *Vault) BatchProgress(ctx context.Context, id domain.BatchID) (progress commands.BatchProgress, known bool, err error) {
	err = v.read(ctx, "look how far a batch is", "SELECT size, invited, refused, ended_at FROM batches WHERE batch = ?", func(row *sqlite3.Stmt) (err error) {
		known = true
		progress.Size, progress.Invited, progress.Refused = row.ColumnInt(0), row.ColumnInt(1), row.ColumnInt(2)
		progress.EndedAt, err = columnTime(row, 3)
		return err
	}, id[:])
	return progress, known, err
}

// SettledRows implements commands.WaitingBatches.
func (v *Vault) SettledRows(ctx context.Context, id domain.BatchID, from, limit int, onlyRefused bool) (rows []commands.SettledRow, err error) {
	states := "state IN ('refused', 'invited')"
	if onlyRefused {
		states = "state = 'refused'"
	}
	err = v.read(ctx, "read rows that were settled", "SELECT place, slot, person, sealed, state, key FROM batch_rows JOIN batches USING (batch)"+
		" WHERE batch_rows.batch = ? AND place >= ? AND "+states+" ORDER BY place LIMIT ?", func(found *sqlite3.Stmt) error {
		row := commands.SettledRow{Place: found.ColumnInt(0)}
		copy(row.Slot[:], found.ColumnRawBlob(1))
		copy(row.Person[:], found.ColumnRawBlob(2))
		if found.ColumnText(4) == "refused" {
			seal, err := codec.NewBatchSeal(id, found.ColumnBlob(5, nil))
			if err == nil {
				err = seal.OpenRefused(found.ColumnBlob(3, nil), &row)
			}
			if err != nil {
				return err
			}
		}
		rows = append(rows, row)
		return nil
	}, id[:], from, limit)
	return rows, err
}

// UnfinishedBatches implements commands.WaitingBatches.
func (v *Vault) UnfinishedBatches(ctx context.Context, account domain.AccountID) (count int, err error) {
	err = v.read(ctx, "count batches", "SELECT count(*) FROM batches WHERE account = ? AND ended_at = ?", func(row *sqlite3.Stmt) error {
		count = row.ColumnInt(0)
		return nil
	}, account[:], time.Time{})
	return count, err
}

// ForgetRowsOf implements commands.WaitingBatches.
func (v *Vault) ForgetRowsOf(ctx context.Context, slot domain.Slot) error {
	return v.write(ctx, "forget rows of batches", "DELETE FROM batch_rows WHERE slot = ?", slot[:])
}

// changeBatch changes what is kept of batches in one transaction.
func (v *Vault) changeBatch(ctx context.Context, what string, change func(*sqlitedb.Conn) error) error {
	if err := v.db.Write(ctx, change); err != nil {
		return fmt.Errorf("vault: %s: %w", what, err)
	}
	return nil
}

// sweepBatches forgets batches that ended a while ago.
func sweepBatches(conn *sqlitedb.Conn, now time.Time) error {
	const ended = " WHERE ended_at > ? AND ended_at < ?"
	before := now.Add(-commands.ReportsAreKept)
	if _, err := run(conn, "DELETE FROM batch_rows WHERE batch IN (SELECT batch FROM batches"+ended+")", time.Time{}, before); err != nil {
		return err
	}
	_, err := run(conn, "DELETE FROM batches"+ended, time.Time{}, before)
	return err
}
