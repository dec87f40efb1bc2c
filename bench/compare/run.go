package compare

import (
	"context"
	"fmt"
)

// Step is what is about to be measured, and how much of all is done.
type Step struct {
	Round        int
	Work, Target string
	Done, All    int
}

// Run measures all works, base and present in turn, as many rounds as asked for.
// Only one target runs at a time, and who begins changes from round to round. The
// first error ends it.
func Run(ctx context.Context, works []Work, rounds int, tell func(Step)) ([]Result, error) {
	base, present := make([][]Sample, len(works)), make([][]Sample, len(works))
	done, all := 0, 2*rounds*len(works)
	for round := range rounds {
		for i, work := range works {
			turns := []struct {
				target  Target
				samples *[]Sample
			}{{work.Base, &base[i]}, {work.Present, &present[i]}}
			if round%2 == 1 {
				turns[0], turns[1] = turns[1], turns[0]
			}
			for _, turn := range turns {
				tell(Step{Round: round + 1, Work: work.Name, Target: turn.target.Name, Done: done, All: all})
				sample, err := work.measure(ctx, turn.target)
				if err != nil {
					return nil, fmt.Errorf("%s, %s, round %d: %w", work.Name, turn.target.Name, round+1, err)
				}
				*turn.samples = append(*turn.samples, sample)
				done++
			}
		}
	}
	results := make([]Result, len(works))
	for i, work := range works {
		results[i] = work.result(base[i], present[i])
	}
	return results, nil
}

// measure refuses what could not be divided: each figure is a number above zero.
func (w Work) measure(ctx context.Context, target Target) (Sample, error) {
	sample, err := target.Measure(ctx)
	if err != nil {
		return nil, err
	}
	if len(sample) != len(w.Figures) {
		return nil, fmt.Errorf("%d numbers were measured, and there are %d figures", len(sample), len(w.Figures))
	}
	for i, value := range sample {
		if !(value > 0) {
			return nil, fmt.Errorf("%s was measured as %v", w.Figures[i].Name, value)
		}
	}
	return sample, nil
}

func (w Work) result(base, present []Sample) Result {
	result := Result{Work: w.Name, Base: w.Base.Name, Present: w.Present.Name}
	for i, figure := range w.Figures {
		before, now := column(base, i), column(present, i)
		result.Figures = append(result.Figures, Compared{
			Figure: figure.Name, Unit: figure.Unit, Better: figure.Better, Goal: figure.Goal,
			Base: Summarise(before), Present: Summarise(now), Gain: Summarise(gains(figure.Better, before, now)),
		})
	}
	return result
}

func column(samples []Sample, i int) []float64 {
	values := make([]float64, len(samples))
	for round, sample := range samples {
		values[round] = sample[i]
	}
	return values
}
