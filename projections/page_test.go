package projections_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

// note is a row of the view that these tests list.
type note struct {
	Number int `json:"number"`
}

func notes(name string) projections.View {
	return projections.Definition[note]{
		ViewName: name, ViewVersion: 1, Facets: []string{"parity"}, Counted: []string{"parity"},
		Keys: func(domain.Recorded) []projections.Key { return nil },
		Row:  func(_ projections.Key, before *note, _ domain.Recorded) *note { return before },
		Index: func(_ projections.Key, n *note) projections.Index {
			return projections.Index{
				Sort: fmt.Sprintf("%06d", n.Number/2), Facets: []string{[]string{"even", "odd"}[n.Number%2]},
				Search: projections.SearchText(fmt.Sprintf("Note %d", n.Number)),
			}
		},
	}.View()
}

var errBroken = errors.New("the store is broken")

func account() domain.AccountID { return domain.AccountIDFor([16]byte{}, "acme") }

func kept(t testing.TB, view projections.View, count int) projections.Store {
	t.Helper()
	store, change := memory.New(), projections.Change{To: domain.Position{Commit: 9, Prepare: 9}}
	for number := range count {
		row, err := view.Encode(projections.Key{Account: account(), ID: fmt.Sprintf("%06d", number)}, &note{number})
		require.NoError(t, err)
		change.Saved = append(change.Saved, row)
	}
	require.NoError(t, store.Apply(t.Context(), view, change))
	return store
}

func TestPagesFollowEachOtherWithoutGapsAndRepetitions(t *testing.T) {
	view := notes("notes")
	store := kept(t, view, 57)
	rapid.Check(t, func(r *rapid.T) {
		query := projections.Query{Account: account(), Descending: rapid.Bool().Draw(r, "descending")}
		paging := projections.Paging{Limit: rapid.IntRange(1, 60).Draw(r, "limit")}
		var seen []int
		for {
			page, err := projections.List[note](t.Context(), store, view, query, paging)
			require.NoError(r, err)
			require.Equal(r, domain.Position{Commit: 9, Prepare: 9}, page.Position)
			require.LessOrEqual(r, len(page.Items), paging.Limit)
			for _, item := range page.Items {
				seen = append(seen, item.Number)
			}
			if page.Next == "" {
				break
			}
			require.Regexp(r, `^[A-Za-z0-9_-]+$`, page.Next)
			paging.Cursor = page.Next
		}
		require.Len(r, seen, 57)
		for i, number := range seen {
			if query.Descending {
				number = 56 - number
			}
			require.Equal(r, i, number)
		}
	})
}

func TestList(t *testing.T) {
	view := notes("notes")
	store := kept(t, view, 150)
	list := func(query projections.Query, paging projections.Paging) (projections.Page[note], error) {
		query.Account = account()
		return projections.List[note](t.Context(), store, view, query, paging)
	}
	t.Run("given no limit, it answers with a hundred", func(t *testing.T) {
		page, err := list(projections.Query{}, projections.Paging{})
		require.NoError(t, err)
		require.Len(t, page.Items, 100)
	})
	t.Run("given exactly as many rows as the limit, no page follows", func(t *testing.T) {
		page, err := list(projections.Query{}, projections.Paging{Limit: 150})
		require.NoError(t, err)
		require.Empty(t, page.Next)
	})
	t.Run("given nothing to list, it answers with no items rather than with none known", func(t *testing.T) {
		page, err := list(projections.Query{Search: projections.Search{"nothing like it"}}, projections.Paging{})
		require.NoError(t, err)
		require.NotNil(t, page.Items)
		require.Empty(t, page.Items)
	})
	t.Run("given a filter without a value, the filter does not matter", func(t *testing.T) {
		all, err := list(projections.Query{Facets: map[string]string{"parity": ""}}, projections.Paging{Limit: 1000})
		require.NoError(t, err)
		require.Len(t, all.Items, 150)
		odd, err := list(projections.Query{Facets: map[string]string{"parity": "odd"}}, projections.Paging{Limit: 1000})
		require.NoError(t, err)
		require.Len(t, odd.Items, 75)
	})
	t.Run("given words in another case, the search finds them", func(t *testing.T) {
		page, err := list(projections.Query{Search: projections.Search{" NOTE 149 "}}, projections.Paging{})
		require.NoError(t, err)
		require.Equal(t, []note{{149}}, page.Items)
	})
	for _, limit := range []int{-1, 1001} {
		t.Run(fmt.Sprintf("given a limit of %d, it refuses with invalid_request", limit), func(t *testing.T) {
			_, err := list(projections.Query{}, projections.Paging{Limit: limit})
			require.Equal(t, domain.InvalidRequest, domain.CodeOf(err))
		})
	}
	t.Run("given a store that fails, it says which list", func(t *testing.T) {
		_, err := projections.List[note](t.Context(), broken{store}, view, projections.Query{}, projections.Paging{})
		require.ErrorIs(t, err, errBroken)
		require.ErrorContains(t, err, "notes")
	})
	t.Run("given a store that fails, it cannot name all", func(t *testing.T) {
		_, _, err := projections.All[note](t.Context(), broken{store}, view, projections.Query{})
		require.ErrorIs(t, err, errBroken)
	})
}

