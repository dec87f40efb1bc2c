package domain_test

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
)

func TestAMapHoldsWhatOneOfGoDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var kept domain.Map[int, string]
		model := map[int]string{}
		for range rapid.IntRange(0, 300).Draw(t, "changes") {
			key := rapid.IntRange(0, 200).Draw(t, "key")
			before, pictured := kept, kept.GoString()
			if rapid.IntRange(0, 2).Draw(t, "change") == 0 {
				kept = kept.Without(key)
				delete(model, key)
			} else {
				value := fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "value"))
				kept = kept.With(key, value)
				model[key] = value
			}
			require.Equal(t, pictured, before.GoString(), "what it was before stays")
		}
		require.Equal(t, model, maps.Collect(kept.All()))
		require.Equal(t, len(model), kept.Len())
		for key := range 201 {
			value, has := model[key]
			require.Equal(t, has, kept.Has(key))
			require.Equal(t, value, kept.Of(key))
		}
	})
}

func TestALargeMap(t *testing.T) {
	var all domain.Map[int, int]
	for i := range 10_000 {
		all = all.With(i, -i)
	}
	fewer := all
	for i := range 9_999 {
		fewer = fewer.Without(i)
	}
	t.Run("it holds everything, and still does when another is made smaller", func(t *testing.T) {
		require.Equal(t, 10_000, all.Len())
		require.Len(t, maps.Collect(all.All()), 10_000)
		require.Equal(t, -1234, all.Of(1234))
	})
	t.Run("what was taken out is gone, and the rest is not", func(t *testing.T) {
		require.Equal(t, map[int]int{9_999: -9_999}, maps.Collect(fewer.All()))
		require.Equal(t, "{9999: -9999}", fewer.GoString())
	})
	t.Run("looking through it may end early", func(t *testing.T) {
		seen := 0
		for range all.All() {
			if seen++; seen == 20 {
				break
			}
		}
		require.Equal(t, 20, seen)
	})
}
