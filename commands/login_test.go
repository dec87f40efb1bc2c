package commands_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func claimingFor(id domain.PersonID, login string) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.ChangeLoginOf(context.Background(), r, id, login, nil)
		return err
	}
}

func proving(token string) asking {
	return func(app *commands.App, r commands.Request) error {
		used, err := app.UseLink(context.Background(), r, commands.UseLink{Token: token})
		if err == nil && used.Status != commands.NowLogin {
			panic("the link does not prove a login: " + used.Status)
		}
		return err
	}
}

func loginChanged(who, to commandstest.Someone, claim domain.ClaimID) person.LoginChanged {
	return person.LoginChanged{Person: who.Person, Claim: claim, Slot: to.Slot, Personal: person.ChangedLogin{Contact: to.Contact, Before: who.Contact}}
}

func canLogIn(w *commandstest.World, login string) bool {
	_, err := w.App.LogIn(context.Background(), commands.LogIn{Slug: "acme", Login: login, Password: commandstest.Password})
	if err != nil {
		require.Equal(w.T, domain.LoginFailed, domain.CodeOf(err))
	}
	return err == nil
}

func TestChangeLogin(t *testing.T) {
	t.Run("holds the contact, sends a link there, and changes nothing before that is used", func(t *testing.T) {
		w := commandstest.New(t)
		eve, contact := w.Employee("eve@acme.example"), w.Someone("new@mill.example")
		o := w.By(eve).When(claiming("new@mill.example"))
		o.Then(commandstest.Events(contact.Stream(), claimed(w, o, eve, contact, 1)))
		w.Again(o.Request).When(claiming("new@mill.example")).ThenNothing()
		require.True(t, canLogIn(w, "eve@acme.example") && !canLogIn(w, "new@mill.example"))

		token := w.Token(contact)
		used := w.As(commands.LinkHolder()).When(proving(token))
		used.Then(commandstest.Events(eve.Stream(), loginChanged(eve, contact, domain.ClaimFor(o.Request.Command))))
		require.True(t, canLogIn(w, "new@mill.example") && !canLogIn(w, "eve@acme.example"))
		w.Again(used.Request).When(proving(token)).ThenNothing()
		w.As(commands.LinkHolder()).When(proving(token)).ThenRefused(domain.LinkUsed)
	})
	t.Run("sends another link when it is asked for again", func(t *testing.T) {
		w := commandstest.New(t)
		eve, contact := w.Employee("eve@acme.example"), w.Someone("new@mill.example")
		first := w.By(eve).When(claiming("new@mill.example"))
		require.NoError(t, first.Err)
		stale := w.Token(contact)
		w.Pass(time.Hour)
		o := w.By(eve).When(claiming("new@mill.example"))
		again := claimed(w, o, eve, contact, 2)
		again.Claim = domain.ClaimFor(first.Request.Command)
		o.Then(commandstest.Events(contact.Stream(), again))
		w.As(commands.LinkHolder()).When(proving(stale)).ThenRefused(domain.LinkSuperseded)
		w.As(commands.LinkHolder()).When(proving(w.Token(contact))).Then(commandstest.Events(eve.Stream(), loginChanged(eve, contact, again.Claim)))
	})
	t.Run("is nothing to who signs in so already", func(t *testing.T) {
		w := commandstest.New(t)
		w.By(w.Employee("eve@acme.example")).When(claiming("EVE@acme.example")).ThenNothing()
	})
	t.Run("ends an invitation whose time is out", func(t *testing.T) {
		w := commandstest.New(t)
		eve, ben := w.Employee("eve@acme.example"), w.Invited("ben@mill.example")[0]
		w.Pass(15 * 24 * time.Hour)
		o := w.By(eve).When(claiming("ben@mill.example"))
		o.Then(commandstest.Events(ben.Stream(), person.InvitationExpired{Person: ben.Person, Invitation: 1}, claimed(w, o, eve, ben, 1)))
	})
	t.Run("goes back to the contact that somebody came by", func(t *testing.T) {
		w := commandstest.New(t)
		eve, contact := w.Employee("eve@acme.example"), w.Someone("new@mill.example")
		first := w.By(eve).When(claiming("new@mill.example"))
		w.As(commands.LinkHolder()).When(proving(w.Token(contact)))
		w.Settle()
		o := w.By(eve).When(claiming("eve@acme.example"))
		o.Then(commandstest.Events(eve.Stream(), claimed(w, o, eve, eve, 1)))
		back := person.LoginChanged{
			Person: eve.Person, Claim: domain.ClaimFor(o.Request.Command), Slot: eve.Slot, Personal: person.ChangedLogin{Contact: eve.Contact, Before: contact.Contact},
		}
		w.As(commands.LinkHolder()).When(proving(w.Token(eve))).Then(commandstest.Events(eve.Stream(), back))
		require.True(t, canLogIn(w, "eve@acme.example") && !canLogIn(w, "new@mill.example"))
		w.By(eve).When(releasing(eve)).Then(commandstest.Events(contact.Stream(), person.LoginReleased{By: eve.Person, Claim: domain.ClaimFor(first.Request.Command)}))
		w.By(eve).When(releasing(eve)).ThenNothing()
	})
}

