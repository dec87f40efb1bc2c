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
	// Keys lists the rows that an event may change; nil where it changes none.
	Keys func(domain.Recorded) []Key
	// Row is the row after the event; nil is the row that does not exist.
	Row func(Key, *R, domain.Recorded) *R
	// Index says how the row is found.
	Index func(Key, *R) Index
}

// Index is how a row is found: see Row.
type Index struct {
	Sort   string
	At     time.Time
	Facets []string
	Search string
}

// View makes the definition a view.
func (d Definition[R]) View() View { return view[R]{d} }

type view[R any] struct{ Definition[R] }

func (v view[R]) Name() string                        { return v.ViewName }
func (v view[R]) Version() int                        { return v.ViewVersion }
func (v view[R]) FacetNames() []string                { return v.Facets }
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
