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
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

func using(form commands.UseLink, into *commands.LinkUsed) asking {
	return func(app *commands.App, r commands.Request) (err error) {
		*into, err = app.UseLink(context.Background(), r, form)
		return err
	}
}

// joined is a form behind the join link, filled in under a mode of registration.
func joined(o commandstest.Outcome, who commandstest.Someone, mode string) person.Registered {
	return person.Registered{
		Person: who.Person, Tenure: 1, Registration: 1, Route: person.ByJoinLink, Generation: 1, InForce: person.InForce{Mode: mode},
		Credential: domain.CredentialFor(o.Request.Command), Personal: person.Registrant{Contact: who.Contact, FirstName: "Nora", LastName: "New"},
	}
}

func letInByLink(who commandstest.Someone) person.Employed {
	return person.Employed{
		Person: who.Person, Tenure: 1, Epoch: 1, Role: domain.RoleEmployee, Basis: person.Basis{Kind: person.PublicLink, Registration: 1, Generation: 1},
	}
}

// redeemed is a form behind the founder's invitation, filled in.
func redeemed(w *commandstest.World, o commandstest.Outcome, who commandstest.Someone) (person.Registered, person.InvitationRedeemed) {
	registered := person.Registered{
		Person: who.Person, Tenure: 1, Registration: 1, Route: person.ByInvitation, Invitation: 1, Inviter: w.Founder.Person, Proved: true,
		InForce: person.InForce{Mode: "moderated"}, Credential: domain.CredentialFor(o.Request.Command),
		Personal: person.Registrant{Contact: who.Contact, FirstName: "Nora", LastName: "New"},
	}
	return registered, person.InvitationRedeemed{Person: who.Person, Invitation: 1, Registration: 1}
}

// letInByInvitation is somebody let in by the invitation that was sent last.
func letInByInvitation(w *commandstest.World, who commandstest.Someone, kind person.BasisKind) person.Employed {
	return person.Employed{
		Person: who.Person, Tenure: 1, Epoch: 1, Role: domain.RoleEmployee, Basis: person.Basis{
			Kind: kind, Registration: 1, Invitation: 1, Inviter: w.Founder.Person, Batch: w.State(who).Invitations[0].Batch,
		},
	}
}

// toProve is somebody whose address meets a domain rule, and the link that proves it.
func toProve(t *testing.T) (w *commandstest.World, nora commandstest.Someone, token string) {
	t.Helper()
	w = commandstest.New(t)
	w.Given(domain.AccountStream(w.Acme), account.DomainRulesChanged{Domains: []string{"mill.example"}})
	nora = w.Joined("nora@mill.example")
	return w, nora, w.Token(nora)
}

// colleague is somebody registered directly, and the link for choosing a password.
func colleague(t *testing.T) (w *commandstest.World, cleo commandstest.Someone, token string) {
	t.Helper()
	w = commandstest.New(t)
	_, err := w.App.RegisterDirectly(t.Context(), w.Request(w.Founder), commands.RegisterDirectly{Email: "cleo@mill.example", FirstName: "Cleo", LastName: "Cole", JobTitle: "Cook"})
	require.NoError(t, err)
	cleo = w.Someone("cleo@mill.example")
	return w, cleo, w.Token(cleo)
}

