package commands_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

const another = "quite another passphrase"

func changing(c commands.ChangePassword) asking { return done((*commands.App).ChangePassword, c) }

// signedIn is a session of somebody of the company.
func signedIn(w *commandstest.World, who commandstest.Someone, password string) string {
	w.T.Helper()
	in, err := w.App.LogIn(context.Background(), commands.LogIn{Slug: "acme", Login: who.Contact.Address, Password: password})
	require.NoError(w.T, err)
	return in.Token
}

// bearing is a new request of whoever bears a token.
func bearing(w *commandstest.World, token string) commands.Request {
	w.T.Helper()
	caller, err := w.App.Authenticate(context.Background(), token)
	require.NoError(w.T, err)
	return commands.Request{Command: w.App.NewCommand(), Caller: caller, Account: w.Acme}
}

func stillSignedIn(w *commandstest.World, token string) bool {
	_, err := w.App.Authenticate(context.Background(), token)
	return err == nil
}

func TestChangePassword(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	own, other := signedIn(w, eve, commandstest.Password), signedIn(w, eve, commandstest.Password)
	c := commands.ChangePassword{Token: own, Current: commandstest.Password, New: another}
	request := bearing(w, own)
	w.Again(request).When(changing(c)).Then(commandstest.Events(eve.Stream(),
		person.PasswordChanged{Person: eve.Person, Credential: domain.CredentialFor(request.Command)}))
	require.True(t, stillSignedIn(w, own), "the session goes on")
	require.False(t, stillSignedIn(w, other), "all others end")

	again := bearing(w, own)
	again.Command = request.Command
	w.Again(again).When(changing(c)).ThenNothing()
	require.True(t, stillSignedIn(w, own))
	signedIn(w, eve, another)
}

func TestChangePasswordAfterACrashIsFinishedByTheSameCommand(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	own, other := signedIn(w, eve, commandstest.Password), signedIn(w, eve, commandstest.Password)
	c := commands.ChangePassword{Token: own, Current: commandstest.Password, New: another}
	request := bearing(w, own)
	w.Log.After = func() { w.Vault.Fails = commandstest.ErrCrash } // it is appended, and no session has ended
	w.Again(request).When(changing(c)).ThenFails(commandstest.ErrCrash, commandstest.Events(eve.Stream(),
		person.PasswordChanged{Person: eve.Person, Credential: domain.CredentialFor(request.Command)}))
	w.Log.After, w.Vault.Fails = nil, nil
	w.Restart()
	again := bearing(w, own)
	again.Command = request.Command
	w.Again(again).When(changing(c)).ThenNothing()
	require.True(t, stillSignedIn(w, own))
	require.False(t, stillSignedIn(w, other))
}

// generated is somebody whose password was mailed, signed in with it.
func generated(t *testing.T) (w *commandstest.World, who commandstest.Someone, request commands.Request, c commands.ChangePassword) {
	t.Helper()
	w = commandstest.New(t)
	asked := cleo()
	asked.WithoutConfirmation = true
	_, err := w.App.RegisterDirectly(t.Context(), w.Request(w.Founder), asked)
	require.NoError(t, err)
	who = w.Someone("cleo@mill.example")
	mailed := w.Password(who)
	token := signedIn(w, who, mailed)
	return w, who, bearing(w, token), commands.ChangePassword{Token: token, Current: mailed, New: another}
}

func TestAGeneratedPasswordIsChangedWhileItWorks(t *testing.T) {
	w, who, request, c := generated(t)
	w.Again(request).When(changing(c)).Then(commandstest.Events(who.Stream(),
		person.PasswordChanged{Person: who.Person, Credential: domain.CredentialFor(request.Command)}))

	w, _, request, c = generated(t)
	w.Pass(7 * 24 * time.Hour)
	require.Equal(t, "current", w.Again(request).When(changing(c)).ThenRefused(domain.PasswordWrong).Field)
}

func TestChangePasswordIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		asked commands.ChangePassword
		code  domain.Code
		field string
	}{
		"without the right one":     {commands.ChangePassword{Current: "wrong", New: another}, domain.PasswordWrong, "current"},
		"for the same one":          {commands.ChangePassword{Current: commandstest.Password, New: commandstest.Password}, domain.PasswordSame, "new"},
		"for a short one":           {commands.ChangePassword{Current: commandstest.Password, New: "short"}, domain.PasswordTooShort, "new"},
		"for one that is common":    {commands.ChangePassword{Current: commandstest.Password, New: "passwordpassword"}, domain.PasswordCommon, "new"},
		"for one made of one's own": {commands.ChangePassword{Current: commandstest.Password, New: "hilda hired hilda"}, domain.PasswordOwnWords, "new"},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			eve := w.Employee("eve@acme.example")
			c.asked.Token = signedIn(w, eve, commandstest.Password)
			require.Equal(t, c.field, w.Again(bearing(w, c.asked.Token)).When(changing(c.asked)).ThenRefused(c.code).Field)
			require.True(t, stillSignedIn(w, c.asked.Token))
		})
	}
	t.Run("where the account wants longer ones", func(t *testing.T) {
		w := commandstest.New(t)
		w.Given(domain.AccountStream(w.Acme), account.PasswordPolicyChanged{MinimumLength: 30})
		w.When(changing(commands.ChangePassword{Current: commandstest.Password, New: another})).ThenRefused(domain.PasswordTooShort)
	})
	t.Run("after many that were wrong, whatever is right then", func(t *testing.T) {
		w := commandstest.New(t)
		for range 10 {
			w.When(changing(commands.ChangePassword{Current: "wrong", New: another})).ThenRefused(domain.PasswordWrong)
		}
		refusal := w.When(changing(commands.ChangePassword{Current: commandstest.Password, New: another})).ThenRefused(domain.TooManyAttempts)
		require.Equal(t, w.Now().Add(15*time.Minute), refusal.Until)
	})
	t.Run("to whoever is not signed in to the account", func(t *testing.T) {
		w := commandstest.New(t)
		ask := changing(commands.ChangePassword{Current: commandstest.Password, New: another})
		w.As(commands.Operator()).When(ask).ThenRefused(domain.NotPermitted)
		w.As(commands.LinkHolder()).When(ask).ThenRefused(domain.NotSignedIn)
		w.As(w.Stranger()).When(ask).ThenRefused(domain.NotFound)
	})
	t.Run("to programs", func(t *testing.T) {
		w := commandstest.New(t)
		made, err := w.App.MakeToken(t.Context(), w.Request(w.Founder), commands.MakeToken{Name: "Robot", Scopes: []person.Scope{person.InviteScope}, Days: 1})
		require.NoError(t, err)
		w.Again(bearing(w, made.Secret)).When(changing(commands.ChangePassword{Current: commandstest.Password, New: another})).ThenRefused(domain.ScopeMissing)
	})
}

func TestOfTwoWhoChangeAPasswordAtOnceOneIsToldThatItIsWrong(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	own := signedIn(w, eve, commandstest.Password)
	faster := person.PasswordChanged{Person: eve.Person, Credential: domain.CredentialID{8}}
	w.Log.Before = func() { w.Given(eve.Stream(), faster) }
	w.Again(bearing(w, own)).When(changing(commands.ChangePassword{Token: own, Current: commandstest.Password, New: another})).
		ThenRefused(domain.PasswordWrong, commandstest.Events(eve.Stream(), faster))
}
