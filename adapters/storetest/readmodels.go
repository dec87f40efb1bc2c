package storetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// ReadModels is what every projections.Store promises. open gives a new, empty
// store at each call and closes it when the test ends.
func ReadModels(t *testing.T, open func(t *testing.T) projections.Store) {
	t.Run("applying", func(t *testing.T) { applying(t, open) })
	t.Run("finding", func(t *testing.T) { finding(t, open) })
	t.Run("ordering", func(t *testing.T) { ordering(t, open) })
	t.Run("counting", func(t *testing.T) { counting(t, open) })
	t.Run("tallying", func(t *testing.T) { tallying(t, open) })
	t.Run("paging", func(t *testing.T) { paging(t, open) })
	t.Run("loading", func(t *testing.T) { loading(t, open) })
	t.Run("racing", func(t *testing.T) { racing(t, open) })
	t.Run("folding", func(t *testing.T) { folding(t, open) })
	t.Run("together", func(t *testing.T) { together(t, open) })
}

func applying(t *testing.T, open func(t *testing.T) projections.Store) {
	t.Run("given a view that nobody wrote to, it is empty and stands before everything", func(t *testing.T) {
		store := open(t)
		rows, position := all(t, store, guests(1), projections.Query{Account: company(1)})
		require.Empty(t, rows)
		require.True(t, position.IsZero())
		position, err := store.Position(t.Context(), guests(1))
		require.NoError(t, err)
		require.True(t, position.IsZero())
	})
	t.Run("given a row, it is found and loaded as it was saved", func(t *testing.T) {
		store := open(t)
		saved := row(company(1), `it's "Zoë" \ 李 👩‍👧 %_`, "sörted\x1fby", `a"b'c`, "ünd")
		saved.Search, saved.At = "zoë o'hara %_", time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC)
		saved.Doc = []byte(`{"text":"<&>\u2028 ünd 👍","n":12345678901234567890}`)
		apply(t, store, 0, 1, saved)
		rows, position := all(t, store, guests(1), projections.Query{Account: company(1)})
		require.Equal(t, []projections.Row{saved}, rows)
		require.Equal(t, at(1), position)
		require.Equal(t, []projections.Row{saved}, load(t, store, guests(1), saved.Key))
	})
	t.Run("given a time in some zone, it is the same time in UTC afterwards", func(t *testing.T) {
		store := open(t)
		saved := row(company(1), "a", "a")
		saved.At = time.Date(2026, 1, 1, 1, 0, 0, 5, time.FixedZone("", 7200))
		apply(t, store, 0, 1, saved)
		require.Equal(t, saved.At.UTC(), load(t, store, guests(1), saved.Key)[0].At)
	})
	t.Run("given a row saved again, it takes its new place", func(t *testing.T) {
		store := open(t)
		apply(t, store, 0, 1, row(company(1), "a", "1", "red"), row(company(1), "b", "2", "red"))
		apply(t, store, 1, 2, row(company(1), "a", "3", "blue"))
		require.Equal(t, []string{"b", "a"}, ids(t, store, projections.Query{}))
		require.Equal(t, []string{"b"}, ids(t, store, projections.Query{Facets: map[string]string{"team": "red"}}))
		require.Equal(t, []string{"a"}, ids(t, store, projections.Query{Facets: map[string]string{"team": "blue"}}))
	})
	t.Run("given deletions, the rows are gone, and those that never were do no harm", func(t *testing.T) {
		store := open(t)
		apply(t, store, 0, 1, row(company(1), "a", "1"), row(company(1), "b", "2"))
		gone := []projections.Key{{Account: company(1), ID: "a"}, {Account: company(1), ID: "x"}, {Account: company(2), ID: "b"}}
		require.NoError(t, store.Apply(t.Context(), guests(1), projections.Change{Deleted: gone, From: at(1), To: at(2)}))
		require.Equal(t, []string{"b"}, ids(t, store, projections.Query{}))
		require.Empty(t, load(t, store, guests(1), gone...))
	})
	t.Run("given a change that begins elsewhere, it changes nothing and says that the view has moved", func(t *testing.T) {
		store := open(t)
		apply(t, store, 0, 1, row(company(1), "a", "1"))
		for _, from := range []domain.Position{{}, {Commit: 1}, {Commit: 1, Prepare: 2}, {Commit: 3, Prepare: 1}, at(2)} {
			err := store.Apply(t.Context(), guests(1), projections.Change{
				Saved: []projections.Row{row(company(1), "b", "2")}, Deleted: []projections.Key{{Account: company(1), ID: "a"}},
				From: from, To: at(9),
			})
			require.ErrorIs(t, err, projections.ErrMoved)
		}
		rows, position := all(t, store, guests(1), projections.Query{Account: company(1)})
		require.Len(t, rows, 1)
		require.Equal(t, at(1), position)
	})
	t.Run("given a row with too few or too many facets, it refuses the whole change", func(t *testing.T) {
		store := open(t)
		for _, facets := range [][]string{nil, {"one"}, {"one", "two", "three"}} {
			wrong := row(company(1), "b", "2")
			wrong.Facets = facets
			change := projections.Change{Saved: []projections.Row{row(company(1), "a", "1"), wrong}, To: at(1)}
			require.Error(t, store.Apply(t.Context(), guests(1), change))
		}
		require.Empty(t, ids(t, store, projections.Query{}))
		apply(t, store, 0, 1)
	})
	t.Run("given positions with all 64 bits, they are kept whole", func(t *testing.T) {
		store := open(t)
		last := domain.Position{Commit: 1<<64 - 1, Prepare: 1<<63 + 1}
		require.NoError(t, store.Apply(t.Context(), guests(1), projections.Change{To: last}))
		position, err := store.Position(t.Context(), guests(1))
		require.NoError(t, err)
		require.Equal(t, last, position)
		require.NoError(t, store.Apply(t.Context(), guests(1), projections.Change{From: last, To: last}))
	})
	t.Run("given two versions of a view, each has its own rows and position", func(t *testing.T) {
		store := open(t)
		apply(t, store, 0, 1, row(company(1), "a", "1"))
		require.NoError(t, store.Apply(t.Context(), guests(2), projections.Change{Saved: []projections.Row{row(company(1), "b", "2")}, To: at(7)}))
		require.Equal(t, []string{"a"}, ids(t, store, projections.Query{}))
		rows, position := all(t, store, guests(2), projections.Query{Account: company(1)})
		require.Len(t, rows, 1)
		require.Equal(t, "b", rows[0].ID)
		require.Equal(t, at(7), position)
	})
}

