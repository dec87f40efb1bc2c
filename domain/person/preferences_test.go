package person_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func TestChangePreferences(t *testing.T) {
	hired := employedByPublicLink()
	usual := person.Preferences{Theme: person.SystemTheme, Shortcuts: true}
	own := person.Preferences{Language: "de", TimeZone: "Europe/Berlin", Theme: person.DarkTheme}
	changed := person.PreferencesChanged{Person: anna, Personal: own}
	t.Run("given an employee, it puts all of it on record", func(t *testing.T) {
		given(t, hired...).When(person.ChangePreferences{Preferences: own}).Then(changed)
		given(t, with(hired, one(changed))...).When(person.ChangePreferences{Preferences: usual}).Then(person.PreferencesChanged{Person: anna, Personal: usual})
	})
	t.Run("given nothing new, it is quiet", func(t *testing.T) {
		given(t, hired...).When(person.ChangePreferences{Preferences: usual}).ThenNothing()
		given(t, with(hired, one(changed))...).When(person.ChangePreferences{Preferences: own}).ThenNothing()
	})
	t.Run("given a theme that there is not, it refuses", func(t *testing.T) {
		for _, theme := range []person.Theme{"", "Dark", "blue"} {
			given(t, hired...).When(person.ChangePreferences{Preferences: person.Preferences{Theme: theme}}).ThenRefused(domain.InvalidTheme)
		}
	})
	t.Run("given nobody, or somebody without access, it refuses", func(t *testing.T) {
		given(t).When(person.ChangePreferences{Preferences: own}).ThenRefused(domain.NotEmployed)
		given(t, joined(1, person.Approval, public)).When(person.ChangePreferences{Preferences: own}).ThenRefused(domain.NotEmployed)
		gone := person.Dismissed{Person: anna, By: carla, Epoch: 2}
		given(t, with(hired, one(gone))...).When(person.ChangePreferences{Preferences: own}).ThenRefused(domain.NotEmployed)
	})
	t.Run("the usual holds before a choice, and after what was chosen is forgotten", func(t *testing.T) {
		require.Equal(t, usual, after(hired...).Prefers())
		require.Equal(t, own, after(with(hired, one(changed))...).Prefers())
		require.Equal(t, usual, after(with(hired, one(changed, person.PreferencesChanged{Person: anna}))...).Prefers())
	})
	t.Run("they stay through a dismissal", func(t *testing.T) {
		require.Equal(t, own, after(with(hired, one(changed, person.Dismissed{Person: anna, By: carla, Epoch: 2}))...).Prefers())
	})
}
