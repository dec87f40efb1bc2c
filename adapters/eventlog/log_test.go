package eventlog_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/storetest"
	"github.com/usher-engine/usher/domain"
)

func open(t *testing.T, path string) *eventlog.Log {
	t.Helper()
	log, err := eventlog.Open(t.Context(), path, eventlog.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	return log
}

func TestConformance(t *testing.T) {
	paths := map[journal.Log]string{}
	create := func(t *testing.T) journal.Log {
		path := filepath.Join(t.TempDir(), "events.db")
		log := open(t, path)
		paths[log] = path
		return log
	}
	reopen := func(t *testing.T, log journal.Log) journal.Log {
		require.NoError(t, log.(*eventlog.Log).Close())
		again := open(t, paths[log])
		paths[again] = paths[log]
		return again
	}
	storetest.Log(t, storetest.LogLimits{Reopen: reopen}, create)
}

func TestLocalConformance(t *testing.T) {
	for name, node := range map[string]bool{"Usher's own": false, "a node's": true} {
		t.Run(name, func(t *testing.T) {
			storetest.Local(t, func(t *testing.T) journal.Local {
				log, err := eventlog.Open(t.Context(), filepath.Join(t.TempDir(), "events.db"), eventlog.Options{Node: node})
				require.NoError(t, err)
				t.Cleanup(func() { require.NoError(t, log.Close()) })
				return log
			})
		})
	}
}

func TestOpening(t *testing.T) {
	t.Run("given a log that is open, a second opening is refused", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "events.db")
		log := open(t, path)
		_, err := eventlog.Open(t.Context(), path, eventlog.Options{})
		require.ErrorIs(t, err, eventlog.ErrLocked)
		require.NoError(t, log.Close())
		open(t, path)
	})

	for name, sql := range map[string]string{
		"another program's database": "CREATE TABLE t (x); PRAGMA application_id = 7",
		"a log of a later format":    "PRAGMA user_version = 3; PRAGMA application_id = 0x55736872",
	} {
		t.Run("given "+name+", it refuses", func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "events.db")
			conn, err := sqlite3.Open(path)
			require.NoError(t, err)
			require.NoError(t, conn.Exec(sql))
			require.NoError(t, conn.Close())
			_, err = eventlog.Open(t.Context(), path, eventlog.Options{})
			require.Error(t, err)
		})
	}

	for name, sql := range map[string]string{
		"an event taken out":    "DELETE FROM events WHERE position = 3",
		"the last of a stream":  "UPDATE events SET revision = 9 WHERE position = 5",
		"a stream without name": "DELETE FROM streams",
	} {
		t.Run("given a log whose rows somebody changed ("+name+"), it refuses", func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "events.db")
			log := open(t, path)
			_, _, err := log.Append(t.Context(), "stream", domain.NoStream{}, proposed(5, 10))
			require.NoError(t, err)
			require.NoError(t, log.Close())
			change(t, path, sql)
			_, err = eventlog.Open(t.Context(), path, eventlog.Options{})
			var damage *journal.Damage
			require.ErrorAs(t, err, &damage)
			require.Equal(t, path, damage.File)
		})
	}
}

func change(t *testing.T, path, sql string) {
	t.Helper()
	conn, err := sqlite3.Open(path)
	require.NoError(t, err)
	require.NoError(t, conn.Exec(sql))
	require.NoError(t, conn.Close())
}

func TestClosing(t *testing.T) {
	log := open(t, filepath.Join(t.TempDir(), "events.db"))
	_, _, err := log.Append(t.Context(), "stream", domain.NoStream{}, proposed(2, 10))
	require.NoError(t, err)
	var group sync.WaitGroup
	arrived := make(chan struct{}, 8)
	for range 8 {
		group.Go(func() {
			seen := 0
			for _, err := range log.Subscribe(context.Background(), domain.Position{}) {
				if err != nil {
					assert.ErrorIs(t, err, journal.ErrClosed)
					assert.Equal(t, 2, seen)
				} else if seen++; seen == 2 {
					arrived <- struct{}{}
				}
			}
		})
	}
	for range 8 {
		<-arrived
	}
	require.NoError(t, log.Close())
	group.Wait()

	_, _, err = log.Append(t.Context(), "stream", domain.Any{}, proposed(1, 10))
	require.ErrorIs(t, err, journal.ErrClosed)
	_, err = log.Head(t.Context())
	require.ErrorIs(t, err, journal.ErrClosed)
	for _, err := range log.ReadStream(t.Context(), "stream", 0) {
		require.ErrorIs(t, err, journal.ErrClosed)
	}
}

func TestClock(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC)
	clock := []time.Time{now, now.Add(-time.Hour), now.Add(time.Hour)}
	path := filepath.Join(t.TempDir(), "events.db")
	for i, expected := range []time.Time{now, now, now.Add(time.Hour)} {
		log, err := eventlog.Open(t.Context(), path, eventlog.Options{Now: func() time.Time { return clock[i] }})
		require.NoError(t, err)
		_, _, err = log.Append(t.Context(), "stream", domain.Any{}, proposed(1, 10))
		require.NoError(t, err)
		for record, err := range log.ReadStream(t.Context(), "stream", uint64(i)) {
			require.NoError(t, err)
			require.Equal(t, expected, record.Time, "time does not go back, even over a restart")
		}
		require.NoError(t, log.Close())
	}
}

func TestReadable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.db")
	log, err := eventlog.Open(t.Context(), path, eventlog.Options{Now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }})
	require.NoError(t, err)
	id := uuid.New()
	_, _, err = log.Append(t.Context(), "stream", domain.NoStream{}, []journal.Proposed{
		{ID: id, Type: "person.invited", JSON: true, Data: []byte(`{"a":1}`), Metadata: []byte(`{"b":2}`)},
	})
	require.NoError(t, err)
	require.NoError(t, log.Close())

	conn, err := sqlite3.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	rows, _, err := conn.Prepare("SELECT position || ' ' || stream || ' ' || revision || ' ' || type || ' ' || time || ' ' || id || ' ' || data || ' ' || metadata FROM readable")
	require.NoError(t, err)
	require.True(t, rows.Step())
	require.Equal(t, "1 stream 0 person.invited 2026-01-02T03:04:05.000Z "+id.String()+` {"a":1} {"b":2}`, rows.ColumnText(0))
	require.NoError(t, rows.Close())
}
