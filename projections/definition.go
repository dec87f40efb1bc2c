package projections

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/usher-engine/usher/domain"
)

// ErrMoved says that a view does not stand where a change begins: another
// projector was faster.
var ErrMoved = errors.New("the view has moved on meanwhile")

// Definition is a view as its folder writes it, over rows of type R.
type Definition[R any] struct {
	ViewName string
	// ViewVersion starts at 1.
	ViewVersion int
	Facets      []string
	// Counted is the facets of which is counted how many rows have each value. A view
	// that begins to count, or counts others, needs a higher version.
	Counted []string
	// Tallied is the facets whose values are added up, rather than filtered by. A view that
	// begins to tally, or tallies others, needs a higher version.
	Tallied []string
	// Keys lists the rows that an event may change; nil where it changes none.
	Keys func(domain.Recorded) []Key
	// Row is the row after the event; nil is the row that does not exist.
	Row func(Key, *R, domain.Recorded) *R
	// Index says how the row is found.
	Index func(Key, *R) Index
	// Erase returns what remains of a row once the data key of its person is
	// gone: the row without its members that are marked `personal:"true"`, and
	// nil where nothing is left to be known. It is what a fold makes of the same
	// events when they are read after the erasure. A definition whose rows have
	// such members must have it: a test in the catalogue holds it.
	Erase func(R) *R
	// KeyOf returns the key of the one row in which a person's personal data may
	// be; nil where that is the row of projections.KeyOf.
	KeyOf func(domain.AccountID, domain.PersonID) Key
}

// Index is how a row is found: see Row.
type Index struct {
	Sort   string
	At     time.Time
	Facets []string
	Search string
}

// View makes the definition a view, and a Personal one where it has Erase.
func (d Definition[R]) View() View {
	if d.Erase == nil {
		return view[R]{d}
	}
	if d.KeyOf == nil {
		d.KeyOf = KeyOf
	}
	return personal[R]{view[R]{d}}
}

type view[R any] struct{ Definition[R] }

func (v view[R]) Name() string                        { return v.ViewName }
func (v view[R]) Version() int                        { return v.ViewVersion }
func (v view[R]) FacetNames() []string                { return v.Facets }
func (v view[R]) Counted() []string                   { return v.Definition.Counted }
func (v view[R]) Tallied() []string                   { return v.Definition.Tallied }
func (v view[R]) Touches(event domain.Recorded) []Key { return v.Keys(event) }

func (v view[R]) Fold(key Key, row any, event domain.Recorded) any {
	var before *R
	if row != nil {
		before = row.(*R) //nolint:errcheck,forcetypeassert // because rows come from Fold and Decode alone
	}
	if after := v.Row(key, before, event); after != nil {
		return after
	}
	return nil
}

func (v view[R]) Encode(key Key, row any) (Row, error) {
	typed, ok := row.(*R)
	if !ok {
		return Row{}, fmt.Errorf("view %s: a row is %T", v.ViewName, row)
	}
	doc, err := json.Marshal(typed)
	if err != nil {
		return Row{}, fmt.Errorf("view %s: encode row %s: %w", v.ViewName, key.ID, err)
	}
	index := v.Index(key, typed)
	return Row{Key: key, Sort: index.Sort, At: index.At, Facets: index.Facets, Search: index.Search, Doc: doc}, nil
}

func (v view[R]) Decode(row Row) (any, error) {
	typed := new(R)
	if err := json.Unmarshal(row.Doc, typed); err != nil {
		return nil, fmt.Errorf("view %s: decode row %s: %w", v.ViewName, row.ID, err)
	}
	return typed, nil
}

// personal is a view whose rows can be erased.
type personal[R any] struct{ view[R] }

func (p personal[R]) KeyOf(account domain.AccountID, person domain.PersonID) Key {
	return p.Definition.KeyOf(account, person)
}

// Fold erases the row first where the event's personal data is gone: what was
// known of its person before is gone with it.
func (p personal[R]) Fold(key Key, row any, event domain.Recorded) any {
	subject, about := event.Event.(domain.PersonalEvent)
	if event.Erased && about && row != nil && key == p.KeyOf(event.Metadata.Account, subject.Subject()) {
		row = p.Erase(row)
	}
	return p.view.Fold(key, row, event)
}

func (p personal[R]) Erase(row any) any {
	typed := row.(*R) //nolint:errcheck,forcetypeassert // because rows come from Fold and Decode alone
	if left := p.Definition.Erase(*typed); left != nil {
		return left
	}
	return nil
}

// As reads a view's stored rows as what they are.
func As[R any](rows []Row) ([]R, error) {
	typed := make([]R, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal(row.Doc, &typed[i]); err != nil {
			return nil, fmt.Errorf("decode row %s: %w", row.ID, err)
		}
	}
	return typed, nil
}
