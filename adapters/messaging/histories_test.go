package messaging_test

import (
	"flag"
	"math"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

// histories is how many are tried: 1,000 with USHER_SOAK=20.
func histories() int {
	if soak(1) == 1 {
		return 10
	}
	return soak(50)
}

// TestAnyHistoryGivesTheSameRowsInFull folds random histories by batches of several
// sizes on all stores. On the way what was applied is applied again, stores are
// closed and opened, and views are built anew; it makes no difference.
func TestAnyHistoryGivesTheSameRowsInFull(t *testing.T) {
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	require.NoError(t, checks.Value.Set(strconv.Itoa(histories())))
	t.Cleanup(func() { require.NoError(t, checks.Value.Set(before)) })

	database, folder := pgtest.New(t), t.TempDir()
	kept := []*opened{{name: "memory", open: func() (projections.Store, func()) { return memory.New(), func() {} }}}
	kept = append(kept, &opened{name: "PostgreSQL", open: func() (projections.Store, func()) {
		db, err := postgres.Open(t.Context(), postgres.Options{URL: database.App, OwnerURL: database.Owner})
		require.NoError(t, err)
		return db.ReadModels(), db.Close
	}})
	kept = append(kept, &opened{name: "SQLite", open: func() (projections.Store, func()) {
		store, err := sqlite.OpenReadModels(t.Context(), filepath.Join(folder, "readmodels.db"), func(err error) { t.Error(err) })
		require.NoError(t, err)
		return store, func() { require.NoError(t, store.Close()) }
	}})
	var all []*keeper
	for _, store := range kept {
		store.Store, store.close = store.open()
		t.Cleanup(func() { store.close() })
		for _, size := range []int{1, 7, 1000} {
			all = append(all, &keeper{store: store, view: seats(size), size: size})
		}
	}
	model := &keeper{store: &opened{Store: memory.New()}, view: seats(1), size: math.MaxInt32}
	var log []domain.Recorded // the stores go on from the history before
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 4).Draw(r, "steps") {
			for range rapid.IntRange(0, 30).Draw(r, "events") {
				log = append(log, seated(len(log), rapid.IntRange(0, 99).Draw(r, "number")))
			}
			for _, one := range all {
				one.fold(t, log)
			}
			one := rapid.SampledFrom(all).Draw(r, "of")
			switch rapid.IntRange(0, 3).Draw(r, "what") {
			case 0:
				one.again(t, log)
			case 1:
				one.anew(t, log)
			}
		}
		if rapid.IntRange(0, 9).Draw(r, "restart") == 0 {
			for _, store := range kept[1:] { // those that last
				store.close()
				store.Store, store.close = store.open()
			}
		}
		model.fold(t, log)
		requireSame(t, model, all)
	})
	model.store.Store = memory.New()
	model.fold(t, log)
	for _, one := range all {
		one.anew(t, log)
	}
	requireSame(t, model, all)
}

func requireSame(t *testing.T, model *keeper, all []*keeper) {
	t.Helper()
	want, at := rowsOf(t, model.store, model.view)
	for _, one := range all {
		rows, position := rowsOf(t, one.store, one.view)
		require.Equal(t, want, rows, "%s by %d", one.store.name, one.size)
		require.Equal(t, at, position)
	}
}

// opened is a store that can be closed, and opened again.
type opened struct {
	projections.Store
	name  string
	open  func() (projections.Store, func())
	close func()
}

// keeper keeps a view by batches of one size, as projectors do.
type keeper struct {
	store *opened
	view  projections.View
	size  int
}

func (k *keeper) fold(t *testing.T, log []domain.Recorded) {
	t.Helper()
	k.foldInto(t, k.view, log)
}

func (k *keeper) foldInto(t *testing.T, view projections.View, log []domain.Recorded) {
	t.Helper()
	at, err := k.store.Position(t.Context(), view)
	require.NoError(t, err)
	for int(at.Commit) < len(log) {
		batch := log[at.Commit:min(int(at.Commit)+k.size, len(log))]
		to := batch[len(batch)-1].Position
		require.NoError(t, k.store.Apply(t.Context(), view, k.change(t, view, at, batch)))
		at = to
	}
}

func (k *keeper) change(t *testing.T, view projections.View, from domain.Position, batch []domain.Recorded) projections.Change {
	t.Helper()
	stored, _, err := k.store.Load(t.Context(), view, projections.Touched(view, batch))
	require.NoError(t, err)
	change, err := projections.FoldBatch(view, stored, batch)
	require.NoError(t, err)
	change.From, change.To = from, batch[len(batch)-1].Position
	return change
}

// again applies the last batch a second time, as who has not heard that the first
// time went well.
func (k *keeper) again(t *testing.T, log []domain.Recorded) {
	t.Helper()
	if len(log) == 0 {
		return
	}
	batch := log[max(len(log)-k.size, 0):]
	before := domain.Position{Commit: uint64(len(log) - len(batch))}
	require.ErrorIs(t, k.store.Apply(t.Context(), k.view, k.change(t, k.view, before, batch)), projections.ErrMoved)
}

// anew builds the view beside what serves, which it replaces if it is the same.
func (k *keeper) anew(t *testing.T, log []domain.Recorded) {
	t.Helper()
	editions, durable := k.store.Store.(projections.Editions)
	if !durable {
		return
	}
	all, err := editions.Editions(t.Context())
	require.NoError(t, err)
	serving := 0
	for _, one := range all {
		if one.View == k.view.Name() && one.State == projections.Serving {
			serving = one.Number
		}
	}
	begun, err := editions.Begin(t.Context(), k.view, projections.Filling, 0)
	require.NoError(t, err)
	k.foldInto(t, projections.Numbered{View: k.view, Number: begun.Number}, log)
	found, err := editions.Compare(t.Context(), k.view, serving, begun.Number)
	require.NoError(t, err)
	require.Zero(t, found.Differences)
	require.NoError(t, editions.Serve(t.Context(), k.view, begun.Number, false))
	require.NoError(t, editions.Discard(t.Context(), k.view, serving))
}

// seats is a view of its own for each size of batches. A row comes, changes and
// goes, and remembers what happened to it in which order.
func seats(size int) projections.View {
	return projections.Definition[tallied]{
		ViewName: "seats_" + strconv.Itoa(size), ViewVersion: 1,
		Keys: func(event domain.Recorded) []projections.Key {
			number := numberOf(event)
			return []projections.Key{{Account: account(), ID: "a" + strconv.Itoa(number%7)}, {Account: account(), ID: "b" + strconv.Itoa(number%11)}}
		},
		Row: func(key projections.Key, before *tallied, event domain.Recorded) *tallied {
			number := numberOf(event)
			if number%5 == 0 && key.ID[0] == 'a' {
				return nil
			}
			var after tallied
			if before != nil {
				after = *before
			}
			after.Count++
			after.Last = strconv.Itoa(number)
			after.Digest = after.Digest*31 ^ event.Position.Commit
			return &after
		},
		Index: func(key projections.Key, _ *tallied) projections.Index { return projections.Index{Sort: key.ID} },
	}.View()
}

func numberOf(event domain.Recorded) int {
	number, _ := strconv.Atoi(event.Event.(structure.WorkgroupCreated).Name)
	return number
}

// seated is the event behind some others.
func seated(others, number int) domain.Recorded {
	return domain.Recorded{
		ID: uuid.New(), Event: workgroup(number), Position: domain.Position{Commit: uint64(others + 1)},
	}
}
