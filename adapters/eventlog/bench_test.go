package eventlog_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// A usual event: about 310 bytes of data, 170 of metadata, a stream's name of
// 44 characters, five events in a stream.
const (
	eventData     = 310
	eventMetadata = 170
	streamLength  = 5
)

func usual() journal.Proposed {
	return journal.Proposed{
		ID:       uuid.New(),
		Type:     "person.registration_approved",
		JSON:     true,
		Data:     slices.Repeat([]byte("d"), eventData),
		Metadata: slices.Repeat([]byte("m"), eventMetadata),
	}
}

// BenchmarkAppend appends one event at a time with the expected revision, from
// several writers, and reports beside it the ratio to bare writes of the same
// bytes, as many to a sync as there are writers.
func BenchmarkAppend(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			const round = 500 * time.Millisecond
			var ours, bare, p50, p99, cpu []float64
			log, err := eventlog.Open(b.Context(), filepath.Join(b.TempDir(), "events.db"), eventlog.Options{})
			require.NoError(b, err)
			for b.Loop() { // interleaved, for machines drift
				before := processorTime()
				speed, latencies := appendFor(b, log, writers, round)
				cpu = append(cpu, (processorTime()-before).Seconds()/float64(len(latencies)))
				ours, bare = append(ours, speed), append(bare, bareFor(b, writers, round))
				p50 = append(p50, latencies[len(latencies)/2].Seconds())
				p99 = append(p99, latencies[len(latencies)*99/100].Seconds())
			}
			require.NoError(b, log.Close())
			b.ReportMetric(median(ours), "events/s")
			b.ReportMetric(median(bare), "bare/s")
			b.ReportMetric(median(ours)/median(bare), "ratio")
			b.ReportMetric(median(cpu)*1e6, "cpu-µs/event")
			b.ReportMetric(median(p50)*1e3, "p50-ms")
			b.ReportMetric(median(p99)*1e3, "p99-ms")
		})
	}
}

// processorTime is what the process has used, which other processes disturb
// less than the clock.
func processorTime() time.Duration {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func appendFor(b *testing.B, log *eventlog.Log, writers int, span time.Duration) (perSecond float64, latencies []time.Duration) {
	b.Helper()
	var group sync.WaitGroup
	var mutex sync.Mutex
	start := time.Now()
	for range writers {
		group.Go(func() {
			var mine []time.Duration
			event := usual()
			for time.Since(start) < span {
				stream, expected := "person-"+uuid.NewString(), domain.Expected(domain.NoStream{})
				for n := range streamLength {
					event.ID = uuid.New()
					began := time.Now()
					_, _, err := log.Append(context.Background(), stream, expected, []journal.Proposed{event})
					if err != nil {
						panic(err)
					}
					mine = append(mine, time.Since(began))
					expected = domain.Revision(n)
				}
			}
			mutex.Lock()
			latencies = append(latencies, mine...)
			mutex.Unlock()
		})
	}
	group.Wait()
	taken := time.Since(start).Seconds()
	slices.Sort(latencies)
	return float64(len(latencies)) / taken, latencies
}

// bareFor appends the bytes of events to a file and syncs it.
func bareFor(b *testing.B, together int, span time.Duration) (perSecond float64) {
	b.Helper()
	file, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	require.NoError(b, err)
	defer func() { require.NoError(b, file.Close()) }()
	block := slices.Repeat([]byte("x"), together*(eventData+eventMetadata+16+44))
	count := 0
	start := time.Now()
	for time.Since(start) < span {
		_, err := file.Write(block)
		require.NoError(b, err)
		require.NoError(b, unix.Fdatasync(int(file.Fd())))
		count += together
	}
	return float64(count) / time.Since(start).Seconds()
}

// BenchmarkScan reads a log of 300,000 events, and beside it steps a prepared
// SELECT through the same file, looking at each column and keeping nothing;
// once over the events alone and once with the names joined.
func BenchmarkScan(b *testing.B) {
	const events = 300_000
	path := filepath.Join(b.TempDir(), "events.db")
	log, err := eventlog.Open(b.Context(), path, eventlog.Options{})
	require.NoError(b, err)
	fill(b, log, events)
	conn, err := sqlite3.Open(path)
	require.NoError(b, err)
	require.NoError(b, conn.Exec("PRAGMA cache_size = -4096"))
	const columns = "position, stream, revision, type, json, time, events.id, data, metadata"

	var ours, bare, joined []float64
	var allocations uint64
	for b.Loop() {
		before := mallocs()
		start, count := time.Now(), 0
		for _, err := range log.ReadAll(b.Context(), domain.Position{}) {
			if err != nil {
				b.Fatal(err)
			}
			count++
		}
		ours = append(ours, float64(count)/time.Since(start).Seconds())
		allocations = mallocs() - before
		bare = append(bare, selectAll(b, conn, "SELECT "+columns+" FROM events ORDER BY position"))
		joined = append(joined, selectAll(b, conn, "SELECT "+columns+", streams.name, types.name FROM events "+
			"CROSS JOIN streams ON streams.id = stream CROSS JOIN types ON types.id = type ORDER BY position"))
	}
	require.NoError(b, conn.Close())
	require.NoError(b, log.Close())
	b.ReportMetric(median(ours), "events/s")
	b.ReportMetric(median(ours)/median(bare), "of-bare")
	b.ReportMetric(median(ours)/median(joined), "of-joined")
	b.ReportMetric(float64(allocations)/events, "allocs/event")
}

func selectAll(b *testing.B, conn *sqlite3.Conn, sql string) (perSecond float64) {
	b.Helper()
	start, count, size := time.Now(), 0, 0
	rows, _, err := conn.Prepare(sql)
	require.NoError(b, err)
	columns := rows.ColumnCount()
	for rows.Step() {
		for column := range 6 {
			size += int(rows.ColumnInt64(column) & 1)
		}
		for column := 6; column < columns; column++ {
			size += len(rows.ColumnRawBlob(column))
		}
		count++
	}
	require.NoError(b, rows.Err())
	require.NoError(b, rows.Close())
	require.Positive(b, size)
	return float64(count) / time.Since(start).Seconds()
}

func mallocs() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.Mallocs
}

// fill appends usual events, some streams at a time as in life.
func fill(b *testing.B, log *eventlog.Log, events int) {
	b.Helper()
	var group sync.WaitGroup
	var left atomic.Int64
	left.Store(int64(events / streamLength))
	for range 64 {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				stream := "person-" + uuid.NewString()
				for range streamLength {
					_, _, err := log.Append(context.Background(), stream, domain.Any{}, []journal.Proposed{usual()})
					if err != nil {
						panic(err)
					}
				}
			}
		})
	}
	group.Wait()
}

// BenchmarkOpen opens a log of 300,000 events, which is verified.
func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "events.db")
	log, err := eventlog.Open(b.Context(), path, eventlog.Options{})
	require.NoError(b, err)
	fill(b, log, 300_000)
	require.NoError(b, log.Close())
	info, err := os.Stat(path)
	require.NoError(b, err)
	b.SetBytes(info.Size())
	for b.Loop() {
		log, err := eventlog.Open(b.Context(), path, eventlog.Options{})
		require.NoError(b, err)
		require.NoError(b, log.Close())
	}
	b.ReportMetric(float64(info.Size())/300_000/(eventData+eventMetadata), "disk/payload")
}
