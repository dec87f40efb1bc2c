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

func makingToken(c commands.MakeToken, into *commands.TokenMade) asking {
	return func(app *commands.App, r commands.Request) (err error) {
		*into, err = app.MakeToken(context.Background(), r, c)
		return err
	}
}

func revokingToken(id domain.TokenID) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.RevokeToken(context.Background(), r, id)
		return err
	}
}

func roster() commands.MakeToken {
	return commands.MakeToken{Name: " Roster ", Scopes: []person.Scope{person.ReadLists, person.InviteScope}, Days: 30}
}

func tokensOf(w *commandstest.World, who commandstest.Someone) []commands.OwnToken {
	w.T.Helper()
	all, err := w.App.Tokens(context.Background(), w.Caller(who), w.Acme)
	require.NoError(w.T, err)
	return all
}

func TestMakeToken(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	var made, again commands.TokenMade
	o := w.By(eve).When(makingToken(roster(), &made))
	until := w.Now().AddDate(0, 0, 30)
	o.Then(commandstest.Events(eve.Stream(), person.APITokenMade{
		Person: eve.Person, Token: domain.TokenFor(o.Request.Command), Scopes: roster().Scopes, ExpiresAt: until, Personal: person.TokenName{Name: "Roster"},
	}))
	require.Equal(t, domain.TokenFor(o.Request.Command), made.ID)
	require.Equal(t, until, made.ExpiresAt)

	caller, err := w.App.Authenticate(t.Context(), made.Secret)
	require.NoError(t, err)
	require.Equal(t, commands.Caller{Kind: domain.ActorPerson, Token: made.ID, Over: until, Session: commands.Session{
		Account: w.Acme, Person: eve.Person, Slot: eve.Slot, Tenure: 1, Epoch: 1, ExpiresAt: until,
	}}, caller)
	_, err = w.App.Permit(t.Context(), caller, w.Acme, commands.SeeColleagues)
	require.NoError(t, err)

	w.Pass(time.Hour)
	w.Again(o.Request).When(makingToken(roster(), &again)).ThenNothing()
	require.Empty(t, again.Secret, "it is shown once")
	again.Secret = made.Secret
	require.Equal(t, made, again)
	_, err = w.App.Authenticate(t.Context(), made.Secret)
	require.NoError(t, err, "that of the first time works")
}

func TestMakeTokenIsRefused(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	var made commands.TokenMade
	for name, c := range map[string]struct {
		change func(*commands.MakeToken)
		code   domain.Code
		field  string
	}{
		"without a name":      {func(c *commands.MakeToken) { c.Name = " " }, domain.InvalidName, "name"},
		"for nothing":         {func(c *commands.MakeToken) { c.Scopes = nil }, domain.InvalidScope, "scopes"},
		"for what is unknown": {func(c *commands.MakeToken) { c.Scopes = []person.Scope{"everything"} }, domain.InvalidScope, "scopes"},
		"for no day":          {func(c *commands.MakeToken) { c.Days = 0 }, domain.InvalidDays, "days"},
		"for days gone by":    {func(c *commands.MakeToken) { c.Days = -1 }, domain.InvalidDays, "days"},
		"for over a year":     {func(c *commands.MakeToken) { c.Days = 366 }, domain.InvalidDays, "days"},
		"for ever":            {func(c *commands.MakeToken) { c.Days = 1 << 40 }, domain.InvalidDays, "days"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := roster()
			c.change(&asked)
			require.Equal(t, c.field, w.By(eve).When(makingToken(asked, &made)).ThenRefused(c.code).Field)
		})
	}
	w.As(withOneToken(w, eve, roster())).When(makingToken(roster(), &made)).ThenRefused(domain.ScopeMissing)
	for range person.MaxTokens - 1 {
		require.NoError(t, w.By(eve).When(makingToken(roster(), &made)).Err)
	}
	w.By(eve).When(makingToken(roster(), &made)).ThenRefused(domain.TokenLimit)
	kept, err := w.Vault.APITokensOf(t.Context(), eve.Person)
	require.NoError(t, err)
	require.Len(t, kept, person.MaxTokens, "of what is refused nothing is kept")
	w.Given(eve.Stream(), person.PasswordGenerated{Person: eve.Person, Counter: 1, ExpiresAt: w.Now().Add(time.Hour)})
	w.By(eve).When(makingToken(roster(), &made)).ThenRefused(domain.PasswordChangeRequired)
	onlyTheirOwnMay(t, w, makingToken(roster(), &made))
}

func TestATokenIsInTheVaultBeforeItIsOnRecord(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	broken := errors.New("the disk is gone")
	w.Vault.Fails = broken
	var made commands.TokenMade
	o := w.By(eve).When(makingToken(roster(), &made))
	o.ThenFails(broken)
	w.Vault.Fails = nil
	require.NoError(t, w.Again(o.Request).When(makingToken(roster(), &made)).Err)
	_, err := w.App.Authenticate(t.Context(), made.Secret)
	require.NoError(t, err)
}

