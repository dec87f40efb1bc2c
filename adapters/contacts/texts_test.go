package contacts_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

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

// asksBack is a table of texts that look wrong and may be right, and what was probably
// meant: they are read, and refused all the same.
func asksBack(t *testing.T, read reading, doubt domain.Doubt, table map[string]string) {
	t.Helper()
	for text, meant := range table {
		t.Run("given "+label(text)+", it asks back for "+string(doubt), func(t *testing.T) {
			got, err := read(text)
			refusal, ok := errors.AsType[*domain.Refusal](err)
			require.True(t, ok, "it became %s", got)
			require.Equal(t, doubt, refusal.Doubt)
			require.Equal(t, doubt.Code(), refusal.Code)
			require.Equal(t, meant, refusal.DidYouMean)
			require.NotEmpty(t, got, "what is confirmed is known in its normal form")
			require.NotContains(t, refusal.Message, text, "a message does not repeat what was typed")
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
	accepts(t, texts.Language, map[string]string{"": "", "en": "en", "DE": "de", "fr": "fr", "es": "es", "en-US": "en", "de_AT": "de", "deu": "de", " en\n": "en", "es-419": "es", "fr-Latn-CA": "fr"})
	refuses(t, texts.Language, domain.InvalidLanguage, "e", "e1", "ру", "ru", "it", "zh-Hans", "und", "x-en", "mul", "english", "German", "e\x00", strings.Repeat("en", 1<<20))
}

// The domain knows them without tables of its own kind.
func TestViramas(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if isVirama := norm.NFC.PropertiesString(string(r)).CCC() == 9; isVirama != domain.IsVirama(r) {
			t.Errorf("%U: that it is a virama is %t", r, isVirama)
		}
	}
}

func TestTimeZone(t *testing.T) {
	texts := contacts.New()
	accepts(t, texts.TimeZone, map[string]string{
		"UTC": "UTC", "Europe/Berlin": "Europe/Berlin", " America/New_York\n": "America/New_York", "Asia/Kolkata": "Asia/Kolkata",
		"Pacific/Chatham": "Pacific/Chatham", "Etc/GMT+3": "Etc/GMT+3", "America/Argentina/Buenos_Aires": "America/Argentina/Buenos_Aires",
	})
	refuses(t, texts.TimeZone, domain.InvalidTimeZone, "", " ", "Local", "Berlin", "+02:00", "GMT+2 or so", "../etc/passwd", "/etc/localtime", "posix/UTC", "right/UTC", "Europe/Berlin\x00", strings.Repeat("E", 1<<20))
}
