package pairing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/domain"
)

func TestAVaultMustBeWhole(t *testing.T) {
	for name, c := range map[string]struct {
		given   func(t *testing.T, w *world)
		refused string
	}{
		"a new one":  {given: func(*testing.T, *world) {}},
		"a used one": {given: func(_ *testing.T, w *world) { w.use() }},
		"one with keys and no installation": {given: func(t *testing.T, w *world) {
			require.NoError(t, w.vault.EnsureDataKeys(t.Context(), []domain.PersonID{{1}}))
		}, refused: "the vault of here has 1 rows in data_keys, and no installation"},
		"one with passwords and no installation": {given: func(t *testing.T, w *world) {
			require.NoError(t, w.vault.SaveCredential(t.Context(), domain.CredentialID{1}, "hash", time.Now()))
		}, refused: "1 rows in credentials"},
		"one that was left behind": {given: func(t *testing.T, w *world) {
			w.use()
			require.NoError(t, w.vault.SetMovedTo(t.Context(), "postgres://there"))
		}, refused: "the vault of here has moved to postgres://there by `usher vault copy`"},
		"one that came back": {given: func(t *testing.T, w *world) {
			w.use()
			require.NoError(t, w.vault.SetMovedTo(t.Context(), "postgres://there"))
			require.NoError(t, w.vault.SetMovedTo(t.Context(), ""))
		}},
	} {
		t.Run("given "+name, func(t *testing.T) {
			w := newWorld(t)
			c.given(t, w)
			err := pairing.MustBeWhole(t.Context(), w.vault, "here")
			if c.refused == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.refused)
		})
	}
}

func TestNoLogIsBegunBesideAVaultThatHasOne(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, pairing.MayBeginLog(t.Context(), w.vault, "here"))
	require.NoError(t, w.vault.SetLogMark(t.Context(), another))
	err := pairing.MayBeginLog(t.Context(), w.vault, "here")
	require.ErrorIs(t, err, pairing.ErrAnotherLog)
	require.ErrorContains(t, err, "there is no log.db in here")
}

func TestVaultsThatMove(t *testing.T) {
	t.Run("given a copy that took the place of its original, only the copy is served, and may be copied", func(t *testing.T) {
		from, to := newWorld(t), newWorld(t)
		from.use()
		require.NoError(t, pairing.MayCopy(t.Context(), from.vault, "here", "there"))
		require.NoError(t, to.vault.SetMovedTo(t.Context(), "here"))
		require.NoError(t, pairing.TakePlace(t.Context(), from.vault, to.vault, "there"))

		require.ErrorContains(t, pairing.MustBeWhole(t.Context(), from.vault, "here"), "has moved to there")
		require.NoError(t, pairing.MustBeWhole(t.Context(), to.vault, "there"))
		require.NoError(t, pairing.MayCopy(t.Context(), from.vault, "here", "there"), "to the same place, where it was stopped")
		require.ErrorContains(t, pairing.MayCopy(t.Context(), from.vault, "here", "elsewhere"), "the vault of here has moved to there; copy that one")
	})
	t.Run("given a log that is backed up alone, the vault beside it must have moved", func(t *testing.T) {
		w := newWorld(t)
		require.ErrorContains(t, pairing.MustHaveMoved(t.Context(), w.vault, "vault.db"), "vault.db is not marked as moved")
		require.NoError(t, w.vault.SetMovedTo(t.Context(), "there"))
		require.NoError(t, pairing.MustHaveMoved(t.Context(), w.vault, "vault.db"))
	})
}

func TestABackupFitsItsLog(t *testing.T) {
	end := journal.End{Mark: another, Position: at(3), Time: time.Now()}
	t.Run("given a vault that went further since its log was copied, it stands at the copy's end", func(t *testing.T) {
		w := newWorld(t)
		w.handled(another, 5)
		require.NoError(t, pairing.FitBackup(t.Context(), w.vault, end))
		checkpoints, err := w.vault.Checkpoints(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]domain.Position{"deliver": at(3)}, checkpoints)
		require.Equal(t, another, w.vaultFollows())
	})
	t.Run("given a vault that does not know its log yet, it does not know it then", func(t *testing.T) {
		w := newWorld(t)
		require.NoError(t, pairing.FitBackup(t.Context(), w.vault, end))
		require.Empty(t, w.vaultFollows())
	})
	t.Run("given the vault of another log, or of one with events beside an empty one, it is refused", func(t *testing.T) {
		w := newWorld(t)
		w.handled("1/other", 3)
		for _, mark := range []string{another, ""} {
			require.ErrorIs(t, pairing.FitBackup(t.Context(), w.vault, journal.End{Mark: mark, Position: at(3)}), pairing.ErrAnotherLog)
		}
	})
	t.Run("given a vault that was left behind, it is refused", func(t *testing.T) {
		w := newWorld(t)
		require.NoError(t, w.vault.SetMovedTo(t.Context(), "there"))
		require.ErrorIs(t, pairing.FitBackup(t.Context(), w.vault, end), pairing.ErrMoved)
	})
}
