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

const phone = "+14155550100"

func forgetting(login string) asking {
	return func(app *commands.App, r commands.Request) error {
		return app.ForgotPassword(context.Background(), r, commands.ForgotPassword{Login: login})
	}
}

func asked(w *commandstest.World, who commandstest.Someone, number int, lasts time.Duration) commandstest.Appended {
	return commandstest.Events(who.Stream(), person.PasswordResetAsked{Person: who.Person, Number: number, ExpiresAt: w.Now().Add(lasts)})
}

// written is how often something was written that means nothing.
func written(w *commandstest.World) int {
	w.T.Helper()
	nobodys, err := w.Vault.SessionsOf(context.Background(), domain.PersonID{}, 1000)
	require.NoError(w.T, err)
	return len(nobodys)
}

func TestForgotPassword(t *testing.T) {
	for name, c := range map[string]struct {
		login string
		lasts time.Duration
	}{
		"sends a link to an address": {"eve@acme.example", time.Hour},
		"sends a code to a phone":    {phone, 10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			eve := w.Employee(c.login)
			o := w.As(commands.LinkHolder()).When(forgetting(c.login)).Then(asked(w, eve, 1, c.lasts))
			require.Zero(t, written(w))
			w.Again(o.Request).When(forgetting(c.login)).ThenNothing()
			require.Equal(t, 1, written(w), "what was sent is on its way; it takes as long to say so")
			w.Pass(5 * time.Minute)
			w.Again(o.Request).When(forgetting(c.login)).ThenNothing()
			w.Pass(5 * time.Minute)
			w.As(commands.LinkHolder()).When(forgetting(c.login)).Then(asked(w, eve, 2, c.lasts))
		})
	}
	t.Run("answers the same after the same work whoever is meant", func(t *testing.T) {
		w := commandstest.New(t)
		dismissed := w.Employee("dan@acme.example")
		require.NoError(t, w.When(dismissing(dismissed.Person)).Err)
		w.Joined("nora@mill.example")
		logins := []string{"dan@acme.example", "nora@mill.example", "nobody@mill.example", phone, "nonsense"}
		for i, login := range logins {
			w.As(commands.LinkHolder()).When(forgetting(login)).ThenNothing()
			require.Equal(t, i+1, written(w), "for %s", login)
		}
	})
	t.Run("is limited for each contact, also one of nobody", func(t *testing.T) {
		for _, login := range []string{"eve@acme.example", "nobody@acme.example"} {
			w := commandstest.New(t)
			w.Employee("eve@acme.example")
			for range 10 {
				require.NoError(t, w.As(commands.LinkHolder()).When(forgetting(login)).Err)
				w.Pass(6 * time.Minute)
			}
			w.As(commands.LinkHolder()).When(forgetting(login)).ThenRefused(domain.ContactLimit)
		}
	})
	t.Run("asks a founder to wait whose own stream is still to come", func(t *testing.T) {
		w := commandstest.New(t)
		w.Log.CrashAfter = 1
		var result commands.Founded
		o := w.As(commands.Operator()).When(founding(mill(), &result))
		w.Restart()
		_, _, id := founded(t, w, o)
		request := commands.Request{Command: w.App.NewCommand(), Caller: commands.LinkHolder(), Account: id}
		w.Again(request).When(forgetting("mo@mill.example")).ThenRefused(domain.AccountNotReady)
		w.Again(request).When(byCode(commands.ResetByCode{Login: "mo@mill.example", Code: "00000000", New: another})).ThenRefused(domain.AccountNotReady)
	})
}

func sendingLink(id domain.PersonID) asking { return done((*commands.App).SendPasswordLink, id) }

func TestSendPasswordLink(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	refusedToOthers(t, w, sendingLink(eve.Person))
	o := w.When(sendingLink(eve.Person)).Then(commandstest.Events(eve.Stream(), person.PasswordResetAsked{
		Person: eve.Person, Number: 1, By: w.Founder.Person, ExpiresAt: w.Now().Add(14 * 24 * time.Hour),
	}))
	w.Again(o.Request).When(sendingLink(eve.Person)).ThenNothing()
	w.When(sendingLink(eve.Person)).ThenNothing()
	signedIn(w, eve, commandstest.Password) // until the link is used, the old one works
	w.When(sendingLink(domain.PersonID{9})).ThenRefused(domain.NotFound)
	w.When(sendingLink(w.Joined("nora@mill.example").Person)).ThenRefused(domain.NotEmployed)
	for range 9 {
		w.Pass(6 * time.Minute)
		require.NoError(t, w.When(sendingLink(eve.Person)).Err)
	}
	w.Pass(6 * time.Minute)
	w.When(sendingLink(eve.Person)).ThenRefused(domain.ContactLimit)
}

