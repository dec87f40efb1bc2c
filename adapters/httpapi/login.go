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
	Confirming
}

func (a *api) loginRoutes() {
	command(a, route{
		id: "change-login", needs: commands.ChangeOwnLogin, sends: true, method: http.MethodPost, path: "/v1/accounts/{account}/me/login", tag: "Sessions",
		summary: "Sign in by another contact",
		description: "A link is sent to the new contact, good for 24 hours. The login changes when it is used; until then the old one works. " +
			"The contact that was the login before is told.",
		codes: []domain.Code{domain.InvalidEmail, domain.InvalidPhone, domain.ConfirmContact, domain.ConfirmUnknownRange, domain.PasswordWrong, domain.ContactHeld, domain.TooBusy, domain.TooManyAttempts},
	}, a.changeLogin)
	command(a, route{
		id: "change-login-of", needs: commands.ChangeEmployees, sends: true, method: http.MethodPost, path: "/v1/accounts/{account}/employees/{person}/login", tag: "Employees",
		summary: "Let somebody sign in by another contact",
		description: "For administrators, where somebody has lost the mailbox or phone that is the login. A link is sent to the new contact, good for 24 hours; " +
			"the login changes when it is used, and the contact before is told.",
		codes: []domain.Code{domain.InvalidEmail, domain.InvalidPhone, domain.ConfirmContact, domain.ConfirmUnknownRange, domain.NotEmployed, domain.ContactHeld},
	}, a.changeLoginOf)
}

func (a *api) changeLoginOf(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Person string `path:"person" doc:"The person's id."`
	Body   struct {
		Login string `json:"login" doc:"The new e-mail address or phone number." example:"ben@new.example"`
		Confirming
	}
},
) (done, error) {
	who, err := pathPerson(in.Person)
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.ChangeLoginOf(ctx, request, who, in.Body.Login, in.Body.Confirmed))
}

func (a *api) changeLogin(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body loginChange
},
) (done, error) {
	return doneAt(a.App.ChangeLogin(ctx, request, commands.ChangeLogin{Login: in.Body.Login, Current: in.Body.Current, Confirmed: in.Body.Confirmed}))
}
