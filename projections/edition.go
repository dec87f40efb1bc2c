package projections

import (
	"context"
	"fmt"
	"slices"

	"github.com/usher-engine/usher/domain"
)

// Edition is one filling of a view's rows. One edition of a version serves those
// who ask; another may be filled beside it and take its place; the one before
// is kept, for a way back, until it is discarded.
type Edition struct {
	View    string
	Version int
	Number  int // of the version's editions, from 1
	State   EditionState
	// Position is how far it has come.
	Position domain.Position
	// Stopped is the event that it cannot take; nil where it goes on.
	Stopped *Poison
	// Receipt is what a comparison with the one that serves found; nil before one.
	Receipt *Comparison
	// Throttle is how many events a second it may take while it is filled; 0
	// for as many as it can.
	Throttle int
}

// EditionState says what an edition is for.
type EditionState string

// The states of editions.
const (
	Serving EditionState = "serving" // answers questions, and is kept up to date
	Filling EditionState = "filling" // is brought up to date, to serve one day
	Scratch EditionState = "scratch" // is brought up to date, to compare with
	Kept    EditionState = "kept"    // has served, and is left as it was
)

func (e Edition) String() string {
	return fmt.Sprintf("%s version %d edition %d", e.View, e.Version, e.Number)
}

// Editions is a Store that can hold a view more than once.
//
// A view that is not Numbered is the edition of its version that serves. Where
// no edition of that version does, readers get the newest earlier version that
// does, so that nobody waits while a new version is filled; where there is none
// either, the version's first edition serves from its beginning.
type Editions interface {
	Store
	// Editions lists all editions, ordered by view, version and number.
	Editions(ctx context.Context) ([]Edition, error)
	// Begin adds an empty edition that is filled, or a scratch one; where the
	// version has one in this state, it is that one.
	Begin(ctx context.Context, view View, state EditionState, throttle int) (Edition, error)
	// Serve lets an edition take the place of the one of its version that
	// serves, which is kept, in one transaction. Where it is not as far as that
	// one it changes nothing and returns ErrMoved, unless back says that this
	// is known.
	Serve(ctx context.Context, view View, number int, back bool) error
	// Compare sets two editions against each other, row by row, at one moment.
	// Where they do not stand at the same position it returns ErrMoved.
	Compare(ctx context.Context, view View, a, b int) (Comparison, error)
	// Conclude keeps what a comparison found as the edition's receipt. A scratch
	// edition is kept from then on.
	Conclude(ctx context.Context, view View, number int, found Comparison) error
	// Note puts on record at which event an edition stands still; nil when it
	// goes on.
	Note(ctx context.Context, view View, number int, stopped *Poison) error
	// Discard deletes an edition that does not serve; where there is none it
	// changes nothing.
	Discard(ctx context.Context, view View, number int) error
}

// Comparison is what two editions have in common, and what not.
type Comparison struct {
	Position domain.Position
	// Rows is how many each has; Differences how many keys are in one only or
	// have other contents.
	RowsA, RowsB, Differences int
	// First is the first key that differs; zero where none does.
	First Key
	// DigestA and DigestB are the SHA-256 of all rows in order.
	DigestA, DigestB [32]byte
}

// Numbered is a view of which a store is to use one edition, whether or not it
// is the one that serves.
type Numbered struct {
	View
	Number int
}

// NumberOf returns the edition that a view names; zero for the one that serves.
func NumberOf(view View) int {
	if numbered, ok := view.(Numbered); ok {
		return numbered.Number
	}
	return 0
}

// MayServe reports whether one of a version's editions may take the place of the
// one that serves, for stores; ErrMoved where it is not as far, unless back.
func MayServe(all []Edition, number int, back bool) error {
	var next, serving *Edition
	for i := range all {
		if all[i].Number == number {
			next = &all[i]
		}
		if all[i].State == Serving {
			serving = &all[i]
		}
	}
	switch {
	case next == nil:
		return fmt.Errorf("there is no edition %d", number)
	case next.State == Scratch:
		return fmt.Errorf("edition %d is only there to be compared with", number)
	case serving != nil && serving.Position.After(next.Position) && !back:
		return fmt.Errorf("edition %d stands at %s, and the one that serves at %s: %w", number, next.Position, serving.Position, ErrMoved)
	}
	return nil
}

// MayDiscard refuses to discard an edition that a view's readers need, for
// stores: one that serves, unless a newer version does too.
func MayDiscard(all []Edition, version, number int) error {
	serves, newer := false, false
	for _, one := range all {
		if one.State == Serving {
			serves = serves || (one.Version == version && one.Number == number)
			newer = newer || one.Version > version
		}
	}
	if serves && !newer {
		return fmt.Errorf("edition %d serves", number)
	}
	return nil
}

// Forget discards the kept editions of a view that a change leaves behind which takes
// personal data away, for stores: before the change, so that nothing is left of them
// once it is there. Another change needs nothing of it.
func Forget(ctx context.Context, store Editions, view View, change Change) error {
	if !change.Forgets {
		return nil
	}
	all, err := store.Editions(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		if one.View == view.Name() && one.State == Kept && change.To.After(one.Position) {
			if err := store.Discard(ctx, versioned{view, one.Version}, one.Number); err != nil {
				return err
			}
		}
	}
	return nil
}

// versioned is a view as a version of it, of which only the name matters.
type versioned struct {
	View
	version int
}

func (v versioned) Version() int { return v.version }

// CommonPosition returns where two editions stand, for stores; ErrMoved where that
// is not the same.
func CommonPosition(two []Edition) (domain.Position, error) {
	if len(two) != 2 {
		return domain.Position{}, fmt.Errorf("there are %d of two editions to compare: %w", len(two), ErrMoved)
	}
	if two[0].Position != two[1].Position {
		return domain.Position{}, fmt.Errorf("one stands at %s, the other at %s: %w", two[0].Position, two[1].Position, ErrMoved)
	}
	return two[0].Position, nil
}

// CheckFacets refuses a query by facets that an edition of some version does not have,
// for stores: where an older version still serves, they come with the newer one.
func CheckFacets(view View, version int, facets []string, query Query) error {
	for _, name := range query.FacetNames() {
		if !slices.Contains(facets, name) {
			return noFacet(view, version, name, name)
		}
	}
	if query.Order != "" && !slices.Contains(facets, query.Order) {
		return noFacet(view, version, query.Order, "sort")
	}
	return nil
}

func noFacet(view View, version int, name, field string) error {
	if version < view.Version() {
		return domain.Refuse(domain.NotYet, "this list is being built anew and cannot be filtered or sorted so yet; try again later").In(field)
	}
	return fmt.Errorf("view %s has no facet %q", view.Name(), name)
}
