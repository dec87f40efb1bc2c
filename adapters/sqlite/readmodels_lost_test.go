package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/storetest"
	"github.com/usher-engine/usher/projections"
)

// TestReadModelsThatSomebodyElseEmptied has another program at the file.
func TestReadModelsThatSomebodyElseEmptied(t *testing.T) {
	var path string
	open := func(t *testing.T) projections.Editions {
		t.Helper()
		path = filepath.Join(t.TempDir(), "readmodels.db")
		return openReadModels(t, path)
	}
	replaced := 0
	openAgain := func(t *testing.T) projections.Editions {
		t.Helper()
		store, err := sqlite.OpenReadModels(t.Context(), path, func(error) { replaced++ })
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, store.Close()) })
		return store
	}
	by := func(sql string) func(*testing.T, projections.Editions) projections.Editions {
		return func(t *testing.T, store projections.Editions) projections.Editions {
			t.Helper()
			models, is := store.(*sqlite.ReadModels)
			require.True(t, is)
			require.NoError(t, models.Close())
			other, err := sqlitedb.Open(t.Context(), path, sqlitedb.Options{Schema: func(conn *sqlitedb.Conn) error { return conn.Exec(sql) }})
			require.NoError(t, err)
			require.NoError(t, other.Close())
			return openAgain(t)
		}
	}
	storetest.Lost(t, open, map[string]func(*testing.T, projections.Editions) projections.Editions{
		"a table without its rows":     by("DELETE FROM guests_v1_1"),
		"a position that was lost":     by("UPDATE editions SET position_commit = 0, position_prepare = 0"),
		"an older position":            by("UPDATE editions SET position_commit = 4, position_prepare = 4"),
		"older rows":                   by("UPDATE guests_v1_1 SET search = '4/4' WHERE id = ''"),
		"no table any more":            by("DROP TABLE guests_v1_1"),
		"no editions":                  by("DELETE FROM editions"),
		"no table of editions":         by("DROP TABLE editions"),
		"nothing, not even the layout": by("DROP TABLE editions; DROP TABLE log; DROP TABLE guests_v1_1; PRAGMA user_version = 0"),
	})
	require.NotZero(t, replaced, "whoever opened them is told")
}

// TestReadModelsOfTheLayoutBefore opens a file whose tables have no mark yet.
func TestReadModelsOfTheLayoutBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "readmodels.db")
	store := openReadModels(t, path)
	fill(t, store, 0, 30)
	require.NoError(t, store.Close())
	before, err := sqlitedb.Open(t.Context(), path, sqlitedb.Options{Schema: func(conn *sqlitedb.Conn) error {
		return conn.Exec("DELETE FROM people_v1_1 WHERE id = ''; PRAGMA user_version = 3")
	}})
	require.NoError(t, err)
	require.NoError(t, before.Close())
	requireRows(t, openReadModels(t, path), 30)
}
