package httpapi

import (
	"context"
	"net/http"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

type loginChange struct {
	Login   string `json:"login" doc:"The new e-mail address or phone number." example:"ben@new.example"`
	Current string `json:"current" doc:"The current password." example:"correct horse battery staple"`
}

func (a *api) loginRoutes() {
	command(a, route{
		id: "change-login", sends: true, method: http.MethodPost, path: "/v1/accounts/{account}/me/login", tag: "Sessions",
		summary: "Sign in by another contact",
		description: "A link is sent to the new contact, good for 24 hours. The login changes when it is used; until then the old one works. " +
			"The contact that was the login before is told.",
		codes: []domain.Code{domain.InvalidEmail, domain.InvalidPhone, domain.PasswordWrong, domain.ContactHeld, domain.TooBusy, domain.TooManyAttempts},
	}, a.changeLogin)
}

func (a *api) changeLogin(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body loginChange
},
) (done, error) {
	return doneAt(a.App.ChangeLogin(ctx, request, commands.ChangeLogin{Login: in.Body.Login, Current: in.Body.Current}))
}