// forgetful is an employee who was sent a link for a new password.
func forgetful(t *testing.T) (w *commandstest.World, eve commandstest.Someone, token string) {
	t.Helper()
	w = commandstest.New(t)
	eve = w.Employee("eve@acme.example")
	require.NoError(t, w.As(commands.LinkHolder()).When(forgetting("eve@acme.example")).Err)
	return w, eve, w.Token(eve)
}

func reset(o commandstest.Outcome, who commandstest.Someone) commandstest.Appended {
	return commandstest.Events(who.Stream(), person.PasswordReset{Person: who.Person, Number: 1, Credential: domain.CredentialFor(o.Request.Command)})
}

func TestAPasswordIsResetByLink(t *testing.T) {
	w, eve, token := forgetful(t)
	session := signedIn(w, eve, commandstest.Password)
	for range 10 {
		_, err := w.App.LogIn(t.Context(), commands.LogIn{Slug: "acme", Login: "eve@acme.example", Password: "wrong"})
		require.Equal(t, domain.LoginFailed, domain.CodeOf(err))
	}
	form := commands.UseLink{Token: token, Password: another}
	var first, again commands.LinkUsed
	o := w.As(commands.LinkHolder()).When(using(form, &first))
	o.Then(reset(o, eve))
	require.False(t, stillSignedIn(w, session), "all sessions end")
	signedIn(w, eve, another) // at once, however many were wrong
	w.Again(o.Request).When(using(form, &again)).ThenNothing()
	require.Equal(t, first, again)
	w.As(commands.LinkHolder()).When(using(form, &again)).ThenRefused(domain.LinkUsed)
}

func TestAPasswordIsNotResetByADeadLink(t *testing.T) {
	for code, dies := range map[domain.Code]func(*commandstest.World, commandstest.Someone){
		domain.LinkExpired: func(w *commandstest.World, _ commandstest.Someone) { w.Pass(time.Hour) },
		domain.LinkRevoked: func(w *commandstest.World, eve commandstest.Someone) {
			require.NoError(w.T, w.When(dismissing(eve.Person)).Err)
		},
		domain.LinkSuperseded: func(w *commandstest.World, eve commandstest.Someone) {
			require.NoError(w.T, w.When(sendingLink(eve.Person)).Err)
		},
		domain.LinkUsed: func(w *commandstest.World, eve commandstest.Someone) {
			w.Given(eve.Stream(), person.PasswordChanged{Person: eve.Person, Credential: domain.CredentialID{8}})
		},
	} {
		t.Run(string(code), func(t *testing.T) {
			w, eve, token := forgetful(t)
			dies(w, eve)
			var used commands.LinkUsed
			w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token, Password: another}, &used)).ThenRefused(code)
		})
	}
	t.Run("nor for a password that is none", func(t *testing.T) {
		w, _, token := forgetful(t)
		for password, code := range map[string]domain.Code{"short": domain.PasswordTooShort, "hilda hired hilda": domain.PasswordOwnWords} {
			var used commands.LinkUsed
			refusal := w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token, Password: password}, &used)).ThenRefused(code)
			require.Equal(t, "password", refusal.Field)
		}
	})
}

func byCode(c commands.ResetByCode) asking { return done((*commands.App).ResetByCode, c) }

// withCode is an employee with a phone, who was sent a code for a new password.
func withCode(t *testing.T) (w *commandstest.World, eve commandstest.Someone, right commands.ResetByCode) {
	t.Helper()
	w = commandstest.New(t)
	eve = w.Employee(phone)
	require.NoError(t, w.As(commands.LinkHolder()).When(forgetting(phone)).Err)
	return w, eve, commands.ResetByCode{Login: phone, Code: w.Code(eve), New: another}
}

func TestResetByCode(t *testing.T) {
	w, eve, right := withCode(t)
	session := signedIn(w, eve, commandstest.Password)
	o := w.As(commands.LinkHolder()).When(byCode(right))
	o.Then(reset(o, eve))
	require.False(t, stillSignedIn(w, session), "all sessions end")
	signedIn(w, eve, another)
	w.Again(o.Request).When(byCode(right)).ThenNothing()
	w.As(commands.LinkHolder()).When(byCode(right)).ThenRefused(domain.ResetFailed)
}

