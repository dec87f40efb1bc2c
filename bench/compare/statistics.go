package compare

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// Summary is what rounds come to.
type Summary struct {
	Median float64   `json:"median"`
	Low    float64   `json:"low"`
	High   float64   `json:"high"`
	Rounds []float64 `json:"rounds"` // in their order
}

// Summarise returns the summary of at least one value.
func Summarise(values []float64) Summary {
	return Summary{Median: Median(values), Low: slices.Min(values), High: slices.Max(values), Rounds: slices.Clone(values)}
}

// Spread returns the distance from the lowest to the highest, as a part of the median.
func (s Summary) Spread() float64 { return (s.High - s.Low) / s.Median }

// Median returns the one in the middle, or the mean of the two that are.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// Quantile returns the least of the values that so many of them do not exceed:
// part is 0.99 for the 99th percentile.
func Quantile[T cmp.Ordered](values []T, part float64) T {
	sorted := slices.Sorted(slices.Values(values))
	rank := int(math.Ceil(part * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// gains returns how many times better the present was in each round. Those of a
// round ran one right after the other, so that what slows the machine down for a
// while slows both.
func gains(better Better, base, present []float64) []float64 {
	times := make([]float64, len(base))
	for round := range base {
		switch better {
		case Higher:
			times[round] = present[round] / base[round]
		case Lower:
			times[round] = base[round] / present[round]
		}
	}
	return times
}

// Milliseconds returns a time as figures show it.
func Milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
