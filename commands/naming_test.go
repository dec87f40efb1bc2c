package commands_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func named(first, last string) commands.ChangeName {
	return commands.ChangeName{FirstName: &first, LastName: &last}
}

func callingOneself(c commands.ChangeName) asking { return done((*commands.App).ChangeOwnName, c) }

func calling(who domain.PersonID, c commands.ChangeName) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.ChangeName(context.Background(), r, who, c)
		return err
	}
}

func nameChanged(who commandstest.Someone, first, last string) commandstest.Appended {
	return commandstest.Events(who.Stream(), person.NameChanged{Person: who.Person, Personal: person.Called{FirstName: first, LastName: last}})
}

func TestChangeOwnName(t *testing.T) {
	t.Run("is for everybody, and tidied as at registration", func(t *testing.T) {
		w := commandstest.New(t)
		eve, oda := w.Employee("eve@acme.example"), w.Auditor("oda@acme.example")
		w.When(callingOneself(named(" Anne ", "Able  Smith"))).Then(nameChanged(w.Founder, "Anne", "Able Smith"))
		w.By(eve).When(callingOneself(named("Eve", "O’Brien"))).Then(nameChanged(eve, "Eve", "O’Brien"))
		o := w.By(oda).When(callingOneself(named("Oda", ""))).Then(nameChanged(oda, "Oda", ""))
		w.Again(o.Request).When(callingOneself(named("Oda", ""))).ThenNothing()
		w.By(oda).When(callingOneself(named("Oda", ""))).ThenNothing()
	})
	t.Run("leaves what is left out", func(t *testing.T) {
		w := commandstest.New(t)
		first, last := "Anne", "Baker"
		w.When(callingOneself(commands.ChangeName{FirstName: &first})).Then(nameChanged(w.Founder, "Anne", "Able"))
		w.When(callingOneself(commands.ChangeName{LastName: &last})).Then(nameChanged(w.Founder, "Anne", "Baker"))
		w.When(callingOneself(commands.ChangeName{})).ThenNothing()
	})
	t.Run("refuses what registration refuses", func(t *testing.T) {
		w := commandstest.New(t)
		for _, bad := range []commands.ChangeName{
			named("", "Able"), named(" ", "Able"), named("Ann", "www.acme.com"), named("acme.com", "Able"),
			named("Ann", "{link}"), named("=Ann", "Able"), named("Ann\u202e", "Able\u202e."), named(strings.Repeat("a", 101), "Able"), named("Ann", "ann@acme.example"),
		} {
			w.When(callingOneself(bad)).ThenRefused(domain.InvalidName)
		}
		refusal := w.When(callingOneself(named("Ann", "acme.com"))).ThenRefused(domain.InvalidName)
		require.Equal(t, "last_name", refusal.Field)
	})
	t.Run("asks back what could pass for the system, and puts on record that it was meant", func(t *testing.T) {
		w := commandstest.New(t)
		c := named("System", "Able")
		w.When(callingOneself(c)).ThenRefused(domain.ConfirmName)
		c.Confirmed = []string{"System"}
		w.When(callingOneself(c)).Then(commandstest.Events(w.Founder.Stream(), person.NameChanged{
			Person: w.Founder.Person, Confirmed: []domain.Doubt{domain.SystemName}, Personal: person.Called{FirstName: "System", LastName: "Able"},
		}))
	})
	t.Run("is refused to outsiders, and needs a session", func(t *testing.T) {
		w := commandstest.New(t)
		onlyTheirOwnMay(t, w, callingOneself(named("Anne", "Able")))
		program := withOneToken(w, w.Founder, commands.MakeToken{Name: "Nightly list", Scopes: person.Scopes(), Days: 9})
		w.As(program).When(callingOneself(named("Anne", "Able"))).ThenRefused(domain.ScopeMissing)
	})
}

