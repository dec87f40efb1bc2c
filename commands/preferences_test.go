package commands_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func preferring(c commands.ChangePreferences) asking {
	return done((*commands.App).ChangePreferences, c)
}

func preferencesChanged(who commandstest.Someone, to person.Preferences) commandstest.Appended {
	return commandstest.Events(who.Stream(), person.PreferencesChanged{Person: who.Person, Personal: to})
}

func TestChangePreferences(t *testing.T) {
	all := commands.ChangePreferences{Language: new("de-AT"), TimeZone: new(" Europe/Vienna "), Theme: new("dark"), Shortcuts: new(false)}
	chosen := person.Preferences{Language: "de", TimeZone: "Europe/Vienna", Theme: person.DarkTheme}
	t.Run("is for everybody, and once", func(t *testing.T) {
		w := commandstest.New(t)
		eve, oda := w.Employee("eve@acme.example"), w.Auditor("oda@acme.example")
		w.When(preferring(all)).Then(preferencesChanged(w.Founder, chosen))
		w.By(oda).When(preferring(all)).Then(preferencesChanged(oda, chosen))
		o := w.By(eve).When(preferring(all)).Then(preferencesChanged(eve, chosen))
		w.Again(o.Request).When(preferring(all)).ThenNothing()
		w.By(eve).When(preferring(all)).ThenNothing()
	})
	t.Run("leaves what is left out, and goes back to the company's language and zone", func(t *testing.T) {
		w := commandstest.New(t)
		w.When(preferring(commands.ChangePreferences{})).ThenNothing()
		w.When(preferring(commands.ChangePreferences{Language: new("fr")})).Then(preferencesChanged(w.Founder, person.Preferences{Language: "fr", Theme: person.SystemTheme, Shortcuts: true}))
		w.When(preferring(all)).Then(preferencesChanged(w.Founder, chosen))
		w.When(preferring(commands.ChangePreferences{Language: new(""), TimeZone: new("")})).Then(preferencesChanged(w.Founder, person.Preferences{Theme: person.DarkTheme}))
		w.When(preferring(commands.ChangePreferences{Shortcuts: new(true)})).Then(preferencesChanged(w.Founder, person.Preferences{Theme: person.DarkTheme, Shortcuts: true}))
	})
	t.Run("refuses what there is not", func(t *testing.T) {
		w := commandstest.New(t)
		for field, bad := range map[string]struct {
			asked commands.ChangePreferences
			code  domain.Code
		}{
			"language":  {commands.ChangePreferences{Language: new("it")}, domain.InvalidLanguage},
			"time_zone": {commands.ChangePreferences{TimeZone: new("Berlin")}, domain.InvalidTimeZone},
			"theme":     {commands.ChangePreferences{Theme: new("blue")}, domain.InvalidTheme},
		} {
			require.Equal(t, field, w.When(preferring(bad.asked)).ThenRefused(bad.code).Field)
		}
	})
	t.Run("is one's own", func(t *testing.T) {
		onlyTheirOwnMay(t, commandstest.New(t), preferring(all))
	})
}
