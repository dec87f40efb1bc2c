package compare_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/bench/compare"
)

// inTurn is a target that gives one sample after the other, and notes that it ran.
func inTurn(name string, ran *[]string, samples ...compare.Sample) compare.Target {
	return compare.Target{Name: name, Measure: func(context.Context) (compare.Sample, error) {
		*ran = append(*ran, name)
		sample := samples[0]
		samples = samples[1:]
		return sample, nil
	}}
}

func rateAndTime() []compare.Figure {
	return []compare.Figure{
		{Name: "rate", Unit: "/s", Better: compare.Higher, Goal: 1.3},
		{Name: "time", Unit: "ms", Better: compare.Lower, Goal: 3},
	}
}

func TestBaseAndPresentAreMeasuredInTurnAndWhoBeginsChanges(t *testing.T) {
	var ran []string
	var told []compare.Step
	figures := rateAndTime()[:1]
	works := []compare.Work{
		{Name: "one", Figures: figures, Base: inTurn("A", &ran, compare.Sample{1}, compare.Sample{1}), Present: inTurn("B", &ran, compare.Sample{1}, compare.Sample{1})},
		{Name: "two", Figures: figures, Base: inTurn("a", &ran, compare.Sample{1}, compare.Sample{1}), Present: inTurn("b", &ran, compare.Sample{1}, compare.Sample{1})},
	}
	_, err := compare.Run(t.Context(), works, 2, func(s compare.Step) { told = append(told, s) })
	require.NoError(t, err)
	require.Equal(t, []string{"A", "B", "a", "b", "B", "A", "b", "a"}, ran)
	require.Len(t, told, 8)
	require.Equal(t, compare.Step{Round: 2, Work: "one", Target: "B", Done: 4, All: 8}, told[4])
}

func TestTimesBetterIsAboveOneWhicheverWayIsUp(t *testing.T) {
	var ran []string
	results, err := compare.Run(t.Context(), []compare.Work{{
		Name: "work", Figures: rateAndTime(),
		Base:    inTurn("base", &ran, compare.Sample{100, 10}, compare.Sample{200, 20}, compare.Sample{100, 10}),
		Present: inTurn("present", &ran, compare.Sample{150, 5}, compare.Sample{260, 5}, compare.Sample{120, 5}),
	}}, 3, func(compare.Step) {})
	require.NoError(t, err)
	rate, time := results[0].Figures[0], results[0].Figures[1]
	require.InDeltaSlice(t, []float64{1.5, 1.3, 1.2}, rate.Gain.Rounds, 1e-9)
	require.InDeltaSlice(t, []float64{2, 4, 2}, time.Gain.Rounds, 1e-9)
	require.Equal(t, compare.Met, rate.Verdict())
	require.Equal(t, compare.Missed, time.Verdict())
	require.Equal(t, compare.NoGoal, compare.Compared{Gain: rate.Gain}.Verdict())
}

func TestTheFirstErrorEndsTheRunAndSaysWhoseItIs(t *testing.T) {
	var ran []string
	broken := errors.New("broken")
	_, err := compare.Run(t.Context(), []compare.Work{{
		Name: "work", Figures: rateAndTime(), Base: inTurn("base", &ran, compare.Sample{1, 1}),
		Present: compare.Target{Name: "present", Measure: func(context.Context) (compare.Sample, error) { return nil, broken }},
	}}, 2, func(compare.Step) {})
	require.ErrorIs(t, err, broken)
	require.ErrorContains(t, err, "work, present, round 1")
	require.Equal(t, []string{"base"}, ran)
}

func TestWhatCannotBeDividedIsRefused(t *testing.T) {
	for wrong, sample := range map[string]compare.Sample{
		"rate was measured as 0":                           {0, 1},
		"1 numbers were measured, and there are 2 figures": {1},
	} {
		var ran []string
		_, err := compare.Run(t.Context(), []compare.Work{{
			Name: "work", Figures: rateAndTime(), Base: inTurn("base", &ran, sample), Present: inTurn("present", &ran),
		}}, 1, func(compare.Step) {})
		require.ErrorContains(t, err, wrong)
	}
}
