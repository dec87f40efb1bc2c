package domain_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
)

func TestAnExcerptIsShortAndReadable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SliceOfN(rapid.Byte(), 0, 500).Draw(t, "text")
		excerpt := domain.Excerpt(string(text))
		require.LessOrEqual(t, len(excerpt), domain.MaxExcerpt)
		require.True(t, utf8.ValidString(excerpt))
		if len(text) <= domain.MaxExcerpt && utf8.Valid(text) {
			require.Equal(t, string(text), excerpt)
		}
	})
	require.Equal(t, strings.Repeat("ü", 98)+"...", domain.Excerpt(strings.Repeat("ü", 5000)))
	require.Equal(t, "a?b", domain.Excerpt("a\xffb"))
}
