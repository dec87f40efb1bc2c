package commands_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

func founding(c commands.FoundAccount, into *commands.Founded) asking {
	return func(app *commands.App, r commands.Request) (err error) {
		*into, err = app.FoundAccount(context.Background(), r, c)
		return err
	}
}

// done is a use-case of which only that it was done is to be said.
func done[C any](ask func(*commands.App, context.Context, commands.Request, C) (commands.Done, error), c C) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := ask(app, context.Background(), r, c)
		return err
	}
}

// doing is one that needs nothing more to be named.
func doing(ask func(*commands.App, context.Context, commands.Request) (commands.Done, error)) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := ask(app, context.Background(), r)
		return err
	}
}

// refusedToOthers expects that nobody but administrators of the company may.
func refusedToOthers(t *testing.T, w *commandstest.World, ask asking) {
	t.Helper()
	refusedToOutsiders(t, w, ask)
	w.By(w.Employee("erin@acme.example")).When(ask).ThenRefused(domain.NotPermitted)
	w.By(w.Auditor("oda@acme.example")).When(ask).ThenRefused(domain.NotPermitted)
}

// refusedToOutsiders expects that nobody may who is not signed in to the company.
func refusedToOutsiders(t *testing.T, w *commandstest.World, ask asking) {
	t.Helper()
	w.As(commands.Operator()).When(ask).ThenRefused(domain.NotPermitted)
	w.As(commands.LinkHolder()).When(ask).ThenRefused(domain.NotSignedIn)
	w.As(w.Stranger()).When(ask).ThenRefused(domain.NotFound)
	gone := w.Administrator("gina@acme.example")
	request := w.Request(gone)
	require.NoError(t, w.When(dismissing(gone.Person)).Err)
	w.Again(request).When(ask).ThenRefused(domain.NotSignedIn)
	novice := w.Administrator("nick@acme.example")
	w.Given(novice.Stream(), person.PasswordGenerated{Person: novice.Person, Counter: 1, ExpiresAt: w.Now().AddDate(0, 0, 1)})
	w.By(novice).When(ask).ThenRefused(domain.PasswordChangeRequired)
}

func mill() commands.FoundAccount {
	return commands.FoundAccount{
		Slug: "mill", Name: "The Mill", Country: "DE", Language: "en", Email: "mo@mill.example", FirstName: "Mo", LastName: "Miller", Password: commandstest.Password,
	}
}

// founded is what the founding of the mill is expected to lead to.
func founded(t *testing.T, w *commandstest.World, o commandstest.Outcome) (company commandstest.Appended, founder commandstest.Appended, id domain.AccountID) {
	t.Helper()
	id, err := w.App.AccountNamed(t.Context(), "mill")
	require.NoError(t, err)
	contact, err := w.App.Contact("mo@mill.example", "")
	require.NoError(t, err)
	slot, err := w.App.SlotOf(t.Context(), id, contact)
	require.NoError(t, err)
	who, credential := domain.PersonIDFor(slot, 1), domain.CredentialFor(o.Request.Command)
	company = commandstest.Events(domain.AccountStream(id), account.Founded{
		Account: id, Slug: "mill", Name: "The Mill", Country: "DE", Language: "en",
		Administrator: account.Founder{Person: who, Slot: slot, Credential: credential},
		Personal:      account.FounderDetails{Email: "mo@mill.example", FirstName: "Mo", LastName: "Miller"},
	})
	founder = commandstest.Events(domain.PersonStream(slot),
		person.FounderRegistered{Person: who, Tenure: 1, Personal: person.Registrant{
			Contact: domain.Contact{Kind: domain.ContactEmail, Address: "mo@mill.example"}, FirstName: "Mo", LastName: "Miller",
		}},
		person.Employed{Person: who, Tenure: 1, Epoch: 1, Role: domain.RoleAdministrator, Basis: person.Basis{Kind: person.Founding}},
		person.PasswordSet{Person: who, Credential: credential})
	return company, founder, id
}

