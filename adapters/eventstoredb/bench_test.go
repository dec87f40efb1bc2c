package eventstoredb_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// over measures the same work on a log over the wire and on the node's own log.
func over(b *testing.B, work func(b *testing.B, log journal.Log)) {
	b.Helper()
	b.Run("wire", func(b *testing.B) {
		log, err := eventstoredb.Open(b.Context(), nodetest.Start(b).Connection, "", eventstoredb.Options{})
		require.NoError(b, err)
		defer log.Close()
		work(b, log)
	})
	b.Run("embedded", func(b *testing.B) { work(b, nodetest.Start(b).Log) })
}

func BenchmarkAppend(b *testing.B) {
	for name, clients := range map[string]int{"1 client": 1, "64 clients": 64} {
		b.Run(name, func(b *testing.B) {
			over(b, func(b *testing.B, log journal.Log) {
				var left atomic.Int64
				left.Store(int64(b.N))
				b.ResetTimer()
				var group sync.WaitGroup
				for range clients {
					group.Go(func() {
						stream, expected := "person-"+uuid.NewString(), domain.Expected(domain.NoStream{})
						for left.Add(-1) >= 0 {
							revision, _, err := log.Append(b.Context(), stream, expected, proposed(1))
							if err != nil {
								b.Error(err)
								return
							}
							expected = domain.Revision(revision)
						}
					})
				}
				group.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
			})
		})
	}
}

func BenchmarkRead(b *testing.B) {
	const count = 20_000
	for name, read := range map[string]func(b *testing.B, log journal.Log) int{
		"all": func(b *testing.B, log journal.Log) (n int) {
			for _, err := range log.ReadAll(b.Context(), domain.Position{}) {
				require.NoError(b, err)
				n++
			}
			return n
		},
		"subscription": func(b *testing.B, log journal.Log) (n int) {
			for _, err := range log.Subscribe(b.Context(), domain.Position{}) {
				require.NoError(b, err)
				if n++; n == count {
					break
				}
			}
			return n
		},
	} {
		b.Run(name, func(b *testing.B) {
			over(b, func(b *testing.B, log journal.Log) {
				for range count / 500 {
					_, _, err := log.Append(b.Context(), "person-"+uuid.NewString(), domain.NoStream{}, proposed(500))
					require.NoError(b, err)
				}
				b.ResetTimer()
				for range b.N {
					require.GreaterOrEqual(b, read(b, log), count)
				}
				b.ReportMetric(float64(b.N*count)/b.Elapsed().Seconds(), "events/s")
			})
		})
	}
}
