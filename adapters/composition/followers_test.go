package composition_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/adapters/sqlite"
)

func TestAViewStandsWhereItsRowsDo(t *testing.T) {
	models, err := sqlite.OpenReadModels(t.Context(), filepath.Join(t.TempDir(), "readmodels.db"), nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, models.Close()) })
	base := newBase(t)
	parts := everybody(t, base, &mailbag{})
	parts.Models = models
	working, err := composition.New(t.Context(), parts, simple())
	require.NoError(t, err)
	watching, err := composition.New(t.Context(), parts, simple())
	require.NoError(t, err)

	found(t, working.App)
	working.Start(context.WithoutCancel(t.Context()))
	require.NoError(t, working.Settled(t.Context()))
	require.NoError(t, working.Close())
	head, err := base.Log.Head(t.Context())
	require.NoError(t, err)
	all, err := watching.Followers(models).Standings(t.Context())
	require.NoError(t, err)
	for _, one := range all {
		if !one.Policy {
			require.Equal(t, head, one.Position, "%s, of which this instance has not looked yet", one.Name)
		}
	}
}