func TestFoundAccount(t *testing.T) {
	t.Run("founds the account, and its first administrator after it", func(t *testing.T) {
		w := commandstest.New(t)
		var first, again commands.Founded
		o := w.As(commands.Operator()).When(founding(mill(), &first))
		company, founder, id := founded(t, w, o)
		o.Then(company, founder)
		require.Equal(t, id, first.Account)
		require.Equal(t, w.Log.All()[len(w.Log.All())-1].Position, first.Position)
		w.Again(o.Request).When(founding(mill(), &again)).ThenNothing()
		require.Equal(t, first, again)
		_, err := w.App.LogIn(t.Context(), commands.LogIn{Slug: "mill", Login: "mo@mill.example", Password: commandstest.Password})
		require.NoError(t, err)
	})
	t.Run("is finished after a crash by the same command, and by the policy", func(t *testing.T) {
		for _, by := range []string{"command", "policy"} {
			w := commandstest.New(t)
			w.Settle()
			var result commands.Founded
			w.Log.CrashAfter = 1
			o := w.As(commands.Operator()).When(founding(mill(), &result))
			company, founder, _ := founded(t, w, o)
			o.ThenFails(commandstest.ErrCrash, company)
			w.Restart()
			again := w.Again(o.Request)
			if by == "command" {
				again.When(founding(mill(), &result)).Then(founder)
			} else {
				again.When(func(*commands.App, commands.Request) error { w.Settle(); return nil }).Then(founder)
				w.Again(o.Request).When(founding(mill(), &result)).ThenNothing()
			}
			w.When(func(*commands.App, commands.Request) error { w.Settle(); return nil }).ThenNothing()
		}
	})
	t.Run("is for the operator alone", func(t *testing.T) {
		w := commandstest.New(t)
		var result commands.Founded
		w.When(founding(mill(), &result)).ThenRefused(domain.NotFound)
		w.As(commands.LinkHolder()).When(founding(mill(), &result)).ThenRefused(domain.NotSignedIn)
	})
	for name, c := range map[string]struct {
		change func(*commands.FoundAccount)
		code   domain.Code
		field  string
	}{
		"a short name that is taken":       {func(c *commands.FoundAccount) { c.Slug = "acme" }, domain.SlugTaken, "slug"},
		"a short name that is none":        {func(c *commands.FoundAccount) { c.Slug = "Mill!" }, domain.InvalidSlug, "slug"},
		"no name":                          {func(c *commands.FoundAccount) { c.Name = "" }, domain.InvalidName, "name"},
		"no such country":                  {func(c *commands.FoundAccount) { c.Country = "Germany" }, domain.InvalidCountry, "country"},
		"no such language":                 {func(c *commands.FoundAccount) { c.Language = "german" }, domain.InvalidLanguage, "language"},
		"no address":                       {func(c *commands.FoundAccount) { c.Email = "mo" }, domain.InvalidEmail, "administrator.email"},
		"no first name":                    {func(c *commands.FoundAccount) { c.FirstName = "" }, domain.InvalidName, "administrator.first_name"},
		"a last name that is none":         {func(c *commands.FoundAccount) { c.LastName = "{}" }, domain.InvalidName, "administrator.last_name"},
		"a short password":                 {func(c *commands.FoundAccount) { c.Password = "short" }, domain.PasswordTooShort, "administrator.password"},
		"a password of the founder's name": {func(c *commands.FoundAccount) { c.Password = "miller the miller" }, domain.PasswordOwnWords, "administrator.password"},
	} {
		t.Run("refuses "+name, func(t *testing.T) {
			w := commandstest.New(t)
			asked := mill()
			c.change(&asked)
			var result commands.Founded
			require.Equal(t, c.field, w.As(commands.Operator()).When(founding(asked, &result)).ThenRefused(c.code).Field)
		})
	}
}

func TestRegisterFounderAgainChangesNothing(t *testing.T) {
	w := commandstest.New(t)
	event := w.Log.Of(domain.AccountStream(w.Acme))[0]
	begun, ok := event.Event.(account.Founded)
	require.True(t, ok)
	w.When(func(app *commands.App, _ commands.Request) error {
		_, err := app.RegisterFounder(t.Context(), event.ID, begun)
		return err
	}).ThenNothing()
}

