// Package journeys tells whole stories of people coming into a company, over
// HTTP, as text transcripts in testdata: input, "----", answer.
//
// Clock and random numbers are injected, so that a transcript is the same each
// time; `go test -update` writes the answers anew, and the difference is what to
// review. Read journeys_test.go, then testdata.
package journeys
