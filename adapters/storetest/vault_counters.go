package storetest

import (
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
)

func counters(t *testing.T, fresh func(*testing.T) KeptVault) {
	one, two := commands.CounterKey{1}, commands.CounterKey{2}
	t.Run("given counters that are not there, they can be made, seen and changed", func(t *testing.T) {
		vault := fresh(t)
		require.Empty(t, countersOf(t, vault, one, two))
		changeCounters(t, vault, func(all map[commands.CounterKey]commands.Counter) {
			all[one] = commands.Counter{Used: 3, Until: moment(1)}
		}, one, two)
		require.Equal(t, map[commands.CounterKey]commands.Counter{one: {Used: 3, Until: moment(1)}}, countersOf(t, vault, one, two))
		changeCounters(t, vault, func(all map[commands.CounterKey]commands.Counter) {
			require.Len(t, all, 1)
			all[one] = commands.Counter{Used: all[one].Used + 1, Until: moment(2)}
			all[two] = commands.Counter{Used: 1, Until: moment(2)}
		}, two, one)
		require.Equal(t, map[commands.CounterKey]commands.Counter{
			one: {Used: 4, Until: moment(2)}, two: {Used: 1, Until: moment(2)},
		}, countersOf(t, vault, one, two))
	})
	t.Run("given many who count at once, in any order of keys, every count counts", func(t *testing.T) {
		vault := fresh(t)
		var group sync.WaitGroup
		for n := range 64 {
			keys := []commands.CounterKey{one, two}
			if n%2 == 1 {
				slices.Reverse(keys)
			}
			group.Go(func() {
				changeCounters(t, vault, func(all map[commands.CounterKey]commands.Counter) {
					for _, key := range keys {
						all[key] = commands.Counter{Used: all[key].Used + 1, Until: moment(1)}
					}
				}, keys...)
			})
		}
		group.Wait()
		require.Equal(t, map[commands.CounterKey]commands.Counter{
			one: {Used: 64, Until: moment(1)}, two: {Used: 64, Until: moment(1)},
		}, countersOf(t, vault, one, two))
	})
	t.Run("given limits that have cleared, a sweep takes their counters and no others", func(t *testing.T) {
		vault := fresh(t)
		changeCounters(t, vault, func(all map[commands.CounterKey]commands.Counter) {
			all[one], all[two] = commands.Counter{Used: 1, Until: moment(1)}, commands.Counter{Used: 1, Until: moment(2)}
		}, one, two)
		require.NoError(t, vault.Sweep(t.Context(), moment(1)))
		require.Equal(t, map[commands.CounterKey]commands.Counter{two: {Used: 1, Until: moment(2)}}, countersOf(t, vault, one, two))
	})
}

func changeCounters(t *testing.T, vault KeptVault, change func(map[commands.CounterKey]commands.Counter), keys ...commands.CounterKey) {
	t.Helper()
	if err := vault.ChangeCounters(t.Context(), keys, change); err != nil {
		t.Error(err)
	}
}

// countersOf is what is counted, seen without changing anything.
func countersOf(t *testing.T, vault KeptVault, keys ...commands.CounterKey) map[commands.CounterKey]commands.Counter {
	t.Helper()
	seen := map[commands.CounterKey]commands.Counter{}
	changeCounters(t, vault, func(all map[commands.CounterKey]commands.Counter) {
		clear(seen)
		for key, counter := range all {
			seen[key] = counter
		}
	}, keys...)
	return seen
}
