package texts_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
)

// codes is every code of the one table, as it is written down.
func codes(t *testing.T) (all []domain.Code) {
	t.Helper()
	table, err := os.ReadFile("../../../docs/codes.md")
	require.NoError(t, err)
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|").FindAllSubmatch(table, -1) {
		all = append(all, domain.Code(row[1]))
	}
	require.Greater(t, len(all), 100)
	return all
}

func TestEveryRefusalHasWordsInGerman(t *testing.T) {
	for _, code := range codes(t) {
		_, known := httpkit.Explain(code)
		require.True(t, known, code)
		const said = "the engine's own words, with a 7"
		german := texts.German.Refusal(code, said)
		require.NotEqual(t, "The engine's own words, with a 7.", german, "%s has no German words", code)
		require.Regexp(t, `^[A-ZÄÖÜ„].*[.?]$|\)\.$`, german, code)
		require.NotContains(t, german, "{n}", code)
	}
}

func TestARefusalNamesTheNumberOfItsCase(t *testing.T) {
	require.Equal(t, "Ein Passwort hat mindestens 15 Zeichen. Ein paar Wörter ergeben ein gutes.",
		texts.German.Refusal(domain.PasswordTooShort, "a password has at least 15 characters: a few words make a good one"))
	require.Equal(t, "A password has at least 15 characters.", texts.English.Refusal(domain.PasswordTooShort, "a password has at least 15 characters"))
}
