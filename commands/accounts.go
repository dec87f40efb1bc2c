package commands

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// FoundAccount begins an account with its first administrator.
type FoundAccount struct {
	Slug, Name        string
	Country, Language string // may be empty
	Email             string
	FirstName         string
	LastName          string
	Password          string
	Confirmed         []string // the address and names that look wrong and are meant
}

// Founded is the answer to FoundAccount.
type Founded struct {
	Done
	Account domain.AccountID
	Slug    string
	Name    string
	Person  domain.PersonID
}

// FoundAccount founds an account, for the operator. The account's own stream decides;
// the administrator's follows at once, or by policy after a crash. It refuses with
// slug_taken, invalid_slug, invalid_email, invalid_name, invalid_country,
// invalid_language, or with what is wrong with the password (password_too_short,
// password_too_long, password_common, password_own_words, password_invalid).
func (a *App) FoundAccount(ctx context.Context, request Request, c FoundAccount) (Founded, error) {
	if _, err := a.Permit(ctx, request.Caller, domain.AccountID{}, FoundAnAccount); err != nil {
		return Founded{}, err
	}
	id, err := a.AccountNamed(ctx, c.Slug)
	if err != nil {
		return Founded{}, err
	}
	request.Account = id
	found, err := a.readFounding(ctx, request, c)
	if err != nil {
		return Founded{}, err
	}
	stream := domain.AccountStream(id)
	result, err := a.accounts.Execute(ctx, accountCall{
		Name: "account.found", Stream: stream, Request: request,
		Build: func(context.Context, loadedAccount) (account.Command, error) { return found, nil },
		Prepare: func(ctx context.Context) error {
			return a.savePassword(ctx, request, found.Administrator.Credential, c.Password)
		},
	})
	if err != nil {
		return Founded{}, err
	}
	founded, ok := execution.Find[account.Founded](result.Events)
	if !ok {
		return Founded{}, fmt.Errorf("account %s was founded without an event", id)
	}
	done, err := a.RegisterFounder(execution.Within(ctx, request), domain.EventID(request.Command, stream, 0), founded)
	return Founded{Done: done, Account: id, Slug: founded.Slug, Name: founded.Name, Person: founded.Administrator.Person}, err
}

func (a *App) readFounding(ctx context.Context, request Request, c FoundAccount) (account.Found, error) {
	q := a.asks(request, c.Confirmed)
	email, err1 := q.contact(ctx, c.Email, a.ports.Texts.Email)
	first, last, err2 := q.person(ctx, "administrator.", c.FirstName, c.LastName, a.ports.Texts.LastName, c.Name)
	name, err3 := a.companyName(ctx, q, c.Name)
	country, err4 := a.ports.Texts.Country(c.Country)
	language, err5 := a.ports.Texts.Language(c.Language)
	err6 := a.ports.Passwords.Judge(c.Password, account.ShortestPassword, []string{c.Email, c.FirstName, c.LastName, c.Name, c.Slug})
	if err := errors.Join(
		in("administrator.email", err1), err2, in("name", err3), in("country", err4), in("language", err5), in("administrator.password", err6),
	); err != nil {
		return account.Found{}, err
	}
	slot, err := a.SlotOf(ctx, request.Account, email)
	if err != nil {
		return account.Found{}, err
	}
	return account.Found{
		Account: request.Account, Slug: c.Slug, Name: name, Country: country, Language: language,
		Administrator: account.Founder{
			Person: domain.PersonIDFor(slot, 1), Slot: slot, Credential: domain.CredentialFor(request.Command),
		},
		Confirmed: q.settled,
		Details:   account.FounderDetails{Email: email.Address, FirstName: first, LastName: last},
	}, nil
}

// companyName reads the name of a company that is none yet. Other companies are known by
// their short names.
func (a *App) companyName(ctx context.Context, q *asking, typed string) (string, error) {
	name, err := a.ports.Texts.Label(typed)
	if err != nil {
		return "", err
	}
	var failed error
	err = q.original(ctx, typed, name, func(slug string) bool {
		id, err := a.AccountNamed(ctx, slug)
		if err == nil {
			var other loadedAccount
			other, err = a.accounts.Load(ctx, domain.AccountStream(id))
			if err == nil {
				return id != q.request.Account && other.State.Exists()
			}
		}
		failed = cmp.Or(failed, err)
		return false
	})
	return name, cmp.Or(failed, err)
}

