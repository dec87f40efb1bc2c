package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// meter shows how much is done: a bar on a terminal, a line now and then
// elsewhere, an object a line for programs.
type meter struct {
	show  func(step string, done, all int64)
	end   func()
	every time.Duration
	next  time.Time
}

func newMeter(out *output, asJSON bool, unit string) *meter {
	quiet := func() {}
	if asJSON {
		lines := json.NewEncoder(out.stdout)
		return &meter{every: time.Second, end: quiet, show: func(step string, done, all int64) {
			_ = lines.Encode(map[string]any{"step": step, unit: done, "of": all})
		}}
	}
	if file, ok := out.stderr.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		bar := progressbar.NewOptions64(1, progressbar.OptionSetWriter(file), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetWidth(30), progressbar.OptionSetPredictTime(true))
		return &meter{every: 100 * time.Millisecond, end: func() { _ = bar.Finish() }, show: func(step string, done, all int64) {
			bar.ChangeMax64(max(all, 1))
			_ = bar.Set64(min(done, max(all, 1)-1))
			bar.Describe(fmt.Sprintf("%-12s %10d %s", step, done, unit))
		}}
	}
	return &meter{every: 5 * time.Second, next: time.Now().Add(5 * time.Second), end: quiet, show: func(step string, done, all int64) {
		fmt.Fprintf(out.stderr, "%s: %d of %d %s\n", step, done, all, unit)
	}}
}

// tell shows a report now and then.
func (m *meter) tell(step string, done, all int64) {
	if now := time.Now(); now.After(m.next) {
		m.next = now.Add(m.every)
		m.show(step, done, all)
	}
}