func TestSettings(t *testing.T) {
	w := commandstest.New(t)
	looking := func(app *commands.App, r commands.Request) error {
		settings, err := app.Settings(t.Context(), r.Caller, r.Account)
		if err == nil {
			require.Equal(t, w.Company(), settings)
		}
		return err
	}
	w.When(looking).ThenNothing()
	w.By(w.Auditor("bob@acme.example")).When(looking).ThenNothing()
	w.By(w.Employee("eve@acme.example")).When(looking).ThenRefused(domain.NotPermitted)
	refusedToOutsiders(t, w, looking)
}

// settings is each change of an account's settings that administrators make, with its
// event.
func settings() map[string]struct {
	ask   asking
	event domain.Event
} {
	public, yes, length, emails := account.Public, true, 16, 7
	domains, greeting, countries := []string{"acme.example", "*.mill.example"}, "Welcome!", []string{"us", "DE", "US"}
	fewer := account.DefaultLimits()
	fewer.Emails, fewer.SMSCountries = 7, []string{"DE", "US"}
	registration := func(c commands.ChangeRegistration) asking { return done((*commands.App).ChangeRegistration, c) }
	return map[string]struct {
		ask   asking
		event domain.Event
	}{
		"everyone may invite":      {done((*commands.App).ChangeInviting, account.ChangeInviting{EveryoneMayInvite: true}), account.InvitingOpenedToEveryone{}},
		"the mode of registration": {registration(commands.ChangeRegistration{Mode: &public}), account.RegistrationModeChanged{Mode: account.Public}},
		"the domain rules":         {registration(commands.ChangeRegistration{Domains: &domains}), account.DomainRulesChanged{Domains: domains}},
		"the greeting":             {registration(commands.ChangeRegistration{Greeting: &greeting}), account.GreetingChanged{Greeting: greeting}},
		"whether invited people wait": {
			registration(commands.ChangeRegistration{ModerateInvited: &yes}), account.InvitedPeopleModerated{},
		},
		"the password policy": {
			done((*commands.App).ChangePasswordPolicy, account.ChangePasswordPolicy{MinimumLength: &length}),
			account.PasswordPolicyChanged{MinimumLength: 16, MailedPasswords: true},
		},
		"the limits": {
			done((*commands.App).ChangeLimits, account.ChangeLimits{Emails: &emails, SMSCountries: &countries}), account.LimitsChanged(fewer),
		},
		"the join link, which is closed": {doing((*commands.App).DisableJoinLink), account.JoinLinkDisabled{}},
	}
}

func TestEachSettingIsChangedOnceAndByAdministratorsOnly(t *testing.T) {
	for name, c := range settings() {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			refusedToOthers(t, w, c.ask)
			o := w.When(c.ask).Then(inAccount(w, c.event))
			w.Again(o.Request).When(c.ask).ThenNothing()
			w.When(c.ask).ThenNothing()
		})
	}
}

func TestSettingsAreChangedBack(t *testing.T) {
	w := commandstest.New(t)
	w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{}, account.InvitedPeopleModerated{}, account.JoinLinkDisabled{})
	no := false
	w.When(done((*commands.App).ChangeInviting, account.ChangeInviting{})).Then(inAccount(w, account.InvitingLimitedToAdministrators{}))
	w.When(done((*commands.App).ChangeRegistration, commands.ChangeRegistration{ModerateInvited: &no})).Then(inAccount(w, account.InvitedPeopleTrusted{}))
	opening := doing((*commands.App).EnableJoinLink)
	refusedToOthers(t, w, opening)
	w.When(opening).Then(inAccount(w, account.JoinLinkEnabled{}))
	w.When(opening).ThenNothing()
}

func TestRotateJoinLink(t *testing.T) {
	w := commandstest.New(t)
	before, rotating := w.JoinToken(), doing((*commands.App).RotateJoinLink)
	refusedToOthers(t, w, rotating)
	o := w.When(rotating).Then(inAccount(w, account.JoinLinkRotated{Generation: 2}))
	w.Again(o.Request).When(rotating).ThenNothing()
	require.NotEqual(t, before, w.JoinToken())
	w.When(rotating).Then(inAccount(w, account.JoinLinkRotated{Generation: 3}))
}