func TestTheJoinLink(t *testing.T) {
	t.Run("lets in at once where registration is public", func(t *testing.T) {
		w := commandstest.New(t)
		w.Given(domain.AccountStream(w.Acme), account.RegistrationModeChanged{Mode: account.Public})
		nora, form := w.Someone("nora@mill.example"), w.JoinForm("nora@mill.example")
		var first, again commands.LinkUsed
		o := w.As(commands.LinkHolder()).When(using(form, &first))
		o.Then(commandstest.Events(nora.Stream(), joined(o, nora, "public"), letInByLink(nora)))
		require.Equal(t, commands.LinkUsed{Done: first.Done, Person: nora.Person, Status: commands.NowEmployed}, first)
		w.Given(domain.AccountStream(w.Acme), account.JoinLinkDisabled{})
		w.Again(o.Request).When(using(form, &again)).ThenNothing()
		require.Equal(t, first, again, "whatever became of the link meanwhile")
		_, err := w.App.LogIn(t.Context(), commands.LogIn{Slug: "acme", Login: "nora@mill.example", Password: commandstest.Password})
		require.NoError(t, err)
	})
	t.Run("asks for an approval where registration is moderated", func(t *testing.T) {
		w := commandstest.New(t)
		nora, form := w.Someone("nora@mill.example"), w.JoinForm("nora@mill.example")
		var used commands.LinkUsed
		o := w.As(commands.LinkHolder()).When(using(form, &used))
		waits := joined(o, nora, "moderated")
		waits.Awaits, waits.Concern = person.Approval, person.LinkModerated
		o.Then(commandstest.Events(nora.Stream(), waits))
		require.Equal(t, commands.NowAwaitingApproval, used.Status)
		w.As(commands.LinkHolder()).When(using(form, &used)).ThenRefused(domain.AlreadyRegistered)
	})
	t.Run("asks for a proof where the address meets a domain rule", func(t *testing.T) {
		w := commandstest.New(t)
		w.Given(domain.AccountStream(w.Acme), account.DomainRulesChanged{Domains: []string{"mill.example"}})
		nora, form := w.Someone("nora@mill.example"), w.JoinForm("nora@mill.example")
		var used commands.LinkUsed
		o := w.As(commands.LinkHolder()).When(using(form, &used))
		waits := joined(o, nora, "moderated")
		waits.Awaits, waits.ProveBy, waits.InForce.Rule = person.Proof, w.Now().Add(24*time.Hour), "mill.example"
		o.Then(commandstest.Events(nora.Stream(), waits))
		require.Equal(t, commands.NowAwaitingProof, used.Status)
	})
	t.Run("mails no more proofs than can be asked for in a day", func(t *testing.T) {
		w, _, _ := toProve(t)
		for range 9 { // after the first
			w.Joined("nora@mill.example")
		}
		var used commands.LinkUsed
		w.As(commands.LinkHolder()).When(using(w.JoinForm("nora@mill.example"), &used)).ThenRefused(domain.ContactLimit)
	})
	t.Run("refuses who has access, and whose contact somebody claims", func(t *testing.T) {
		w, _, _, _, _ := held(t)
		var used commands.LinkUsed
		w.As(commands.LinkHolder()).When(using(w.JoinForm("eve@acme.example"), &used)).ThenRefused(domain.AlreadyEmployed)
		w.As(commands.LinkHolder()).When(using(w.JoinForm("new@mill.example"), &used)).ThenRefused(domain.ContactHeld)
	})
	for name, c := range map[string]struct {
		change func(*commands.UseLink)
		code   domain.Code
		field  string
	}{
		"no address":               {func(c *commands.UseLink) { c.Email = "nora" }, domain.InvalidEmail, "email"},
		"no first name":            {func(c *commands.UseLink) { c.FirstName = "" }, domain.InvalidName, "first_name"},
		"a last name that is none": {func(c *commands.UseLink) { c.LastName = "{}" }, domain.InvalidName, "last_name"},
		"a short password":         {func(c *commands.UseLink) { c.Password = "short" }, domain.PasswordTooShort, "password"},
		"a password of own words":  {func(c *commands.UseLink) { c.Password = "nora new nora new" }, domain.PasswordOwnWords, "password"},
		"a common password":        {func(c *commands.UseLink) { c.Password = "passwordpassword" }, domain.PasswordCommon, "password"},
		"a link that is nonsense":  {func(c *commands.UseLink) { c.Token = "nonsense" }, domain.NotFound, ""},
	} {
		t.Run("refuses "+name, func(t *testing.T) {
			w := commandstest.New(t)
			form := w.JoinForm("nora@mill.example")
			c.change(&form)
			var used commands.LinkUsed
			require.Equal(t, c.field, w.As(commands.LinkHolder()).When(using(form, &used)).ThenRefused(c.code).Field)
		})
	}
}

