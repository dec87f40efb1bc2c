package projections

import (
	"context"
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
	// Touches lists the rows that an event may change.
	Touches(event domain.Recorded) []Key
	// Fold is the row after the event: nil before it exists, and nil when it is gone.
	Fold(key Key, row any, event domain.Recorded) any
	// Encode and Decode turn a fold's row into a stored one and back.
	Encode(key Key, row any) (Row, error)
	Decode(row Row) (any, error)
}

// Query asks for a page of an account's listed rows.
type Query struct {
	Account domain.AccountID
	// Facets filters by equality; facets that are not named do not matter.
	Facets map[string]string
	// OneOf filters by facets that have one of several values; no row has one of
	// none.
	OneOf map[string][]string
	// Search keeps rows whose search text contains it.
	Search string
	// From and To, where not zero, keep rows with From <= At < To.
	From, To time.Time
	// Descending turns the order round.
	Descending bool
	// After is the last row of the page before; zero for the first page.
	After Place
	Limit int
}

// FacetNames is the facets that the query filters by.
func (q Query) FacetNames() []string {
	return slices.Concat(slices.Collect(maps.Keys(q.Facets)), slices.Collect(maps.Keys(q.OneOf)))
}

// Place is where a row stands in a list.
type Place struct {
	Sort, ID string
}

// Reader answers questions about a view's rows.
type Reader interface {
	// Find is a page of rows in order, at most query.Limit, and the position
	// that they reflect.
	Find(ctx context.Context, view View, query Query) ([]Row, domain.Position, error)
	// Load is the rows that exist of those asked for, in any order.
	Load(ctx context.Context, view View, keys []Key) ([]Row, error)
	// Position is how far a view has come.
	Position(ctx context.Context, view View) (domain.Position, error)
}

// Change is what a batch of events makes of a view.
type Change struct {
	Saved   []Row
	Deleted []Key
	// From is where the view stood; To is where it stands with this change.
	From, To domain.Position
}

// Store is a Reader that projectors write to.
type Store interface {
	Reader
	// Apply commits rows and position in one transaction. Where the view does
	// not stand at change.From it changes nothing and returns ErrMoved.
	Apply(ctx context.Context, view View, change Change) error
}
