package commands_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// loggingIn is somebody of acme with a login and a password.
func loggingIn(login, password string, into *commands.LoggedIn) asking {
	return func(app *commands.App, _ commands.Request) (err error) {
		*into, err = app.LogIn(context.Background(), commands.LogIn{Slug: "acme", Login: login, Password: password, Agent: "a browser"})
		return err
	}
}

// tokenOf is the token of a new session of somebody.
func tokenOf(w *commandstest.World, who commandstest.Someone) string {
	w.T.Helper()
	var in commands.LoggedIn
	w.When(loggingIn(who.Contact.Address, commandstest.Password, &in)).ThenNothing()
	return in.Token
}

// isSignedIn reports whether a token is one of somebody's who may see themselves.
func isSignedIn(w *commandstest.World, token string) bool {
	w.T.Helper()
	caller, err := w.App.Recognise(context.Background(), token)
	if err == nil {
		_, err = w.App.Permit(context.Background(), caller, w.Acme, commands.SeeOneself)
	}
	if err != nil {
		require.Equal(w.T, domain.NotSignedIn, domain.CodeOf(err))
	}
	return err == nil
}

func TestLogIn(t *testing.T) {
	t.Run("finds whom an address let in that nobody new may have", func(t *testing.T) {
		w := commandstest.New(t)
		w.Employee("eve@acme.internal")
		var in commands.LoggedIn
		w.When(loggingIn("eve@acme.internal", commandstest.Password, &in)).ThenNothing()
		require.NotEmpty(t, in.Token)
	})
	t.Run("takes a login as it is pasted", func(t *testing.T) {
		w := commandstest.New(t)
		w.Employee("eve@acme.example")
		for _, pasted := range []string{"\u202deve@acme.example\u202c", "\ufeffeve@acme.example\n", "\teve\u200b@acme\u00ad.example "} {
			var in commands.LoggedIn
			w.When(loggingIn(pasted, commandstest.Password, &in)).ThenNothing()
			require.NotEmpty(t, in.Token)
		}
	})
	t.Run("opens a session", func(t *testing.T) {
		w := commandstest.New(t)
		eve := w.Employee("eve@acme.example")
		var in commands.LoggedIn
		w.When(loggingIn("EVE@acme.example", commandstest.Password, &in)).ThenNothing()
		require.NotEmpty(t, in.Token)
		require.NotEmpty(t, in.Device)
		require.Equal(t, commands.LoggedIn{Token: in.Token, Device: in.Device, Person: eve.Person, Role: domain.RoleEmployee, ExpiresAt: w.Now().Add(12 * time.Hour)}, in)
		caller, err := w.App.Authenticate(t.Context(), in.Token)
		require.NoError(t, err)
		require.Equal(t, commands.Caller{Kind: domain.ActorPerson, Over: in.ExpiresAt, Session: commands.Session{
			ID: caller.ID, Account: w.Acme, Person: eve.Person, Slot: eve.Slot, Tenure: 1, Epoch: 1, Credential: w.State(eve).SignsInWith(),
			Agent: "a browser", CreatedAt: w.Now(), UsedAt: w.Now(), ExpiresAt: in.ExpiresAt,
		}}, caller)
		require.NotEqual(t, in.Token, tokenOf(w, eve), "each session has a token of its own")
	})
	t.Run("reads a number as it is dialled in the company's country", func(t *testing.T) {
		w := commandstest.New(t)
		eve := w.Employee("+14155550100")
		var in commands.LoggedIn
		w.When(loggingIn("(415) 555-0100", commandstest.Password, &in)).ThenNothing()
		require.Equal(t, eve.Person, in.Person)
	})
	t.Run("says that a generated password is to be changed", func(t *testing.T) {
		w := commandstest.New(t)
		eve := w.Employee("eve@acme.example")
		w.Given(eve.Stream(), person.PasswordGenerated{Person: eve.Person, Counter: 1, ExpiresAt: w.Now().Add(time.Hour)})
		w.Settle()
		filled, err := commands.Secrets{Keyring: w.Vault}.Fill(t.Context(), w.Sent[len(w.Sent)-1])
		require.NoError(t, err)
		var in commands.LoggedIn
		w.When(loggingIn("eve@acme.example", filled.Password, &in)).ThenNothing()
		require.True(t, in.MustChangePassword)
		w.Pass(time.Hour)
		w.When(loggingIn("eve@acme.example", filled.Password, &in)).ThenRefused(domain.LoginFailed)
	})
	t.Run("waits for a founder of a moment ago", func(t *testing.T) {
		w := commandstest.New(t)
		w.Log.CrashAfter = 1
		found := commands.FoundAccount{
			Slug: "mill", Name: "Mill", Country: "US", Language: "en", Email: "max@mill.example", FirstName: "Max", LastName: "Miller", Password: commandstest.Password,
		}
		_, err := w.App.FoundAccount(t.Context(), commands.Request{Command: w.App.NewCommand(), Caller: commands.Operator()}, found)
		require.ErrorIs(t, err, commandstest.ErrCrash)
		w.Restart()
		logIn := commands.LogIn{Slug: "mill", Login: "max@mill.example", Password: commandstest.Password}
		_, err = w.App.LogIn(t.Context(), logIn)
		require.Equal(t, domain.AccountNotReady, domain.CodeOf(err))
		w.Deliver(100, "complete_founding")
		in, err := w.App.LogIn(t.Context(), logIn)
		require.NoError(t, err)
		require.Equal(t, domain.RoleAdministrator, in.Role)
	})
}

