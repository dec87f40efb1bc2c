package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/sqlitedb/shelltest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/memory"
)

func TestReadModelsFile(t *testing.T) {
	t.Run("given read models that are opened again, rows and positions are there", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "data", "readmodels.db")
		store := openReadModels(t, path)
		fill(t, store, 0, 300)
		require.NoError(t, store.Close())
		store = openReadModels(t, path)
		requireRows(t, store, 300)
		editions, err := store.Editions(t.Context())
		require.NoError(t, err)
		require.Equal(t, []projections.Edition{{View: "people", Version: 1, Number: 1, State: projections.Serving, Position: at(300)}}, editions)
	})
	t.Run("given a scan, it shows all rows in the order that the one in memory has", func(t *testing.T) {
		store, model := openReadModels(t, filepath.Join(t.TempDir(), "readmodels.db")), memory.New()
		fill(t, store, 0, 100)
		fill(t, model, 0, 100)
		var after projections.Key
		for {
			want, err := model.Scan(t.Context(), peopleView(), after, 7)
			require.NoError(t, err)
			got, err := store.Scan(t.Context(), peopleView(), after, 7)
			require.NoError(t, err)
			require.Equal(t, len(want), len(got))
			if len(got) == 0 {
				break
			}
			require.Equal(t, want, got)
			after = got[len(got)-1].Key
		}
	})
	t.Run("given names that could be mistaken for something else, it refuses the view", func(t *testing.T) {
		store := openReadModels(t, filepath.Join(t.TempDir(), "readmodels.db"))
		for _, view := range []table{
			{name: "", version: 1},
			{name: `x"; DROP TABLE views; --`, version: 1},
			{name: "People", version: 1},
			{name: "people", version: 0},
			{name: "people", version: 1, facets: []string{"sort"}},
			{name: "people", version: 1, facets: []string{"a", "a"}},
			{name: "people", version: 1, facets: []string{`a"`}},
			{name: "people", version: 1, facets: []string{""}},
		} {
			_, err := store.Position(t.Context(), view)
			require.Error(t, err, "%q", view.name)
		}
		_, err := store.Position(t.Context(), table{name: "people", version: 1, facets: []string{"order", "select", "type"}})
		require.NoError(t, err)
	})
	t.Run("given a view with other facets and the same version, it asks for another version", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "readmodels.db")
		store := openReadModels(t, path)
		fill(t, store, 0, 1)
		require.NoError(t, store.Close())
		_, err := openReadModels(t, path).Position(t.Context(), table{name: "people", version: 1, facets: []string{"city"}})
		require.ErrorContains(t, err, "raise its version")
	})
}

func TestDamagedReadModels(t *testing.T) {
	damages := map[string]func(path string) error{
		"text":                 func(path string) error { return os.WriteFile(path, []byte("this is not a database"), 0o600) },
		"a folder":             func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) },
		"half of itself":       func(path string) error { return os.Truncate(path, size(path)/2) },
		"zeros":                func(path string) error { return os.WriteFile(path, make([]byte, size(path)), 0o600) },
		"one with a false log": func(path string) error { return os.WriteFile(path+"-wal", []byte("nonsense"), 0o600) },
		"a bit in its header":  func(path string) error { return flip(path, 30) },
		"a bit in its middle":  func(path string) error { return flip(path, size(path)/2) },
		"zeros in every page":  zeroAll,
		"somebody else's file": otherProgram,
	}
	for name, damage := range damages {
		t.Run("given a file that has become "+name+", it never answers wrongly and can be filled again", func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "readmodels.db")
			store := openReadModels(t, path)
			fill(t, store, 0, 500)
			require.NoError(t, store.Close())
			require.NoError(t, damage(path))

			var replaced []error
			store, err := sqlite.OpenReadModels(t.Context(), path, func(why error) { replaced = append(replaced, why) })
			require.NoError(t, err)
			defer func() { require.NoError(t, store.Close()) }()
			stands := standing(t, store)
			if stands > 0 {
				readAll(t, store) // which may meet the damage now
				stands = standing(t, store)
			}
			require.Contains(t, []int{0, 500}, stands)
			require.Equal(t, stands == 0, len(replaced) == 1, "%v", replaced)
			fill(t, store, stands, 600)
			requireRows(t, store, 600)
		})
	}
	t.Run("given a row that Usher did not write so, it begins anew", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "readmodels.db")
		store := openReadModels(t, path)
		fill(t, store, 0, 500)
		require.NoError(t, store.Close())
		table := shelltest.Run(t, path, "SELECT name FROM sqlite_schema WHERE name LIKE '%people%' AND type = 'table' LIMIT 1")
		shelltest.Run(t, path, "UPDATE \""+table+"\" SET at = 'then'")
		store, err := sqlite.OpenReadModels(t.Context(), path, nil)
		require.NoError(t, err)
		defer func() { require.NoError(t, store.Close()) }()
		readAll(t, store)
		require.Equal(t, 0, standing(t, store))
	})
	t.Run("given damage met while applying, the change meets an empty view", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "readmodels.db")
		store := openReadModels(t, path)
		fill(t, store, 0, 500)
		require.NoError(t, store.Close())
		require.NoError(t, zeroAll(path))
		replaced := 0
		store, err := sqlite.OpenReadModels(t.Context(), path, func(error) { replaced++ })
		require.NoError(t, err)
		defer func() { require.NoError(t, store.Close()) }()
		err = store.Apply(t.Context(), peopleView(), projections.Change{From: at(500), To: at(501)})
		require.ErrorIs(t, err, projections.ErrMoved)
		require.Equal(t, 1, replaced)
		require.Equal(t, 0, standing(t, store))
	})
	t.Run("given a closed store, it says so", func(t *testing.T) {
		store := openReadModels(t, filepath.Join(t.TempDir(), "readmodels.db"))
		require.NoError(t, store.Close())
		_, err := store.Position(t.Context(), peopleView())
		require.ErrorIs(t, err, sqlitedb.ErrClosed)
		require.NoError(t, store.Close())
	})
	t.Run("given a folder in which it may not write, it is an error", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(path, []byte("not a folder"), 0o600))
		_, err := sqlite.OpenReadModels(t.Context(), filepath.Join(path, "readmodels.db"), func(why error) { t.Error(why) })
		require.Error(t, err)
	})
}

