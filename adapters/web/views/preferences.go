package views

import (
	"strings"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/web/texts"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func themeOptions(f Frame) []Option {
	var options []Option
	for _, theme := range person.Themes() {
		options = append(options, Option{Value: string(theme), Name: f.Theme(theme)})
	}
	return options
}

// preferred is what somebody has chosen, in short.
func preferred(f Frame, chosen person.Preferences) string {
	words := []string{f.LanguageName(f.Language())}
	if chosen.TimeZone != "" {
		words = append(words, chosen.TimeZone)
	}
	return strings.Join(append(words, f.Theme(chosen.Theme)), ", ")
}

func preferencesExamples() []Example {
	of := func(state string, form func(Frame) PreferencesForm) Example {
		return Example{Page: "preferences", State: state, Title: texts.Texts.ChangePreferences, Content: func(f Frame) templ.Component { return Preferences(f, form(f)) }}
	}
	return []Example{
		of("one", func(Frame) PreferencesForm {
			return PreferencesForm{Preferences: person.Preferences{Language: "de", TimeZone: "Europe/Berlin", Theme: person.DarkTheme, Shortcuts: true}}
		}),
		of("error", func(f Frame) PreferencesForm {
			return PreferencesForm{Preferences: person.Preferences{TimeZone: "Berlin", Theme: person.SystemTheme}, Faults: Faults{{
				Field: "time_zone", Code: domain.InvalidTimeZone, Text: f.Refusal(domain.InvalidTimeZone, "this is no time zone of the IANA database, such as Europe/Berlin or UTC"),
			}}}
		}),
	}
}
