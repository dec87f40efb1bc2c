package projections

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/usher-engine/usher/domain"
)

const (
	// DefaultLimit is how many rows a page has where nothing is said.
	DefaultLimit = 100
	// MaxLimit is the most rows of a page.
	MaxLimit = 1000
)

// Page is a part of a list.
type Page[R any] struct {
	Items []R
	// Next is the cursor of the page that follows, and empty at the end.
	Next string
	// Position is how much of the log the items reflect.
	Position domain.Position
}

// Paging asks for a part of a list.
type Paging struct {
	// Cursor is the Next of the page before; empty for the first page.
	Cursor string
	// Limit is the most rows to answer with, up to MaxLimit; zero means
	// DefaultLimit.
	Limit int
}

// List is a page of a view's rows, as what they are. The query's After and
// Limit come from paging; filters with an empty value, or
// with one of nil, do not matter.
//
// It refuses a limit out of range with domain.InvalidRequest, and a cursor
// that this list did not give out with domain.InvalidCursor.
func List[R any](ctx context.Context, reader Reader, view View, query Query, paging Paging) (Page[R], error) {
	limit, err := paging.limit()
	if err != nil {
		return Page[R]{}, err
	}
	query.After, err = parseCursor(view, paging.Cursor)
	if err != nil {
		return Page[R]{}, err
	}
	query.Limit = limit + 1 // one more tells whether a page follows
	query.Search = SearchText(query.Search)
	query.Facets, query.OneOf = given(query.Facets, query.OneOf)
	rows, position, err := reader.Find(ctx, view, query)
	if err != nil {
		return Page[R]{}, fmt.Errorf("list %s: %w", view.Name(), err)
	}
	page := Page[R]{Position: position}
	if len(rows) > limit {
		rows = rows[:limit]
		page.Next = cursor(view, Place{Sort: rows[limit-1].Sort, ID: rows[limit-1].ID})
	}
	page.Items, err = As[R](rows)
	return page, err
}

// All is every row that a query lists, read in pages. The position is the one
// of the first page: later pages may reflect more.
func All[R any](ctx context.Context, reader Reader, view View, query Query) ([]R, domain.Position, error) {
	var all []R
	var first domain.Position
	paging := Paging{Limit: MaxLimit}
	for {
		page, err := List[R](ctx, reader, view, query, paging)
		if err != nil {
			return nil, domain.Position{}, err
		}
		if paging.Cursor == "" {
			first = page.Position
		}
		all = append(all, page.Items...)
		if page.Next == "" {
			return all, first, nil
		}
		paging.Cursor = page.Next
	}
}

// Each is a page with every item turned into what is shown of it.
func Each[R, S any](page Page[R], show func(R) S) Page[S] {
	shown := Page[S]{Items: make([]S, len(page.Items)), Next: page.Next, Position: page.Position}
	for i, item := range page.Items {
		shown.Items[i] = show(item)
	}
	return shown
}

// Wanted is an id as a filter's value: empty, so that the filter does not
// matter, where the id is zero.
func Wanted(id interface {
	IsZero() bool
	String() string
},
) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// given is the filters that matter; one of one value is that value, which
// stores find faster.
func given(facets map[string]string, oneOf map[string][]string) (map[string]string, map[string][]string) {
	filters, several := make(map[string]string, len(facets)), make(map[string][]string, len(oneOf))
	for name, value := range facets {
		if value != "" {
			filters[name] = value
		}
	}
	for name, values := range oneOf {
		_, taken := filters[name]
		switch {
		case values == nil:
		case len(values) == 1 && !taken:
			filters[name] = values[0]
		default:
			several[name] = values
		}
	}
	return filters, several
}

func (p Paging) limit() (int, error) {
	switch {
	case p.Limit == 0:
		return DefaultLimit, nil
	case p.Limit < 0 || p.Limit > MaxLimit:
		return 0, domain.Refuse(domain.InvalidRequest, "the limit is between 1 and 1,000").In("limit")
	}
	return p.Limit, nil
}

// in a cursor, between the view's name and the two parts of a place; none of
// them has this character.
const cursorSeparator = "\x1e"

func cursor(view View, place Place) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join([]string{view.Name(), place.Sort, place.ID}, cursorSeparator)))
}

func parseCursor(view View, text string) (Place, error) {
	if text == "" {
		return Place{}, nil
	}
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.Split(string(decoded), cursorSeparator)
	if err != nil || len(parts) != 3 || parts[0] != view.Name() {
		return Place{}, errForeignCursor()
	}
	place := Place{Sort: parts[1], ID: parts[2]}
	readable := utf8.Valid(decoded) && !strings.ContainsRune(string(decoded), 0)
	if !readable || place.Sort == "" || place.ID == "" || cursor(view, place) != text {
		return Place{}, errForeignCursor()
	}
	return place, nil
}

func errForeignCursor() error {
	return domain.Refuse(domain.InvalidCursor, `this is not a cursor of this list; use the "next" of the page before`).In("cursor")
}
