package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

func vaultBesideALog(t *testing.T, open func(t *testing.T, folder string) KeptVault) {
	folder := t.TempDir()
	vault := open(t, folder)
	mark, err := vault.LogMark(t.Context())
	require.NoError(t, err)
	require.Empty(t, mark)
	all, err := vault.Checkpoints(t.Context())
	require.NoError(t, err)
	require.Empty(t, all)

	used, err := vault.Used(t.Context())
	require.NoError(t, err)
	require.False(t, used)
	_, err = vault.Installation(t.Context())
	require.NoError(t, err)
	used, err = vault.Used(t.Context())
	require.NoError(t, err)
	require.True(t, used)

	require.NoError(t, vault.SetLogMark(t.Context(), "1/first"))
	require.NoError(t, vault.SaveCheckpoint(t.Context(), "deliver", domain.Position{}, at(7)))
	require.NoError(t, vault.SaveCheckpoint(t.Context(), "expire", domain.Position{}, at(9)))
	all, err = vault.Checkpoints(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]domain.Position{"deliver": at(7), "expire": at(9)}, all)

	moved := map[string]domain.Position{"deliver": {Commit: 1 << 63, Prepare: 1<<63 - 1}}
	require.NoError(t, vault.ReplaceCheckpoints(t.Context(), "5/other", moved))
	require.NoError(t, vault.Close())
	vault = open(t, folder)
	all, err = vault.Checkpoints(t.Context())
	require.NoError(t, err)
	require.Equal(t, moved, all, "also after the vault was opened again")
	mark, err = vault.LogMark(t.Context())
	require.NoError(t, err)
	require.Equal(t, "5/other", mark)
}

// BesideALog is read models that know which log their rows are made from.
type BesideALog interface {
	projections.Editions
	LogMark(ctx context.Context) (string, error)
	SetLogMark(ctx context.Context, mark string) error
	Found(ctx context.Context, mark, name string) (text string, err error)
	SetFound(ctx context.Context, mark, name, text string) error
	Clear(ctx context.Context) error
}

// ReadModelsBesideALog is what read models promise that remember their log.
func ReadModelsBesideALog(t *testing.T, open func(t *testing.T) BesideALog) {
	t.Run("given read models that are cleared, nothing is left of them but what comes anew", func(t *testing.T) {
		store := open(t)
		mark, err := store.LogMark(t.Context())
		require.NoError(t, err)
		require.Empty(t, mark)
		require.NoError(t, store.SetLogMark(t.Context(), "1/first"))
		require.NoError(t, store.SetLogMark(t.Context(), "2/second"))
		mark, err = store.LogMark(t.Context())
		require.NoError(t, err)
		require.Equal(t, "2/second", mark)
		apply(t, store, 0, 5, row(company(1), "old", "1"))
		begin(t, store, guests(1), projections.Filling)

		require.NoError(t, store.Clear(t.Context()))
		mark, err = store.LogMark(t.Context())
		require.NoError(t, err)
		require.Empty(t, mark)
		require.Empty(t, states(t, store))
		apply(t, store, 0, 1, row(company(1), "new", "1"))
		require.Equal(t, []string{"new"}, ids(t, store, projections.Query{}))
	})
	t.Run("given what was found out, the last is kept under its name for that log until they are cleared", func(t *testing.T) {
		store := open(t)
		found := func(mark, name string) string {
			text, err := store.Found(t.Context(), mark, name)
			require.NoError(t, err)
			return text
		}
		require.Empty(t, found("1/first", "aside"))
		require.NoError(t, store.SetFound(t.Context(), "1/first", "aside", "none"))
		require.NoError(t, store.SetFound(t.Context(), "1/first", "aside", `["ä"]`))
		require.Equal(t, `["ä"]`, found("1/first", "aside"))
		require.NoError(t, store.SetFound(t.Context(), "1/first", "passed", `{"Commit":9223372036854775808}`))
		require.Equal(t, `{"Commit":9223372036854775808}`, found("1/first", "passed"))
		require.Empty(t, found("2/second", "aside"))
		require.Empty(t, found("1/first", "cut"))
		require.NoError(t, store.Clear(t.Context()))
		require.Empty(t, found("1/first", "aside"))
		require.Empty(t, found("1/first", "passed"))
	})
}
