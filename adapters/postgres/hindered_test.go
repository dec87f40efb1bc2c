package postgres_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/commands/limits"
	"github.com/usher-engine/usher/domain"
)

// TestTwoThatWaitForEachOther has PostgreSQL give one of them up, which is then done
// from the beginning: nobody is told.
func TestTwoThatWaitForEachOther(t *testing.T) {
	database := pgtest.New(t)
	vault := open(t, database).Vault()
	one, two := limits.Key{1}, limits.Key{2}
	count := func() error {
		return vault.ChangeCounters(t.Context(), []limits.Key{one, two}, func(counters map[limits.Key]limits.Counter) {
			for _, key := range []limits.Key{one, two} {
				counters[key] = limits.Counter{Used: counters[key].Used + 1, Until: time.Date(2036, 3, 2, 9, 0, 0, 0, time.UTC)}
			}
		})
	}
	require.NoError(t, count())
	conn, err := pgx.Connect(t.Context(), database.Super)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	lock := func(key limits.Key) {
		t.Helper()
		_, err := tx.Exec(t.Context(), "SELECT FROM vault.counters WHERE key = $1 FOR UPDATE", key[:])
		require.NoError(t, err)
	}
	lock(two)
	counted := make(chan error, 1)
	go func() { counted <- count() }() // which has the first, and waits for the second
	require.Eventually(t, func() bool {
		watch, err := pgx.Connect(t.Context(), database.Super)
		if err != nil {
			return false
		}
		defer watch.Close(t.Context())
		var waits bool
		err = watch.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')").Scan(&waits)
		return err == nil && waits
	}, time.Minute, time.Millisecond)
	_, err = tx.Exec(t.Context(), "SET LOCAL deadlock_timeout = '1min'") // the other one notices
	require.NoError(t, err)
	lock(one)
	require.NoError(t, tx.Commit(t.Context()))
	require.NoError(t, <-counted)
	require.NoError(t, vault.ChangeCounters(t.Context(), []limits.Key{one, two}, func(counters map[limits.Key]limits.Counter) {
		require.Equal(t, 2, counters[one].Used)
		require.Equal(t, 2, counters[two].Used)
	}))
}

// TestKeysAreMadeOnTheServerThatWasLookedAt makes none where another one answers.
func TestKeysAreMadeOnTheServerThatWasLookedAt(t *testing.T) {
	cluster, err := pgtest.StartCluster(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cluster.Remove()) })
	vault := open(t, pgtest.NewWith(t, cluster)).Vault()
	before, people := vault.Server(), []domain.PersonID{{1}}
	require.NotEmpty(t, before)
	require.NoError(t, cluster.Restart(t.Context()))
	require.Eventually(t, func() bool { return vault.AskServer(t.Context()) == nil }, time.Minute, time.Millisecond)
	require.NotEqual(t, before, vault.Server(), "one that was started again is another one")

	done, err := vault.EnsureDataKeysAt(t.Context(), before, people)
	require.NoError(t, err)
	require.False(t, done)
	keys, err := vault.DataKeys(t.Context(), people)
	require.NoError(t, err)
	require.Empty(t, keys)
	done, err = vault.EnsureDataKeysAt(t.Context(), vault.Server(), people)
	require.NoError(t, err)
	require.True(t, done)
	keys, err = vault.DataKeys(t.Context(), people)
	require.NoError(t, err)
	require.Len(t, keys, 1)
}
