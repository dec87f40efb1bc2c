package contacts

import (
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // because not every system has the database

	"golang.org/x/text/language"

	"github.com/usher-engine/usher/commands/wording"
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

// Countries returns the codes of all countries, in order.
func (t *Texts) Countries() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for code := range t.countries {
			if isTwoLetters(code) && !yield(code) {
				return
			}
		}
	})
}

// Language reads the tag of a language (BCP 47) that messages are written in, whatever its
// region, and returns its two letters. Nothing stays nothing.
func (t *Texts) Language(text string) (string, error) {
	typed := domain.TrimPasted(text)
	if typed == "" {
		return "", nil
	}
	if tag, err := language.Parse(typed); err == nil {
		base, _, _ := tag.Raw()
		if slices.Contains(wording.Languages(), base.String()) {
			return base.String(), nil
		}
	}
	return "", domain.Refuse(domain.InvalidLanguage, "messages are written in "+strings.Join(wording.Languages(), ", ")+"; choose one of these")
}

// TimeZone reads the name of a time zone in the IANA database.
func (t *Texts) TimeZone(text string) (string, error) {
	name := domain.TrimPasted(text)
	_, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" || strings.HasPrefix(name, "posix/") || strings.HasPrefix(name, "right/") {
		return "", domain.Refuse(domain.InvalidTimeZone, "write the time zone by its name in the IANA database, such as Europe/Berlin, America/New_York or UTC")
	}
	return name, nil
}

func isTwoLetters(text string) bool {
	return len(text) == 2 && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}
