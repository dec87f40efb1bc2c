package turns_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands/turns"
)

func TestSoManyHaveTheirTurnAtOnce(t *testing.T) {
	two := turns.New[string](2)
	first, err := two.Enter(t.Context(), "a")
	require.NoError(t, err)
	second, err := two.Enter(t.Context(), "a")
	require.NoError(t, err)
	other, err := two.Enter(t.Context(), "b")
	require.NoError(t, err)
	other()

	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = two.Enter(gone, "a")
	require.ErrorIs(t, err, context.Canceled)

	entered := make(chan func())
	go func() {
		third, err := two.Enter(context.WithoutCancel(gone), "a")
		if err != nil {
			close(entered)
			return
		}
		entered <- third
	}()
	first()
	third, ok := <-entered
	require.True(t, ok)
	second()
	third()
}
