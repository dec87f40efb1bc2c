package commands_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

func TestMe(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	me := func(who commandstest.Someone) commands.Me {
		told, err := w.App.Me(t.Context(), w.Caller(who), w.Acme)
		require.NoError(t, err)
		return told
	}
	want := commands.Me{
		Person: eve.Person, Role: domain.RoleEmployee, Login: "eve@acme.example", FirstName: "Hilda", LastName: "Hired", Company: "Acme", Slug: "acme",
		Language: "en", Country: "US", TimeZone: "UTC", Preferences: person.Preferences{Theme: person.SystemTheme, Shortcuts: true},
		Permitted: []commands.Action{
			commands.SeeColleagues, commands.SeeOneself, commands.ChangeOwnPassword, commands.ChangeOwnLogin, commands.ChangeOwnName,
			commands.ChangeOwnPreferences, commands.ManageOwnTokens,
		},
		PasswordLength: 12,
	}
	require.Equal(t, want, me(eve))
	require.True(t, me(w.Founder).MayInvite)
	w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{})
	w.Given(eve.Stream(), person.PasswordGenerated{Person: eve.Person, Counter: 1, ExpiresAt: w.Now().Add(time.Hour)})
	own := person.Preferences{Language: "de", TimeZone: "Europe/Berlin", Theme: person.DarkTheme}
	w.Given(eve.Stream(), person.PreferencesChanged{Person: eve.Person, Personal: own})
	told := me(eve)
	require.True(t, told.MayInvite && told.May(commands.InvitePeople) && told.May(commands.SeeInvited), "as the company lets everyone invite")
	require.False(t, told.May(commands.SeeHistory))
	require.True(t, told.MustChangePassword)
	require.Equal(t, own, told.Preferences)
	onlyTheirOwnMay(t, w, func(app *commands.App, r commands.Request) error {
		_, err := app.Me(context.Background(), r.Caller, r.Account)
		return err
	})
}

func TestWhatABrowserCallsItselfCanBeShown(t *testing.T) {
	w := commandstest.New(t)
	_, err := w.App.LogIn(t.Context(), commands.LogIn{
		Slug: "acme", Login: "ann@acme.example", Password: commandstest.Password, Agent: "a\x1b[31m\xffb" + strings.Repeat("é", 300),
	})
	require.NoError(t, err)
	require.Equal(t, "a[31mb"+strings.Repeat("é", 194), sessionsOf(w, w.Founder)[0].Agent)
}
