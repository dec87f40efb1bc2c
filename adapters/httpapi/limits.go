package httpapi

import (
	"context"
	"net/http"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

type limits struct {
	InvitationsPerInviter int      `json:"invitations_per_inviter" doc:"How many people one person invites at most within a day." example:"10000"`
	Emails                int      `json:"emails" doc:"How many e-mails the account sends at most within a day." example:"20000"`
	SMS                   int      `json:"sms" doc:"How many SMS the account sends at most within a day." example:"10000"`
	SMSPerCountryAbroad   int      `json:"sms_per_country_abroad" doc:"How many SMS at most to one country other than the account's within a day." example:"100"`
	SMSPerBlockAbroad     int      `json:"sms_per_block_abroad" doc:"How many SMS at most to numbers abroad with the same first seven digits within an hour." example:"20"`
	SMSCountries          []string `json:"sms_countries" doc:"Where SMS may go; empty for everywhere." example:"DE,AT"`
}

type limitsChange struct {
	InvitationsPerInviter *int      `json:"invitations_per_inviter,omitempty" doc:"1 to 100,000 a day." example:"500"`
	Emails                *int      `json:"emails,omitempty" doc:"1 to 100,000 a day." example:"20000"`
	SMS                   *int      `json:"sms,omitempty" doc:"1 to 100,000 a day." example:"2000"`
	SMSPerCountryAbroad   *int      `json:"sms_per_country_abroad,omitempty" doc:"1 to 100,000 a day." example:"100"`
	SMSPerBlockAbroad     *int      `json:"sms_per_block_abroad,omitempty" doc:"1 to 100,000 an hour." example:"20"`
	SMSCountries          *[]string `json:"sms_countries,omitempty" doc:"Country codes (ISO 3166-1 alpha-2); empty for everywhere." example:"DE,AT"`
}

func (a *api) limitRoutes() {
	command(a, route{
		id: "change-limits", needs: commands.ChangeSettings, method: http.MethodPut, path: "/v1/accounts/{account}/settings/limits", tag: "Settings",
		summary:     "Change how much the account sends at most",
		description: "For administrators. What is left out stays as it is; what was sent already counts.",
		codes:       []domain.Code{domain.InvalidLimit, domain.InvalidCountry},
	}, a.changeLimits)
}

func (a *api) changeLimits(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body limitsChange
},
) (done, error) {
	return doneAt(a.App.ChangeLimits(ctx, request, account.ChangeLimits(in.Body)))
}
