package commands

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

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
}

// Founded is the answer to FoundAccount.
type Founded struct {
	Done
	Account domain.AccountID
	Slug    string
	Name    string
	Person  domain.PersonID
}

// FoundAccount is for the operator. The account's own stream decides; the
// administrator's stream follows at once, or by policy after a crash.
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
	result, err := execute(ctx, a, call[account.State, account.Command, account.Event]{
		aggregate: a.accounts, stream: stream, command: request.Command, request: request,
		build: func(context.Context, loaded[account.State]) (account.Command, error) { return found, nil },
		prepare: func(ctx context.Context) error {
			return a.savePassword(ctx, found.Administrator.Credential, c.Password)
		},
	})
	if err != nil {
		return Founded{}, err
	}
	founded, ok := find[account.Founded](result.events)
	if !ok {
		return Founded{}, fmt.Errorf("account %s was founded without an event", id)
	}
	done, err := a.RegisterFounder(ctx, domain.EventID(request.Command, stream, 0), founded)
	return Founded{Done: done, Account: id, Slug: founded.Slug, Name: founded.Name, Person: founded.Administrator.Person}, err
}

func (a *App) readFounding(ctx context.Context, request Request, c FoundAccount) (account.Found, error) {
	email, err1 := a.Texts.Email(c.Email)
	first, err2 := a.Texts.PersonName(c.FirstName)
	last, err3 := a.Texts.PersonName(c.LastName)
	name, err4 := a.Texts.Label(c.Name)
	country, err5 := a.Texts.Country(c.Country)
	language, err6 := a.Texts.Language(c.Language)
	err7 := a.Passwords.Judge(c.Password, account.ShortestPassword, []string{c.Email, c.FirstName, c.LastName, c.Name, c.Slug})
	if err := errors.Join(
		in("administrator.email", err1), in("administrator.first_name", err2), in("administrator.last_name", err3),
		in("name", err4), in("country", err5), in("language", err6), in("administrator.password", err7),
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
		Details: account.FounderDetails{Email: email.Address, FirstName: first, LastName: last},
	}, nil
}

// RegisterFounder follows an account.founded event, known by its id, in the
// founder's stream. Doing it again changes nothing.
func (a *App) RegisterFounder(ctx context.Context, event uuid.UUID, founded account.Founded) (Done, error) {
	command := domain.FollowUp(event, "register founder")
	founder := founded.Administrator
	result, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(founder.Slot), command: command,
		request: Request{Command: command, Caller: Policy(), Account: founded.Account},
		build: func(context.Context, loaded[person.State]) (person.Command, error) {
			return person.RegisterFounder{
				Slot: founder.Slot, Credential: founder.Credential,
				Details: person.Registrant{
					Contact:   domain.Contact{Kind: domain.ContactEmail, Address: founded.Personal.Email},
					FirstName: founded.Personal.FirstName, LastName: founded.Personal.LastName,
				},
			}, nil
		},
	})
	return Done{Position: result.position}, err
}

// Settings is what an account is set to.
func (a *App) Settings(ctx context.Context, caller Caller, id domain.AccountID) (account.State, error) {
	if _, err := a.Permit(ctx, caller, id, SeeSettings); err != nil {
		return account.State{}, err
	}
	return a.company(ctx, id)
}

// ChangeInviting turns "allow everyone to invite" on or off.
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
}

// ChangeRegistration affects registrations that come afterwards.
func (a *App) ChangeRegistration(ctx context.Context, request Request, c ChangeRegistration) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeSettings); err != nil {
		return Done{}, err
	}
	change := account.ChangeRegistration{Mode: c.Mode, ModerateInvited: c.ModerateInvited}
	if c.Domains != nil {
		rules, err := a.Texts.DomainRules(*c.Domains, c.PublicProvidersConfirmed)
		if err != nil {
			return Done{}, in("domains", err)
		}
		change.Domains = &rules
	}
	if c.Greeting != nil {
		greeting, err := a.Texts.Greeting(*c.Greeting)
		if err != nil {
			return Done{}, in("greeting", err)
		}
		change.Greeting = &greeting
	}
	return a.changeAccount(ctx, request, ChangeSettings, change)
}

// ChangePasswordPolicy says what the account asks of passwords.
func (a *App) ChangePasswordPolicy(ctx context.Context, request Request, c account.ChangePasswordPolicy) (Done, error) {
	return a.changeAccount(ctx, request, ChangeSettings, c)
}

// ChangeLimits says how much the account sends at most from now on.
func (a *App) ChangeLimits(ctx context.Context, request Request, c account.ChangeLimits) (Done, error) {
	if c.SMSCountries != nil {
		countries := make([]string, len(*c.SMSCountries))
		for i, text := range *c.SMSCountries {
			country, err := a.Texts.Country(text)
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

// ChangePlan is for the operator: it records what the company subscribes to.
func (a *App) ChangePlan(ctx context.Context, request Request, c account.ChangePlan) (Done, error) {
	return a.changeAccount(ctx, request, ChangeThePlan, c)
}

// RotateJoinLink makes a new join link; the old one is dead at once.
func (a *App) RotateJoinLink(ctx context.Context, request Request) (Done, error) {
	return a.changeAccount(ctx, request, ChangeTheJoinLink, account.RotateJoinLink{})
}

// DisableJoinLink closes the join link.
func (a *App) DisableJoinLink(ctx context.Context, request Request) (Done, error) {
	return a.changeAccount(ctx, request, ChangeTheJoinLink, account.DisableJoinLink{})
}

// EnableJoinLink opens it again.
func (a *App) EnableJoinLink(ctx context.Context, request Request) (Done, error) {
	return a.changeAccount(ctx, request, ChangeTheJoinLink, account.EnableJoinLink{})
}

// JoinLink is the account's shared link, and what it is limited to.
type JoinLink struct {
	Token string
	account.JoinLink
}

// JoinLink is for whoever may invite: the link is copied and sent by hand.
func (a *App) JoinLink(ctx context.Context, caller Caller, id domain.AccountID) (JoinLink, error) {
	if _, err := a.Permit(ctx, caller, id, InvitePeople); err != nil {
		return JoinLink{}, err
	}
	company, err := a.company(ctx, id)
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
	result, err := execute(ctx, a, call[account.State, account.Command, account.Event]{
		aggregate: a.accounts, stream: domain.AccountStream(request.Account), command: request.Command, request: request,
		authorise: a.permit(request, action),
		build:     func(context.Context, loaded[account.State]) (account.Command, error) { return command, nil },
	})
	return Done{Position: result.position}, err
}

// in says which input an error is about, where it is a refusal.
func in(field string, err error) error {
	if refusal, ok := errors.AsType[*domain.Refusal](err); ok && refusal.Field == "" {
		return refusal.In(field)
	}
	return err
}
