package structure_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain/structure"
)

func TestFoldedNamesAreEqualAsTheNamesAre(t *testing.T) {
	letter := rapid.SampledFrom([]rune("aAkK\u212a sS\u017fσςΣßẞéÉİıiI世"))
	rapid.Check(t, func(t *rapid.T) {
		a := string(rapid.SliceOfN(letter, 1, 3).Draw(t, "a"))
		b := string(rapid.SliceOfN(letter, 1, 3).Draw(t, "b"))
		if strings.EqualFold(a, b) != (structure.Folded(a) == structure.Folded(b)) {
			t.Fatalf("%q and %q are folded to %q and %q", a, b, structure.Folded(a), structure.Folded(b))
		}
	})
}
