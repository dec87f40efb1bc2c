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

func closing(why string) asking {
	return done((*commands.App).CloseAccount, why)
}

func opening(why string) asking {
	return done((*commands.App).OpenAccount, why)
}

// shut closes the company.
func shut(w *commandstest.World) {
	w.T.Helper()
	require.NoError(w.T, w.As(commands.Operator()).When(closing("unpaid")).Err)
}

// reopen opens it again.
func reopen(w *commandstest.World) {
	w.T.Helper()
	require.NoError(w.T, w.As(commands.Operator()).When(opening("paid")).Err)
}

func TestCloseAccount(t *testing.T) {
	acme := func(w *commandstest.World, event account.Event) commandstest.Appended {
		return commandstest.Events(domain.AccountStream(w.Acme), event)
	}
	t.Run("is on record with its reason, and so is the opening", func(t *testing.T) {
		w := commandstest.New(t)
		operator := w.As(commands.Operator())
		operator.When(closing("  unpaid\r\nsince May ")).Then(acme(w, account.Closed{Grounds: "unpaid\nsince May"}))
		operator.When(closing("still unpaid")).ThenNothing()
		operator.When(opening("paid")).Then(acme(w, account.Opened{Grounds: "paid"}))
		operator.When(opening("paid")).ThenNothing()
	})
	t.Run("needs a reason, and an account", func(t *testing.T) {
		w := commandstest.New(t)
		operator := w.As(commands.Operator())
		for _, none := range []string{"", " ", "\n", "\u200b"} {
			operator.When(closing(none)).ThenRefused(domain.InvalidReason)
			operator.When(opening(none)).ThenRefused(domain.InvalidReason)
		}
		operator.When(closing("\x00")).ThenRefused(domain.InvalidReason)
		elsewhere := commands.Request{Command: w.App.NewCommand(), Caller: commands.Operator(), Account: domain.AccountID{9}}
		w.Again(elsewhere).When(closing("unpaid")).ThenRefused(domain.NotFound)
	})
	t.Run("is for the operator alone", func(t *testing.T) {
		w := commandstest.New(t)
		for _, ask := range []asking{closing("unpaid"), opening("paid")} {
			w.When(ask).ThenRefused(domain.NotPermitted)
			w.By(w.Employee("eve@acme.example")).When(ask).ThenRefused(domain.NotPermitted)
			w.By(w.Auditor("oda@acme.example")).When(ask).ThenRefused(domain.NotPermitted)
			w.As(commands.LinkHolder()).When(ask).ThenRefused(domain.NotSignedIn)
			w.As(commands.Policy()).When(ask).ThenRefused(domain.NotSignedIn)
		}
		shut(w)
		w.When(opening("paid")).ThenRefused(domain.AccountClosed)
	})
}

