package projections

import (
	"context"
	"fmt"

	"github.com/usher-engine/usher/domain"
)

// Behind is the refusal of rows that reflect less of the log than they must. It
// is a refusal with domain.NotYet: the rows come back from the log.
type Behind struct {
	View string
	// Reflected is the position that the rows had, Least the one that they must.
	Reflected, Least domain.Position
}

func (b *Behind) Error() string {
	return fmt.Sprintf("the list %s reflects position %s so far, not yet %s; try again", b.View, b.Reflected, b.Least)
}

// Unwrap makes it a refusal.
func (b *Behind) Unwrap() error { return domain.Refuse(domain.NotYet, b.Error()) }

// AtLeast is a Reader whose rows reflect a position: others it refuses with a
// *Behind. Rows are judged by the position that comes with them, whatever was
// known of the view before.
type AtLeast struct {
	Reader
	Least domain.Position
}

// Find implements Reader.
func (a AtLeast) Find(ctx context.Context, view View, query Query) ([]Row, domain.Position, error) {
	rows, position, err := a.Reader.Find(ctx, view, query)
	return Reflecting(rows, position, err, view, a.Least)
}

// Load implements Reader.
func (a AtLeast) Load(ctx context.Context, view View, keys []Key) ([]Row, domain.Position, error) {
	rows, position, err := a.Reader.Load(ctx, view, keys)
	return Reflecting(rows, position, err, view, a.Least)
}

// Count implements Reader.
func (a AtLeast) Count(ctx context.Context, view View, query Query) (*int, domain.Position, error) {
	count, position, err := a.Reader.Count(ctx, view, query)
	_, position, err = Reflecting(nil, position, err, view, a.Least)
	return count, position, err
}

// Tally implements Reader.
func (a AtLeast) Tally(ctx context.Context, view View, account domain.AccountID, facet string, within Span) (map[string]int, domain.Position, error) {
	counts, position, err := a.Reader.Tally(ctx, view, account, facet, within)
	_, position, err = Reflecting(nil, position, err, view, a.Least)
	return counts, position, err
}

// Reflecting returns a Reader's answer, or a *Behind where that reflects less than it must.
func Reflecting(rows []Row, position domain.Position, err error, view View, least domain.Position) ([]Row, domain.Position, error) {
	if err == nil && least.After(position) {
		return nil, position, &Behind{View: view.Name(), Reflected: position, Least: least}
	}
	return rows, position, err
}