func TestAllReadsEveryRowInPages(t *testing.T) {
	view := notes("notes")
	all, position, err := projections.All[note](t.Context(), kept(t, view, 2500), view, projections.Query{Account: account()})
	require.NoError(t, err)
	require.Len(t, all, 2500)
	require.Equal(t, domain.Position{Commit: 9, Prepare: 9}, position)
}

func TestCursorsThatThisListDidNotGiveOutAreRefused(t *testing.T) {
	view, other := notes("notes"), notes("others")
	store := kept(t, view, 10)
	page, err := projections.List[note](t.Context(), kept(t, other, 10), other, projections.Query{Account: account()}, projections.Paging{Limit: 3})
	require.NoError(t, err)
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	own := encode("notes\x1e1\x1e\x1e\x1e000001\x1e000003")
	for name, cursor := range map[string]string{
		"another list's cursor":      page.Next,
		"no base64":                  "%%%",
		"padding":                    own + "=",
		"a line break":               own[:4] + "\n" + own[4:],
		"another base64":             "bm90ZXMeMDAwMDAxHjAwMDAwMx" + "//",
		"too few parts":              encode("notes\x1e1\x1e\x1e\x1e000001"),
		"one of an older release":    encode("notes\x1e000001\x1e000003"),
		"another version's":          encode("notes\x1e2\x1e\x1e\x1e000001\x1e000003"),
		"another order's":            encode("notes\x1e1\x1eparity\x1eodd\x1e000001\x1e000003"),
		"the other way round":        encode("notes\x1e1\x1e-\x1e\x1e000001\x1e000003"),
		"too many parts":             encode("notes\x1e1\x1e\x1e\x1e000001\x1e000003\x1e"),
		"no place":                   encode("notes\x1e1\x1e\x1e\x1e\x1e"),
		"a zero byte":                encode("notes\x1e1\x1e\x1e\x1e0000\x00\x1e000003"),
		"bytes that are no text":     encode("notes\x1e1\x1e\x1e\x1e\xff\xfe\x1e000003"),
		"an address":                 "https://example.com/",
		"somebody's SQL":             "' OR 1=1 --",
		"a position":                 "42",
		"bits that do not count set": own[:len(own)-1] + "x",
	} {
		t.Run("given "+name+", it refuses with invalid_cursor", func(t *testing.T) {
			_, err := projections.List[note](t.Context(), store, view, projections.Query{Account: account()}, projections.Paging{Cursor: cursor})
			require.Equal(t, domain.InvalidCursor, domain.CodeOf(err))
		})
	}
	t.Run("given its own cursor, it goes on", func(t *testing.T) {
		next, err := projections.List[note](t.Context(), store, view, projections.Query{Account: account()}, projections.Paging{Cursor: own, Limit: 1})
		require.NoError(t, err)
		require.Equal(t, []note{{4}}, next.Items)
	})
	t.Run("given anything at all, it refuses or goes on and never panics", func(t *testing.T) {
		rapid.Check(t, func(r *rapid.T) {
			_, err := projections.List[note](t.Context(), store, view, projections.Query{Account: account()},
				projections.Paging{Cursor: rapid.StringN(1, -1, -1).Draw(r, "cursor")})
			require.Equal(r, domain.InvalidCursor, domain.CodeOf(err))
		})
	})
}

// broken is a store whose disk failed.
type broken struct{ projections.Store }

func (broken) Find(context.Context, projections.View, projections.Query) ([]projections.Row, domain.Position, error) {
	return nil, domain.Position{}, errBroken
}
