package compare

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Result is how the two targets of a work compare.
type Result struct {
	Work    string     `json:"work"`
	Base    string     `json:"base"`
	Present string     `json:"present"`
	Figures []Compared `json:"figures"`
}

// Compared is one figure of both.
type Compared struct {
	Figure  string  `json:"figure"`
	Unit    string  `json:"unit"`
	Better  Better  `json:"better"`
	Goal    float64 `json:"goal,omitzero"` // of the median of Gain; absent where there is none
	Base    Summary `json:"base_measured"`
	Present Summary `json:"present_measured"`
	// Gain is how many times better the present was, round by round: above 1 is
	// better, whichever way is up.
	Gain Summary `json:"times_better"`
}

// Verdict is what a figure says of its goal.
type Verdict string

const (
	Met    Verdict = "met"
	Missed Verdict = "missed"
	NoGoal Verdict = ""
)

// Verdict returns whether the median of the rounds reaches the goal.
func (c Compared) Verdict() Verdict {
	switch {
	case c.Goal == 0:
		return NoGoal
	case c.Gain.Median >= c.Goal:
		return Met
	default:
		return Missed
	}
}

// WriteTable writes the results for people, one block for each work.
func WriteTable(w io.Writer, results []Result) error {
	for _, result := range results {
		if _, err := fmt.Fprintf(w, "\n%s\n", result.Work); err != nil {
			return err
		}
		table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
		fmt.Fprintf(table, "  \t%s\t%s\ttimes better\tgoal\n", result.Base, result.Present)
		for _, c := range result.Figures {
			fmt.Fprintf(table, "  %s\t%s\t%s\t%.2f (%.2f to %.2f)\t%s\n", c.Figure, c.cell(c.Base), c.cell(c.Present), c.Gain.Median, c.Gain.Low, c.Gain.High, c.goal())
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (c Compared) cell(s Summary) string {
	return fmt.Sprintf("%s %s (spread %.0f %%)", digits(s.Median), c.Unit, 100*s.Spread())
}

func (c Compared) goal() string {
	if c.Goal == 0 {
		return "-"
	}
	return fmt.Sprintf(">= %.2f: %s", c.Goal, c.Verdict())
}

// digits shows three that count.
func digits(value float64) string {
	switch {
	case value >= 100:
		return fmt.Sprintf("%.0f", value)
	case value >= 10:
		return fmt.Sprintf("%.1f", value)
	default:
		return fmt.Sprintf("%.2f", value)
	}
}
