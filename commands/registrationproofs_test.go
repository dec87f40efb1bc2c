package commands_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// The links of registration.go that prove an address or a login, and those for a
// first password.

func letInByRule(who commandstest.Someone) person.Employed {
	return person.Employed{
		Person: who.Person, Tenure: 1, Epoch: 1, Role: domain.RoleEmployee,
		Basis: person.Basis{Kind: person.DomainRule, Registration: 1, Generation: 1, Rule: "mill.example"},
	}
}

func TestAnAddressIsProved(t *testing.T) {
	t.Run("with the password of the form", func(t *testing.T) {
		w, nora, token := toProve(t)
		var first, again commands.LinkUsed
		o := w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token}, &first))
		o.Then(commandstest.Events(nora.Stream(), person.AddressProved{Person: nora.Person, Registration: 1}, letInByRule(nora)))
		require.Equal(t, commands.NowEmployed, first.Status)
		w.Again(o.Request).When(using(commands.UseLink{Token: token}, &again)).ThenNothing()
		require.Equal(t, first, again)
		w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token}, &again)).ThenRefused(domain.LinkUsed)
	})
	t.Run("with a password of one's own, which makes the form's void", func(t *testing.T) {
		w, nora, token := toProve(t)
		var used commands.LinkUsed
		o := w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token, Password: "quite another passphrase"}, &used))
		o.Then(commandstest.Events(nora.Stream(),
			person.AddressProved{Person: nora.Person, Registration: 1, Credential: domain.CredentialFor(o.Request.Command)}, letInByRule(nora)))
		_, err := w.App.LogIn(t.Context(), commands.LogIn{Slug: "acme", Login: "nora@mill.example", Password: "quite another passphrase"})
		require.NoError(t, err)
		_, err = w.App.LogIn(t.Context(), commands.LogIn{Slug: "acme", Login: "nora@mill.example", Password: commandstest.Password})
		require.Equal(t, domain.LoginFailed, domain.CodeOf(err))
	})
	t.Run("not with a password that is none", func(t *testing.T) {
		w, _, token := toProve(t)
		var used commands.LinkUsed
		for password, code := range map[string]domain.Code{"short": domain.PasswordTooShort, "nora new nora new": domain.PasswordOwnWords} {
			refusal := w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token, Password: password}, &used)).ThenRefused(code)
			require.Equal(t, "password", refusal.Field)
		}
	})
	for name, c := range map[string]struct {
		dies  func(*commandstest.World, commandstest.Someone)
		code  domain.Code
		offer domain.Offer
	}{
		"too late": {func(w *commandstest.World, _ commandstest.Someone) { w.Pass(24 * time.Hour) }, domain.LinkExpired, domain.NewProof},
		"after a rejection": {func(w *commandstest.World, nora commandstest.Someone) {
			w.Given(nora.Stream(), person.RegistrationRejected{Person: nora.Person, Registration: 1, By: w.Founder.Person})
		}, domain.LinkRevoked, ""},
		"after something stronger": {func(w *commandstest.World, nora commandstest.Someone) {
			w.Given(nora.Stream(), person.RegistrationSuperseded{Person: nora.Person, Registration: 1})
		}, domain.LinkSuperseded, ""},
	} {
		t.Run("not "+name, func(t *testing.T) {
			w, nora, token := toProve(t)
			c.dies(w, nora)
			_, err := w.App.ShowLink(t.Context(), token)
			require.Equal(t, c.code, domain.CodeOf(err))
			var used commands.LinkUsed
			require.Equal(t, c.offer, w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token}, &used)).ThenRefused(c.code).Offer)
		})
	}
}

func TestAFirstPasswordIsChosen(t *testing.T) {
	w, cleo, token := colleague(t)
	var first, again commands.LinkUsed
	for password, code := range map[string]domain.Code{"short": domain.PasswordTooShort, "cleo cole cleo cole": domain.PasswordOwnWords} {
		refusal := w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token, Password: password}, &again)).ThenRefused(code)
		require.Equal(t, "password", refusal.Field)
	}
	form := commands.UseLink{Token: token, Password: commandstest.Password}
	o := w.As(commands.LinkHolder()).When(using(form, &first))
	o.Then(commandstest.Events(cleo.Stream(), person.PasswordSet{Person: cleo.Person, Credential: domain.CredentialFor(o.Request.Command)}))
	require.Equal(t, commands.NowEmployed, first.Status)
	w.Again(o.Request).When(using(form, &again)).ThenNothing()
	require.Equal(t, first, again)
	w.As(commands.LinkHolder()).When(using(form, &again)).ThenRefused(domain.LinkUsed)
}

func TestADeadLinkForAFirstPassword(t *testing.T) {
	for code, dies := range map[domain.Code]func(*commandstest.World, commandstest.Someone){
		domain.LinkExpired: func(w *commandstest.World, _ commandstest.Someone) { w.Pass(14 * 24 * time.Hour) },
		domain.LinkRevoked: func(w *commandstest.World, cleo commandstest.Someone) {
			w.Given(cleo.Stream(), person.Dismissed{Person: cleo.Person, Epoch: 2})
		},
		domain.LinkSuperseded: func(w *commandstest.World, cleo commandstest.Someone) {
			w.Given(cleo.Stream(), person.PasswordLinkIssued{Person: cleo.Person, Counter: 2, ExpiresAt: w.Now().AddDate(0, 0, 14)})
		},
	} {
		t.Run(string(code), func(t *testing.T) {
			w, cleo, token := colleague(t)
			dies(w, cleo)
			_, err := w.App.ShowLink(t.Context(), token)
			require.Equal(t, code, domain.CodeOf(err))
			var used commands.LinkUsed
			w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token, Password: commandstest.Password}, &used)).ThenRefused(code)
		})
	}
}

func TestALoginIsProvedByItsLink(t *testing.T) {
	w, eve, _, contact, claim := held(t)
	token := w.Token(contact)
	var first, again commands.LinkUsed
	o := w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token}, &first))
	o.Then(commandstest.Events(eve.Stream(), person.LoginChanged{
		Person: eve.Person, Claim: claim, Slot: contact.Slot, Personal: person.ChangedLogin{Contact: contact.Contact, Before: eve.Contact},
	}))
	require.Equal(t, commands.LinkUsed{Done: first.Done, Person: eve.Person, Status: commands.NowLogin}, first)
	w.Again(o.Request).When(using(commands.UseLink{Token: token}, &again)).ThenNothing()
	require.Equal(t, first, again)
	w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token}, &again)).ThenRefused(domain.LinkUsed)
}

func TestADeadLinkForALogin(t *testing.T) {
	for code, dies := range map[domain.Code]func(w *commandstest.World, eve, contact commandstest.Someone){
		domain.LinkExpired: func(w *commandstest.World, _, _ commandstest.Someone) { w.Pass(24 * time.Hour) },
		domain.LinkSuperseded: func(w *commandstest.World, eve, _ commandstest.Someone) {
			require.NoError(w.T, w.By(eve).When(claiming("new@mill.example")).Err)
		},
		domain.LinkRevoked: func(w *commandstest.World, eve, _ commandstest.Someone) {
			w.Given(eve.Stream(), person.PasswordChanged{Person: eve.Person, Credential: domain.CredentialID{8}})
		},
	} {
		t.Run(string(code), func(t *testing.T) {
			w, eve, _, contact, _ := held(t)
			token := w.Token(contact)
			dies(w, eve, contact)
			var used commands.LinkUsed
			w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token}, &used)).ThenRefused(code)
		})
	}
}
