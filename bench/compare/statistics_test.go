package compare_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/bench/compare"
)

func TestTheMedianIsTheOneInTheMiddle(t *testing.T) {
	require.InDelta(t, 3, compare.Median([]float64{9, 1, 3}), 0)
	require.InDelta(t, 4, compare.Median([]float64{9, 1, 3, 5}), 0, "or the mean of the two that are")
	require.InDelta(t, 7, compare.Median([]float64{7}), 0)
}

func TestSummarisingLeavesTheRoundsInTheirOrder(t *testing.T) {
	rounds := []float64{100, 80, 120}
	summary := compare.Summarise(rounds)
	require.Equal(t, compare.Summary{Median: 100, Low: 80, High: 120, Rounds: []float64{100, 80, 120}}, summary)
	require.InDelta(t, 0.4, summary.Spread(), 1e-9)
	require.Equal(t, []float64{100, 80, 120}, rounds)
}

func TestAQuantileIsAValueThatWasMeasured(t *testing.T) {
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[i] = 100 - i
	}
	for part, value := range map[float64]int{0: 1, 0.5: 50, 0.99: 99, 1: 100} {
		require.Equal(t, value, compare.Quantile(hundred, part), "%v", part)
	}
	require.Equal(t, 5, compare.Quantile([]int{5}, 0.99))
}