// RegisterFounder follows an account.founded event, known by its id, in the
// founder's stream. Doing it again changes nothing, and it refuses nothing.
func (a *App) RegisterFounder(ctx context.Context, event uuid.UUID, founded account.Founded) (Done, error) {
	command := domain.FollowUp(event, "register founder")
	founder := founded.Administrator
	result, err := a.people.Execute(ctx, personCall{
		Name: "person.register_founder", Stream: domain.PersonStream(founder.Slot),
		Request: Request{Command: command, Caller: Policy(), Account: founded.Account},
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.RegisterFounder{
				Slot: founder.Slot, Credential: founder.Credential,
				Details: person.Registrant{
					Contact:   domain.Contact{Kind: domain.ContactEmail, Address: founded.Personal.Email},
					FirstName: founded.Personal.FirstName, LastName: founded.Personal.LastName,
				},
			}, nil
		},
	})
	return Done{Position: result.Position}, err
}

// Settings returns what an account is set to, for administrators and auditors.
func (a *App) Settings(ctx context.Context, caller Caller, id domain.AccountID) (account.State, error) {
	if _, err := a.Permit(ctx, caller, id, SeeSettings); err != nil {
		return account.State{}, err
	}
	return a.company(execution.Lagging(ctx), id)
}

// ChangeInviting turns "allow everyone to invite" on or off, for administrators.
func (a *App) ChangeInviting(ctx context.Context, request Request, c account.ChangeInviting) (Done, error) {
	return a.changeAccount(ctx, request, ChangeSettings, c)
}

// ChangeRegistration is what may be changed of how registrations are judged;
// nil leaves something as it is.
type ChangeRegistration struct {
	Mode            *account.Mode
	Domains         *[]string
	Greeting        *string
	ModerateInvited *bool
	// PublicProvidersConfirmed lets a public mail provider be a domain rule.
	PublicProvidersConfirmed bool
	Confirmed                []string // the domains that look wrong and are meant
}

// ChangeRegistration changes how registrations are judged that come afterwards, for
// administrators. It refuses with invalid_mode, invalid_domain, public_mail_provider
// or invalid_greeting.
func (a *App) ChangeRegistration(ctx context.Context, request Request, c ChangeRegistration) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeSettings); err != nil {
		return Done{}, err
	}
	company, err := a.company(ctx, request.Account) // of which nothing is judged again that stands already
	if err != nil {
		return Done{}, err
	}
	change := account.ChangeRegistration{Mode: c.Mode, ModerateInvited: c.ModerateInvited}
	if c.Domains != nil {
		rules, err := a.ports.Texts.DomainRules(*c.Domains, c.PublicProvidersConfirmed, company.Domains...)
		if err != nil {
			return Done{}, in("domains", err)
		}
		q := a.asks(request, c.Confirmed)
		if err := a.originalRules(ctx, q, company, rules); err != nil {
			return Done{}, in("domains", err)
		}
		change.Domains, change.Confirmed = &rules, q.settled
	}
	if c.Greeting != nil && *c.Greeting != company.Greeting {
		greeting, err := a.ports.Texts.Greeting(*c.Greeting)
		if err != nil {
			return Done{}, in("greeting", err)
		}
		change.Greeting = &greeting
	}
	return a.changeAccount(ctx, request, ChangeSettings, change)
}

// originalRules asks about rules that begin like the company's own name, or somebody
// else's, in another script, but for those that stand already.
func (a *App) originalRules(ctx context.Context, q *asking, company account.State, rules []string) error {
	for confirmed := range maps.Clone(q.confirmed) {
		if normal, err := a.ports.Texts.DomainRules([]string{confirmed}, true); err == nil {
			q.confirmed[normal[0]] = true
		}
	}
	for _, rule := range rules {
		if slices.Contains(company.Domains, rule) {
			continue
		}
		if err := q.original(ctx, rule, rule, func(name string) bool { return name == company.Slug }); err != nil {
			return err
		}
	}
	return nil
}

