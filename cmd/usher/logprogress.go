package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/usher-engine/usher/adapters/moving"
)

// display shows how far a copy is: a bar on a terminal, a line now and then
// elsewhere, an object a line for programs.
type display struct {
	show  func(moving.Progress)
	end   func()
	every time.Duration
	next  time.Time
	step  moving.Step
}

func newDisplay(out *output, asJSON bool) *display {
	if asJSON {
		lines := json.NewEncoder(out.stdout)
		return &display{every: time.Second, end: func() {}, show: func(p moving.Progress) {
			_ = lines.Encode(map[string]any{"step": p.Step, "events": p.Events, "at": p.At.String(), "head": p.Head.String()})
		}}
	}
	if file, ok := out.stderr.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		return newBar(file)
	}
	return &display{every: 5 * time.Second, end: func() {}, show: func(p moving.Progress) {
		fmt.Fprintf(out.stderr, "%s: %d events, %d%%\n", p.Step, p.Events, permille(p)/10)
	}}
}

// tell shows the first report of each step, and then one now and then.
func (d *display) tell(p moving.Progress) {
	now := time.Now()
	if p.Step == d.step && now.Before(d.next) {
		return
	}
	d.step, d.next = p.Step, now.Add(d.every)
	d.show(p)
}

// permille is how much is done. A position may be anything that rises, and
// serves as a measure for people only.
func permille(p moving.Progress) int64 {
	if p.Head.Commit == 0 {
		return 0
	}
	return int64(1000 * min(float64(p.At.Commit)/float64(p.Head.Commit), 1))
}

func newBar(terminal io.Writer) *display {
	var bar *progressbar.ProgressBar
	var step moving.Step
	end := func() {
		if bar != nil {
			_ = bar.Finish()
		}
	}
	return &display{every: 100 * time.Millisecond, end: end, show: func(p moving.Progress) {
		if bar == nil || step != p.Step {
			end()
			bar = progressbar.NewOptions64(1000, progressbar.OptionSetWriter(terminal), progressbar.OptionClearOnFinish(),
				progressbar.OptionSetWidth(30), progressbar.OptionSetPredictTime(true))
			step = p.Step
		}
		_ = bar.Set64(min(permille(p), 999))
		bar.Describe(fmt.Sprintf("%-9s %10d events", p.Step, p.Events))
	}}
}
