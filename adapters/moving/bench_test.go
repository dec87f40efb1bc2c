package moving_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/moving"
)

// BenchmarkCopy copies into a node over the wire, by turns: with one append at a time
// and with many on their way.
func BenchmarkCopy(b *testing.B) {
	const count = 3000
	source := embedded(b)
	written(b, source, seeded(5), count)
	ways := map[string]func(journal.Log) journal.Log{
		"one at a time": func(log journal.Log) journal.Log { return plain{log} },
		"many at once":  func(log journal.Log) journal.Log { return log },
	}
	for name, way := range ways {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				log, err := eventstoredb.Open(b.Context(), nodetest.Start(b).Connection, "", eventstoredb.Options{})
				require.NoError(b, err)
				b.StartTimer()
				_, err = moving.Copy(b.Context(), source, way(log), moving.Options{})
				require.NoError(b, err)
				b.StopTimer()
				require.NoError(b, log.Close())
				b.StartTimer()
			}
			b.ReportMetric(float64(b.N*count)/b.Elapsed().Seconds(), "events/s")
		})
	}
}