func TestChangeName(t *testing.T) {
	t.Run("is for administrators", func(t *testing.T) {
		w := commandstest.New(t)
		eve := w.Employee("eve@acme.example")
		w.When(calling(eve.Person, named("Eva", "Hired"))).Then(nameChanged(eve, "Eva", "Hired"))
		w.When(calling(w.Founder.Person, named("Anne", ""))).Then(nameChanged(w.Founder, "Anne", ""))
		onlyAdministratorsMay(t, w, calling(eve.Person, named("Evi", "Hired")))
	})
	t.Run("refuses whom it cannot concern, and bad names", func(t *testing.T) {
		w := commandstest.New(t)
		eve := w.Employee("eve@acme.example")
		w.When(calling(domain.PersonID{9}, named("Eva", "Hired"))).ThenRefused(domain.NotFound)
		w.When(calling(eve.Person, named("", "Hired"))).ThenRefused(domain.InvalidName)
		w.When(calling(eve.Person, named("Support", "Hired"))).ThenRefused(domain.ConfirmName)
		require.NoError(t, w.When(dismissing(eve.Person)).Err)
		w.When(calling(eve.Person, named("Eva", "Hired"))).ThenRefused(domain.NotEmployed)
	})
}

func TestNamesOfOneWord(t *testing.T) {
	word := "Suharto"
	t.Run("join and redeem", func(t *testing.T) {
		w := commandstest.New(t)
		form := w.JoinForm("joe@mill.example")
		form.FirstName, form.LastName = word, " "
		_, err := w.App.UseLink(t.Context(), commands.Request{Command: w.App.NewCommand()}, form)
		require.NoError(t, err)
		require.Equal(t, word, w.State(w.Someone("joe@mill.example")).Registrations[0].Name())
		iva := w.Invited("iva@mill.example")[0]
		form = commandstest.Form(w.Token(iva))
		form.FirstName, form.LastName = word, ""
		_, err = w.App.UseLink(t.Context(), commands.Request{Command: w.App.NewCommand()}, form)
		require.NoError(t, err)
		require.Equal(t, word, w.State(iva).FirstName)
		require.Empty(t, w.State(iva).LastName)
	})
	t.Run("but a first name there is", func(t *testing.T) {
		w := commandstest.New(t)
		form := w.JoinForm("joe@mill.example")
		form.FirstName, form.LastName = "", word
		_, err := w.App.UseLink(t.Context(), commands.Request{Command: w.App.NewCommand()}, form)
		require.Equal(t, domain.InvalidName, domain.CodeOf(err))
	})
	t.Run("found", func(t *testing.T) {
		w := commandstest.New(t)
		founder := mill()
		founder.FirstName, founder.LastName = word, ""
		var founded commands.Founded
		require.NoError(t, w.As(commands.Operator()).When(founding(founder, &founded)).Err)
	})
	t.Run("are registered directly where that is said", func(t *testing.T) {
		w := commandstest.New(t)
		c := cleo()
		c.FirstName, c.LastName = word, ""
		var result commands.Registered
		refusal := w.When(registering(c, &result)).ThenRefused(domain.InvalidName)
		require.Equal(t, "last_name", refusal.Field)
		c.OneName = true
		require.NoError(t, w.When(registering(c, &result)).Err)
		require.Equal(t, word, w.State(w.Someone("cleo@mill.example")).FirstName)
		both := cleo()
		both.Email, both.OneName = "dora@mill.example", true
		w.When(registering(both, &result)).ThenRefused(domain.InvalidName)
	})
	t.Run("and direct registration wants a job title", func(t *testing.T) {
		w := commandstest.New(t)
		var result commands.Registered
		for _, none := range []string{"", " ", "\u00a0", "\n", "\u200b", strings.Repeat("x", 201), "see acme.com"} {
			c := cleo()
			c.JobTitle = none
			refusal := w.When(registering(c, &result)).ThenRefused(domain.InvalidJobTitle)
			require.Equal(t, "job_title", refusal.Field)
		}
		c := cleo()
		c.JobTitle = strings.Repeat("x", 200)
		require.NoError(t, w.When(registering(c, &result)).Err)
	})
}
