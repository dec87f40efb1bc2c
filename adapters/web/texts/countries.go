package texts

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Country is a country with its name in a language.
type Country struct{ Code, Name string }

// countriesIn is countries by their names, in the order of those.
func countriesIn(tag language.Tag, codes []string) []Country {
	all := make([]Country, len(codes))
	for i, code := range codes {
		all[i] = Country{code, regionName(tag, code)}
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

func (english) Countries(codes []string) []Country { return countriesIn(language.English, codes) }
func (english) Country(code string) string         { return regionName(language.English, code) }
func (english) LanguageName(tag string) string     { return languageName(language.English, tag) }

func (german) Countries(codes []string) []Country { return countriesIn(language.German, codes) }
func (german) Country(code string) string         { return regionName(language.German, code) }
func (german) LanguageName(tag string) string     { return languageName(language.German, tag) }

func languageName(in language.Tag, tag string) string {
	parsed, err := language.Parse(cmp.Or(tag, "en")) // as accounts speak that chose none
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