func releasing(who commandstest.Someone) asking {
	return func(app *commands.App, _ commands.Request) error {
		return app.ReleaseEndedLogins(context.Background(), who.Stream())
	}
}

func TestChangeLoginIsRefused(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	w.Employee("bob@acme.example")
	w.Invited("ben@mill.example")
	require.Equal(t, "login", w.By(eve).When(claiming("no@address")).ThenRefused(domain.InvalidEmail).Field)
	require.Equal(t, "login", w.By(eve).When(claiming("no number")).ThenRefused(domain.InvalidPhone).Field)
	w.By(eve).When(claiming("bob@acme.example")).ThenRefused(domain.ContactHeld)
	w.By(eve).When(claiming("ben@mill.example")).ThenRefused(domain.ContactHeld)
	w.As(withOneToken(w, eve, roster())).When(claiming("new@mill.example")).ThenRefused(domain.ScopeMissing)
	onlyTheirOwnMay(t, w, claiming("new@mill.example"))
	w.Given(eve.Stream(), person.PasswordGenerated{Person: eve.Person, Counter: 1, ExpiresAt: w.Now().Add(time.Hour)})
	w.By(eve).When(claiming("new@mill.example")).ThenRefused(domain.PasswordChangeRequired)
}

func TestChangeLoginNeedsThePasswordAndCountsWrongOnes(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	wrong := func(app *commands.App, r commands.Request) error {
		_, err := app.ChangeLogin(context.Background(), r, commands.ChangeLogin{Login: "new@mill.example", Current: "another passphrase"})
		return err
	}
	for range 10 {
		w.By(eve).When(wrong).ThenRefused(domain.PasswordWrong)
	}
	w.By(eve).When(claiming("new@mill.example")).ThenRefused(domain.TooManyAttempts)
}

func TestSomebodyAsksForFiveLoginsADay(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	for _, email := range many(5) {
		require.NoError(t, w.By(eve).When(claiming(email)).Err)
	}
	w.By(eve).When(claiming("new@mill.example")).ThenRefused(domain.TooManyAttempts)
	w.Pass(24 * time.Hour)
	require.NoError(t, w.By(eve).When(claiming("new@mill.example")).Err)
}