func TestResetByCodeGivesTheSameAnswerToWhoeverHasNoSuchCode(t *testing.T) {
	for name, change := range map[string]func(*commandstest.World, commandstest.Someone, *commands.ResetByCode){
		"a wrong code":    func(_ *commandstest.World, _ commandstest.Someone, c *commands.ResetByCode) { c.Code = "00000000" },
		"nobody's login":  func(_ *commandstest.World, _ commandstest.Someone, c *commands.ResetByCode) { c.Login = "+14155550199" },
		"nonsense":        func(_ *commandstest.World, _ commandstest.Someone, c *commands.ResetByCode) { c.Login = "nonsense" },
		"a code too late": func(w *commandstest.World, _ commandstest.Someone, _ *commands.ResetByCode) { w.Pass(10 * time.Minute) },
		"a code of before": func(w *commandstest.World, eve commandstest.Someone, _ *commands.ResetByCode) {
			w.Given(eve.Stream(), person.PasswordResetAsked{Person: eve.Person, Number: 2, ExpiresAt: w.Now().Add(time.Hour)})
		},
		"a code of somebody dismissed": func(w *commandstest.World, eve commandstest.Someone, _ *commands.ResetByCode) {
			w.Given(eve.Stream(), person.Dismissed{Person: eve.Person, Epoch: 2})
		},
		"a code where a link was sent since": func(w *commandstest.World, eve commandstest.Someone, _ *commands.ResetByCode) {
			require.NoError(w.T, w.When(sendingLink(eve.Person)).Err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, eve, c := withCode(t)
			change(w, eve, &c)
			w.As(commands.LinkHolder()).When(byCode(c)).ThenRefused(domain.ResetFailed)
		})
	}
	t.Run("a code that a newer one replaces at this moment", func(t *testing.T) {
		w, eve, right := withCode(t)
		newer := person.PasswordResetAsked{Person: eve.Person, Number: 2, ExpiresAt: w.Now().Add(time.Hour)}
		w.Log.Before = func() { w.Given(eve.Stream(), newer) }
		w.As(commands.LinkHolder()).When(byCode(right)).ThenRefused(domain.ResetFailed, commandstest.Events(eve.Stream(), newer))
	})
}

func TestResetByCodeIsRefused(t *testing.T) {
	t.Run("for a password that is none", func(t *testing.T) {
		w, _, c := withCode(t)
		w.Given(domain.AccountStream(w.Acme), account.PasswordPolicyChanged{MinimumLength: 14})
		for password, code := range map[string]domain.Code{"thirteensigns": domain.PasswordTooShort, "passwordpassword": domain.PasswordCommon, "14155550100 acme": domain.PasswordOwnWords} {
			c.New = password
			require.Equal(t, "new", w.As(commands.LinkHolder()).When(byCode(c)).ThenRefused(code).Field)
		}
	})
	t.Run("after many codes that were wrong, whatever is right then", func(t *testing.T) {
		w, _, right := withCode(t)
		wrong := right
		wrong.Code = "00000000"
		for range 5 {
			w.As(commands.LinkHolder()).When(byCode(wrong)).ThenRefused(domain.ResetFailed)
		}
		w.As(commands.LinkHolder()).When(byCode(right)).ThenRefused(domain.TooManyAttempts)
	})
}

func TestAPasswordThatWasReplacedGivesADeviceNewTries(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee(phone)
	logIn := func(device, password string) (commands.LoggedIn, error) {
		return w.App.LogIn(t.Context(), commands.LogIn{Slug: "acme", Login: phone, Password: password, Device: device, Network: "192.0.2.1"})
	}
	in, err := logIn("", commandstest.Password)
	require.NoError(t, err)
	for range 10 {
		_, err := logIn(in.Device, "not that one, surely")
		require.Equal(t, domain.LoginFailed, domain.CodeOf(err))
	}
	_, err = logIn(in.Device, commandstest.Password)
	require.Equal(t, domain.TooManyAttempts, domain.CodeOf(err))
	w.As(commands.LinkHolder()).When(forgetting(phone)).Then(asked(w, eve, 1, 10*time.Minute))
	code := commands.ResetByCode{Login: phone, Code: w.Code(eve), New: another}
	for range 5 { // somebody else on the same network
		wrong := code
		wrong.Code = "00000000"
		w.As(commands.LinkHolder()).When(byCode(wrong)).ThenRefused(domain.ResetFailed)
	}
	w.As(commands.LinkHolder()).When(byCode(code)).ThenRefused(domain.TooManyAttempts)
	code.Device = in.Device
	w.As(commands.LinkHolder()).When(byCode(code))
	_, err = logIn(in.Device, another)
	require.NoError(t, err)
}
