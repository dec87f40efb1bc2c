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

func registering(c commands.RegisterDirectly, into *commands.Registered) asking {
	return func(app *commands.App, r commands.Request) (err error) {
		*into, err = app.RegisterDirectly(context.Background(), r, c)
		return err
	}
}

func cleo() commands.RegisterDirectly {
	return commands.RegisterDirectly{Email: "cleo@mill.example", FirstName: "Cleo", LastName: "Cole", JobTitle: "Cook"}
}

// registeredBy is Cleo, registered directly, with how she gets at a password.
func registeredBy(inviter, who commandstest.Someone, unconfirmed bool, password domain.Event) commandstest.Appended {
	return commandstest.Events(who.Stream(),
		person.RegisteredDirectly{
			Person: who.Person, Tenure: 1, Inviter: inviter.Person, WithoutConfirmation: unconfirmed,
			Personal: person.Colleague{Contact: who.Contact, FirstName: "Cleo", LastName: "Cole", JobTitle: "Cook"},
		},
		person.Employed{
			Person: who.Person, Tenure: 1, Epoch: 1, Role: domain.RoleEmployee,
			Basis: person.Basis{Kind: person.DirectRegistration, Inviter: inviter.Person},
		},
		password)
}

func passwordLink(w *commandstest.World, who commandstest.Someone) domain.Event {
	return person.PasswordLinkIssued{Person: who.Person, Counter: 1, ExpiresAt: w.Now().Add(14 * 24 * time.Hour)}
}

func TestRegisterDirectly(t *testing.T) {
	t.Run("sends a link for choosing a password", func(t *testing.T) {
		w := commandstest.New(t)
		who := w.Someone("cleo@mill.example")
		var first, again commands.Registered
		o := w.When(registering(cleo(), &first)).Then(registeredBy(w.Founder, who, false, passwordLink(w, who)))
		require.Equal(t, who.Person, first.Person)
		w.Again(o.Request).When(registering(cleo(), &again)).ThenNothing()
		require.Equal(t, first, again)
		w.When(registering(cleo(), &again)).ThenRefused(domain.AlreadyEmployed)
	})
	t.Run("without confirmation mails a generated password", func(t *testing.T) {
		w := commandstest.New(t)
		who, c := w.Someone("cleo@mill.example"), cleo()
		c.WithoutConfirmation = true
		var result commands.Registered
		w.When(registering(c, &result)).Then(registeredBy(w.Founder, who, true,
			person.PasswordGenerated{Person: who.Person, Counter: 1, ExpiresAt: w.Now().Add(7 * 24 * time.Hour)}))
	})
	t.Run("sends a link where the account mails no passwords", func(t *testing.T) {
		w := commandstest.New(t)
		w.Given(domain.AccountStream(w.Acme), account.PasswordPolicyChanged{MinimumLength: 12})
		who, c := w.Someone("cleo@mill.example"), cleo()
		c.WithoutConfirmation = true
		var result commands.Registered
		w.When(registering(c, &result)).Then(registeredBy(w.Founder, who, false, passwordLink(w, who)))
	})
	t.Run("takes the place of an invitation", func(t *testing.T) {
		w := commandstest.New(t)
		who := w.Invited("cleo@mill.example")[0]
		var result commands.Registered
		w.When(registering(cleo(), &result)).Then(
			commandstest.Events(who.Stream(), person.InvitationSuperseded{Person: who.Person, Invitation: 1}),
			registeredBy(w.Founder, who, false, passwordLink(w, who)))
	})
	t.Run("takes the place of a registration that waits, where the inviter may approve it", func(t *testing.T) {
		w := commandstest.New(t)
		who, eve := w.Joined("cleo@mill.example"), w.Employee("eve@acme.example")
		w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{})
		var result commands.Registered
		w.By(eve).When(registering(cleo(), &result)).ThenRefused(domain.AlreadyRegistered)
		w.When(registering(cleo(), &result)).Then(
			commandstest.Events(who.Stream(), person.RegistrationSuperseded{Person: who.Person, Registration: 1}),
			registeredBy(w.Founder, who, false, passwordLink(w, who)))
	})
	t.Run("takes a contact from whoever has only claimed it", func(t *testing.T) {
		w, eve, _, contact, claim := held(t)
		c := cleo()
		c.Email = "new@mill.example"
		var result commands.Registered
		w.When(registering(c, &result)).Then(ended(eve, contact, claim),
			commandstest.Events(contact.Stream(), person.LoginReleased{By: eve.Person, Claim: claim}),
			registeredBy(w.Founder, contact, false, passwordLink(w, contact)))
	})
}

func TestRegisterDirectlyIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*commands.RegisterDirectly)
		code   domain.Code
		field  string
	}{
		"no address":                 {func(c *commands.RegisterDirectly) { c.Email = "cleo" }, domain.InvalidEmail, "email"},
		"no first name":              {func(c *commands.RegisterDirectly) { c.FirstName = "" }, domain.InvalidName, "first_name"},
		"no last name":               {func(c *commands.RegisterDirectly) { c.LastName = "" }, domain.InvalidName, "last_name"},
		"a job title that is a book": {func(c *commands.RegisterDirectly) { c.JobTitle = strings.Repeat("x", 201) }, domain.InvalidJobTitle, "job_title"},
	} {
		t.Run("with "+name, func(t *testing.T) {
			w := commandstest.New(t)
			asked := cleo()
			c.change(&asked)
			var result commands.Registered
			require.Equal(t, c.field, w.When(registering(asked, &result)).ThenRefused(c.code).Field)
		})
	}
	t.Run("to whoever may not invite", func(t *testing.T) {
		w := commandstest.New(t)
		var result commands.Registered
		refusedToOthers(t, w, registering(cleo(), &result))
	})
	t.Run("where the account has sent as much as it may", func(t *testing.T) {
		w := commandstest.New(t)
		w.Given(domain.AccountStream(w.Acme), limited(func(l *account.Limits) { l.Emails = 1 }))
		w.Invited("ben@mill.example")
		var result commands.Registered
		w.When(registering(cleo(), &result)).ThenRefused(domain.AccountLimit)
	})
	t.Run("where the contact is kept for somebody's return", func(t *testing.T) {
		w := commandstest.New(t)
		eve, contact := w.Employee("eve@acme.example"), w.Someone("cleo@mill.example")
		o := w.By(eve).When(claiming("cleo@mill.example"))
		require.NoError(t, o.Err)
		w.Given(eve.Stream(),
			person.LoginChanged{
				Person: eve.Person, Claim: domain.ClaimFor(o.Request.Command), Slot: contact.Slot,
				Personal: person.ChangedLogin{Contact: contact.Contact, Before: eve.Contact},
			},
			person.Dismissed{Person: eve.Person, Epoch: 2})
		var result commands.Registered
		refusal := w.When(registering(cleo(), &result)).ThenRefused(domain.ContactHeld)
		require.Contains(t, refusal.Message, "rehire that person instead")
	})
}

func TestAnEmployeeRegistersDirectlyWhereEveryoneMayInvite(t *testing.T) {
	w := commandstest.New(t)
	eve, who := w.Employee("eve@acme.example"), w.Someone("cleo@mill.example")
	w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{})
	var result commands.Registered
	w.By(eve).When(registering(cleo(), &result)).Then(registeredBy(eve, who, false, passwordLink(w, who)))
}
