package execution_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
)

func TestHowACommandEndsIsTold(t *testing.T) {
	build := func(result error, panics bool) call {
		c := adding(domain.CommandID{1}, 1)
		c.Build = func(context.Context, execution.Loaded[sum]) (add, error) {
			if panics {
				panic("a fault")
			}
			return add{}, result
		}
		return c
	}
	t.Run("given nothing left to do, it is nothing, and no failure", func(t *testing.T) {
		f := newFixture()
		_, err := f.Execute(t.Context(), build(execution.ErrNothing, false))
		require.NoError(t, err)
		require.Equal(t, execution.Ended{Code: execution.Nothing, Attempts: 1}, f.seen[0].Ended)
		require.Empty(t, f.log.All())
	})
	t.Run("given a failure, it is internal, with what came back", func(t *testing.T) {
		f, broken := newFixture(), errors.New("broken")
		_, err := f.Execute(t.Context(), build(broken, false))
		require.ErrorIs(t, err, broken)
		require.Equal(t, execution.Ended{Code: execution.Code(domain.Internal), Err: broken, Attempts: 1}, f.seen[0].Ended)
	})
	t.Run("given a panic, it is internal, and goes on", func(t *testing.T) {
		f := newFixture()
		require.PanicsWithValue(t, "a fault", func() { _, _ = f.Execute(t.Context(), build(nil, true)) })
		require.Equal(t, execution.Code(domain.Internal), f.seen[0].Code)
	})
}
