package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/usher-engine/usher/domain"
)

type projectionsCommands struct {
	List    projectionsList    `cmd:"" help:"Show how far views and policies are, and what keeps them."`
	Rebuild projectionsRebuild `cmd:"" help:"Fill views anew beside what they serve, and switch when they have caught up."`
	Verify  projectionsVerify  `cmd:"" help:"Build views a second time, and compare them with what they serve, row by row."`
	Skip    projectionsSkip    `cmd:"" help:"Have a view or a policy leave out the event at which it is stopped."`
	Back    projectionsBack    `cmd:"" help:"Let rows serve again that have served before."`
	Drop    projectionsDrop    `cmd:"" help:"Delete the rows of an edition that does not serve."`
}

type projectionsList struct {
	serverFlags `embed:""`
}

// Run lists.
func (l *projectionsList) Run(ctx context.Context, out *output) error {
	c, err := l.connect(out)
	if err != nil {
		return err
	}
	found, err := c.list(ctx)
	if err != nil {
		return err
	}
	if l.JSON {
		return c.encode(found)
	}
	return found.print(out.stdout)
}

type fillFlags struct {
	Views    []string `arg:"" optional:"" name:"view" help:"Views; all where none is named."`
	Throttle int      `help:"How many events a second each view takes at most; 0 for as many as it can." default:"0" env:"-"`
}

// Validate reports what is wrong with the settings.
func (f *fillFlags) Validate() error {
	if f.Throttle < 0 {
		return errors.New("--throttle is a number of events a second, or 0 for as many as it can")
	}
	return nil
}

type projectionsRebuild struct {
	serverFlags `embed:""`
	fillFlags   `embed:""`
}

// Help implements kong.HelpProvider.
func (*projectionsRebuild) Help() string {
	return "Readers notice nothing: they are answered from the old rows until the new ones have caught up and were compared with them. " +
		"The old rows are kept until the next rebuild; `usher projections back` returns to them, `usher projections drop` deletes them. " +
		"The work goes on when this command is stopped; the same command shows it again. The exit code is 1 where rows differ."
}

// Run rebuilds, and waits until the new rows serve.
func (r *projectionsRebuild) Run(ctx context.Context, out *output) error {
	c, err := r.connect(out)
	if err != nil {
		return err
	}
	return c.fillAll(ctx, filling{what: "rebuild", views: r.Views, throttle: r.Throttle, done: func(e edition) bool {
		return e.State != "filling"
	}})
}

type projectionsVerify struct {
	serverFlags `embed:""`
	fillFlags   `embed:""`
}

// Help implements kong.HelpProvider.
func (*projectionsVerify) Help() string {
	return "The receipt has the position at which both were compared, the rows and SHA-256 of each, and how many rows differ. " +
		"What was built for it is dropped afterwards. The work goes on when this command is stopped; the same command shows it again. " +
		"The exit code is 1 where rows differ."
}

// Run verifies, and drops what was built to compare with.
func (v *projectionsVerify) Run(ctx context.Context, out *output) error {
	c, err := v.connect(out)
	if err != nil {
		return err
	}
	return c.fillAll(ctx, filling{what: "verify", views: v.Views, throttle: v.Throttle, drop: true, done: func(e edition) bool {
		return e.Receipt != nil && e.State != "scratch"
	}})
}

type projectionsSkip struct {
	serverFlags `embed:""`
	Position    string `arg:"" help:"Where the event stands in the log, as list shows it."`
	View        string `help:"The view or policy that is to leave it out; needed where several are stopped there." env:"-"`
	All         bool   `help:"Have all views and policies leave it out that are stopped there." env:"-"`
	Reason      string `help:"Why it may be left out; it is on record for good." required:"" env:"-"`
}

// Help implements kong.HelpProvider.
func (*projectionsSkip) Help() string {
	return "What is skipped stays skipped: rebuilds leave it out too. An event of an unknown type may be known to a newer Usher: then upgrade, and skip nothing."
}

// Validate reports what is wrong with the settings.
func (s *projectionsSkip) Validate() error {
	if _, err := domain.ParsePosition(s.Position); err != nil {
		return fmt.Errorf("%q is not a position; `usher projections list` shows where views are stopped", s.Position)
	}
	if s.View != "" && s.All {
		return errors.New("--view and --all do not go together")
	}
	return nil
}

// Run skips.
func (s *projectionsSkip) Run(ctx context.Context, out *output) error {
	c, err := s.connect(out)
	if err != nil {
		return err
	}
	chosen := []string{s.View}
	if s.View == "" {
		found, err := c.list(ctx)
		if err != nil {
			return err
		}
		chosen = found.stoppedAt(s.Position)
		switch {
		case len(chosen) == 0:
			return fmt.Errorf("nothing is stopped at position %s; `usher projections list` shows what is, and where", s.Position)
		case len(chosen) > 1 && !s.All:
			return fmt.Errorf("several are stopped at position %s: %s; name one with --view, or say --all", s.Position, strings.Join(chosen, ", "))
		}
	}
	for _, name := range chosen {
		var answer struct {
			Position string `json:"position"`
		}
		err := c.command(ctx, http.MethodPost, "skips", map[string]string{"follower": name, "position": s.Position, "reason": s.Reason}, &answer)
		if err != nil {
			return err
		}
		if s.JSON {
			err = c.encode(map[string]string{"follower": name, "skipped": s.Position, "position": answer.Position})
		} else {
			_, err = fmt.Fprintf(out.stdout, "%s leaves out the event at position %s, and goes on within five seconds. That is on record at position %s.\n", name, s.Position, answer.Position)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type projectionsBack struct {
	serverFlags `embed:""`
	View        string `arg:"" help:"The view."`
	Edition     int    `arg:"" help:"The edition that is to serve again, as list shows it."`
}

// Help implements kong.HelpProvider.
func (*projectionsBack) Help() string {
	return "The rows are as they were left, and catch up from there; what serves now is kept."
}

// Run goes back.
func (b *projectionsBack) Run(ctx context.Context, out *output) error {
	c, err := b.connect(out)
	if err != nil {
		return err
	}
	var served edition
	if err := c.command(ctx, http.MethodPost, "projections/"+escaped(b.View)+"/serve", map[string]int{"edition": b.Edition}, &served); err != nil {
		return err
	}
	if b.JSON {
		return c.encode(served)
	}
	_, err = fmt.Fprintf(out.stdout, "%s is served from edition %d, which stood at position %s and catches up.\n", served.View, served.Number, served.Position)
	return err
}

type projectionsDrop struct {
	serverFlags `embed:""`
	View        string `arg:"" help:"The view."`
	Edition     int    `arg:"" help:"The edition, as list shows it."`
	Version     int    `help:"Of the view; 0 for the one that the server's program has." default:"0" env:"-"`
}

// Run drops.
func (d *projectionsDrop) Run(ctx context.Context, out *output) error {
	c, err := d.connect(out)
	if err != nil {
		return err
	}
	gone, err := c.drop(ctx, edition{View: d.View, Version: d.Version, Number: d.Edition})
	if err != nil {
		return err
	}
	if d.JSON {
		return c.encode(gone)
	}
	_, err = fmt.Fprintf(out.stdout, "Edition %d of %s, version %d, is dropped.\n", gone.Number, gone.View, gone.Version)
	return err
}

// stoppedAt is the names of those that are stopped at a position.
func (s standings) stoppedAt(position string) (names []string) {
	for _, one := range append(slices.Clone(s.Views), s.Policies...) {
		if one.stoppedAt(position) {
			names = append(names, one.Name)
		}
	}
	return names
}
