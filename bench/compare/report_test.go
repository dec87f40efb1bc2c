package compare_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/bench/compare"
)

func example(t *testing.T) []compare.Result {
	t.Helper()
	var ran []string
	figures := append(rateAndTime(), compare.Figure{Name: "shown only", Unit: "ms", Better: compare.Lower})
	results, err := compare.Run(t.Context(), []compare.Work{{
		Name: "invite", Figures: figures,
		Base:    inTurn("base 1234567", &ran, compare.Sample{100, 10, 1.234}, compare.Sample{110, 12, 1.234}),
		Present: inTurn("present", &ran, compare.Sample{150, 5, 1.234}, compare.Sample{165, 6, 1.234}),
	}}, 2, func(compare.Step) {})
	require.NoError(t, err)
	return results
}

func TestTheTableHasTheGoalBesideEachRatio(t *testing.T) {
	var table strings.Builder
	require.NoError(t, compare.WriteTable(&table, example(t)))
	require.Equal(t, `
invite
               base 1234567            present                 times better          goal
  rate         105 /s (spread 10 %)    158 /s (spread 10 %)    1.50 (1.50 to 1.50)   >= 1.30: met
  time         11.0 ms (spread 18 %)   5.50 ms (spread 18 %)   2.00 (2.00 to 2.00)   >= 3.00: missed
  shown only   1.23 ms (spread 0 %)    1.23 ms (spread 0 %)    1.00 (1.00 to 1.00)   -
`, table.String())
}

func TestResultsAsJSONHoldEachRound(t *testing.T) {
	results := example(t)
	encoded, err := json.Marshal(results[0].Figures[1])
	require.NoError(t, err)
	require.JSONEq(t, `{
		"figure": "time", "unit": "ms", "better": "lower", "goal": 3,
		"base_measured": {"median": 11, "low": 10, "high": 12, "rounds": [10, 12]},
		"present_measured": {"median": 5.5, "low": 5, "high": 6, "rounds": [5, 6]},
		"times_better": {"median": 2, "low": 2, "high": 2, "rounds": [2, 2]}
	}`, string(encoded))
	encoded, err = json.Marshal(results[0].Figures[2])
	require.NoError(t, err)
	require.NotContains(t, string(encoded), `"goal"`)
}
