package sqlite_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// names is a view of texts.
func names() projections.View {
	return projections.Definition[string]{
		ViewName: "names", ViewVersion: 1,
		Keys:  func(domain.Recorded) []projections.Key { return nil },
		Row:   func(_ projections.Key, row *string, _ domain.Recorded) *string { return row },
		Index: func(projections.Key, *string) projections.Index { return projections.Index{Sort: "s"} },
	}.View()
}

// TestWhatIsForgottenIsGoneFromTheDisk looks for bytes in all files of the read models.
func TestWhatIsForgottenIsGoneFromTheDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "readmodels.db")
	models, err := sqlite.OpenReadModels(t.Context(), path, nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, models.Close()) })
	at := func(n uint64) domain.Position { return domain.Position{Commit: n, Prepare: n} }
	rows := func(name string) (all []projections.Row) {
		for i := range 100 {
			text := fmt.Sprintf("%q", strings.Repeat(name, 20))
			all = append(all, projections.Row{Key: projections.Key{ID: fmt.Sprint("row ", i)}, Sort: name, Search: name, Doc: []byte(text)})
		}
		return all
	}
	onDisk := func(name string) (found []string) {
		files, err := filepath.Glob(path + "*")
		require.NoError(t, err)
		for _, file := range files {
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			if bytes.Contains(content, []byte(name)) {
				found = append(found, filepath.Base(file))
			}
		}
		return found
	}
	require.NoError(t, os.WriteFile(path+".damaged", []byte("canary-kept"), 0o600))
	require.NoError(t, models.Apply(t.Context(), names(), projections.Change{Saved: rows("canary-kept"), To: at(1)}))
	begun, err := models.Begin(t.Context(), names(), projections.Filling, 0)
	require.NoError(t, err)
	next := projections.Numbered{View: names(), Number: begun.Number}
	require.NoError(t, models.Apply(t.Context(), next, projections.Change{Saved: rows("canary-serving"), To: at(2)}))
	require.NoError(t, models.Serve(t.Context(), names(), begun.Number, false))
	require.NotEmpty(t, onDisk("canary-kept"))
	require.NotEmpty(t, onDisk("canary-serving"))

	some := rows("somebody else")
	require.NoError(t, models.Apply(t.Context(), names(), projections.Change{
		Saved: some[:50], Deleted: keysOf(some[50:]), From: at(2), To: at(3), Forgets: true,
	}))
	require.Empty(t, onDisk("canary-kept"), "the edition that was kept")
	require.Empty(t, onDisk("canary-serving"), "the rows that were changed and deleted")
	require.NotEmpty(t, onDisk("somebody else"))
}

func keysOf(rows []projections.Row) (keys []projections.Key) {
	for _, row := range rows {
		keys = append(keys, row.Key)
	}
	return keys
}
