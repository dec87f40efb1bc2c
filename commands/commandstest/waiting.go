package commandstest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// batches is the part of a Vault in memory that keeps bulk invitations.
type batches struct {
	all   map[domain.BatchID]*kept
	turns int
}

type kept struct {
	lease   commands.BatchLease
	until   time.Time
	turn    int
	waiting []commands.WaitingRow
	settled []commands.SettledRow
}

// Kept returns the rows of a batch that wait.
func (v *Vault) Kept(id domain.BatchID) []commands.WaitingRow {
	v.mu.Lock()
	defer v.mu.Unlock()
	if batch := v.batches.all[id]; batch != nil {
		return slices.Clone(batch.waiting)
	}
	return nil
}

func (v *Vault) KeepBatch(_ context.Context, batch commands.WaitingBatch, waiting []commands.WaitingRow, refused []commands.SettledRow) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.batches.all[batch.ID] == nil && v.Fails == nil {
		v.batches.all[batch.ID] = &kept{
			lease:   commands.BatchLease{WaitingBatch: batch, BatchProgress: commands.BatchProgress{Size: len(waiting) + len(refused), Refused: len(refused)}},
			waiting: slices.Clone(waiting), settled: slices.Clone(refused),
		}
	}
	return v.Fails
}

func (v *Vault) TakeBatch(_ context.Context, now time.Time, lasts time.Duration) (lease commands.BatchLease, found bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	last := map[domain.AccountID]int{}
	for _, batch := range v.batches.all {
		last[batch.lease.Account] = max(last[batch.lease.Account], batch.turn)
	}
	var next *kept
	for _, batch := range v.batches.all {
		if batch.until.After(now) || !batch.lease.EndedAt.IsZero() {
			continue
		}
		if next == nil || cmp.Or(cmp.Compare(last[batch.lease.Account], last[next.lease.Account]), cmp.Compare(batch.turn, next.turn)) < 0 {
			next = batch
		}
	}
	if next == nil || v.Fails != nil {
		return lease, false, v.Fails
	}
	v.batches.turns++
	next.turn, next.until = v.batches.turns, now.Add(lasts)
	next.lease.Fence++
	return next.lease, true, nil
}

// held returns the batch while the lease holds.
func (v *Vault) held(lease commands.BatchLease) (*kept, error) {
	batch := v.batches.all[lease.ID]
	if batch == nil || batch.lease.Fence != lease.Fence || !batch.lease.EndedAt.IsZero() {
		return nil, cmp.Or(v.Fails, commands.ErrLeaseLost)
	}
	return batch, v.Fails
}

func (v *Vault) ProlongBatch(_ context.Context, lease commands.BatchLease, until time.Time) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	batch, err := v.held(lease)
	if err == nil {
		batch.until = until
	}
	return err
}

func (v *Vault) WaitingRows(_ context.Context, lease commands.BatchLease, limit int) ([]commands.WaitingRow, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	batch := v.batches.all[lease.ID]
	if batch == nil {
		return nil, v.Fails
	}
	return slices.Clone(batch.waiting[:min(limit, len(batch.waiting))]), v.Fails
}

func (v *Vault) SettleRows(_ context.Context, lease commands.BatchLease, rows []commands.SettledRow) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	batch, err := v.held(lease)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Refused != nil {
			batch.lease.Refused++
		} else {
			batch.lease.Invited++
			row.Contact = ""
		}
		batch.settled = append(batch.settled, row)
		batch.waiting = slices.DeleteFunc(batch.waiting, func(w commands.WaitingRow) bool { return w.Place == row.Place })
	}
	batch.until = time.Time{}
	batch.lease.Fence++
	return nil
}

func (v *Vault) EndBatch(_ context.Context, lease commands.BatchLease, at time.Time) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	batch, err := v.held(lease)
	if err == nil {
		batch.waiting, batch.lease.EndedAt = nil, at
	}
	return err
}

func (v *Vault) ForgetBatch(_ context.Context, id domain.BatchID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.batches.all, id)
	return v.Fails
}

func (v *Vault) BatchProgress(_ context.Context, id domain.BatchID) (commands.BatchProgress, bool, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if batch := v.batches.all[id]; batch != nil {
		return batch.lease.BatchProgress, true, v.Fails
	}
	return commands.BatchProgress{}, false, v.Fails
}

func (v *Vault) SettledRows(_ context.Context, id domain.BatchID, from, limit int, onlyRefused bool) (rows []commands.SettledRow, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if batch := v.batches.all[id]; batch != nil {
		for _, row := range batch.settled {
			if row.Place >= from && (row.Refused != nil || !onlyRefused) {
				rows = append(rows, row)
			}
		}
	}
	slices.SortFunc(rows, func(a, b commands.SettledRow) int { return cmp.Compare(a.Place, b.Place) })
	return rows[:min(limit, len(rows))], v.Fails
}

func (v *Vault) UnfinishedBatches(_ context.Context, account domain.AccountID) (count int, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for batch := range maps.Values(v.batches.all) {
		if batch.lease.Account == account && batch.lease.EndedAt.IsZero() {
			count++
		}
	}
	return count, v.Fails
}

func (v *Vault) ForgetRowsOf(_ context.Context, slot domain.Slot) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, batch := range v.batches.all {
		batch.waiting = slices.DeleteFunc(batch.waiting, func(row commands.WaitingRow) bool { return row.Slot == slot })
		batch.settled = slices.DeleteFunc(batch.settled, func(row commands.SettledRow) bool { return row.Slot == slot })
	}
	return v.Fails
}

// GoOn works off the bulk invitations that go on by themselves, until none is left.
func (w *World) GoOn() {
	w.T.Helper()
	for w.goOnOnce() {
	}
}

// goOnOnce has the next rows of a batch tried; false where none waits.
func (w *World) goOnOnce() bool {
	w.T.Helper()
	lease, found, err := w.App.TakeBatch(context.Background(), w.Now(), time.Minute)
	require.NoError(w.T, err)
	if found {
		require.NoError(w.T, w.App.GoOnInviting(context.Background(), lease))
	}
	return found
}