// TestALoginThatFailsSaysNothingElse has it fail for all reasons that there are.
func TestALoginThatFailsSaysNothingElse(t *testing.T) {
	said := map[string]bool{}
	for name, login := range map[string]string{
		"a wrong password":                   "eve@acme.example",
		"nobody's login":                     "nobody@acme.example",
		"what is no login":                   "no login",
		"somebody who was dismissed":         "gus@acme.example",
		"somebody who was invited":           "ben@mill.example",
		"somebody who awaits an approval":    "pia@mill.example",
		"somebody who has no password yet":   "ned@acme.example",
		"a contact that is only claimed":     "new@mill.example",
		"a login that is another's by now":   "zoe@acme.example",
		"what makes a number of a login not": "+1",
	} {
		t.Run("for "+name, func(t *testing.T) {
			w := commandstest.New(t)
			eve, gus, ned, zoe := w.Employee("eve@acme.example"), w.Employee("gus@acme.example"), w.Employee("ned@acme.example"), w.Employee("zoe@acme.example")
			require.NoError(t, w.When(dismissing(gus.Person)).Err)
			w.Invited("ben@mill.example")
			pia := w.Someone("pia@mill.example")
			w.Given(pia.Stream(), person.Registered{
				Person: pia.Person, Tenure: 1, Registration: 1, Route: person.ByJoinLink, Awaits: person.Approval,
				Credential: w.State(eve).SignsInWith(), Personal: person.Registrant{Contact: pia.Contact},
			})
			w.Given(ned.Stream(), person.PasswordLinkIssued{Person: ned.Person, Counter: 1, ExpiresAt: w.Now().Add(time.Hour)})
			require.NoError(t, w.By(eve).When(claiming("new@mill.example")).Err)
			changed := w.Someone("zoe@mill.example")
			w.Given(zoe.Stream(), person.LoginChanged{
				Person: zoe.Person, Claim: domain.ClaimID{4}, Slot: changed.Slot, Personal: person.ChangedLogin{Contact: changed.Contact, Before: zoe.Contact},
			})
			password := commandstest.Password
			if login == "eve@acme.example" {
				password = "another passphrase"
			}
			var in commands.LoggedIn
			said[w.When(loggingIn(login, password, &in)).ThenRefused(domain.LoginFailed).Message] = true
			require.Zero(t, in)
		})
	}
	w := commandstest.New(t)
	_, err := w.App.LogIn(t.Context(), commands.LogIn{Slug: "nowhere", Login: "ann@acme.example", Password: commandstest.Password})
	require.Equal(t, domain.LoginFailed, domain.CodeOf(err), "nor whether there is such a company")
	require.Len(t, said, 1)
}

func TestWrongPasswordsCount(t *testing.T) {
	w := commandstest.New(t)
	w.Employee("eve@acme.example")
	var in commands.LoggedIn
	wrong := loggingIn("eve@acme.example", "another passphrase", &in)
	for range 9 {
		w.When(wrong).ThenRefused(domain.LoginFailed)
	}
	w.When(loggingIn("eve@acme.example", commandstest.Password, &in)).ThenNothing()
	for range 10 {
		w.When(wrong).ThenRefused(domain.LoginFailed)
	}
	w.When(loggingIn("Eve@acme.example", commandstest.Password, &in)).ThenRefused(domain.TooManyAttempts)
	w.When(loggingIn("ann@acme.example", commandstest.Password, &in)).ThenNothing()
	w.Pass(15 * time.Minute)
	w.When(loggingIn("eve@acme.example", commandstest.Password, &in)).ThenNothing()
}

