package compare

import "context"

// Work is what the present is measured at, and what it is held against: a build
// of another commit, a bare loop that does only the unavoidable, or a peer.
type Work struct {
	Name          string
	Figures       []Figure
	Base, Present Target
}

// Figure is one number that a work is measured by.
type Figure struct {
	Name   string
	Unit   string
	Better Better
	// Goal is how many times better than the base the present is to be; zero for
	// what is only shown.
	Goal float64
}

// Better is which way is up.
type Better string

const (
	Higher Better = "higher"
	Lower  Better = "lower"
)

// Target is what a work is done by.
type Target struct {
	Name string
	// Measure does the work once, from nothing to nothing: what it starts, it also
	// ends, and what it writes, it removes.
	Measure func(context.Context) (Sample, error)
}

// Sample is what was measured once: one number for each figure, in their order.
type Sample []float64
