package passwords_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// slow is a cost at which one hash takes long enough to be waited for.
func slow(atOnce, waiting int) passwords.Cost {
	return passwords.Cost{Passes: 4, MemoryKiB: 16 * 1024, Threads: 1, AtOnce: atOnce, Waiting: waiting}
}

func TestWorkIsBounded(t *testing.T) {
	t.Run("given 500 at once, the right ones get in, the rest are told it is busy, and memory stays small", func(t *testing.T) {
		const callers = 500
		hasher := passwords.New(passwords.Cost{Passes: 1, MemoryKiB: 19 * 1024, Threads: 1, AtOnce: 2, Waiting: 8})
		hash := mustHash(t, hasher, "a-long-password-1")
		before := heapInUse()
		var right, busy atomic.Int32
		heaps := make(chan uint64, callers)
		var callersDone sync.WaitGroup
		start := make(chan struct{})
		for range callers {
			callersDone.Go(func() {
				<-start
				same, err := hasher.Verify(context.Background(), commands.HashFor{}, hash, "a-long-password-1")
				switch {
				case same && err == nil:
					right.Add(1)
					heaps <- heapInUse()
				case domain.CodeOf(err) == domain.TooBusy:
					busy.Add(1)
				}
			})
		}
		close(start)
		callersDone.Wait()
		require.EqualValues(t, callers, right.Load()+busy.Load())
		require.GreaterOrEqual(t, right.Load(), int32(10), "those who work and those who wait are served")
		require.Positive(t, busy.Load())
		close(heaps)
		for heap := range heaps {
			require.Less(t, heap, before+200<<20, "heap in use")
		}
	})
	t.Run("given the crowd gone, the next one is served", func(t *testing.T) {
		hasher := passwords.New(passwords.Cost{Passes: 1, MemoryKiB: 8, Threads: 1, AtOnce: 1, Waiting: 1})
		hash := mustHash(t, hasher, "x")
		for range 20 {
			require.True(t, verify(t, hasher, hash, "x"))
		}
	})
}

func heapInUse() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapInuse
}

func TestWaitingRespectsTheContext(t *testing.T) {
	t.Run("given a context that has ended, nothing is begun", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		hasher := passwords.New(cheap())
		_, err := hasher.Hash(ctx, commands.HashFor{}, "x")
		require.ErrorIs(t, err, context.Canceled)
		_, err = hasher.Verify(ctx, commands.HashFor{}, "", "x")
		require.ErrorIs(t, err, context.Canceled)
	})
	t.Run("given a context that ends while waiting, the caller leaves and frees the place", func(t *testing.T) {
		hasher := passwords.New(slow(1, 1))
		var worker sync.WaitGroup
		working, stop := make(chan struct{}), make(chan struct{})
		worker.Go(func() {
			_, err := hasher.Hash(context.Background(), commands.HashFor{}, "x")
			close(working)
			for err == nil || domain.CodeOf(err) == domain.TooBusy {
				select {
				case <-stop:
					return
				default:
					_, err = hasher.Hash(context.Background(), commands.HashFor{}, "x")
				}
			}
		})
		<-working
		left := 0
		for deadline := time.Now().Add(time.Minute); left < 3 && time.Now().Before(deadline); {
			ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
			if _, err := hasher.Hash(ctx, commands.HashFor{}, "x"); errors.Is(err, context.DeadlineExceeded) {
				left++ // a place that leaked would make the next one busy for ever
			}
			cancel()
		}
		close(stop)
		worker.Wait()
		require.Equal(t, 3, left)
		require.True(t, verify(t, hasher, mustHash(t, hasher, "x"), "x"))
	})
}

func TestNoHashCostsTheSame(t *testing.T) {
	hasher := passwords.New(slow(1, 1))
	hash := mustHash(t, hasher, "a-long-password-1")
	same := filledBy(t, hasher, hash, "another-password")
	for given, c := range map[string]struct{ hash, typed string }{
		"no hash": {"", "another-password"}, "a broken hash": {"broken", "another-password"},
		"a password that cannot be right": {hash, "\x00"}, "neither": {"", "\xff"},
	} {
		t.Run("given "+given+", as much memory is worked through as for a real comparison", func(t *testing.T) {
			require.InEpsilon(t, same, filledBy(t, hasher, c.hash, c.typed), 0.01)
		})
	}
}

// filledBy is how many bytes a comparison allocates: nearly all are argon2's,
// and unlike time they do not depend on what else the machine does.
func filledBy(t *testing.T, hasher *passwords.Passwords, hash, typed string) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	right, err := hasher.Verify(context.Background(), commands.HashFor{}, hash, typed)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.False(t, right)
	require.Greater(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
	return after.TotalAlloc - before.TotalAlloc
}

func BenchmarkVerify(b *testing.B) {
	hasher := passwords.New(passwords.Default())
	hash, err := hasher.Hash(context.Background(), commands.HashFor{}, "a-long-password-1")
	require.NoError(b, err)
	for b.Loop() {
		_, err := hasher.Verify(context.Background(), commands.HashFor{}, hash, "a-long-password-1")
		require.NoError(b, err)
	}
}

func BenchmarkJudge(b *testing.B) {
	hasher := passwords.New(passwords.Default())
	for b.Loop() {
		_ = hasher.Judge("proper donkey candle clip", 12, ownWords())
	}
}