func TestASessionIsOverInTime(t *testing.T) {
	w := commandstest.New(t)
	token := tokenOf(w, w.Founder)
	w.Pass(12*time.Hour - 1)
	require.True(t, isSignedIn(w, token))
	w.Pass(1)
	require.False(t, isSignedIn(w, token))
	require.False(t, isSignedIn(w, "no token"))
	require.False(t, isSignedIn(w, ""))
}

func TestItIsKnownWhenASessionIsOver(t *testing.T) {
	w := commandstest.New(t)
	w.Ports.SessionIdle, w.Ports.PrivilegedIdle = time.Hour, 30*time.Minute
	w.Restart()
	token, began := tokenOf(w, w.Founder), w.Now()
	for range 24 {
		_, err := w.App.Authenticate(t.Context(), token)
		require.NoError(t, err)
		caller, err := w.App.Recognise(t.Context(), token)
		require.NoError(t, err)
		require.Equal(t, w.Now().Add(min(30*time.Minute, began.Add(12*time.Hour).Sub(w.Now()))), caller.Over)
		w.Pass(29 * time.Minute)
	}
}

func TestWhichSessionsHaveEnded(t *testing.T) {
	w := commandstest.New(t)
	one, other := tokenOf(w, w.Founder), tokenOf(w, w.Founder)
	ended, mark, err := w.App.Ended(t.Context(), []string{one, other}, 0)
	require.NoError(t, err)
	require.Empty(t, ended)
	require.NoError(t, w.App.LogOut(t.Context(), other))
	ended, _, err = w.App.Ended(t.Context(), []string{one, other, "no token", "usher_pat_of_a_program"}, mark)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{other, "no token"}, ended)
}

func TestASessionIsOverWhereNobodyUsesIt(t *testing.T) {
	w := commandstest.New(t)
	w.Ports.SessionIdle = time.Hour
	w.Restart()
	token := tokenOf(w, w.Founder)
	for range 3 {
		w.Pass(40 * time.Minute)
		_, err := w.App.Authenticate(t.Context(), token)
		require.NoError(t, err)
	}
	w.Pass(40 * time.Minute)
	_, err := w.App.Recognise(t.Context(), token)
	require.NoError(t, err)
	w.Pass(20 * time.Minute)
	require.False(t, isSignedIn(w, token), "only to watch is no use")
}

func TestWhenASessionWasUsedIsNotedEveryFiveMinutes(t *testing.T) {
	w := commandstest.New(t)
	began, token := w.Now(), tokenOf(w, w.Founder)
	used := func() time.Time {
		_, err := w.App.Authenticate(t.Context(), token)
		require.NoError(t, err)
		all, err := w.App.Sessions(t.Context(), w.Caller(w.Founder), w.Acme)
		require.NoError(t, err)
		return all[0].UsedAt
	}
	w.Pass(5*time.Minute - 1)
	require.Equal(t, began, used())
	w.Pass(1)
	require.Equal(t, w.Now(), used())
}

func TestAUseThatCannotBeNotedSignsNobodyOut(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	var made commands.TokenMade
	require.NoError(t, w.By(eve).When(makingToken(roster(), &made)).Err)
	session := tokenOf(w, w.Founder)
	w.Vault.FailsUses = errors.New("there is no space")
	w.Pass(5 * time.Minute)
	for _, token := range []string{session, made.Secret} {
		_, err := w.App.Authenticate(t.Context(), token)
		require.NoError(t, err)
	}
}

func TestLogOut(t *testing.T) {
	w := commandstest.New(t)
	here, there := tokenOf(w, w.Founder), tokenOf(w, w.Founder)
	for range 2 {
		require.NoError(t, w.App.LogOut(t.Context(), here))
		require.False(t, isSignedIn(w, here))
		require.True(t, isSignedIn(w, there))
	}
}

