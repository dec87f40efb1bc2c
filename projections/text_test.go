package projections_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

func TestSearchText(t *testing.T) {
	t.Run("given accents and capitals, people find each other without them", func(t *testing.T) {
		require.Equal(t, "jurgen muller strasse", projections.SearchText("Jürgen", "", " MÜLLER ", "Straße"))
		require.Equal(t, projections.SearchText("Zoe\u0308"), projections.SearchText("Zoë"))
		require.Equal(t, "istanbul", projections.SearchText("İstanbul"))
	})
	t.Run("given other scripts, their letters stay", func(t *testing.T) {
		require.Equal(t, "мария 李 हिन्दी", projections.SearchText("Мария", "李", "हिन्दी"))
	})
	t.Run("given folded text, folding changes nothing", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			once := projections.SearchText(rapid.String().Draw(t, "text"), rapid.String().Draw(t, "more"))
			require.Equal(t, once, projections.SearchText(once))
		})
	})
}

func TestSortText(t *testing.T) {
	t.Run("given names, they stand by the last one first, whatever their accents", func(t *testing.T) {
		names := []string{
			projections.SortText("Zimmer", "Al"), projections.SortText("Ångström", "Eva"), projections.SortText("Angstrom", "Zoe"),
			projections.SortText("Angst", "Zoe"), projections.SortText("ångström", "Adam"),
		}
		sorted := slices.Sorted(slices.Values(names))
		require.Equal(t, []string{names[3], names[4], names[1], names[2], names[0]}, sorted)
	})
	t.Run("given nobody's name, it is not empty", func(t *testing.T) {
		require.NotEmpty(t, projections.SortText("", ""))
	})
	t.Run("given any text, it has no zero byte, which stores cannot keep", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			require.False(t, strings.ContainsAny(projections.SortText(rapid.String().Draw(t, "text")), "\x00\x1e"))
		})
	})
}

func TestInLogOrderSortsAsTheLogDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		position := rapid.Custom(func(t *rapid.T) domain.Position {
			return domain.Position{Commit: rapid.Uint64().Draw(t, "commit"), Prepare: rapid.Uint64().Draw(t, "prepare")}
		})
		a, b := position.Draw(t, "a"), position.Draw(t, "b")
		require.Equal(t, a.Compare(b), strings.Compare(projections.InLogOrder(a), projections.InLogOrder(b)))
	})
}