func peopleView() projections.View {
	return table{name: "people", version: 1, facets: []string{"team"}}
}

// fill applies rows with the numbers from one up to another, each a step.
func fill(t *testing.T, store projections.Store, from, to int) {
	t.Helper()
	change := projections.Change{From: at(from), To: at(to)}
	for n := from; n < to; n++ {
		change.Saved = append(change.Saved, numbered(n))
	}
	require.NoError(t, store.Apply(t.Context(), peopleView(), change))
}

func numbered(n int) projections.Row {
	row := projections.Row{
		Key: projections.Key{Account: domain.AccountID{byte(n % 3)}, ID: fmt.Sprint(n)}, Sort: fmt.Sprintf("%06d", n),
		Facets: []string{fmt.Sprint(n % 5)}, Search: "some text that fills a page sooner", Doc: fmt.Appendf(nil, `{"n":%d}`, n),
	}
	if n%7 == 0 {
		row.Sort = ""
	}
	return row
}

// readAll reads every page of the file that the view has.
func readAll(t *testing.T, store *sqlite.ReadModels) []projections.Row {
	t.Helper()
	rows, err := store.Scan(t.Context(), peopleView(), projections.Key{}, 1<<20)
	require.NoError(t, err)
	for account := range byte(3) {
		for team := range 5 {
			_, _, err := store.Find(t.Context(), peopleView(), projections.Query{
				Account: domain.AccountID{account}, Facets: map[string]string{"team": fmt.Sprint(team)}, Limit: 1 << 20,
			})
			require.NoError(t, err)
		}
		_, _, err := store.Find(t.Context(), peopleView(), projections.Query{Account: domain.AccountID{account}, Limit: 1 << 20})
		require.NoError(t, err)
	}
	return rows
}

func requireRows(t *testing.T, store *sqlite.ReadModels, want int) {
	t.Helper()
	require.Equal(t, want, standing(t, store))
	rows := readAll(t, store)
	require.Len(t, rows, want)
	for _, row := range rows {
		var n int
		_, err := fmt.Sscan(row.ID, &n)
		require.NoError(t, err)
		want := numbered(n)
		require.Equal(t, want.Doc, row.Doc)
		require.Equal(t, want.Facets, row.Facets)
	}
}

func standing(t *testing.T, store *sqlite.ReadModels) int {
	t.Helper()
	position, err := store.Position(t.Context(), peopleView())
	require.NoError(t, err)
	return int(position.Commit)
}

// size is the bytes of a file, none where it cannot be read.
func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// flip turns one bit of a file round.
func flip(path string, offsets ...int64) error {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for _, offset := range offsets {
		bytes[offset] ^= 1
	}
	return os.WriteFile(path, bytes, 0o600)
}

// zeroAll leaves the first page as it is, so that the file can be opened.
func zeroAll(path string) error {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	clear(bytes[4096:])
	return os.WriteFile(path, bytes, 0o600)
}

func otherProgram(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	other, err := sqlitedb.Open(context.Background(), path, sqlitedb.Options{Schema: func(conn *sqlitedb.Conn) error {
		return conn.Exec("CREATE TABLE views (other); PRAGMA user_version = 7")
	}})
	if err != nil {
		return err
	}
	return other.Close()
}
