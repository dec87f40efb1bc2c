package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// batchOf is a company's batch; waiting and refused are rows of it.
func batchOf(account, n int) commands.WaitingBatch {
	return commands.WaitingBatch{
		ID: domain.BatchID(person(n)), Account: company(account), Command: domain.CommandID(person(1000 + n)), KeptAt: moment(n),
		Caller: commands.Caller{Kind: domain.ActorPerson, Session: commands.Session{Account: company(account), Person: person(1), Tenure: 2, Epoch: 3}},
	}
}

func waiting(places ...int) (rows []commands.WaitingRow) {
	for _, place := range places {
		var confirmed []domain.Doubt
		if place%2 == 1 {
			confirmed = []domain.Doubt{domain.UnknownRange}
		}
		rows = append(rows, commands.WaitingRow{Place: place, Slot: domain.Slot(person(place)), Contact: domain.Contact{
			Kind: domain.ContactEmail, Address: fmt.Sprintf("row%d@secret.example", place), Form: fmt.Sprintf("1:row%d", place), Country: "US",
		}, Confirmed: confirmed})
	}
	return rows
}

func refusedRow(place int) commands.SettledRow {
	return commands.SettledRow{Place: place, Slot: domain.Slot(person(place)), Contact: fmt.Sprintf("refused%d@secret.example", place), Refused: &domain.Refusal{
		Code: domain.AccountLimit, Message: "enough", Until: moment(place),
	}}
}

func invitedRow(place int) commands.SettledRow {
	return commands.SettledRow{Place: place, Slot: domain.Slot(person(place)), Person: person(place)}
}

const leaseLasts = 5 * time.Second

func take(t *testing.T, vault KeptVault, at time.Time) (commands.BatchLease, bool) {
	t.Helper()
	lease, found, err := vault.TakeBatch(t.Context(), at, leaseLasts)
	require.NoError(t, err)
	return lease, found
}

func mustTake(t *testing.T, vault KeptVault, at time.Time) commands.BatchLease {
	t.Helper()
	lease, found := take(t, vault, at)
	require.True(t, found)
	return lease
}

func settled(t *testing.T, vault KeptVault, id domain.BatchID, onlyRefused bool) []commands.SettledRow {
	t.Helper()
	rows, err := vault.SettledRows(t.Context(), id, 0, 100, onlyRefused)
	require.NoError(t, err)
	return rows
}

func waits(t *testing.T, vault KeptVault, lease commands.BatchLease, limit int) []commands.WaitingRow {
	t.Helper()
	rows, err := vault.WaitingRows(t.Context(), lease, limit)
	require.NoError(t, err)
	return rows
}

func progress(t *testing.T, vault KeptVault, id domain.BatchID) commands.BatchProgress {
	t.Helper()
	found, known, err := vault.BatchProgress(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, known, found.Size > 0)
	return found
}