func TestNobodyDoesAnythingInAClosedAccount(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	program := withOneToken(w, w.Founder, commands.MakeToken{Name: "Nightly list", Scopes: []person.Scope{person.InviteScope}, Days: 9})
	iva := w.Invited("iva@mill.example")[0]
	invitation, join, form := w.Token(iva), w.JoinToken(), w.JoinForm("joe@mill.example")
	password := func(value string) error {
		_, err := w.App.LogIn(t.Context(), commands.LogIn{Slug: "acme", Login: "eve@acme.example", Password: value})
		return err
	}
	inviting := func(app *commands.App, r commands.Request) error {
		_, err := app.InviteByEmail(context.Background(), r, commands.InviteByEmail{Emails: []string{"nina@mill.example"}})
		return err
	}
	using := func(form commands.UseLink) asking {
		return func(app *commands.App, r commands.Request) error {
			_, err := app.UseLink(context.Background(), r, form)
			return err
		}
	}
	showing := func(token string) asking {
		return func(app *commands.App, _ commands.Request) error {
			_, err := app.ShowLink(context.Background(), token)
			return err
		}
	}
	asks := map[string]func() commandstest.Outcome{
		"an administrator invites":       func() commandstest.Outcome { return w.When(inviting) },
		"a program invites":              func() commandstest.Outcome { return w.As(program).When(inviting) },
		"an employee looks":              func() commandstest.Outcome { return w.By(eve).When(seeingOneself) },
		"an administrator dismisses":     func() commandstest.Outcome { return w.When(dismissing(eve.Person)) },
		"an administrator sees settings": func() commandstest.Outcome { return w.When(seeingSettings) },
		"somebody opens the join link":   func() commandstest.Outcome { return w.As(commands.LinkHolder()).When(showing(join)) },
		"somebody opens an invitation":   func() commandstest.Outcome { return w.As(commands.LinkHolder()).When(showing(invitation)) },
		"somebody joins":                 func() commandstest.Outcome { return w.As(commands.LinkHolder()).When(using(form)) },
		"somebody redeems": func() commandstest.Outcome {
			return w.As(commands.LinkHolder()).When(using(commandstest.Form(invitation)))
		},
		"somebody declines": func() commandstest.Outcome {
			return w.As(commands.LinkHolder()).When(done((*commands.App).DeclineLink, invitation))
		},
		"somebody asks for a new link": func() commandstest.Outcome {
			return w.As(commands.LinkHolder()).When(done((*commands.App).AskForLink, invitation))
		},
		"somebody signs in rightly": func() commandstest.Outcome {
			return w.When(func(*commands.App, commands.Request) error { return password(commandstest.Password) })
		},
		"somebody whose token is genuine": func() commandstest.Outcome {
			return w.As(commands.LinkHolder()).When(done((*commands.App).AskForProof, invitation))
		},
	}
	shut(w)
	for name, ask := range asks {
		t.Run(name, func(*testing.T) { ask().ThenRefused(domain.AccountClosed) })
	}
	t.Run("and who guesses a password learns nothing", func(t *testing.T) {
		require.Equal(t, domain.LoginFailed, domain.CodeOf(password("not the right one")))
		elsewhere := commands.LogIn{Slug: "nowhere", Login: "eve@acme.example", Password: commandstest.Password}
		_, err := w.App.LogIn(t.Context(), elsewhere)
		require.Equal(t, domain.LoginFailed, domain.CodeOf(err))
	})
	t.Run("and who forgot a password gets the answer that all get, and nothing is sent", func(t *testing.T) {
		w.As(commands.LinkHolder()).When(func(app *commands.App, r commands.Request) error {
			return app.ForgotPassword(t.Context(), r, commands.ForgotPassword{Login: "eve@acme.example"})
		}).ThenNothing()
	})
	t.Run("a genuine link is one still", func(t *testing.T) {
		genuine, err := w.App.Genuine(t.Context(), invitation)
		require.NoError(t, err)
		require.True(t, genuine)
	})
	t.Run("what runs out does so", func(*testing.T) {
		w.Pass(14 * 24 * time.Hour)
		w.When(expiringDue).Then(commandstest.Events(iva.Stream(), person.InvitationExpired{Person: iva.Person, Invitation: 1}))
	})
	t.Run("and all goes on when it is open again", func(t *testing.T) {
		reopen(w)
		require.NoError(t, w.When(inviting).Err)
		require.NoError(t, w.By(eve).When(seeingOneself).Err)
		require.NoError(t, w.As(commands.LinkHolder()).When(showing(join)).Err)
		require.NoError(t, w.As(commands.LinkHolder()).When(using(form)).Err)
		require.NoError(t, password(commandstest.Password))
		w.As(commands.LinkHolder()).When(using(commandstest.Form(invitation))).ThenRefused(domain.LinkExpired)
	})
}

func seeingOneself(app *commands.App, r commands.Request) error {
	_, err := app.Me(context.Background(), r.Caller, r.Account)
	return err
}

func seeingSettings(app *commands.App, r commands.Request) error {
	_, err := app.Settings(context.Background(), r.Caller, r.Account)
	return err
}

func TestALinkThatIsUsedWhileTheAccountIsClosed(t *testing.T) {
	w := commandstest.New(t)
	iva := w.Invited("iva@mill.example")[0]
	form := commandstest.Form(w.Token(iva))
	w.Log.Before = func() { // the append is about to be made
		_, err := w.Beside().CloseAccount(context.Background(), commands.Request{
			Command: w.App.NewCommand(), Caller: commands.Operator(), Account: w.Acme,
		}, "unpaid")
		require.NoError(t, err)
		w.Given(iva.Stream(), person.NewInvitationAsked{Person: iva.Person, Invitation: 1}) // a conflict: it decides anew
	}
	_, err := w.App.UseLink(t.Context(), commands.Request{Command: w.App.NewCommand()}, form)
	require.Equal(t, domain.AccountClosed, domain.CodeOf(err))
	require.False(t, w.State(iva).Employment.Active)
}

func TestNothingIsSentForAClosedAccount(t *testing.T) {
	w := commandstest.New(t)
	w.Settle()
	w.Sent = nil
	w.Invited("iva@mill.example") // and before the message is written
	shut(w)
	w.Settle()
	require.Empty(t, w.Sent)
	reopen(w)
	w.Settle()
	require.Empty(t, w.Sent, "nor later")
	ben := w.Invited("ben@mill.example")[0]
	w.Settle()
	require.Len(t, w.Sent, 1)
	require.Equal(t, ben.Contact.Address, w.Sent[0].To.Address)
}

func TestTheOperatorReadsAClosedAccount(t *testing.T) {
	w := commandstest.New(t)
	operator := w.As(commands.Operator())
	operator.When(seeingSettings).ThenRefused(domain.NotPermitted)
	shut(w)
	require.NoError(t, operator.When(seeingSettings).Err)
	operator.When(seeingOneself).ThenRefused(domain.NotPermitted)
	reopen(w)
	operator.When(seeingSettings).ThenRefused(domain.NotPermitted)
}