func TestALoginThatCannotBeProvedAnyMore(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(*commandstest.World, commandstest.Someone)
		code      domain.Code
	}{
		"as its time is out":           {func(w *commandstest.World, _ commandstest.Someone) { w.Pass(24 * time.Hour) }, domain.LinkExpired},
		"as its person was dismissed":  {func(w *commandstest.World, eve commandstest.Someone) { w.When(dismissing(eve.Person)) }, domain.LinkRevoked},
		"as its person was signed out": {func(w *commandstest.World, eve commandstest.Someone) { w.When(signingOut(eve.Person)) }, domain.LinkRevoked},
		"as another password is in force": {func(w *commandstest.World, eve commandstest.Someone) {
			w.Given(eve.Stream(), person.PasswordChanged{Person: eve.Person, Credential: domain.CredentialID{8}})
		}, domain.LinkRevoked},
		"as somebody invited the contact": {func(w *commandstest.World, _ commandstest.Someone) {
			var result commands.Invited
			w.When(inviting(commands.InviteByEmail{Emails: []string{"new@mill.example"}}, &result))
		}, domain.LinkExpired},
	} {
		t.Run(name, func(t *testing.T) {
			w, eve, _, contact, _ := held(t)
			token := w.Token(contact)
			c.meanwhile(w, eve)
			w.As(commands.LinkHolder()).When(proving(token)).ThenRefused(c.code)
		})
	}
}

func TestChangeLoginOf(t *testing.T) {
	t.Run("is proved like one's own", func(t *testing.T) {
		w := commandstest.New(t)
		eve, contact := w.Employee("eve@acme.example"), w.Someone("+14155550100")
		o := w.When(claimingFor(eve.Person, "(415) 555-0100"))
		o.Then(commandstest.Events(contact.Stream(), claimed(w, o, eve, contact, 1)))
		w.Again(o.Request).When(claimingFor(eve.Person, "(415) 555-0100")).ThenNothing()
		w.As(commands.LinkHolder()).When(proving(w.Token(contact))).Then(
			commandstest.Events(eve.Stream(), loginChanged(eve, contact, domain.ClaimFor(o.Request.Command))))
		w.When(claimingFor(eve.Person, "+14155550100")).ThenNothing()
	})
	t.Run("is refused", func(t *testing.T) {
		w := commandstest.New(t)
		eve, bob := w.Employee("eve@acme.example"), w.Employee("bob@acme.example")
		require.Equal(t, "login", w.When(claimingFor(eve.Person, "no@address")).ThenRefused(domain.InvalidEmail).Field)
		w.When(claimingFor(eve.Person, "bob@acme.example")).ThenRefused(domain.ContactHeld)
		w.When(claimingFor(domain.PersonID{9}, "new@mill.example")).ThenRefused(domain.NotFound)
		onlyAdministratorsMay(t, w, claimingFor(eve.Person, "new@mill.example"))
		require.NoError(t, w.When(dismissing(bob.Person)).Err)
		w.When(claimingFor(bob.Person, "new@mill.example")).ThenRefused(domain.NotEmployed)
	})
}

// TestAContactIsGivenFreeBeforeItIsClaimedAnew, though no policy has come that far.
func TestAContactIsGivenFreeBeforeItIsClaimedAnew(t *testing.T) {
	w, eve, _, contact, claim := held(t)
	w.Given(eve.Stream(), person.LoginChangeAbandoned{Person: eve.Person, Claim: claim, Slot: contact.Slot})
	o := w.By(eve).When(claiming("new@mill.example"))
	o.Then(commandstest.Events(contact.Stream(), person.LoginReleased{By: eve.Person, Claim: claim}, claimed(w, o, eve, contact, 2)))
}

// TestAClaimThatACrashHalfEnded is ended by whoever comes next.
func TestAClaimThatACrashHalfEnded(t *testing.T) {
	for _, by := range []string{"the policy", "the same command"} {
		t.Run("is given free by "+by, func(t *testing.T) {
			w, eve, bob, contact, claim := held(t)
			w.Settle()
			w.Pass(24 * time.Hour)
			w.Log.CrashAfter = 1
			o := w.By(bob).When(claiming("new@mill.example"))
			o.ThenFails(commandstest.ErrCrash, ended(eve, contact, claim))
			w.Restart()
			released := person.LoginReleased{By: eve.Person, Claim: claim}
			if by == "the policy" {
				before := len(w.Log.Of(contact.Stream()))
				w.Settle()
				require.Equal(t, released, w.Log.Of(contact.Stream())[before].Event)
				return
			}
			again := w.Again(o.Request).When(claiming("new@mill.example"))
			again.Then(commandstest.Events(contact.Stream(), released, claimed(w, o, bob, contact, 2)))
		})
	}
}