func batches(t *testing.T, fresh func(*testing.T) KeptVault) {
	now := moment(100)
	one := batchOf(1, 1)
	t.Run("given a batch, it is lent as it was kept, and its rows in their order", func(t *testing.T) {
		vault := fresh(t)
		_, found := take(t, vault, now)
		require.False(t, found)
		require.NoError(t, vault.KeepBatch(t.Context(), one, waiting(0, 2, 3, 5), []commands.SettledRow{refusedRow(1), refusedRow(4)}))
		require.NoError(t, vault.KeepBatch(t.Context(), one, waiting(7), nil), "again, it stays as it is")
		lease := mustTake(t, vault, now)
		require.Equal(t, one, lease.WaitingBatch)
		require.Equal(t, commands.BatchProgress{Size: 6, Refused: 2}, lease.BatchProgress)
		require.Equal(t, waiting(0, 2, 3), waits(t, vault, lease, 3))
		require.Equal(t, []commands.SettledRow{refusedRow(1), refusedRow(4)}, settled(t, vault, one.ID, true))
	})
	t.Run("given rows that were tried, they are counted, and of the invited the contact is forgotten", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.KeepBatch(t.Context(), one, waiting(0, 1, 2, 3), nil))
		lease := mustTake(t, vault, now)
		require.NoError(t, vault.SettleRows(t.Context(), lease, []commands.SettledRow{invitedRow(0), refusedRow(1)}))
		require.Equal(t, commands.BatchProgress{Size: 4, Invited: 1, Refused: 1}, progress(t, vault, one.ID))
		require.Equal(t, []commands.SettledRow{invitedRow(0), refusedRow(1)}, settled(t, vault, one.ID, false))
		require.Equal(t, []commands.SettledRow{refusedRow(1)}, settled(t, vault, one.ID, true))
		rows, err := vault.SettledRows(t.Context(), one.ID, 1, 1, false)
		require.NoError(t, err)
		require.Equal(t, []commands.SettledRow{refusedRow(1)}, rows)
		require.ErrorIs(t, vault.ProlongBatch(t.Context(), lease, now.Add(time.Hour)), commands.ErrLeaseLost, "it is given back")
		next := mustTake(t, vault, now)
		require.Equal(t, waiting(2, 3), waits(t, vault, next, 10))
		require.Equal(t, 1, next.Invited)
	})
	t.Run("given a batch that somebody holds, nobody else gets it before the lease is over", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.KeepBatch(t.Context(), one, waiting(0), nil))
		dead := mustTake(t, vault, now)
		_, found := take(t, vault, now.Add(leaseLasts-1))
		require.False(t, found)
		require.NoError(t, vault.ProlongBatch(t.Context(), dead, now.Add(2*leaseLasts)))
		_, found = take(t, vault, now.Add(2*leaseLasts-1))
		require.False(t, found)
		lease := mustTake(t, vault, now.Add(2*leaseLasts))
		require.Greater(t, lease.Fence, dead.Fence)

		require.ErrorIs(t, vault.ProlongBatch(t.Context(), dead, now.Add(time.Hour)), commands.ErrLeaseLost)
		require.ErrorIs(t, vault.SettleRows(t.Context(), dead, []commands.SettledRow{invitedRow(0)}), commands.ErrLeaseLost)
		require.ErrorIs(t, vault.EndBatch(t.Context(), dead, now), commands.ErrLeaseLost)
		_, err := vault.WaitingRows(t.Context(), dead, 10)
		require.ErrorIs(t, err, commands.ErrLeaseLost)
		require.Equal(t, commands.BatchProgress{Size: 1}, progress(t, vault, one.ID), "who comes late changes nothing")
		require.NoError(t, vault.SettleRows(t.Context(), lease, []commands.SettledRow{invitedRow(0)}))
	})
	t.Run("given a company with many batches, another company's waits for one of them at most", func(t *testing.T) {
		vault := fresh(t)
		for n := range 5 {
			require.NoError(t, vault.KeepBatch(t.Context(), batchOf(1, 10+n), waiting(0, 1, 2, 3), nil))
		}
		first := mustTake(t, vault, now)
		require.NoError(t, vault.SettleRows(t.Context(), first, []commands.SettledRow{invitedRow(0)}))
		require.NoError(t, vault.KeepBatch(t.Context(), batchOf(2, 20), waiting(0, 1, 2, 3), nil))
		var order []domain.AccountID
		for range 6 {
			lease := mustTake(t, vault, now)
			order = append(order, lease.Account)
			require.NoError(t, vault.SettleRows(t.Context(), lease, nil))
		}
		require.Equal(t, []domain.AccountID{company(2), company(1), company(2), company(1), company(2), company(1)}, order)
	})
	t.Run("given a company with several batches, they take turns", func(t *testing.T) {
		vault := fresh(t)
		taken := map[domain.BatchID]int{}
		for n := range 3 {
			require.NoError(t, vault.KeepBatch(t.Context(), batchOf(1, n), waiting(0, 1), nil))
		}
		for range 6 {
			lease := mustTake(t, vault, now)
			taken[lease.ID]++
			require.NoError(t, vault.SettleRows(t.Context(), lease, nil))
		}
		for n := range 3 {
			require.Equal(t, 2, taken[batchOf(1, n).ID])
		}
	})
	t.Run("given many who take batches at once, each is lent once", func(t *testing.T) {
		vault := fresh(t)
		for n := range 8 {
			require.NoError(t, vault.KeepBatch(t.Context(), batchOf(n%3, n), waiting(0), nil))
		}
		var mu sync.Mutex
		var group sync.WaitGroup
		lent := map[domain.BatchID]int{}
		for range 8 {
			group.Go(func() {
				for range 20 { // one that was passed over while another took it comes again
					lease, found, err := vault.TakeBatch(t.Context(), now, leaseLasts)
					if err != nil {
						t.Error(err)
					}
					if found {
						mu.Lock()
						lent[lease.ID]++
						mu.Unlock()
					}
				}
			})
		}
		group.Wait()
		require.Len(t, lent, 8)
		for _, times := range lent {
			require.Equal(t, 1, times)
		}
	})
	t.Run("given a batch that ended, what waited is forgotten, and the report after a week", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.KeepBatch(t.Context(), one, waiting(0, 1, 2), nil))
		count := func() int {
			unfinished, err := vault.UnfinishedBatches(t.Context(), company(1))
			require.NoError(t, err)
			return unfinished
		}
		require.Equal(t, 1, count())
		require.NoError(t, vault.SettleRows(t.Context(), mustTake(t, vault, now), []commands.SettledRow{refusedRow(0)}))
		lease := mustTake(t, vault, now)
		require.NoError(t, vault.EndBatch(t.Context(), lease, now))
		require.Zero(t, count())
		_, found := take(t, vault, now.Add(time.Hour))
		require.False(t, found)
		require.ErrorIs(t, vault.EndBatch(t.Context(), lease, now), commands.ErrLeaseLost)
		require.Equal(t, commands.BatchProgress{Size: 3, Refused: 1, EndedAt: now}, progress(t, vault, one.ID))
		require.NoError(t, vault.Sweep(t.Context(), now.Add(commands.ReportsAreKept)))
		require.Equal(t, []commands.SettledRow{refusedRow(0)}, settled(t, vault, one.ID, true))
		require.NoError(t, vault.Sweep(t.Context(), now.Add(commands.ReportsAreKept+1)))
		require.Empty(t, settled(t, vault, one.ID, true))
		require.Zero(t, progress(t, vault, one.ID))
	})
	t.Run("given a batch that goes on, no sweep takes it", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.KeepBatch(t.Context(), one, waiting(0), nil))
		require.NoError(t, vault.Sweep(t.Context(), now.Add(100*commands.ReportsAreKept)))
		mustTake(t, vault, now)
	})
	t.Run("given a batch that is forgotten, nothing is left of it, and of others all", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.KeepBatch(t.Context(), one, waiting(0), []commands.SettledRow{refusedRow(1)}))
		require.NoError(t, vault.KeepBatch(t.Context(), batchOf(1, 2), waiting(0), []commands.SettledRow{refusedRow(1)}))
		require.NoError(t, vault.ForgetBatch(t.Context(), one.ID))
		require.Zero(t, progress(t, vault, one.ID))
		require.Empty(t, settled(t, vault, one.ID, true))
		require.Len(t, settled(t, vault, batchOf(1, 2).ID, true), 1)
	})
	t.Run("given an erasure, the rows with that contact are forgotten in all batches", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.KeepBatch(t.Context(), one, waiting(0, 1), []commands.SettledRow{refusedRow(2)}))
		require.NoError(t, vault.KeepBatch(t.Context(), batchOf(1, 2), waiting(0), []commands.SettledRow{refusedRow(1), refusedRow(3)}))
		require.NoError(t, vault.ForgetRowsOf(t.Context(), domain.Slot(person(1))))
		require.NoError(t, vault.ForgetRowsOf(t.Context(), domain.Slot(person(2))))
		require.Equal(t, waiting(0), waits(t, vault, mustTake(t, vault, now), 10))
		require.Equal(t, []commands.SettledRow{refusedRow(3)}, settled(t, vault, batchOf(1, 2).ID, true))
		require.Empty(t, settled(t, vault, one.ID, true))
	})
}
