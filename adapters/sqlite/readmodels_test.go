package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/adapters/storetest"
	"github.com/usher-engine/usher/projections"
)

func TestReadModels(t *testing.T) {
	storetest.ReadModels(t, func(t *testing.T) projections.Store {
		return openReadModels(t, filepath.Join(t.TempDir(), "readmodels.db"))
	})
}

// openReadModels opens a file that is expected to be whole.
func openReadModels(t *testing.T, path string) *sqlite.ReadModels {
	t.Helper()
	store, err := sqlite.OpenReadModels(t.Context(), path, func(why error) { t.Errorf("replaced: %v", why) })
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}

func TestEditions(t *testing.T) {
	storetest.Editions(t, func(t *testing.T) projections.Editions {
		return openReadModels(t, filepath.Join(t.TempDir(), "readmodels.db"))
	})
}
