package projections

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
)

// Key finds a row.
type Key struct {
	Account domain.AccountID
	ID      string
}

// Row is one line of a view, as stores keep it.
type Row struct {
	Key
	// Sort is the row's place in lists, ascending by bytes. A row without one
	// is kept but not listed.
	Sort string
	// At is the row's time, by which lists can be cut.
	At time.Time
	// Facets are values to filter by, as many as the view's FacetNames.
	Facets []string
	// Search is the text in which a search looks, folded by SearchText.
	Search string
	// Doc is the row itself, as JSON.
	Doc []byte
}

// View is a read model: one table of rows, folded from events.
//
// Its functions are pure: the same events in any batching give the same rows.
type View interface {
	Name() string
	// Version rises when the same events would give other rows; the view is
	// then built anew.
	Version() int
	FacetNames() []string
	// Counted lists the facets of whose values is kept how many rows have them. Where there
	// are any, how many rows are listed is kept, too.
	Counted() []string
	// Tallied lists the facets that nothing is filtered by, and whose values are added
	// up: a row may have several in one, see Several, and counts once for each.
	Tallied() []string
	// Touches lists the rows that an event may change.
	Touches(event domain.Recorded) []Key
	// Fold returns the row after the event: nil before it exists, and nil when it is gone.
	Fold(key Key, row any, event domain.Recorded) any
	// Encode and Decode turn a fold's row into a stored one and back.
	Encode(key Key, row any) (Row, error)
	Decode(row Row) (any, error)
}

// Personal is a view whose rows hold personal data: a person's in one row, which
// holds nobody else's.
type Personal interface {
	View
	// KeyOf returns the key of that row, whether or not there is one.
	KeyOf(account domain.AccountID, person domain.PersonID) Key
	// Erase returns what remains of a row without personal data; nil where it is
	// gone. The row that it is given stays as it was.
	Erase(row any) any
}

// Query asks for a page of an account's listed rows.
type Query struct {
	Account domain.AccountID
	// Facets filters by equality; facets that are not named do not matter.
	Facets map[string]string
	// OneOf filters by facets that have one of several values; no row has one of
	// none.
	OneOf map[string][]string
	// Search is what is looked for, as it was typed; stores are given Words.
	Search Search
	// Words keeps rows that have all words of one of them; none does not matter.
	Words []Words
	// From and To, where not zero, keep rows with From <= At < To.
	From, To time.Time
	// Order is the facet by which rows are ordered first; without one, they are in the
	// view's own order.
	Order string
	// Sorts is what somebody may name instead of that order; stores are given Order.
	Sorts Sorts
	// Descending turns the order round.
	Descending bool
	// After is the last row of the page before; zero for the first page.
	After Place
	Limit int
}

// FacetNames returns the facets that the query filters by.
func (q Query) FacetNames() []string {
	return slices.Concat(slices.Collect(maps.Keys(q.Facets)), slices.Collect(maps.Keys(q.OneOf)))
}

// Place is where a row stands in a list: by the facet that orders it, where one does,
// then by its sort text and id.
type Place struct {
	Order, Sort, ID string
}

// Reader answers questions about a view's rows.
type Reader interface {
	// Find returns a page of rows in order, at most query.Limit, and the position
	// that they reflect.
	Find(ctx context.Context, view View, query Query) ([]Row, domain.Position, error)
	// Load returns the rows that exist of those asked for, in any order, and the
	// position that they reflect.
	Load(ctx context.Context, view View, keys []Key) ([]Row, domain.Position, error)
	// Count returns how many rows a query lists on all its pages, and the position that
	// this reflects; nil where it is not kept: see Query.Counters.
	Count(ctx context.Context, view View, query Query) (*int, domain.Position, error)
	// Tally returns how many listed rows of an account have each value of a facet that is
	// counted or tallied, of those values that lie in a span, and the position that this
	// reflects. Values of no row are left out.
	Tally(ctx context.Context, view View, account domain.AccountID, facet string, within Span) (map[string]int, domain.Position, error)
	// Position returns how far a view has come.
	Position(ctx context.Context, view View) (domain.Position, error)
}

// Change is what a batch of events makes of a view.
type Change struct {
	Saved   []Row
	Deleted []Key
	// From is where the view stood; To is where it stands with this change.
	From, To domain.Position
	// Forgets says that the change takes personal data away that was shown before. A
	// store that has kept editions of the view discards those that stand before To: they
	// are never changed, and would show it for ever.
	Forgets bool
}

// Store is a Reader that projectors write to.
type Store interface {
	Reader
	// Apply commits rows and position in one transaction. Where the view does
	// not stand at change.From it changes nothing and returns ErrMoved.
	Apply(ctx context.Context, view View, change Change) error
}

// ViewChange is a change of a view.
type ViewChange struct {
	View View
	Change
}

// Together is a Store that commits changes of several views at once.
type Together interface {
	Store
	// ApplyAll is Apply for each change, in one transaction. Those whose view does
	// not stand at their From change nothing, and are true in moved; the others
	// are committed all the same. Any other error leaves all as it was.
	ApplyAll(ctx context.Context, changes []ViewChange) (moved []bool, err error)
}

// ApplyAll commits changes of several views: at once where the store can, and
// one by one where it cannot, up to the first that fails.
func ApplyAll(ctx context.Context, store Store, changes []ViewChange) (moved []bool, err error) {
	if together, can := store.(Together); can {
		return together.ApplyAll(ctx, changes)
	}
	moved = make([]bool, len(changes))
	for i, one := range changes {
		err := store.Apply(ctx, one.View, one.Change)
		if moved[i] = errors.Is(err, ErrMoved); err != nil && !moved[i] {
			return nil, err
		}
	}
	return moved, nil
}
