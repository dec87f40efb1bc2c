package eventlog_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlitedb/shelltest"
	"github.com/usher-engine/usher/adapters/transparency"
	"github.com/usher-engine/usher/domain"
)

// filled is a closed log of ten streams with ten events each, of two types.
func filled(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "events.db")
	log := open(t, path)
	for stream := range 10 {
		events := proposed(10, 300)
		events[9].Type = "person.employed"
		_, _, err := log.Append(t.Context(), fmt.Sprintf("person-%d", stream), domain.NoStream{}, events)
		require.NoError(t, err)
	}
	require.NoError(t, log.Close())
	return path
}

func check(t *testing.T, path string) (eventlog.Checked, error) {
	t.Helper()
	return eventlog.Check(t.Context(), path, func(_, _ uint64) {}, nil)
}

func TestDigests(t *testing.T) {
	t.Run("given appended events, each has the hash of its leaf beside it", func(t *testing.T) {
		path := filled(t)
		digests := strings.Fields(shelltest.Run(t, path, "SELECT lower(hex(digest)) FROM events ORDER BY position"))
		for i, record := range records(t, path) {
			digest := transparency.HashLeaf(&record)
			require.Equal(t, hex.EncodeToString(digest[:]), digests[i])
		}
		require.Len(t, digests, 100)
		checked, err := check(t, path)
		require.NoError(t, err)
		require.Equal(t, eventlog.Checked{Events: 100}, checked)
	})

	for part, sql := range map[string]string{
		"data":           "UPDATE events SET data = CAST(replace(data, 'abc', 'abd') AS BLOB) WHERE position = 15",
		"metadata":       "UPDATE events SET metadata = x'7b7d' WHERE position = 15",
		"id":             "UPDATE events SET id = randomblob(16) WHERE position = 15",
		"id's length":    "UPDATE events SET id = x'00' WHERE position = 15",
		"type":           "UPDATE events SET type = 3 - type WHERE position = 15",
		"time":           "UPDATE events SET time = time + 100 WHERE position = 15",
		"kind of data":   "UPDATE events SET json = 0 WHERE position = 15",
		"digest":         "UPDATE events SET digest = randomblob(32) WHERE position = 15",
		"missing digest": "UPDATE events SET digest = NULL WHERE position = 15",
		"swapped bytes":  "UPDATE events SET data = (SELECT data FROM events WHERE position = 16), id = (SELECT id FROM events WHERE position = 16) WHERE position = 15",
	} {
		t.Run("given one event with another "+part+", checking names it", func(t *testing.T) {
			path := filled(t)
			shelltest.Run(t, path, sql)
			_, err := check(t, path)
			var damage *journal.Damage
			require.ErrorAs(t, err, &damage)
			require.Equal(t, path, damage.File)
			require.Contains(t, err.Error(), `event 15 (revision 4 of "person-1", id `)
		})
	}
	for what, names := range map[string][2]string{
		"a stream's name":   {"UPDATE streams SET name = 'person-x' WHERE name = 'person-1'", `event 11 (revision 0 of "person-x"`},
		"a type's name":     {"UPDATE types SET name = 'person.dismissed' WHERE name = 'person.employed'", "event 10 (revision 9"},
		"the last event":    {"DELETE FROM events WHERE position = 100", "streams"},
		"an event's stream": {"UPDATE events SET stream = 11 WHERE position = 100; INSERT INTO streams VALUES (11, 'x')", "gaps"},
		"all of a stream":   {"DELETE FROM events WHERE stream = 3", "there are 90 events"},
	} {
		t.Run("given that somebody changed "+what+", checking says so", func(t *testing.T) {
			path := filled(t)
			shelltest.Run(t, path, names[0])
			_, err := check(t, path)
			if what == "the last event" { // which nothing in the file can tell; the vault does, and a witness
				require.NoError(t, err)
				return
			}
			var damage *journal.Damage
			require.ErrorAs(t, err, &damage)
			require.ErrorContains(t, err, names[1])
		})
	}

	for _, index := range []string{"events_of_stream", "sqlite_autoindex_streams_1"} {
		t.Run("given a changed bit in the index "+index+", checking finds it", func(t *testing.T) {
			path := filled(t)
			page := 0
			_, err := fmt.Sscan(shelltest.Run(t, path, "SELECT rootpage FROM sqlite_schema WHERE name = '"+index+"'"), &page)
			require.NoError(t, err)
			whole, err := os.ReadFile(path)
			require.NoError(t, err)
			for back := 1; back < 100; back += 7 { // its entries stand at the page's end
				require.NoError(t, os.WriteFile(path, flipped(whole, page*4096-back), 0o600))
				_, err := check(t, path)
				var damage *journal.Damage
				require.ErrorAs(t, err, &damage, "byte %d from the page's end", back)
			}
		})
	}

	t.Run("given a changed bit in a page that is free, nobody minds", func(t *testing.T) {
		path := filled(t)
		pages := 0
		_, err := fmt.Sscan(shelltest.Run(t, path, "CREATE TABLE x (a); INSERT INTO x VALUES (zeroblob(100000)); DROP TABLE x", "PRAGMA page_count"), &pages)
		require.NoError(t, err)
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		whole[(pages-1)*4096+100] ^= 1
		require.NoError(t, os.WriteFile(path, whole, 0o600))
		_, err = check(t, path)
		require.NoError(t, err)
	})
}

