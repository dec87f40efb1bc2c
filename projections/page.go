package projections

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
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
	// Total is how many items all pages have together, where that is kept; with the
	// first page alone.
	Total *int
}

// Paging asks for a part of a list.
type Paging struct {
	// Cursor is the Next of the page before; empty for the first page.
	Cursor string
	// Limit is the most rows to answer with, up to MaxLimit; zero means
	// DefaultLimit.
	Limit int
	// Sort is the order that is asked for, one of the query's Sorts; empty for the one
	// that the list has otherwise.
	Sort string
}

// List returns a page of a view's rows, as what they are. The query's After and
// Limit come from paging; filters with an empty value, or
// with one of nil, do not matter.
//
// It refuses a limit out of range, too long a search and an unknown order with
// domain.InvalidRequest, and a cursor that this list did not give out, in this order,
// with domain.InvalidCursor.
func List[R any](ctx context.Context, reader Reader, view View, query Query, paging Paging) (Page[R], error) {
	limit, err := paging.limit()
	if err != nil {
		return Page[R]{}, err
	}
	if query, err = query.sorted(paging.Sort); err != nil {
		return Page[R]{}, err
	}
	query.After, err = parseCursor(view, query, paging.Cursor)
	if err != nil {
		return Page[R]{}, err
	}
	query.Limit = limit + 1 // one more tells whether a page follows
	if query.Words, err = query.Search.words(); err != nil {
		return Page[R]{}, err
	}
	query.Facets, query.OneOf = given(query.Facets, query.OneOf)
	rows, position, err := reader.Find(ctx, view, query)
	if err != nil {
		return Page[R]{}, fmt.Errorf("list %s: %w", view.Name(), err)
	}
	page := Page[R]{Position: position}
	if len(rows) > limit {
		rows = rows[:limit]
		page.Next = cursor(view, query, PlaceOf(view, query, rows[limit-1]))
	}
	if page.Items, err = As[R](rows); err != nil || paging.Cursor != "" {
		return page, err
	}
	page.Total, err = total(ctx, reader, view, query, page.Next == "", len(rows))
	return page, err
}

// total is how many rows a query lists, of which the first page is known.
func total(ctx context.Context, reader Reader, view View, query Query, whole bool, rows int) (*int, error) {
	if whole {
		return &rows, nil
	}
	count, _, err := reader.Count(ctx, view, query)
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", view.Name(), err)
	}
	return count, nil
}

// ListInLogOrder is List for views whose rows are sorted by InLogOrder. A cursor that
// is behind all that the rows reflect is refused with a *Behind: it is of another
// log, or the rows have been lost, and a list without items would say that all is read.
func ListInLogOrder[R any](ctx context.Context, reader Reader, view View, query Query, paging Paging) (Page[R], error) {
	page, err := List[R](ctx, reader, view, query, paging)
	if err != nil {
		return page, err
	}
	after, err := readCursor(paging.Cursor)
	if err != nil || after.Sort <= InLogOrder(page.Position) {
		return page, err
	}
	return Page[R]{}, &Behind{View: view.Name(), Reflected: page.Position, Least: positionIn(after.Sort)}
}

// All returns every row that a query lists, read in pages. The position is the one
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

// Each returns a page with every item turned into what is shown of it.
func Each[R, S any](page Page[R], show func(R) S) Page[S] {
	shown := Page[S]{Items: make([]S, len(page.Items)), Next: page.Next, Position: page.Position, Total: page.Total}
	for i, item := range page.Items {
		shown.Items[i] = show(item)
	}
	return shown
}

// Wanted returns an id as a filter's value: empty, so that the filter does not
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

// in a cursor, between its parts; none of them has this character.
const cursorSeparator = "\x1e"

// list is what a cursor says of the list that it belongs to: the view, whose rows are
// sorted otherwise in another version, and the order.
func list(view View, query Query) string {
	return strings.Join([]string{view.Name(), strconv.Itoa(view.Version()), query.direction()}, cursorSeparator)
}

func cursor(view View, query Query, place Place) string {
	return writeCursor(list(view, query), place)
}

func writeCursor(list string, place Place) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join([]string{list, place.Order, place.Sort, place.ID}, cursorSeparator)))
}

// parseCursor is the place that a list gave out, in the order that is asked for.
func parseCursor(view View, query Query, text string) (Place, error) {
	place, err := readCursor(text)
	if err == nil && text != "" && cursor(view, query, place) != text {
		return Place{}, errForeignCursor()
	}
	return place, err
}

// readCursor is the place in a cursor of whichever list.
func readCursor(text string) (Place, error) {
	if text == "" {
		return Place{}, nil
	}
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.Split(string(decoded), cursorSeparator)
	if err != nil || len(parts) != 6 || !utf8.Valid(decoded) || strings.ContainsRune(string(decoded), 0) {
		return Place{}, errForeignCursor()
	}
	place := Place{Order: parts[3], Sort: parts[4], ID: parts[5]}
	if place.Sort == "" || place.ID == "" {
		return Place{}, errForeignCursor()
	}
	return place, nil
}

func errForeignCursor() error {
	return domain.Refuse(domain.InvalidCursor, `this is not a cursor of this list; use the "next" of the page before, and the same "sort"`).In("cursor")
}