func TestRevokeToken(t *testing.T) {
	w := commandstest.New(t)
	eve, bob := w.Employee("eve@acme.example"), w.Administrator("bob@acme.example")
	var made commands.TokenMade
	require.NoError(t, w.By(eve).When(makingToken(roster(), &made)).Err)
	program := withOneToken(w, eve, roster())

	w.By(bob).When(revokingToken(made.ID)).ThenRefused(domain.NotFound)
	w.As(program).When(revokingToken(made.ID)).ThenRefused(domain.ScopeMissing)
	onlyTheirOwnMay(t, w, revokingToken(made.ID))
	o := w.By(eve).When(revokingToken(made.ID))
	o.Then(commandstest.Events(eve.Stream(), person.APITokenRevoked{Person: eve.Person, Token: made.ID, By: eve.Person}))
	_, err := w.App.Authenticate(t.Context(), made.Secret)
	require.Equal(t, domain.NotSignedIn, domain.CodeOf(err))
	w.Again(o.Request).When(revokingToken(made.ID)).ThenNothing()
	w.By(eve).When(revokingToken(made.ID)).ThenRefused(domain.NotFound)
	require.Len(t, tokensOf(w, eve), 1)
}

func TestARevokedTokenThatTheVaultStillKnowsDoesNothing(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	var made commands.TokenMade
	require.NoError(t, w.By(eve).When(makingToken(roster(), &made)).Err)
	broken := errors.New("the disk is gone")
	w.Log.After = func() { w.Vault.Fails = broken }
	o := w.By(eve).When(revokingToken(made.ID))
	o.ThenFails(broken, commandstest.Events(eve.Stream(), person.APITokenRevoked{Person: eve.Person, Token: made.ID, By: eve.Person}))
	w.Log.After, w.Vault.Fails = nil, nil
	require.False(t, isSignedIn(w, made.Secret))
	w.Again(o.Request).When(revokingToken(made.ID)).ThenNothing()
	kept, err := w.Vault.APITokensOf(t.Context(), eve.Person)
	require.NoError(t, err)
	require.Empty(t, kept)
}

func TestTokens(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	var made, short commands.TokenMade
	require.NoError(t, w.By(eve).When(makingToken(roster(), &made)).Err)
	began := w.Now()
	one := person.Token{ID: made.ID, Name: "Roster", Scopes: roster().Scopes, ExpiresAt: made.ExpiresAt}
	require.Equal(t, []commands.OwnToken{{Token: one, MadeAt: began}}, tokensOf(w, eve), "it was never used")
	require.Empty(t, tokensOf(w, w.Founder), "others have their own")

	_, err := w.App.Authenticate(t.Context(), made.Secret)
	require.NoError(t, err)
	w.Pass(5*time.Minute - 1)
	_, err = w.App.Authenticate(t.Context(), made.Secret)
	require.NoError(t, err)
	require.Equal(t, began, tokensOf(w, eve)[0].UsedAt, "uses are noted every five minutes")
	w.Pass(1)
	_, err = w.App.Authenticate(t.Context(), made.Secret)
	require.NoError(t, err)
	require.Equal(t, w.Now(), tokensOf(w, eve)[0].UsedAt)

	require.NoError(t, w.By(eve).When(makingToken(commands.MakeToken{Name: "Day", Scopes: roster().Scopes, Days: 1}, &short)).Err)
	require.Len(t, tokensOf(w, eve), 2)
	w.Pass(24 * time.Hour)
	require.Len(t, tokensOf(w, eve), 1, "one is over")
	_, err = w.App.Authenticate(t.Context(), short.Secret)
	require.Equal(t, domain.NotSignedIn, domain.CodeOf(err))

	require.NoError(t, w.Vault.ForgetAPIToken(t.Context(), made.ID))
	require.Equal(t, []commands.OwnToken{{Token: one}}, tokensOf(w, eve), "one that the vault has lost is still shown")
	onlyTheirOwnMay(t, w, func(app *commands.App, r commands.Request) error {
		_, err := app.Tokens(context.Background(), r.Caller, r.Account)
		return err
	})
}

// TestTheSameTokenTwiceAtOnceHasTwoSecrets and is shown as used when either was.
func TestTheSameTokenTwiceAtOnceHasTwoSecrets(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	request := w.Request(eve)
	var first, second commands.TokenMade
	w.Log.Before = func() {
		require.NoError(t, makingToken(roster(), &second)(w.Beside(), request))
	}
	require.NoError(t, w.Again(request).When(makingToken(roster(), &first)).Err)
	require.Len(t, w.State(eve).Tokens, 1)
	require.Equal(t, first.ID, second.ID)
	for _, secret := range []string{first.Secret, second.Secret, first.Secret} {
		w.Pass(time.Hour)
		_, err := w.App.Authenticate(t.Context(), secret)
		require.NoError(t, err)
		require.Equal(t, w.Now(), tokensOf(w, eve)[0].UsedAt)
	}
}

func TestATokenIsKnownForUshersAlsoWhenItIsOver(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	var made commands.TokenMade
	w.By(eve).When(makingToken(roster(), &made))
	session := tokenOf(w, eve)
	require.NoError(t, w.App.LogOut(t.Context(), session))
	w.Pass(365 * 24 * time.Hour)
	for token, want := range map[string]bool{session: true, made.Secret: true, "": false, "usher_": false, session[1:]: false, "usher_" + made.Secret: false} {
		is, err := w.App.Made(t.Context(), token)
		require.NoError(t, err)
		require.Equal(t, want, is, "%q", token)
	}
	w.Vault.Fails = commandstest.ErrCrash
	_, err := w.App.Made(t.Context(), session)
	require.ErrorIs(t, err, commandstest.ErrCrash)
}
