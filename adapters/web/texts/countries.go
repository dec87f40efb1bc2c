package texts

import (
	"slices"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Country is a country with its name in a language.
type Country struct{ Code, Name string }

var (
	englishCountries = sync.OnceValue(func() []Country { return countriesIn(language.English) })
	germanCountries  = sync.OnceValue(func() []Country { return countriesIn(language.German) })
)

// countriesIn is all countries that have phone numbers, in the order of their names.
func countriesIn(tag language.Tag) []Country {
	var all []Country
	for code := range phonenumbers.GetSupportedRegions() {
		if name := regionName(tag, code); name != code {
			all = append(all, Country{code, name})
		}
	}
	order := collate.New(tag)
	slices.SortFunc(all, func(a, b Country) int { return order.CompareString(a.Name, b.Name) })
	return all
}

// regionName is what a country is called; its code where nobody knows.
func regionName(tag language.Tag, code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := display.Regions(tag).Name(region); name != "" {
		return name
	}
	return code
}

func (english) Countries() []Country       { return englishCountries() }
func (english) Country(code string) string { return regionName(language.English, code) }
func (german) Countries() []Country        { return germanCountries() }
func (german) Country(code string) string  { return regionName(language.German, code) }

// LanguageName is what a language is called, by its tag.
func (english) LanguageName(tag string) string { return languageName(language.English, tag) }

// LanguageName is what a language is called, by its tag.
func (german) LanguageName(tag string) string { return languageName(language.German, tag) }

func languageName(in language.Tag, tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if name := display.Languages(in).Name(parsed); name != "" {
		return name
	}
	return tag
}

// someOf lists the first of many, and says where there are others.
func someOf(all []string, others string) string {
	const most = 5
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return strings.Join(all[:most], ", ") + " " + others
}