func TestOpeningChecksTheTail(t *testing.T) {
	path := filled(t)
	shelltest.Run(t, path, "UPDATE events SET data = x'00' WHERE position = 98")
	_, err := eventlog.Open(t.Context(), path, eventlog.Options{})
	var damage *journal.Damage
	require.ErrorAs(t, err, &damage)
	require.ErrorContains(t, err, `event 98 (revision 7 of "person-9"`)
}

// tend runs Tend until it has told once, or found damage.
func tend(t *testing.T, log *eventlog.Log) (told eventlog.Tended, err error) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	err = log.Tend(ctx, func(done eventlog.Tended) { told = done; stop() })
	return told, err
}

func TestTending(t *testing.T) {
	t.Run("given a whole log, all is compared, and the log goes on", func(t *testing.T) {
		log := open(t, filled(t))
		told, err := tend(t, log)
		require.NoError(t, err)
		require.Equal(t, eventlog.Tended{Checked: 100}, told)
		require.NoError(t, log.Broken())
	})

	t.Run("given an event of long ago that changes while the log is open, it is found, named, and nothing more is written", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "events.db")
		log := open(t, path)
		for range 12 {
			_, _, err := log.Append(t.Context(), "stream", domain.Any{}, proposed(100, 10))
			require.NoError(t, err)
		}
		shelltest.Run(t, path, "UPDATE events SET metadata = x'00' WHERE position = 33")
		_, err := tend(t, log)
		var damage *journal.Damage
		require.ErrorAs(t, err, &damage)
		require.ErrorContains(t, err, "event 33 (revision 32")
		require.ErrorIs(t, log.Broken(), damage)
		_, _, err = log.Append(t.Context(), "stream", domain.Any{}, proposed(1, 10))
		require.ErrorIs(t, err, journal.ErrUnavailable)
		require.ErrorAs(t, err, &damage)
	})

	t.Run("given another program's write in the middle, Tend looks at once", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "events.db")
		log := open(t, path)
		for range 5 {
			_, _, err := log.Append(t.Context(), "stream", domain.Any{}, proposed(100, 10))
			require.NoError(t, err)
		}
		rounds, ended := make(chan eventlog.Tended), make(chan error, 1)
		go func() {
			ended <- log.Tend(context.WithoutCancel(t.Context()), func(done eventlog.Tended) { rounds <- done })
		}()
		<-rounds
		shelltest.Run(t, path, "UPDATE events SET metadata = x'00' WHERE position = 33")
		_, _, err := log.Append(t.Context(), "stream", domain.Any{}, proposed(1, 10))
		require.NoError(t, err, "the end is as it was")
		for {
			select {
			case <-rounds: // one was on its way
				continue
			case err = <-ended:
			}
			break
		}
		require.ErrorContains(t, err, "event 33 (revision 32")
	})
}

