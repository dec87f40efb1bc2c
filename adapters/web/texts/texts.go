package texts

import (
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

// Texts is everything that the pages say in one language.
type Texts interface {
	Common
	Signing
	Joining
	Myself
	Preferences
	Home
	Structures
	Set
	Box
	Tellings
	Inviting
	People
	Invited
	Approvals
	Person
	Chronicle
	Events
	Why
	Funnel
	Refusals
}

type (
	english struct{}
	german  struct{}
)

// English and German are the languages that there are.
var (
	English Texts = english{} //nolint:gochecknoglobals // because it is a table that nobody changes
	German  Texts = german{}  //nolint:gochecknoglobals // because it is a table that nobody changes
)

var matcher = language.NewMatcher([]language.Tag{language.English, language.German}) //nolint:gochecknoglobals // because it is a table that nobody changes

// Match returns the texts that suit best: the first of the wishes that is a language that
// there is, or lists some as Accept-Language does; English otherwise.
func Match(wishes ...string) Texts {
	for _, wish := range wishes {
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil || len(tags) == 0 {
			continue
		}
		if tag, _, sure := matcher.Match(tags...); sure > language.No {
			return of(tag)
		}
	}
	return English
}

func of(tag language.Tag) Texts {
	if base, _ := tag.Base(); base.String() == "de" {
		return German
	}
	return English
}

// All returns the texts of every language, by its tag.
func All() map[string]Texts { return map[string]Texts{"en": English, "de": German} }

// counted is a text for a number: one for 1, and otherwise many, which says {n}.
func counted(n int, number, one, many string) string {
	if n == 1 {
		return one
	}
	return strings.ReplaceAll(many, "{n}", number)
}

// isolated is a name within a sentence: one that is written from right to left turns
// nothing but itself around.
func isolated(name string) string {
	for _, r := range name {
		if unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam) {
			return "\u2068" + name + "\u2069"
		}
	}
	return name
}
