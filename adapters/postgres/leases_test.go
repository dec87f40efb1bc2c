package postgres_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres"
)

func (b before) leases(t *testing.T) {
	hold := func(t *testing.T, leases *postgres.Leases, within time.Duration, work ...string) []string {
		t.Helper()
		held, err := leases.Hold(t.Context(), work, len(work), within)
		require.NoError(t, err)
		slices.Sort(held)
		return held
	}
	t.Run("given work that somebody holds, others get the rest", func(t *testing.T) {
		db := b.open(t)
		one, other := db.Leases(), db.Leases()
		require.Equal(t, []string{"a", "b"}, hold(t, one, time.Minute, "a", "b"))
		require.Equal(t, []string{"c"}, hold(t, other, time.Minute, "a", "b", "c"))
		require.Equal(t, []string{"a", "b"}, hold(t, one, time.Minute, "a", "b", "c"))
	})
	t.Run("given a holder that says nothing in time, another takes over", func(t *testing.T) {
		db := b.open(t)
		one, other := db.Leases(), db.Leases()
		hold(t, one, time.Millisecond, "a")
		require.Eventually(t, func() bool { return len(hold(t, other, time.Minute, "a")) == 1 }, 30*time.Second, time.Millisecond)
		require.Empty(t, hold(t, one, time.Minute, "a"))
	})
	t.Run("given work that is given back, another has it at once", func(t *testing.T) {
		db := b.open(t)
		one, other := db.Leases(), db.Leases()
		hold(t, one, time.Minute, "a", "b", "c")
		require.NoError(t, other.Release(t.Context(), []string{"a"}), "which is not its own")
		require.NoError(t, one.Release(t.Context(), []string{"b"}))
		require.Equal(t, []string{"b"}, hold(t, other, time.Minute, "a", "b", "c"))
		require.NoError(t, one.Leave(t.Context()))
		require.Equal(t, []string{"a", "b", "c"}, hold(t, other, time.Minute, "a", "b", "c"))
	})
	t.Run("given instances that live and one that left, those that live are counted", func(t *testing.T) {
		db := b.open(t)
		one, other := db.Leases(), db.Leases()
		for _, leases := range []*postgres.Leases{one, other, one} {
			_, err := leases.Instances(t.Context(), time.Minute)
			require.NoError(t, err)
		}
		count, err := one.Instances(t.Context(), time.Minute)
		require.NoError(t, err)
		require.Equal(t, 2, count)
		require.NoError(t, other.Leave(t.Context()))
		count, err = one.Instances(t.Context(), time.Minute)
		require.NoError(t, err)
		require.Equal(t, 1, count)
	})
	t.Run("given a share, it takes no more than that", func(t *testing.T) {
		db := b.open(t)
		one, other := db.Leases(), db.Leases()
		require.Equal(t, []string{"b"}, hold(t, other, time.Minute, "b"))
		held, err := one.Hold(t.Context(), []string{"a", "b", "c", "d"}, 2, time.Minute)
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"a", "c"}, held)
	})
	t.Run("given many at once, each piece has one holder", func(t *testing.T) {
		db := b.open(t)
		work := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
		var mutex sync.Mutex
		var all []string
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				held, err := db.Leases().Hold(t.Context(), work, len(work), time.Minute)
				assert.NoError(t, err)
				mutex.Lock()
				defer mutex.Unlock()
				all = append(all, held...)
			})
		}
		group.Wait()
		slices.Sort(all)
		require.Equal(t, work, all)
	})
}