func TestForeignWrites(t *testing.T) {
	for what, sql := range map[string]string{
		"took the last event":      "DELETE FROM events WHERE position = 100",
		"added an event":           "INSERT INTO events SELECT 101, stream, 10, type, json, time, randomblob(16), data, metadata, digest FROM events WHERE position = 100",
		"changed the last event":   "UPDATE events SET data = x'00' WHERE position = 100",
		"changed one shortly ago":  "UPDATE events SET type = 3 - type WHERE position = 91",
		"emptied the log":          "DELETE FROM events",
		"dropped a table":          "DROP VIEW readable; DROP TABLE types",
		"put another log in place": "UPDATE events SET id = randomblob(16), digest = randomblob(32)",
	} {
		t.Run("given another program that "+what+", the next append is refused and nothing is written", func(t *testing.T) {
			path := filled(t)
			log := open(t, path)
			shelltest.Run(t, path, sql)
			_, _, err := log.Append(t.Context(), "person-new", domain.NoStream{}, proposed(1, 10))
			require.ErrorIs(t, err, journal.ErrUnavailable)
			require.Error(t, log.Broken())
			require.Equal(t, "0", shelltest.Run(t, path, "SELECT count(*) FROM streams WHERE name = 'person-new'"))
			require.NoError(t, log.Close())
		})
	}
	for _, harmless := range []string{"VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)", "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)", "ANALYZE", "REINDEX"} {
		t.Run("given "+harmless+" by another program, the log goes on", func(t *testing.T) {
			path := filled(t)
			log := open(t, path)
			for n := range 3 {
				_, _, err := log.Append(t.Context(), fmt.Sprint("new-", n), domain.NoStream{}, proposed(3, 100))
				require.NoError(t, err)
				if n == 1 {
					shelltest.Run(t, path, harmless)
				}
			}
			require.NoError(t, log.Close())
			checked, err := check(t, path)
			require.NoError(t, err)
			require.EqualValues(t, 109, checked.Events)
			require.Len(t, records(t, path), 109)
		})
	}
}

// versionOne makes a log as it was before digests were kept, with page checksums.
func versionOne(t *testing.T, path string, events int) {
	t.Helper()
	conn, err := sqlite3.Open(path)
	require.NoError(t, err)
	require.NoError(t, conn.EnableChecksums("main"))
	require.NoError(t, conn.Exec(`PRAGMA journal_mode = WAL;
		CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
		CREATE TABLE types   (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
		CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, type INTEGER NOT NULL,
			json INTEGER NOT NULL, time INTEGER NOT NULL, id BLOB NOT NULL, data BLOB NOT NULL, metadata BLOB NOT NULL) STRICT;
		CREATE UNIQUE INDEX events_of_stream ON events (stream, revision);
		INSERT INTO types VALUES (1, 'person.invited');
		PRAGMA user_version = 1; PRAGMA application_id = 0x55736872`))
	require.NoError(t, conn.Exec(fmt.Sprintf(`
		WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n < %d)
			INSERT INTO events SELECT n, 1 + (n-1) / 5, (n-1) %% 5, 1, 1, 1e18 + n, randomblob(16), CAST('{"n":' || n || '}' AS BLOB), x'7b7d' FROM c;
		INSERT INTO streams SELECT DISTINCT stream, 'person-' || stream FROM events`, events)))
	require.NoError(t, conn.Close())
}

func TestLogsOfBeforeDigests(t *testing.T) {
	const events = 1000
	path := filepath.Join(t.TempDir(), "events.db")
	versionOne(t, path, events)
	checked, err := check(t, path)
	require.NoError(t, err)
	require.Equal(t, eventlog.Checked{Events: events, NoDigests: events}, checked)

	log := open(t, path)
	before := 0
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf(`{"n":%d}`, record.Position.Commit), string(record.Data))
		before++
	}
	require.Equal(t, events, before, "nothing is missing meanwhile")
	_, _, err = log.Append(t.Context(), "person-new", domain.NoStream{}, proposed(2, 10))
	require.NoError(t, err)

	t.Run("given a restart in the middle, the rest gets its digests", func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 30*time.Millisecond)
		defer stop()
		require.NoError(t, log.Tend(ctx, func(eventlog.Tended) {}))
		require.NoError(t, log.Close())
		checked, err := check(t, path)
		require.NoError(t, err)
		again := open(t, path)
		told, err := tend(t, again)
		require.NoError(t, err)
		require.Equal(t, eventlog.Tended{Filled: checked.NoDigests, Checked: events + 2}, told)
		require.Equal(t, "0", shelltest.Run(t, path, "SELECT count(*) FROM events WHERE digest IS NULL"))
	})

	t.Run("given a filled log, an event whose digest is gone is damage", func(t *testing.T) {
		require.NoError(t, open(t, path).Close())
		copied := shelltest.Copy(t, path)
		shelltest.Run(t, copied, "UPDATE events SET digest = NULL WHERE position = 500")
		_, err := check(t, copied)
		require.ErrorContains(t, err, "event 500 (revision 4")
	})
}
