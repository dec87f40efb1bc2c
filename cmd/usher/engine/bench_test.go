package engine_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
	"github.com/usher-engine/usher/projections/projectionstest"
)

// events is how many a rebuild takes: USHER_BENCH_EVENTS, or a hundred thousand.
func events(b *testing.B) int {
	b.Helper()
	text := os.Getenv("USHER_BENCH_EVENTS")
	if text == "" {
		return 100_000
	}
	count, err := strconv.Atoi(text)
	require.NoError(b, err)
	return count
}

// BenchmarkRebuild fills all views from nothing, in SQLite and in PostgreSQL,
// beside what is unavoidable: reading and decoding the log once, and copying the
// rows, as they are at the end, into bare tables.
func BenchmarkRebuild(b *testing.B) {
	count := events(b)
	folder := b.TempDir()
	log, err := eventlog.Open(b.Context(), filepath.Join(folder, "log.db"), eventlog.Options{})
	require.NoError(b, err)
	vault, err := sqlite.OpenVault(b.Context(), filepath.Join(folder, "vault.db"))
	require.NoError(b, err)
	defer func() { require.NoError(b, log.Close()); require.NoError(b, vault.Close()) }()
	decoder, err := codec.New(vault)
	require.NoError(b, err)
	companies(b, log, vault, decoder, count)
	scan := scanned(b, log, decoder)

	b.Run("scan and decode", func(b *testing.B) {
		for range b.N {
			scan = scanned(b, log, decoder)
		}
		b.ReportMetric(float64(count)/scan.Seconds(), "events/s")
	})
	b.Run("into SQLite", func(b *testing.B) {
		for range b.N {
			store, err := sqlite.OpenReadModels(b.Context(), filepath.Join(b.TempDir(), "readmodels.db"), nil)
			require.NoError(b, err)
			took := rebuilt(b, log, decoder, store)
			require.NoError(b, store.Close())
			b.ReportMetric(float64(count)/took.Seconds(), "events/s")
			b.ReportMetric(scan.Seconds()/took.Seconds(), "of-scan-and-decode")
		}
	})
	b.Run("into PostgreSQL", func(b *testing.B) {
		for range b.N {
			database := pgtest.New(b)
			db, err := postgres.Open(b.Context(), postgres.Options{URL: database.App, OwnerURL: database.Owner})
			require.NoError(b, err)
			took := rebuilt(b, log, decoder, db.ReadModels())
			copying := copied(b, database, db.ReadModels())
			db.Close()
			b.ReportMetric(float64(count)/took.Seconds(), "events/s")
			b.ReportMetric((scan+copying).Seconds()/took.Seconds(), "of-scan-and-bare-copy")
		}
	})
}

// companies appends people's ways in, of a thousand people to a company.
func companies(b *testing.B, log *eventlog.Log, vault *sqlite.Vault, encoder *codec.Codec, count int) {
	b.Helper()
	for number, appended := 0, 0; appended < count; number++ {
		company := projectionstest.Found(projectionstest.NewLog(), fmt.Sprint("company-", number))
		for i := 0; i < 1000 && appended+len(company.Events) < count; i++ {
			who := fmt.Sprintf("somebody %d of %d", i, number)
			require.NoError(b, company.InviteByEmail(who, domain.BatchID(company.ID.Derive(fmt.Sprint(i/100))), domain.DepartmentID{}))
			require.NoError(b, company.Redeem(who, "Anna", who))
		}
		var people []domain.PersonID
		for _, event := range company.Events {
			if about, personal := event.Event.(interface{ Subject() domain.PersonID }); personal {
				people = append(people, about.Subject())
			}
		}
		require.NoError(b, vault.EnsureDataKeys(b.Context(), people))
		require.NoError(b, log.Update(b.Context(), func(tx journal.Transaction) error {
			for _, event := range company.Events {
				encoded, err := encoder.Encode(b.Context(), event.Stream, []commands.Uncommitted{{ID: event.ID, Event: event.Event, Metadata: event.Metadata}})
				if err != nil {
					return err
				}
				if _, _, err := tx.Append(string(event.Stream), encoded); err != nil {
					return err
				}
			}
			return nil
		}))
		appended += len(company.Events)
	}
}

// scanned is how long it takes to read and decode the log.
func scanned(b *testing.B, log journal.Log, decoder *codec.Codec) time.Duration {
	b.Helper()
	began := time.Now()
	page := make([]journal.Record, 0, 4096)
	decode := func() {
		_, err := decoder.Decode(b.Context(), page)
		require.NoError(b, err)
		page = page[:0]
	}
	for record, err := range log.ReadAll(b.Context(), domain.Position{}) {
		require.NoError(b, err)
		if page = append(page, record); len(page) == cap(page) {
			decode()
		}
	}
	decode()
	return time.Since(began)
}

// rebuilt is how long it takes until all views stand at the log's head. It
// reports the most memory that was in use meanwhile.
func rebuilt(b *testing.B, log journal.Log, decoder *codec.Codec, store projections.Editions) time.Duration {
	b.Helper()
	head, err := log.Head(b.Context())
	require.NoError(b, err)
	runtime.GC()
	watching, stop := context.WithCancel(b.Context())
	most := make(chan uint64)
	go func() { most <- mostMemory(watching) }()
	began := time.Now()
	feed := messaging.NewFeed(log, decoder, messaging.FeedOptions{})
	projectors := messaging.NewProjectors(feed, store, catalogue.All())
	feed.Start(b.Context())
	for _, view := range catalogue.All() {
		require.NoError(b, projectors.Wait(b.Context(), view.Name(), head))
	}
	took := time.Since(began)
	require.NoError(b, feed.Close())
	stop()
	b.ReportMetric(float64(<-most)/(1<<20), "MiB-in-use")
	return took
}

func mostMemory(ctx context.Context) (most uint64) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse)
		case <-ctx.Done():
			return most
		}
	}
}

// copied is how long it takes to copy the views' rows into bare tables.
func copied(b *testing.B, database pgtest.Database, store *postgres.ReadModels) (took time.Duration) {
	b.Helper()
	conn, err := pgx.Connect(b.Context(), database.Owner)
	require.NoError(b, err)
	defer func() { require.NoError(b, conn.Close(b.Context())) }()
	_, err = conn.Exec(b.Context(), "CREATE TABLE bare (account bytea, id text, sort text, at text, search text, doc text, facets text[])")
	require.NoError(b, err)
	for _, view := range catalogue.All() {
		for after := (projections.Key{}); ; {
			rows, err := store.Scan(b.Context(), view, after, 10_000)
			require.NoError(b, err)
			if len(rows) == 0 {
				break
			}
			after = rows[len(rows)-1].Key
			began := time.Now()
			_, err = conn.CopyFrom(b.Context(), pgx.Identifier{"bare"}, []string{"account", "id", "sort", "at", "search", "doc", "facets"},
				pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
					row := rows[i]
					return []any{row.Account[:], row.ID, row.Sort, row.At.String(), row.Search, string(row.Doc), row.Facets}, nil
				}))
			require.NoError(b, err)
			took += time.Since(began)
		}
	}
	return took
}
