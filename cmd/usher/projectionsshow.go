package main

import (
	"fmt"
	"io"
	"os"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// standings is what a server says of its views and policies.
type standings struct {
	Head     string     `json:"head"`
	Views    []standing `json:"views"`
	Policies []standing `json:"policies"`
}

type standing struct {
	Name         string     `json:"name"`
	Version      int        `json:"version,omitzero"`
	Edition      int        `json:"edition,omitzero"`
	State        string     `json:"state"`
	Position     string     `json:"position"`
	Behind       uint64     `json:"behind"`
	BehindSince  *time.Time `json:"behind_since,omitempty"`
	StalledSince *time.Time `json:"stalled_since,omitempty"`
	Stopped      *stop      `json:"stopped,omitempty"`
	Editions     []edition  `json:"editions,omitempty"`
}

type stop struct {
	Event    string `json:"event"`
	Position string `json:"position"`
	Type     string `json:"type"`
	Reason   string `json:"reason"`
}

type edition struct {
	View     string       `json:"view"`
	Version  int          `json:"version"`
	Number   int          `json:"edition"`
	State    string       `json:"state"`
	Position string       `json:"position"`
	Throttle int          `json:"throttle,omitzero"`
	Stopped  *stop        `json:"stopped,omitempty"`
	Receipt  *fillReceipt `json:"receipt,omitempty"`
}

type fillReceipt struct {
	Position    string       `json:"position"`
	Serving     rowSum       `json:"serving"`
	Edition     rowSum       `json:"edition"`
	Differences int          `json:"differences"`
	First       *rowLocation `json:"first_difference,omitempty"`
}

type rowSum struct {
	Rows   int    `json:"rows"`
	SHA256 string `json:"sha256"`
}

type rowLocation struct {
	Account string `json:"account"`
	Row     string `json:"row"`
}

func (s standings) headCommit() int64 { return commitOf(s.Head) }

func (s standing) stoppedAt(position string) bool {
	if s.Stopped != nil && s.Stopped.Position == position {
		return true
	}
	for _, one := range s.Editions {
		if one.State != "kept" && one.Stopped != nil && one.Stopped.Position == position {
			return true
		}
	}
	return false
}

// print is a table for people; what is wrong stands below it, a line each.
func (s standings) print(stdout io.Writer) error {
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\tVERSION\tEDITION\tSTATE\tPOSITION\tBEHIND\tSINCE\n")
	for _, one := range s.Views {
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%s\t%d\t%s\n", one.Name, one.Version, one.Edition, one.State, one.Position, one.Behind, one.since())
		for _, other := range one.Editions {
			if other.Version != one.Version || other.Number != one.Edition {
				fmt.Fprintf(table, "\t%d\t%d\t%s\t%s\t%d\t%s\n", other.Version, other.Number, other.state(), other.Position, max(s.headCommit()-commitOf(other.Position), 0), other.pace())
			}
		}
	}
	for _, one := range s.Policies {
		fmt.Fprintf(table, "%s\tpolicy\t\t%s\t%s\t%d\t%s\n", one.Name, one.State, one.Position, one.Behind, one.since())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "The log ends at %s.\n", s.Head)
	for _, one := range append(s.Views[:len(s.Views):len(s.Views)], s.Policies...) {
		one.printStops(stdout)
	}
	return nil
}

func (s standing) printStops(stdout io.Writer) {
	if s.Stopped != nil {
		fmt.Fprintf(stdout, "%s is stopped at position %s, type %s: %s\n", s.Name, s.Stopped.Position, s.Stopped.Type, s.Stopped.Reason)
	}
	for _, one := range s.Editions {
		if one.Stopped != nil && one.State != "serving" {
			fmt.Fprintf(stdout, "%s, version %d edition %d, is stopped at position %s, type %s: %s\n",
				s.Name, one.Version, one.Number, one.Stopped.Position, one.Stopped.Type, one.Stopped.Reason)
		}
	}
}

// since is since when something is wrong, or not yet right.
func (s standing) since() string {
	for _, at := range []*time.Time{s.StalledSince, s.BehindSince} {
		if at != nil {
			return at.UTC().Format(time.RFC3339)
		}
	}
	return ""
}

func (e edition) state() string {
	if e.Stopped != nil && e.State != "kept" {
		return e.State + ", stopped"
	}
	return e.State
}

func (e edition) pace() string {
	if e.Throttle == 0 {
		return ""
	}
	return fmt.Sprintf("at most %d events a second", e.Throttle)
}

// print is the receipt of an edition that is done.
func (e edition) print(stdout io.Writer) error {
	what := map[string]string{"serving": "serves", "kept": "is compared"}[e.State]
	if e.Receipt == nil {
		_, err := fmt.Fprintf(stdout, "%s, version %d: edition %d %s at position %s; it was not compared, for the rows before never stood still or could not go on.\n",
			e.View, e.Version, e.Number, what, e.Position)
		return err
	}
	found := e.Receipt
	verdict := "the same rows"
	if found.Differences > 0 {
		verdict = fmt.Sprintf("%d rows differ", found.Differences)
	}
	fmt.Fprintf(stdout, "%s, version %d: edition %d %s; at position %s, %s.\n", e.View, e.Version, e.Number, what, found.Position, verdict)
	fmt.Fprintf(stdout, "  served  %9d rows  sha256:%s\n", found.Serving.Rows, found.Serving.SHA256)
	_, err := fmt.Fprintf(stdout, "  anew    %9d rows  sha256:%s\n", found.Edition.Rows, found.Edition.SHA256)
	if found.First != nil {
		_, err = fmt.Fprintf(stdout, "  first   row %s of account %s\n", found.First.Row, found.First.Account)
	}
	return err
}

// fillDisplay shows how far editions are: a bar on a terminal, a line now and
// then elsewhere, an object a line for programs.
type fillDisplay struct {
	show  func(slowest edition, left int, head string)
	end   func()
	every time.Duration
	next  time.Time
}

func newFillDisplay(c *operator, start string) *fillDisplay {
	quiet := func() {}
	if c.asJSON {
		return &fillDisplay{every: time.Second, end: quiet, show: func(slowest edition, left int, head string) {
			_ = c.encode(map[string]any{"view": slowest.View, "edition": slowest.Number, "at": slowest.Position, "head_at_start": start, "head": head, "views_left": left})
		}}
	}
	file, ok := c.stderr.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return &fillDisplay{every: 5 * time.Second, end: quiet, show: func(slowest edition, left int, head string) {
			fmt.Fprintf(c.stderr, "%s is at %s of %s (%s when it began); %d to go\n", slowest.View, slowest.Position, head, start, left)
		}}
	}
	var bar *progressbar.ProgressBar
	end := func() {
		if bar != nil {
			_ = bar.Finish()
			bar = nil
		}
	}
	return &fillDisplay{end: end, show: func(slowest edition, left int, head string) {
		at, all := commitOf(slowest.Position), max(commitOf(head), 1)
		described := fmt.Sprintf("%s %s of %s, %d to go", slowest.View, slowest.Position, head, left)
		width, fits := barWidth(file, len(described))
		if !fits {
			described = slowest.View
		}
		if bar == nil {
			bar = progressbar.NewOptions64(all, progressbar.OptionSetWriter(file), progressbar.OptionClearOnFinish(),
				progressbar.OptionSetWidth(width), progressbar.OptionSetPredictTime(true))
		}
		bar.ChangeMax64(all)
		_ = bar.Set64(min(at, all-1))
		bar.Describe(described)
	}}
}

// barWidth is how wide a bar may be beside a description, so that a line of the
// terminal is not broken; fits is false where the description has no place.
func barWidth(terminal *os.File, described int) (width int, fits bool) {
	const most, least, besides = 30, 5, 26 // besides: percentage, time taken and time left
	columns, _, err := term.GetSize(int(terminal.Fd()))
	if err != nil {
		return most, true
	}
	width = columns - besides - described
	return max(least, min(most, width)), width >= least
}

// tell shows the edition that is farthest behind.
func (d *fillDisplay) tell(waiting []edition, head string) {
	now := time.Now()
	if now.Before(d.next) {
		return
	}
	d.next = now.Add(d.every)
	slowest := waiting[0]
	for _, one := range waiting {
		if commitOf(one.Position) < commitOf(slowest.Position) {
			slowest = one
		}
	}
	d.show(slowest, len(waiting), head)
}
