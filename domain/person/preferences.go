package person

import (
	"github.com/usher-engine/usher/domain"
)

// ChangePreferences is how an employee wants to be served, from now on.
type ChangePreferences struct{ Preferences Preferences }

const PreferencesChangedType domain.EventType = "person.preferences_changed"

// PreferencesChanged says how an employee wants to be served, from now on: all of it.
type PreferencesChanged struct {
	Person   domain.PersonID `json:"person"`
	Personal Preferences     `json:"personal"`
}

// Preferences is how somebody wants to be served.
type Preferences struct {
	Language  string `json:"language,omitzero"`  // empty for the company's
	TimeZone  string `json:"time_zone,omitzero"` // of the IANA database; empty for the company's
	Theme     Theme  `json:"theme"`
	Shortcuts bool   `json:"shortcuts"` // whether single keys do something
}

// Theme is whether pages are light or dark.
type Theme string

const (
	SystemTheme Theme = "system" // as the device is
	LightTheme  Theme = "light"
	DarkTheme   Theme = "dark"
)

// Themes returns those there are.
func Themes() []Theme { return []Theme{SystemTheme, LightTheme, DarkTheme} }

func (PreferencesChanged) Type() domain.EventType { return PreferencesChangedType }

func (e PreferencesChanged) About() domain.PersonID   { return e.Person }
func (e PreferencesChanged) Subject() domain.PersonID { return e.Person }

func (PreferencesChanged) personEvent()  {}
func (ChangePreferences) personCommand() {}

// Prefers returns what the person has chosen, and as long as nothing is known of that,
// what is usual.
func (s State) Prefers() Preferences {
	if s.Preferences.Theme == "" {
		return Preferences{Theme: SystemTheme, Shortcuts: true}
	}
	return s.Preferences
}

func changePreferences(s State, c ChangePreferences) ([]Event, error) {
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case c.Preferences == s.Prefers():
		return nil, nil
	}
	switch c.Preferences.Theme {
	case SystemTheme, LightTheme, DarkTheme:
		return []Event{PreferencesChanged{Person: s.Person, Personal: c.Preferences}}, nil
	}
	return nil, domain.Refuse(domain.InvalidTheme, `the theme is "system", "light" or "dark"`).In("theme")
}

func (s State) preferring(e PreferencesChanged) State {
	s.Preferences = e.Personal
	return s
}
