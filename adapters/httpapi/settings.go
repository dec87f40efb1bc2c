package httpapi

import (
	"context"
	"net/http"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

type settings struct {
	Slug         string               `json:"slug" example:"acme"`
	Name         string               `json:"name" example:"Acme Ltd"`
	Country      string               `json:"country,omitzero" example:"DE"`
	Language     string               `json:"language" example:"en"`
	TimeZone     string               `json:"time_zone" example:"Europe/Berlin"`
	Plan         account.Plan         `json:"plan" enum:"free,crm+,project+,standard,professional"`
	Inviting     inviting             `json:"inviting"`
	Invitations  invitationDays       `json:"invitations"`
	Registration registrationSettings `json:"registration"`
	Passwords    passwordSettings     `json:"passwords"`
	Limits       limits               `json:"limits"`
}

type companyChange struct {
	Name     *string `json:"name,omitempty" doc:"The company's name, in all messages that follow." example:"Acme Ltd"`
	Country  *string `json:"country,omitempty" doc:"Where phone numbers without a prefix are from, and which SMS are not abroad (ISO 3166-1 alpha-2)." example:"DE"`
	Language *string `json:"language,omitempty" doc:"Of messages that follow: en, de, fr or es." example:"en"`
	TimeZone *string `json:"time_zone,omitempty" doc:"Its name in the IANA database." example:"Europe/Berlin"`
	Confirming
}

type inviting struct {
	EveryoneMayInvite bool `json:"everyone_may_invite" doc:"Whether all users of the account may invite, or administrators only."`
}

type registrationSettings struct {
	Mode            account.Mode `json:"mode" enum:"public,moderated" doc:"Whether the join link lets in at once, or after an administrator's approval."`
	Domains         []string     `json:"domains" doc:"E-mail domains that need no approval once the address is proved." example:"example.com,*.example.org"`
	Greeting        string       `json:"greeting" doc:"Shown on the registration page."`
	ModerateInvited bool         `json:"moderate_invited" doc:"Whether invited people, too, wait for an approval."`
}

type registrationChange struct {
	Mode                 *account.Mode `json:"mode,omitempty" doc:"public: the join link lets in at once; moderated: after an administrator's approval." example:"moderated"`
	Domains              *[]string     `json:"domains,omitempty" doc:"E-mail domains that need no approval once the address is proved: example.com means that domain alone, *.example.com all below it." example:"example.com,*.example.org"`
	Greeting             *string       `json:"greeting,omitempty" doc:"Shown on the registration page: up to 2,000 characters." example:"Welcome! Tell us who you are."`
	ModerateInvited      *bool         `json:"moderate_invited,omitempty" doc:"Whether invited people, too, wait for an approval."`
	ConfirmPublicDomains bool          `json:"confirm_public_domains,omitzero" doc:"Lets a public mail provider be one of the domains."`
	Confirming
}

type passwordSettings struct {
	MinimumLength   int  `json:"minimum_length" doc:"The fewest characters of a password." example:"15"`
	MailedPasswords bool `json:"mailed_passwords" doc:"Whether generated passwords are mailed; otherwise a link for choosing one is."`
}

type passwordSettingsChange struct {
	MinimumLength   *int  `json:"minimum_length,omitempty" doc:"The fewest characters of a password: 12 to 64." example:"15"`
	MailedPasswords *bool `json:"mailed_passwords,omitempty" doc:"Whether generated passwords are mailed; otherwise a link for choosing one is."`
}

type planChange struct {
	Plan account.Plan `json:"plan" doc:"free, crm+, project+, standard or professional." example:"standard"`
}

func (a *api) settingsRoutes() {
	const tag, path = "Settings", "/v1/accounts/{account}/settings"
	ask[accountInput](a, route{
		id: "settings", method: http.MethodGet, path: path, tag: tag,
		summary: "What the account is set to", description: "For administrators and auditors.",
	}, questions.Settings(), plainly(showSettings))
	command(a, route{
		id: "change-company", needs: commands.ChangeSettings, method: http.MethodPut, path: path + "/company", tag: tag,
		summary:     "Correct the company's name, country, language or time zone",
		description: "For administrators. What is left out stays as it is; what was sent and read before stays as it was.",
		codes:       []domain.Code{domain.InvalidName, domain.ConfirmName, domain.InvalidCountry, domain.InvalidLanguage, domain.InvalidTimeZone},
	}, a.changeCompany)
	command(a, route{
		id: "change-inviting", needs: commands.ChangeSettings, method: http.MethodPut, path: path + "/inviting", tag: tag,
		summary: "Let everyone invite, or administrators only", description: "For administrators.",
	}, a.changeInviting)
	command(a, route{
		id: "change-registration", needs: commands.ChangeSettings, method: http.MethodPut, path: path + "/registration", tag: tag,
		summary: "Change how registrations are judged", description: "For administrators. What is left out stays as it is; registrations that were sent before are not judged again.",
		codes: []domain.Code{domain.InvalidMode, domain.InvalidDomain, domain.PublicMailProvider, domain.ConfirmName, domain.InvalidGreeting},
	}, a.changeRegistration)
	command(a, route{
		id: "change-passwords", needs: commands.ChangeSettings, method: http.MethodPut, path: path + "/passwords", tag: tag,
		summary: "Change what is asked of passwords", description: "For administrators. What is left out stays as it is.",
		codes: []domain.Code{domain.InvalidPolicy},
	}, a.changePasswords)
	command(a, route{
		id: "change-plan", method: http.MethodPut, path: path + "/plan", tag: tag, operator: true,
		summary: "Record what the company subscribes to", description: "For the operator: send the operator token as bearer.",
		codes: []domain.Code{domain.InvalidPlan},
	}, a.changePlan)
}

func showSettings(s account.State) settings {
	return settings{
		Slug: s.Slug, Name: s.Name, Country: s.Country, Language: s.Language, TimeZone: s.TimeZone, Plan: s.Plan,
		Inviting: inviting{EveryoneMayInvite: s.EveryoneMayInvite}, Invitations: invitationDays{Days: s.InvitationDays},
		Registration: registrationSettings{
			Mode: s.Mode, Domains: s.Domains, Greeting: s.Greeting, ModerateInvited: s.ModerateInvited,
		},
		Passwords: passwordSettings{MinimumLength: s.Passwords.MinimumLength, MailedPasswords: s.Passwords.MailedPasswords},
		Limits:    limits(s.Limits),
	}
}

func (a *api) changeCompany(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body companyChange
},
) (done, error) {
	return doneAt(a.App.ChangeCompany(ctx, request, commands.ChangeCompany{
		Name: in.Body.Name, Country: in.Body.Country, Language: in.Body.Language, TimeZone: in.Body.TimeZone, Confirmed: in.Body.Confirmed,
	}))
}

func (a *api) changeInviting(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body inviting
},
) (done, error) {
	return doneAt(a.App.ChangeInviting(ctx, request, account.ChangeInviting{EveryoneMayInvite: in.Body.EveryoneMayInvite}))
}

func (a *api) changeRegistration(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body registrationChange
},
) (done, error) {
	return doneAt(a.App.ChangeRegistration(ctx, request, commands.ChangeRegistration{
		Mode: in.Body.Mode, Domains: in.Body.Domains, Greeting: in.Body.Greeting,
		ModerateInvited: in.Body.ModerateInvited, PublicProvidersConfirmed: in.Body.ConfirmPublicDomains, Confirmed: in.Body.Confirmed,
	}))
}

func (a *api) changePasswords(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body passwordSettingsChange
},
) (done, error) {
	return doneAt(a.App.ChangePasswordPolicy(ctx, request, account.ChangePasswordPolicy{
		MinimumLength: in.Body.MinimumLength, MailedPasswords: in.Body.MailedPasswords,
	}))
}

func (a *api) changePlan(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body planChange
},
) (done, error) {
	return doneAt(a.App.ChangePlan(ctx, request, account.ChangePlan{Plan: in.Body.Plan}))
}
