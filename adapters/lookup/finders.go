package lookup

import (
	"context"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Finders is commands.Finders over the views' rows.
type Finders struct {
	Reader projections.Reader
	Views  Views
}

var _ commands.Finders = Finders{}

// Views lets a view come as far as a position.
type Views interface {
	Wait(ctx context.Context, view string, least domain.Position) error
}

// patience is how long a command waits for a view.
const patience = 5 * time.Second

// wait lets a view come as far as a position. It refuses with domain.NotYet where
// that takes too long.
func (f Finders) wait(ctx context.Context, view projections.View, least domain.Position) error {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := f.Views.Wait(waiting, view.Name(), least); err != nil {
		return domain.Refuse(domain.NotYet, "the list "+view.Name()+" is behind; try again in a moment")
	}
	return nil
}

// reflecting is the rows of a view that reflect a position. Where they do not in
// time, or have been lost meanwhile, reading refuses with domain.NotYet: nobody is
// taken to be unknown because rows are not there.
func (f Finders) reflecting(ctx context.Context, view projections.View, least domain.Position) (projections.Reader, error) {
	return projections.AtLeast{Reader: f.Reader, Least: least}, f.wait(ctx, view, least)
}
