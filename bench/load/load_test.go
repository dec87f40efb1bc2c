package load_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/bench/load"
)

// taking is a call that takes so long.
func taking(d time.Duration, calls *atomic.Int64) func(context.Context) error {
	return func(context.Context) error {
		calls.Add(1)
		time.Sleep(d)
		return nil
	}
}

func TestOnlyCallsThatEndWithinTheTimeCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		took, err := load.Load{Callers: 3, WarmUp: 95 * time.Millisecond, Time: time.Second}.Run(t.Context(), taking(10*time.Millisecond, &calls))
		require.NoError(t, err)
		require.Len(t, took, 3*100, "one each 10 ms: those that end from 100 to 1,090 ms")
		require.EqualValues(t, 3*110, calls.Load())
		for _, d := range took {
			require.Equal(t, 10*time.Millisecond, d)
		}
	})
}

func TestTheFirstErrorOfACallEndsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		var calls atomic.Int64
		_, err := load.Load{Callers: 4, Time: time.Hour}.Run(t.Context(), func(context.Context) error {
			time.Sleep(time.Millisecond)
			if calls.Add(1) == 100 {
				return broken
			}
			return nil
		})
		require.ErrorIs(t, err, broken)
		require.Less(t, calls.Load(), int64(110))
	})
}

func TestNothingMeasuredIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		_, err := load.Load{Callers: 1, Time: time.Second}.Run(t.Context(), taking(time.Minute, &calls))
		require.ErrorIs(t, err, load.ErrNothingMeasured)
	})
}

func TestALoadEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var calls atomic.Int64
		_, err := load.Load{Callers: 2, Time: time.Hour}.Run(ctx, taking(time.Millisecond, &calls))
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})
}