// ChangePasswordPolicy changes what the account asks of passwords, for administrators.
// It refuses with invalid_password_policy.
func (a *App) ChangePasswordPolicy(ctx context.Context, request Request, c account.ChangePasswordPolicy) (Done, error) {
	return a.changeAccount(ctx, request, ChangeSettings, c)
}

// ChangeLimits changes how much the account sends at most from now on, for
// administrators. It refuses with invalid_limit or invalid_country.
func (a *App) ChangeLimits(ctx context.Context, request Request, c account.ChangeLimits) (Done, error) {
	if c.SMSCountries != nil {
		countries := make([]string, len(*c.SMSCountries))
		for i, text := range *c.SMSCountries {
			country, err := a.ports.Texts.Country(text)
			if err == nil && country == "" {
				err = domain.Refuse(domain.InvalidCountry, "name countries by their two letters, such as DE")
			}
			if err != nil {
				return Done{}, in(fmt.Sprintf("sms_countries[%d]", i), err)
			}
			countries[i] = country
		}
		c.SMSCountries = &countries
	}
	return a.changeAccount(ctx, request, ChangeSettings, c)
}

// ChangePlan records what the company subscribes to, for the operator. It refuses
// with invalid_plan, or not_found where there is no such account.
func (a *App) ChangePlan(ctx context.Context, request Request, c account.ChangePlan) (Done, error) {
	return a.changeAccount(ctx, request, ChangeThePlan, c)
}

// RotateJoinLink makes a new join link, for administrators; the old one is dead at once.
func (a *App) RotateJoinLink(ctx context.Context, request Request) (Done, error) {
	return a.changeAccount(ctx, request, ChangeTheJoinLink, account.RotateJoinLink{})
}

// DisableJoinLink closes the join link, for administrators.
func (a *App) DisableJoinLink(ctx context.Context, request Request) (Done, error) {
	return a.changeAccount(ctx, request, ChangeTheJoinLink, account.DisableJoinLink{})
}

// EnableJoinLink opens the join link again, for administrators.
func (a *App) EnableJoinLink(ctx context.Context, request Request) (Done, error) {
	return a.changeAccount(ctx, request, ChangeTheJoinLink, account.EnableJoinLink{})
}

// JoinLink is the account's shared link, and what it is limited to.
type JoinLink struct {
	Token string
	account.JoinLink
}

// JoinLink returns the join link, for whoever may invite: it is copied and sent by hand.
func (a *App) JoinLink(ctx context.Context, caller Caller, id domain.AccountID) (JoinLink, error) {
	if _, err := a.Permit(ctx, caller, id, InvitePeople); err != nil {
		return JoinLink{}, err
	}
	company, err := a.company(execution.Lagging(ctx), id)
	if err != nil {
		return JoinLink{}, err
	}
	keys, err := a.linkKeys(ctx)
	if err != nil {
		return JoinLink{}, err
	}
	link := links.Link{Purpose: links.Join, Subject: uuid.UUID(id), Counter: company.JoinLink.Generation}
	return JoinLink{Token: keys.Token(link, links.Owner{Account: id}), JoinLink: company.JoinLink}, nil
}

func (a *App) changeAccount(ctx context.Context, request Request, action Action, command account.Command) (Done, error) {
	result, err := a.accounts.Execute(ctx, accountCall{
		Name: execution.NameOf(command), Stream: domain.AccountStream(request.Account), Request: request,
		Authorise: a.guard.Authorise(request, action),
		Build:     func(context.Context, loadedAccount) (account.Command, error) { return command, nil },
	})
	return Done{Position: result.Position}, err
}

// in says which input an error is about, where it is a refusal.
func in(field string, err error) error {
	if refusal, ok := errors.AsType[*domain.Refusal](err); ok && refusal.Field == "" {
		return refusal.In(field)
	}
	return err
}
