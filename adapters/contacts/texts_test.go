package contacts_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/domain"
)

// reading is a method of Texts that reads one text.
type reading func(text string) (string, error)

// accepts is a table of texts and what becomes of them.
func accepts(t *testing.T, read reading, table map[string]string) {
	t.Helper()
	for text, want := range table {
		t.Run("given "+label(text)+", it is read", func(t *testing.T) {
			got, err := read(text)
			require.NoError(t, err)
			require.Equal(t, want, got)
			again, err := read(got)
			require.NoError(t, err, "its own result must be readable")
			require.Equal(t, got, again)
		})
	}
}

// refuses is a table of texts that are refused, whatever the reason in words.
func refuses(t *testing.T, read reading, code domain.Code, texts ...string) {
	t.Helper()
	for _, text := range texts {
		t.Run("given "+label(text)+", it refuses with "+string(code), func(t *testing.T) {
			got, err := read(text)
			require.Equal(t, code, domain.CodeOf(err))
			require.Empty(t, got)
			if len(text) > 7 {
				require.NotContains(t, err.Error(), text, "a refusal does not repeat what was typed")
			}
		})
	}
}

func label(text string) string {
	if len(text) > 60 {
		return text[:60] + "..."
	}
	return "[" + text + "]"
}

func unchanged(texts ...string) map[string]string {
	table := make(map[string]string, len(texts))
	for _, text := range texts {
		table[text] = text
	}
	return table
}

func TestCountry(t *testing.T) {
	texts := contacts.New()
	accepts(t, texts.Country, map[string]string{"": "", "de": "DE", "US": "US", "gB": "GB", "ru": "RU"})
	refuses(t, texts.Country, domain.InvalidCountry, "XX", "UK", "001", "D", "DEU", "Germany", " DE", "D\x00", "ＤＥ", "ſe", strings.Repeat("D", 1<<20))
}

func TestLanguage(t *testing.T) {
	texts := contacts.New()
	accepts(t, texts.Language, map[string]string{"": "", "en": "en", "DE": "de", "fr": "fr", "es": "es", "ru": "ru"})
	refuses(t, texts.Language, domain.InvalidLanguage, "e", "eng", "e1", "en-US", " en", "ру", "e\n")
}