func TestADeadJoinLink(t *testing.T) {
	for code, event := range map[domain.Code]domain.Event{
		domain.LinkDisabled:   account.JoinLinkDisabled{},
		domain.LinkSuperseded: account.JoinLinkRotated{Generation: 2},
		domain.LinkExpired:    account.JoinLinkLimited{ExpiresAt: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)},
	} {
		t.Run(string(code), func(t *testing.T) {
			w := commandstest.New(t)
			form := w.JoinForm("nora@mill.example")
			w.Given(domain.AccountStream(w.Acme), event)
			_, err := w.App.ShowLink(t.Context(), form.Token)
			require.Equal(t, code, domain.CodeOf(err))
			var used commands.LinkUsed
			w.As(commands.LinkHolder()).When(using(form, &used)).ThenRefused(code)
			form.Email = "unreadable"
			w.As(commands.LinkHolder()).When(using(form, &used)).ThenRefused(code)
		})
	}
}

func TestTheJoinLinkIsClosedWhileSomebodyRegisters(t *testing.T) {
	w := commandstest.New(t)
	nora, form := w.Someone("nora@mill.example"), w.JoinForm("nora@mill.example")
	between := person.SeatForfeited{Person: nora.Person, Seat: 99} // whatever else happens in the stream
	w.Log.Before = func() {
		w.Given(domain.AccountStream(w.Acme), account.JoinLinkDisabled{})
		w.Given(nora.Stream(), between)
	}
	var used commands.LinkUsed
	w.As(commands.LinkHolder()).When(using(form, &used)).ThenRefused(domain.LinkDisabled,
		inAccount(w, account.JoinLinkDisabled{}), commandstest.Events(nora.Stream(), between))
}

func TestAnInvitationIsRedeemed(t *testing.T) {
	t.Run("by e-mail", func(t *testing.T) {
		w := commandstest.New(t)
		ben := w.Invited("ben@mill.example")[0]
		form := commandstest.Form(w.Token(ben))
		form.Email = "ignored"
		var first, again commands.LinkUsed
		o := w.As(commands.LinkHolder()).When(using(form, &first))
		registered, ended := redeemed(w, o, ben)
		o.Then(commandstest.Events(ben.Stream(), registered, ended, letInByInvitation(w, ben, person.EmailInvitation)))
		require.Equal(t, commands.NowEmployed, first.Status)
		w.Again(o.Request).When(using(form, &again)).ThenNothing()
		require.Equal(t, first, again)
		w.As(commands.LinkHolder()).When(using(form, &again)).ThenRefused(domain.LinkUsed)
	})
	t.Run("by SMS", func(t *testing.T) {
		w := commandstest.New(t)
		_, err := w.App.InviteBySMS(t.Context(), w.Request(w.Founder), commands.InviteBySMS{Phones: []string{"+14155550100"}})
		require.NoError(t, err)
		ben := w.Someone("+14155550100")
		form := commandstest.Form(w.Token(ben))
		var used commands.LinkUsed
		o := w.As(commands.LinkHolder()).When(using(form, &used))
		registered, ended := redeemed(w, o, ben)
		o.Then(commandstest.Events(ben.Stream(), registered, ended, letInByInvitation(w, ben, person.SMSInvitation)))
	})
	for name, c := range map[string]struct {
		change func(*commands.UseLink)
		code   domain.Code
		field  string
	}{
		"no first name":           {func(c *commands.UseLink) { c.FirstName = "" }, domain.InvalidName, "first_name"},
		"a short password":        {func(c *commands.UseLink) { c.Password = "short" }, domain.PasswordTooShort, "password"},
		"the address as password": {func(c *commands.UseLink) { c.Password = "ben@mill.example" }, domain.PasswordOwnWords, "password"},
	} {
		t.Run("not with "+name, func(t *testing.T) {
			w := commandstest.New(t)
			form := commandstest.Form(w.Token(w.Invited("ben@mill.example")[0]))
			c.change(&form)
			var used commands.LinkUsed
			require.Equal(t, c.field, w.As(commands.LinkHolder()).When(using(form, &used)).ThenRefused(c.code).Field)
		})
	}
}