func loading(t *testing.T, open func(t *testing.T) projections.Store) {
	t.Run("given thousands of keys, it loads those that exist, each once", func(t *testing.T) {
		store := open(t)
		var saved []projections.Row
		var keys []projections.Key
		for i := range 1000 {
			some := row(company(i%3), fmt.Sprint(i), fmt.Sprint(i))
			if i%5 == 0 {
				some.Sort = ""
			}
			saved = append(saved, some)
			keys = append(keys, some.Key, some.Key, projections.Key{Account: company(4), ID: some.ID})
		}
		apply(t, store, 0, 1, saved...)
		require.ElementsMatch(t, saved, load(t, store, guests(1), keys...))
	})
	t.Run("given no keys, it loads nothing", func(t *testing.T) {
		require.Empty(t, load(t, open(t), guests(1)))
	})
}

func racing(t *testing.T, open func(t *testing.T) projections.Store) {
	t.Run("given many who apply the same step, exactly one does", func(t *testing.T) {
		store := open(t)
		const steps, rivals = 20, 4
		var won [rivals]int
		var group sync.WaitGroup
		for rival := range rivals {
			group.Go(func() {
				for step := range steps {
					change := projections.Change{Saved: []projections.Row{row(company(1), fmt.Sprint(step, " ", rival), "x")}, From: at(step), To: at(step + 1)}
					for {
						if err := store.Apply(t.Context(), guests(1), change); err == nil {
							won[rival]++
							break
						}
						position, err := store.Position(t.Context(), guests(1))
						if err != nil || position.Commit > uint64(step) {
							break
						}
					}
				}
			})
		}
		group.Wait()
		require.Equal(t, steps, won[0]+won[1]+won[2]+won[3])
		require.Len(t, ids(t, store, projections.Query{}), steps)
	})
	t.Run("given a page read while rows are applied, its position is that of its rows", func(t *testing.T) {
		store := open(t)
		const steps = 200
		var group sync.WaitGroup
		group.Go(func() {
			for step := range steps {
				change := projections.Change{Saved: []projections.Row{row(company(1), fmt.Sprint(step), "x")}, From: at(step), To: at(step + 1)}
				if err := store.Apply(t.Context(), guests(1), change); err != nil {
					t.Error(err)
					return
				}
			}
		})
		for seen := 0; seen < steps && !t.Failed(); {
			rows, position, err := store.Find(t.Context(), guests(1), projections.Query{Account: company(1), Limit: 2 * steps})
			require.NoError(t, err)
			require.Equal(t, at(len(rows)), position)
			seen = len(rows)
		}
		group.Wait()
	})
}

func apply(t *testing.T, store projections.Store, from, to int, rows ...projections.Row) {
	t.Helper()
	require.NoError(t, store.Apply(t.Context(), guests(1), projections.Change{Saved: rows, From: at(from), To: at(to)}))
}

func load(t *testing.T, store projections.Store, view projections.View, keys ...projections.Key) []projections.Row {
	t.Helper()
	rows, _, err := store.Load(t.Context(), view, keys)
	require.NoError(t, err)
	return rows
}

// all is every listed row, without paging.
func all(t *testing.T, store projections.Store, view projections.View, query projections.Query) ([]projections.Row, domain.Position) {
	t.Helper()
	query.Limit = 1 << 20
	rows, position, err := store.Find(t.Context(), view, query)
	require.NoError(t, err)
	return rows, position
}

// ids is the ids of the rows that a query finds in company 1.
func ids(t *testing.T, store projections.Store, query projections.Query) []string {
	t.Helper()
	query.Account = company(1)
	rows, _ := all(t, store, guests(1), query)
	found := []string{}
	for _, row := range rows {
		found = append(found, row.ID)
	}
	return found
}