func sessionsOf(w *commandstest.World, who commandstest.Someone) []commands.Session {
	w.T.Helper()
	all, err := w.App.Sessions(context.Background(), w.Caller(who), w.Acme)
	require.NoError(w.T, err)
	return all
}

func TestSessionsAreOnesOwnThatWork(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	tokenOf(w, w.Founder)
	tokenOf(w, eve)
	w.Pass(11 * time.Hour)
	tokenOf(w, eve)
	w.Pass(time.Hour - 1)
	last := tokenOf(w, eve)
	require.Len(t, sessionsOf(w, eve), 3)
	require.Equal(t, w.Now(), sessionsOf(w, eve)[0].UsedAt, "the one used last is first")
	w.Pass(1)
	require.Len(t, sessionsOf(w, eve), 2, "one is over")
	w.Given(eve.Stream(), person.PasswordChanged{Person: eve.Person, Credential: domain.CredentialID{8}})
	require.Empty(t, sessionsOf(w, eve), "all were opened with another password")
	require.False(t, isSignedIn(w, last))
}

func TestEndSession(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	here, hers := tokenOf(w, w.Founder), tokenOf(w, eve)
	end := func(id domain.SessionID) asking {
		return func(app *commands.App, r commands.Request) error {
			return app.EndSession(context.Background(), r.Caller, r.Account, id)
		}
	}
	w.When(end(sessionsOf(w, eve)[0].ID)).ThenRefused(domain.NotFound)
	require.True(t, isSignedIn(w, hers))
	own := sessionsOf(w, w.Founder)[0].ID
	w.When(end(own)).ThenNothing()
	require.False(t, isSignedIn(w, here))
	w.When(end(own)).ThenRefused(domain.NotFound)
	onlyTheirOwnMay(t, w, end(own))
}

func TestEndOtherSessions(t *testing.T) {
	w := commandstest.New(t)
	here, there, others := tokenOf(w, w.Founder), tokenOf(w, w.Founder), tokenOf(w, w.Employee("eve@acme.example"))
	end := func(app *commands.App, r commands.Request) error {
		return app.EndOtherSessions(context.Background(), r.Caller, r.Account, here)
	}
	for range 2 {
		w.When(end).ThenNothing()
		require.True(t, isSignedIn(w, here) && isSignedIn(w, others))
		require.False(t, isSignedIn(w, there))
	}
	onlyTheirOwnMay(t, w, end)
}

func signingOut(id domain.PersonID) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.EndSessionsOf(context.Background(), r, id)
		return err
	}
}

func TestEndSessionsOf(t *testing.T) {
	t.Run("ends sessions and API tokens", func(t *testing.T) {
		w := commandstest.New(t)
		eve := w.Employee("eve@acme.example")
		token := tokenOf(w, eve)
		program := withOneToken(w, eve, commands.MakeToken{Name: "Roster", Scopes: []person.Scope{person.ReadLists}, Days: 30})
		o := w.When(signingOut(eve.Person))
		o.Then(commandstest.Events(eve.Stream(), person.SessionsEnded{Person: eve.Person, By: w.Founder.Person, Epoch: 2}))
		require.False(t, isSignedIn(w, token))
		left, err := w.Vault.SessionsOf(t.Context(), eve.Person, 10)
		require.NoError(t, err)
		require.Empty(t, left, "the vault keeps none that is void")
		_, err = w.App.Permit(t.Context(), program, w.Acme, commands.SeeColleagues)
		require.Equal(t, domain.NotSignedIn, domain.CodeOf(err))
		anew := tokenOf(w, eve)
		w.Again(o.Request).When(signingOut(eve.Person)).ThenNothing()
		require.True(t, isSignedIn(w, anew), "the same command again ends no newer session")
		w.When(signingOut(eve.Person)).Then(commandstest.Events(eve.Stream(), person.SessionsEnded{Person: eve.Person, By: w.Founder.Person, Epoch: 3}))
		require.False(t, isSignedIn(w, anew))
	})
	t.Run("is refused", func(t *testing.T) {
		w := commandstest.New(t)
		eve := w.Employee("eve@acme.example")
		onlyAdministratorsMay(t, w, signingOut(eve.Person))
		w.When(signingOut(domain.PersonID{9})).ThenRefused(domain.NotFound)
		require.NoError(t, w.When(dismissing(eve.Person)).Err)
		w.When(signingOut(eve.Person)).ThenRefused(domain.NotEmployed)
	})
}
