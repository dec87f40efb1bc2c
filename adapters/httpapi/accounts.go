package httpapi

import (
	"context"
	"net/http"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

type founding struct {
	Slug          string  `json:"slug" doc:"The short name: 2 to 63 characters, a to z, 0 to 9 and hyphens." example:"acme"`
	Name          string  `json:"name" doc:"The company's name." example:"Acme Ltd"`
	Country       string  `json:"country,omitzero" doc:"Where phone numbers without a prefix are from (ISO 3166-1 alpha-2); without it, numbers are in international form." example:"DE"`
	Language      string  `json:"language,omitzero" doc:"Of messages: en, as where nothing is said, de, fr or es." example:"en"`
	Administrator founder `json:"administrator" doc:"Who administers the account first."`
	Confirming
}

type founder struct {
	Email     string `json:"email" doc:"The login." example:"ann@acme.example"`
	FirstName string `json:"first_name" example:"Ann"`
	LastName  string `json:"last_name,omitempty" doc:"Empty for people with one name." example:"Ace"`
	Password  string `json:"password" doc:"12 to 256 characters." example:"correct horse battery staple"`
}

type founded struct {
	Account  accountRef      `json:"account"`
	Person   domain.PersonID `json:"person" doc:"The administrator."`
	Position string          `json:"position" doc:"Where in the log the account stands." example:"42"`
}

type accountRef struct {
	ID   domain.AccountID `json:"id,omitzero"`
	Slug string           `json:"slug" example:"acme"`
	Name string           `json:"name" example:"Acme Ltd"`
}

type foundInput struct {
	Keyed
	Body founding
}

// scope makes the key count for the operator, whatever the account that is to be.
func (in *foundInput) scope() string { return string(domain.ActorOperator) }

func (a *api) accountRoutes() {
	command(a, route{
		id: "found-account", method: http.MethodPost, path: "/v1/accounts", tag: "Accounts", status: http.StatusCreated, operator: true,
		summary:     "Found an account and its first administrator",
		description: "For the operator: send the operator token as bearer. A new account is on the free plan, moderated, with its join link enabled.",
		codes: []domain.Code{
			domain.SlugTaken, domain.InvalidSlug, domain.InvalidName, domain.InvalidEmail, domain.InvalidCountry, domain.InvalidLanguage,
			domain.ConfirmContact, domain.ConfirmName,
			domain.PasswordTooShort, domain.PasswordTooLong, domain.PasswordCommon, domain.PasswordOwnWords,
		},
	}, a.foundAccount)
}

func (a *api) foundAccount(ctx context.Context, request commands.Request, in *foundInput) (founded, error) {
	by := in.Body.Administrator
	account, err := a.App.FoundAccount(ctx, request, commands.FoundAccount{
		Slug: in.Body.Slug, Name: in.Body.Name, Country: in.Body.Country, Language: in.Body.Language,
		Email: by.Email, FirstName: by.FirstName, LastName: by.LastName, Password: by.Password, Confirmed: in.Body.Confirmed,
	})
	if err != nil {
		return founded{}, err
	}
	return founded{
		Account: accountRef{ID: account.Account, Slug: account.Slug, Name: account.Name},
		Person:  account.Person, Position: account.Position.String(),
	}, nil
}
