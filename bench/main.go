// Command bench measures two builds of Usher beside each other: that of a base
// commit and that of the present tree. Read works/works.go for what is measured.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/usher-engine/usher/bench/builds"
	"github.com/usher-engine/usher/bench/compare"
	"github.com/usher-engine/usher/bench/works"
)

type settings struct {
	Base   string        `help:"The commit to compare with." default:"a579f2b"`
	Rounds int           `help:"How often each build is measured; fewer than 5 say little." default:"5"`
	Time   time.Duration `help:"How long each measurement takes." default:"4s"`
	WarmUp time.Duration `help:"How long the same load goes before it." default:"1s" name:"warm-up"`
	JSON   string        `help:"File to write the results to." name:"json" type:"path"`
	Tree   string        `help:"The repository's work tree." default:".." type:"existingdir"`
	Cache  string        `help:"Folder for programs of commits and for the data of the servers; on the disk that is to be measured." default:".cache" type:"path"`
}

// report is all that is known afterwards.
type report struct {
	At      time.Time        `json:"at"`
	Machine machine          `json:"machine"`
	Base    builds.Build     `json:"base"`
	Present builds.Build     `json:"present"`
	Rounds  int              `json:"rounds"`
	Seconds float64          `json:"seconds_each"`
	Works   []compare.Result `json:"works"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case interrupted:
		fmt.Fprintln(os.Stderr, "bench: interrupted; servers are stopped, and their data is removed")
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer, stderr *os.File) error {
	var s settings
	parser, err := kong.New(&s, kong.Name("bench"), kong.Description("Measure a base commit and the present tree beside each other."),
		kong.Writers(stdout, stderr))
	if err != nil {
		return err
	}
	if _, err := parser.Parse(args); err != nil {
		return err
	}
	return s.compare(ctx, stdout, stderr)
}

// Validate reports everything that is wrong with the settings at once.
func (s *settings) Validate() error {
	var wrong []error
	if s.Rounds < 1 {
		wrong = append(wrong, errors.New("--rounds is at least 1"))
	}
	if s.Time <= 0 || s.WarmUp < 0 {
		wrong = append(wrong, errors.New("--time is more than nothing, and --warm-up not less"))
	}
	return errors.Join(wrong...)
}

func (s *settings) compare(ctx context.Context, stdout io.Writer, stderr *os.File) (err error) {
	if err := os.MkdirAll(s.Cache, 0o700); err != nil {
		return err
	}
	scratch, err := os.MkdirTemp(s.Cache, "run-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	r := report{At: time.Now().UTC(), Rounds: s.Rounds, Seconds: s.Time.Seconds()}
	if r.Machine, err = describeMachine(scratch); err != nil {
		return err
	}
	maker := builds.Maker{Tree: s.Tree, Cache: s.Cache, Scratch: scratch}
	fmt.Fprintf(stderr, "building %s and the present tree\n", s.Base)
	if r.Base, err = maker.At(ctx, s.Base); err != nil {
		return err
	}
	if r.Present, err = maker.Present(ctx); err != nil {
		return err
	}
	tell, end := newProgress(stderr)
	r.Works, err = compare.Run(ctx, works.All(r.Base, r.Present, works.Settings{Scratch: scratch, WarmUp: s.WarmUp, Time: s.Time}), s.Rounds, tell)
	end()
	if err != nil {
		return err
	}
	return s.write(stdout, r)
}

func (s *settings) write(stdout io.Writer, r report) error {
	fmt.Fprintf(stdout, "%s (%s), %s (%s); %d rounds of %s; %d cores of %s, %.2f ms a sync\n",
		"base "+r.Base.Short(), r.Base.Go, "present "+r.Present.Short(), r.Present.Go, r.Rounds, s.Time, r.Machine.Cores, r.Machine.CPU, r.Machine.Sync)
	if err := compare.WriteTable(stdout, r.Works); err != nil {
		return err
	}
	if s.JSON == "" {
		return nil
	}
	encoded, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Clean(s.JSON), append(encoded, '\n'), 0o644) //nolint:gosec // because figures are no secret
}
