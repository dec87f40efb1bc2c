package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/usher-engine/usher/domain"
)

// lookEvery is how often a server is asked how far it is.
const lookEvery = 300 * time.Millisecond

// filling is what is to be filled beside what serves.
type filling struct {
	what     string // rebuild or verify
	views    []string
	throttle int
	drop     bool // whether the editions go when they were reported
	done     func(edition) bool
}

var (
	errDiffer  = errors.New("rows differ; see the receipts")
	errStopped = errors.New("not everything could be filled; see above")
)

// fillAll begins an edition of each view, shows how far they are, and reports
// each when it is done.
func (c *operator) fillAll(ctx context.Context, f filling) error {
	found, err := c.list(ctx)
	if err != nil {
		return err
	}
	if err := f.choose(found); err != nil {
		return err
	}
	shown := newFillDisplay(c, found.Head)
	defer shown.end()
	var waiting []edition
	for _, view := range f.views {
		var begun edition
		if err := c.command(ctx, http.MethodPost, "projections/"+escaped(view)+"/"+f.what, map[string]int{"throttle": f.throttle}, &begun); err != nil {
			return fmt.Errorf("%s %s: %w", f.what, view, err)
		}
		if begun.Throttle != f.throttle {
			fmt.Fprintf(c.stderr, "%s is being filled already, %s; drop edition %d to begin anew\n", view, paceOf(begun.Throttle), begun.Number)
		}
		waiting = append(waiting, begun)
	}
	var problems []error
	for {
		shown.tell(waiting, found.Head)
		if found, err = c.list(ctx); err != nil {
			return err
		}
		var still []edition
		for _, one := range waiting {
			now, problem := f.look(found, one)
			switch {
			case problem != nil:
				shown.end()
				fmt.Fprintln(c.stderr, problem)
				problems = append(problems, errStopped)
			case f.done(now):
				shown.end()
				problems = append(problems, c.conclude(ctx, f, now))
			default:
				still = append(still, now)
			}
		}
		if waiting = still; len(waiting) == 0 {
			return summary(problems)
		}
		select {
		case <-time.After(lookEvery):
		case <-ctx.Done():
			return fmt.Errorf("%w; the server goes on, and the same command shows how far it is", ctx.Err())
		}
	}
}

func paceOf(throttle int) string {
	if throttle == 0 {
		return "as fast as it can"
	}
	return fmt.Sprintf("at %d events a second", throttle)
}

// choose has all views filled where none is named, and refuses others than there are.
func (f *filling) choose(found standings) error {
	var all []string
	for _, one := range found.Views {
		all = append(all, one.Name)
	}
	for _, view := range f.views {
		if !slices.Contains(all, view) {
			return fmt.Errorf("there is no view %q; there are %s", view, strings.Join(all, ", "))
		}
	}
	if len(f.views) == 0 {
		f.views = all
	}
	slices.Sort(f.views)
	f.views = slices.Compact(f.views)
	return nil
}

// look is how an edition stands now, and why it will not be done.
func (f *filling) look(found standings, one edition) (edition, error) {
	for _, view := range found.Views {
		if view.Name != one.View {
			continue
		}
		if f.drop && view.Stopped != nil {
			return one, fmt.Errorf("%s is stopped at position %s, so that there is nothing to compare with: %s", view.Name, view.Stopped.Position, view.Stopped.Reason)
		}
		for _, now := range view.Editions {
			switch {
			case now.Version != one.Version || now.Number != one.Number:
			case now.Stopped != nil:
				return one, fmt.Errorf("edition %d of %s is stopped at position %s, type %s: %s; once it can go on, the same command shows how far it is",
					one.Number, one.View, now.Stopped.Position, now.Stopped.Type, now.Stopped.Reason)
			default:
				return now, nil
			}
		}
	}
	return one, fmt.Errorf("edition %d of %s is not there any more: somebody has dropped it", one.Number, one.View)
}

// conclude reports an edition that is done.
func (c *operator) conclude(ctx context.Context, f filling, one edition) error {
	var err error
	if c.asJSON {
		err = c.encode(map[string]any{"view": one.View, "version": one.Version, "edition": one.Number, "state": one.State, "receipt": one.Receipt})
	} else {
		err = one.print(c.stdout)
	}
	if f.drop && err == nil {
		_, err = c.drop(ctx, one)
	}
	if err == nil && one.Receipt != nil && one.Receipt.Differences > 0 {
		return errDiffer
	}
	return err
}

// summary is the worst of what happened; each kind is said once.
func summary(problems []error) error {
	var kinds []error
	for _, one := range problems {
		if one != nil && !slices.ContainsFunc(kinds, func(kind error) bool { return errors.Is(kind, one) }) {
			kinds = append(kinds, one)
		}
	}
	return errors.Join(kinds...)
}

// commitOf is a position as a measure for people: events of the embedded log,
// bytes of EventStoreDB's.
func commitOf(position string) int64 {
	parsed, err := domain.ParsePosition(position)
	if err != nil {
		return 0
	}
	return int64(parsed.Commit) //nolint:gosec // because no log has so many bytes
}
