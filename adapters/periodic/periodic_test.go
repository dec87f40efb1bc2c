package periodic_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/periodic"
)

// task is done as often as it is asked for, and fails from time to time.
type task struct {
	at    []time.Duration // when it was done, from the beginning
	fails map[int]error   // by how often it was done before
	told  []error
}

func (k *task) start(ctx context.Context, every time.Duration) (stop func() error) {
	began := time.Now()
	do := func(context.Context) error {
		k.at = append(k.at, time.Since(began))
		return k.fails[len(k.at)-1]
	}
	return periodic.Start(ctx, every, do, func(_ context.Context, err error) { k.told = append(k.told, err) })
}

func TestSomethingIsDoneAgainAndAgain(t *testing.T) {
	away, full := errors.New("the database is away"), errors.New("the disk is full")

	t.Run("given some time, it is done each time that it has passed, and not at once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			kept := &task{}
			stop := kept.start(t.Context(), time.Minute)
			time.Sleep(3*time.Minute + time.Second)
			require.NoError(t, stop())
			require.Equal(t, []time.Duration{time.Minute, 2 * time.Minute, 3 * time.Minute}, kept.at)
		})
	})
	t.Run("given failures, the first of a row is told, and again after it succeeded", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			kept := &task{fails: map[int]error{1: away, 2: away, 3: full, 5: full}}
			stop := kept.start(t.Context(), time.Second)
			time.Sleep(7*time.Second + time.Millisecond)
			require.NoError(t, stop())
			require.Len(t, kept.at, 7, "it is tried again each time")
			require.Equal(t, []error{away, full}, kept.told)
		})
	})
	t.Run("given that it is stopped while it is done, it ends before stop returns, and tells nothing", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ended, told := false, false
			stop := periodic.Start(t.Context(), time.Second, func(ctx context.Context) error {
				<-ctx.Done()
				time.Sleep(time.Hour)
				ended = true
				return ctx.Err()
			}, func(context.Context, error) { told = true })
			time.Sleep(2 * time.Second)
			require.NoError(t, stop())
			require.True(t, ended)
			require.False(t, told)
		})
	})
	t.Run("given that its context ends, it is done no more", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			kept := &task{}
			stop := kept.start(ctx, time.Second)
			cancel()
			time.Sleep(time.Minute)
			require.Empty(t, kept.at)
			require.NoError(t, stop())
		})
	})
	t.Run("given that it takes longer than the time between, it is not done twice at once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			running, most, times := 0, 0, 0
			stop := periodic.Start(t.Context(), time.Second, func(context.Context) error {
				running++
				most = max(most, running)
				time.Sleep(5 * time.Second)
				running--
				times++
				return nil
			}, func(context.Context, error) {})
			time.Sleep(time.Minute)
			require.NoError(t, stop())
			require.Equal(t, 1, most)
			require.Greater(t, times, 9)
		})
	})
}