func TestChangePlan(t *testing.T) {
	w := commandstest.New(t)
	changing := done((*commands.App).ChangePlan, account.ChangePlan{Plan: account.Standard})
	operator := w.As(commands.Operator())
	operator.When(changing).Then(inAccount(w, account.PlanChanged{Plan: account.Standard}))
	operator.When(changing).ThenNothing()
	require.Equal(t, "plan", operator.When(done((*commands.App).ChangePlan, account.ChangePlan{Plan: "gold"})).ThenRefused(domain.InvalidPlan).Field)
	w.When(changing).ThenRefused(domain.NotPermitted)
	w.As(commands.LinkHolder()).When(changing).ThenRefused(domain.NotSignedIn)
	nowhere := commands.Request{Command: w.App.NewCommand(), Caller: commands.Operator(), Account: domain.AccountID{9}}
	w.Again(nowhere).When(changing).ThenRefused(domain.NotFound)
}

func TestSettingsThatAreNoneAreRefused(t *testing.T) {
	odd, short, none, long := account.Mode("secret"), 3, 0, strings.Repeat("x", 2001)
	notDomain, provider, empty, wrong := []string{"no domain"}, []string{"gmail.com"}, []string{"DE", ""}, []string{"Germany"}
	registration := func(c commands.ChangeRegistration) asking { return done((*commands.App).ChangeRegistration, c) }
	limits := func(c account.ChangeLimits) asking { return done((*commands.App).ChangeLimits, c) }
	for name, c := range map[string]struct {
		ask   asking
		code  domain.Code
		field string
	}{
		"no such mode":                {registration(commands.ChangeRegistration{Mode: &odd}), domain.InvalidMode, "mode"},
		"no domain":                   {registration(commands.ChangeRegistration{Domains: &notDomain}), domain.InvalidDomain, "domains"},
		"a public mail provider":      {registration(commands.ChangeRegistration{Domains: &provider}), domain.PublicMailProvider, "domains"},
		"a greeting that is too long": {registration(commands.ChangeRegistration{Greeting: &long}), domain.InvalidGreeting, "greeting"},
		"passwords that are short":    {done((*commands.App).ChangePasswordPolicy, account.ChangePasswordPolicy{MinimumLength: &short}), domain.InvalidPolicy, "minimum_length"},
		"a limit of nothing":          {limits(account.ChangeLimits{SMS: &none}), domain.InvalidLimit, "sms"},
		"a country without a name":    {limits(account.ChangeLimits{SMSCountries: &empty}), domain.InvalidCountry, "sms_countries[1]"},
		"no such country":             {limits(account.ChangeLimits{SMSCountries: &wrong}), domain.InvalidCountry, "sms_countries[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			require.Equal(t, c.field, w.When(c.ask).ThenRefused(c.code).Field)
		})
	}
	w := commandstest.New(t)
	w.When(registration(commands.ChangeRegistration{Domains: &provider, PublicProvidersConfirmed: true})).Then(inAccount(w, account.DomainRulesChanged{Domains: provider}))
	w.When(registration(commands.ChangeRegistration{Domains: &provider})).ThenNothing() // as it stands already
	more := append(slices.Clone(provider), "acme.example")
	w.When(registration(commands.ChangeRegistration{Domains: &more})).Then(inAccount(w, account.DomainRulesChanged{Domains: more}))
}

func TestWhatStandsAlreadyIsNotJudgedAgain(t *testing.T) {
	w := commandstest.New(t)
	rules, greeting := []string{"*.co.uk", "acme.example"}, "Welcome\u0007" // of a time with other rules
	w.Given(domain.AccountStream(w.Acme), account.DomainRulesChanged{Domains: rules}, account.GreetingChanged{Greeting: greeting})
	same := commands.ChangeRegistration{Domains: &rules, Greeting: &greeting}
	w.When(done((*commands.App).ChangeRegistration, same)).ThenNothing()
}

func TestTheJoinLinkIsShownToWhoeverMayInvite(t *testing.T) {
	w := commandstest.New(t)
	looking := func(app *commands.App, r commands.Request) error {
		link, err := app.JoinLink(t.Context(), r.Caller, r.Account)
		if err == nil {
			require.NotEmpty(t, link.Token)
			require.Equal(t, w.Company().JoinLink, link.JoinLink)
		}
		return err
	}
	eve := w.Employee("eve@acme.example")
	w.When(looking).ThenNothing()
	refusedToOthers(t, w, looking)
	w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{})
	w.By(eve).When(looking).ThenNothing()
}
