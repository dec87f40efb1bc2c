package store_test

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// BenchmarkAppend appends one event of a usual size at a time, five to a
// stream, by the rules and, beside it, to the log underneath without them.
func BenchmarkAppend(b *testing.B) {
	event := func() []journal.Proposed {
		return []journal.Proposed{{ID: uuid.New(), Type: "happened", JSON: true, Data: make([]byte, 310), Metadata: make([]byte, 170)}}
	}
	for _, writers := range []int{1, 64} {
		for name, write := range map[string]func(*fixture, string) error{
			"rules": func(f *fixture, stream string) error {
				_, err := f.Append(b.Context(), stream, store.Any, event())
				return err
			},
			"log": func(f *fixture, stream string) error {
				_, _, err := f.Log().Append(b.Context(), stream, domain.Any{}, event())
				return err
			},
		} {
			b.Run(fmt.Sprintf("%s/writers=%d", name, writers), func(b *testing.B) {
				f := open(b)
				var count atomic.Int64
				b.SetParallelism(max(writers/runtime.GOMAXPROCS(0), 1))
				if writers == 1 {
					for b.Loop() {
						require.NoError(b, write(f, fmt.Sprint("stream-", count.Add(1)/5)))
					}
					return
				}
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						require.NoError(b, write(f, fmt.Sprint("stream-", count.Add(1)/5)))
					}
				})
			})
		}
	}
}
