package main

import (
	"fmt"
	"os"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/usher-engine/usher/bench/compare"
)

// newProgress shows how far the run is: a bar on a terminal, a line a step
// elsewhere. What end returns from leaves the terminal clean.
func newProgress(file *os.File) (tell func(compare.Step), end func()) {
	if !term.IsTerminal(int(file.Fd())) {
		return func(s compare.Step) {
			fmt.Fprintf(file, "%d of %d: round %d, %s, %s\n", s.Done+1, s.All, s.Round, s.Work, s.Target)
		}, func() {}
	}
	bar := progressbar.NewOptions(1, progressbar.OptionSetWriter(file), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetWidth(30), progressbar.OptionSetPredictTime(true))
	return func(s compare.Step) {
		bar.ChangeMax(s.All)
		_ = bar.Set(s.Done)
		bar.Describe(fmt.Sprintf("round %d, %s, %s", s.Round, s.Work, s.Target))
	}, func() { _ = bar.Finish() }
}
