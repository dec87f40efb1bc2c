package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/accounts"
)

type company struct {
	ID        domain.AccountID `json:"id"`
	Slug      string           `json:"slug" example:"acme"`
	Name      string           `json:"name" example:"Acme Ltd"`
	Country   string           `json:"country,omitzero" example:"DE"`
	Language  string           `json:"language" example:"en"`
	Plan      account.Plan     `json:"plan" enum:"free,crm+,project+,standard,professional"`
	Status    accounts.Status  `json:"status" enum:"open,closed"`
	Employees int              `json:"employees" doc:"How many have access, or would have while the account is closed." example:"120"`
	FoundedAt time.Time        `json:"founded_at"`
	ClosedAt  *time.Time       `json:"closed_at,omitempty" doc:"Absent where the account is open."`
}

type companiesInput struct {
	Paged
	Status string `query:"status" doc:"open or closed." example:"closed"`
	Plan   string `query:"plan" doc:"free, crm+, project+, standard or professional." example:"free"`
	Search string `query:"search" doc:"A part of the short name or the name." example:"acme"`
}

func (in *companiesInput) Query() (accounts.Query, error) {
	if err := cmp.Or(questions.OneOf(in.Status, "status", string(accounts.Open), string(accounts.Closed)), questions.OneOf(in.Plan, "plan", texts(account.Plans())...)); err != nil {
		return accounts.Query{}, err
	}
	return accounts.Query{Status: accounts.Status(in.Status), Plan: account.Plan(in.Plan), Search: projections.Search{in.Search}, Paging: in.paging()}, nil
}

// why is the body of what the operator does with an account.
type why struct {
	Reason string `json:"reason" doc:"Why, for the record: up to 1,000 characters." example:"Asked for by the company, ticket 4711."`
}

func (a *api) companyRoutes() {
	const tag, path = "Accounts", "/v1/accounts/{account}"
	const note = "For the operator: send the operator token as bearer. "
	ask[companiesInput](a, route{
		id: "accounts", method: http.MethodGet, path: "/v1/accounts", tag: tag, operator: true,
		summary: "The companies, by short name", description: note, codes: []domain.Code{domain.InvalidCursor},
	}, questions.Accounts(), shown(showCompany))
	command(a, route{
		id: "close-account", method: http.MethodPost, path: path + "/close", tag: tag, operator: true,
		summary: "Close an account",
		description: note + "Nobody signs in; sessions, API tokens and links are refused with `account_closed`; open streams end; nothing is sent, nor later what was not. " +
			"What runs out does so, and all history stays: while the account is closed, the operator can read its settings, history, why and lineage.",
		codes: []domain.Code{domain.InvalidReason},
	}, a.closeAccount)
	command(a, route{
		id: "open-account", method: http.MethodPost, path: path + "/open", tag: tag, operator: true,
		summary:     "Open a closed account again",
		description: note + "Sessions, API tokens and links work again that have not run out meanwhile; nobody has to sign in anew.",
		codes:       []domain.Code{domain.InvalidReason},
	}, a.openAccount)
}

func showCompany(one accounts.Account) company {
	return company{
		ID: one.ID, Slug: one.Slug, Name: one.Name, Country: one.Country, Language: one.Language, Plan: one.Plan, Status: one.Status(),
		Employees: one.Employees, FoundedAt: one.FoundedAt.UTC(), ClosedAt: unlessZero(one.ClosedAt),
	}
}

func (a *api) closeAccount(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body why
},
) (done, error) {
	return doneAt(a.App.CloseAccount(ctx, request, in.Body.Reason))
}

func (a *api) openAccount(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body why
},
) (done, error) {
	return doneAt(a.App.OpenAccount(ctx, request, in.Body.Reason))
}
