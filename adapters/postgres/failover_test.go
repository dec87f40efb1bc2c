package postgres_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// pair is a primary and its replica, and a database that is open at whichever of
// them can be written to.
type pair struct {
	primary, replica *pgtest.Cluster
	database         pgtest.Database // at either
	old              pgtest.Database // at the primary
	db               *postgres.DB
}

func newPair(t *testing.T) *pair {
	t.Helper()
	primary, err := pgtest.StartCluster(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, primary.Remove()) })
	old := pgtest.NewWith(t, primary)
	replica, err := primary.Replica(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, replica.Remove()) })
	require.NoError(t, primary.Synchronous(t.Context()))
	p := &pair{primary: primary, replica: replica, old: old, database: old}
	for _, one := range []*string{&p.database.App, &p.database.Owner, &p.database.Super} {
		*one, err = pgtest.Both(*one, replica)
		require.NoError(t, err)
	}
	p.db = open(t, p.database)
	return p
}

func (p *pair) hang(t *testing.T) error {
	t.Helper()
	t.Cleanup(func() { require.NoError(t, p.primary.Resume(context.WithoutCancel(t.Context()))) })
	return p.primary.Hang(t.Context())
}

// TestAReplicaTakesOver has the replica promoted while many write, each again and
// again until it is answered. Whatever they are told meanwhile says that it passes,
// and what was answered is there.
func TestAReplicaTakesOver(t *testing.T) {
	leaving := map[string]func(*pair, *testing.T) error{
		"given an old primary that is dead":                   func(p *pair, t *testing.T) error { return p.primary.Crash(t.Context()) },
		"given one that is alive and read-only":               func(p *pair, t *testing.T) error { return p.primary.Demote(t.Context()) },
		"given one that is fenced, and lets nobody in at all": func(p *pair, t *testing.T) error { return p.primary.Fence(t.Context()) },
	}
	if _, soak := os.LookupEnv("USHER_SOAK"); soak { // which takes half a minute, as long as a question may wait, and the driver to give up
		leaving["given one that hangs, and answers nobody"] = (*pair).hang
	}
	for name, leave := range manyTimes(leaving) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			writers := newWriters(t, p.db.Vault())
			writers.answered(t, 100)
			began := time.Now()
			require.NoError(t, leave(p, t))
			require.NoError(t, p.replica.Promote(t.Context()))
			promoted := time.Now()
			writers.answered(t, 1)
			t.Logf("writes succeed %s after the promotion, %s after the old primary went", time.Since(promoted).Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
			writers.answered(t, 100)
			writers.end(t)
			requireNobodyAt(t, p)
		})
	}
}

// manyTimes is each as often as USHER_SOAK says, a quarter of that; once without.
func manyTimes[V any](once map[string]V) map[string]V {
	soak, _ := strconv.Atoi(os.Getenv("USHER_SOAK")) // unset or no number means once
	all := maps.Clone(once)
	for round := range soak / 4 {
		for name, value := range once {
			all[fmt.Sprintf("%s, time %d", name, round+2)] = value
		}
	}
	return all
}

// requireNobodyAt sees that nobody is connected to the old primary, where it lives.
func requireNobodyAt(t *testing.T, p *pair) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.old.Super)
	if err != nil {
		return
	}
	defer conn.Close(t.Context())
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		var others int
		assert.NoError(t, conn.QueryRow(context.Background(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()").Scan(&others))
		assert.Zero(t, others)
	}, time.Minute, 10*time.Millisecond)
}

// writers begin requests, of which each is a new one.
type writers struct {
	vault *postgres.Vault
	done  atomic.Int64
	stop  context.CancelFunc
	group sync.WaitGroup

	mu  sync.Mutex
	all map[commands.IdempotencyKey]commands.IdempotencyRecord
}

func newWriters(t *testing.T, vault *postgres.Vault) *writers {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	w := &writers{vault: vault, stop: stop, all: map[commands.IdempotencyKey]commands.IdempotencyRecord{}}
	t.Cleanup(func() { stop(); w.group.Wait() })
	for writer := range byte(8) {
		w.group.Go(func() {
			for n := uint64(0); ctx.Err() == nil; n++ {
				w.write(ctx, t, [2]uint64{uint64(writer) + 1, n + 1})
			}
		})
	}
	return w
}

func (w *writers) write(ctx context.Context, t *testing.T, which [2]uint64) {
	t.Helper()
	var record commands.IdempotencyRecord
	binary.BigEndian.PutUint64(record.Digest[:], which[0])
	binary.BigEndian.PutUint64(record.Digest[8:], which[1])
	record.Command, record.At = domain.CommandID(record.Digest[:16]), time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	key := commands.IdempotencyKey{Account: domain.AccountID{1}, Scope: "somebody", Key: record.Command.String()}
	for ctx.Err() == nil {
		begun, err := w.vault.BeginRequest(ctx, key, record)
		if err == nil {
			assert.Equal(t, record, begun, "the request is the one that was begun, however often it is sent")
			w.mu.Lock()
			w.all[key] = record
			w.mu.Unlock()
			w.done.Add(1)
			return
		}
		assert.True(t, journal.Away(err), "%v", err)
	}
}

// answered waits for more that are answered, all of which began after now.
func (w *writers) answered(t *testing.T, more int64) {
	t.Helper()
	target := w.done.Load() + more + 8
	require.Eventually(t, func() bool { return w.done.Load() >= target }, time.Minute, time.Millisecond)
}

// end stops them, and sees that all that was answered is there.
func (w *writers) end(t *testing.T) {
	t.Helper()
	w.stop()
	w.group.Wait()
	for key, record := range w.all {
		other := record
		other.Command = domain.CommandID{}
		found, err := w.vault.BeginRequest(t.Context(), key, other)
		require.NoError(t, err)
		require.Equal(t, record, found)
	}
}