func TestADeadInvitation(t *testing.T) {
	for name, c := range map[string]struct {
		dies  func(*commandstest.World, commandstest.Someone)
		code  domain.Code
		offer domain.Offer
	}{
		"that has expired": {func(w *commandstest.World, _ commandstest.Someone) { w.Pass(15 * 24 * time.Hour) }, domain.LinkExpired, domain.NewInvitation},
		"that was taken back": {func(w *commandstest.World, ben commandstest.Someone) {
			w.Given(ben.Stream(), person.InvitationRevoked{Person: ben.Person, Invitation: 1, Why: person.RevokedAlone})
		}, domain.LinkRevoked, domain.NewInvitation},
		"that was declined": {func(w *commandstest.World, ben commandstest.Someone) {
			w.Given(ben.Stream(), person.InvitationDeclined{Person: ben.Person, Invitation: 1})
		}, domain.LinkDeclined, domain.NewInvitation},
		"that was sent again": {func(w *commandstest.World, ben commandstest.Someone) {
			_, err := w.App.Resend(context.Background(), w.Request(w.Founder), commands.InvitationOf{Person: ben.Person})
			require.NoError(w.T, err)
		}, domain.LinkSuperseded, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			ben := w.Invited("ben@mill.example")[0]
			form := commandstest.Form(w.Token(ben))
			c.dies(w, ben)
			_, err := w.App.ShowLink(t.Context(), form.Token)
			require.Equal(t, c.code, domain.CodeOf(err))
			var used commands.LinkUsed
			refusal := w.As(commands.LinkHolder()).When(using(form, &used)).ThenRefused(c.code)
			require.Equal(t, c.offer, refusal.Offer)
		})
	}
}

func TestAnInvitationOfARevokedBatchLetsNobodyIn(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	form := commandstest.Form(w.Token(ben))
	of := w.State(ben).Invitations[0].Batch
	w.Given(domain.BatchStream(of), batch.Revoked{Batch: of, By: w.Founder.Person})
	w.When(func(app *commands.App, _ commands.Request) error {
		_, err := app.ShowLink(t.Context(), form.Token)
		return err
	}).ThenRefused(domain.LinkRevoked)
	var used commands.LinkUsed
	refusal := w.As(commands.LinkHolder()).When(using(form, &used)).ThenRefused(domain.LinkRevoked, commandstest.Events(ben.Stream(),
		person.InvitationRevoked{Person: ben.Person, Invitation: 1, By: w.Founder.Person, Why: person.BatchRevoked}))
	require.Equal(t, domain.NewInvitation, refusal.Offer)
}

// meanwhile revokes a batch just when something is appended to a stream of one of
// its people, which conflicts.
func meanwhile(w *commandstest.World, who commandstest.Someone) []commandstest.Appended {
	of := w.State(who).Invitations[0].Batch
	revoked, between := batch.Revoked{Batch: of, By: w.Founder.Person}, person.SeatForfeited{Person: who.Person, Seat: 99}
	w.Log.Before = func() {
		w.Given(domain.BatchStream(of), revoked)
		w.Given(who.Stream(), between)
	}
	return []commandstest.Appended{commandstest.Events(domain.BatchStream(of), revoked), commandstest.Events(who.Stream(), between)}
}

func TestABatchIsRevokedWhileSomebodyComesByIt(t *testing.T) {
	t.Run("with the invitation", func(t *testing.T) {
		w := commandstest.New(t)
		ben := w.Invited("ben@mill.example")[0]
		form := commandstest.Form(w.Token(ben))
		between := meanwhile(w, ben)
		var used commands.LinkUsed
		w.As(commands.LinkHolder()).When(using(form, &used)).ThenRefused(domain.LinkRevoked, between...)
	})
	t.Run("with a proof of the address", func(t *testing.T) {
		w := commandstest.New(t)
		ben := w.Invited("ben@mill.example")[0]
		w.Joined("ben@mill.example")
		token := w.Token(ben)
		between := meanwhile(w, ben)
		var used commands.LinkUsed
		o := w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token}, &used))
		o.ThenRefused(domain.Contended, between...)
		w.Again(o.Request).When(using(commands.UseLink{Token: token}, &used)).Then(commandstest.Events(ben.Stream(),
			person.InvitationRevoked{Person: ben.Person, Invitation: 1, By: w.Founder.Person, Why: person.BatchRevoked},
			person.AddressProved{Person: ben.Person, Registration: 1, Awaits: person.Approval, Concern: person.LinkModerated}))
		require.Equal(t, commands.NowAwaitingApproval, used.Status)
	})
}
