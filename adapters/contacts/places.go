package contacts

import (
	"strings"

	"github.com/usher-engine/usher/domain"
)

// Country reads an ISO 3166-1 alpha-2 code that has telephone numbers. Nothing
// stays nothing.
func (t *Texts) Country(text string) (string, error) {
	country := strings.ToUpper(text)
	if text != "" && (!isTwoLetters(text) || !t.countries[country]) {
		return "", domain.Refuse(domain.InvalidCountry, "write the country as its two-letter code, such as DE, GB or US")
	}
	return country, nil
}

// Language reads a two-letter language tag. Nothing stays nothing.
func (t *Texts) Language(text string) (string, error) {
	if text != "" && !isTwoLetters(text) {
		return "", domain.Refuse(domain.InvalidLanguage, "write the language as its two-letter code, such as en, de or fr")
	}
	return strings.ToLower(text), nil
}

func isTwoLetters(text string) bool {
	return len(text) == 2 && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}
