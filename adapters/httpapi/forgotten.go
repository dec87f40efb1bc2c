package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

type forgottenInput struct {
	InAccount
	Keyed
	Body struct {
		Login  string `json:"login" doc:"E-mail address or phone number." example:"ben@mill.example"`
		Device string `json:"device,omitempty" doc:"As for a log-in."`
	}
}

// scope makes the key count for one login only.
func (in *forgottenInput) scope() string { return "forgotten " + in.Body.Login }

type resetInput struct {
	InAccount
	Keyed
	Body struct {
		Login  string `json:"login" doc:"The phone number." example:"+14155550100"`
		Code   string `json:"code" doc:"The eight digits that were sent." example:"12345678"`
		New    string `json:"new" doc:"The new password." example:"correct horse battery staple"`
		Device string `json:"device,omitempty" doc:"As for a log-in."`
	}
}

func (in *resetInput) scope() string { return "reset " + in.Body.Login }

func (a *api) forgottenRoutes() {
	command(a, route{
		id: "forgot-password", sends: true, method: http.MethodPost, path: "/v1/accounts/{account}/passwords/forgotten", tag: "Sessions", public: true, guessable: true, status: http.StatusAccepted,
		summary: "Ask for a link or a code that replaces a forgotten password",
		description: "The answer is the same whoever is meant, and whether there is such a person at all. An e-mail brings a link that is good for an hour, " +
			"an SMS a code that is good for ten minutes; the password goes on working until that is used.",
	}, a.forgotPassword)
	command(a, route{
		id: "reset-password", method: http.MethodPost, path: "/v1/accounts/{account}/passwords/reset", tag: "Sessions", public: true, guessable: true,
		summary: "Replace a forgotten password by a code",
		description: "By the code that an SMS has brought; at most five tries within ten minutes. All sessions end. " +
			"A wrong code, one whose time is out and a login that is nobody's are answered alike.",
		codes: []domain.Code{
			domain.ResetFailed, domain.PasswordTooShort, domain.PasswordTooLong, domain.PasswordCommon, domain.PasswordOwnWords, domain.TooBusy,
		},
	}, a.resetPassword)
	command(a, route{
		id: "send-password-link", needs: commands.ChangeEmployees, sends: true, method: http.MethodPost, path: "/v1/accounts/{account}/employees/{person}/password-link", tag: "Employees",
		summary:     "Send an employee a link for choosing a new password",
		description: "For administrators, who do not see the link. It is good for 14 days; until it is used, the old password works.",
		codes:       []domain.Code{domain.NotEmployed},
	}, a.sendPasswordLink)
}

// answersAfter is longer than it takes to write that a password was forgotten, so
// that the time of the answer does not tell whether there is such a person.
const answersAfter = 100 * time.Millisecond

func (a *api) forgotPassword(ctx context.Context, request commands.Request, in *forgottenInput) (struct{}, error) {
	ripe := time.After(answersAfter)
	err := a.App.ForgotPassword(ctx, request, commands.ForgotPassword{Login: in.Body.Login, Device: in.Body.Device})
	select {
	case <-ripe:
	case <-ctx.Done():
	}
	return struct{}{}, err
}

func (a *api) resetPassword(ctx context.Context, request commands.Request, in *resetInput) (done, error) {
	done, err := a.App.ResetByCode(ctx, request, commands.ResetByCode{Login: in.Body.Login, Code: in.Body.Code, New: in.Body.New, Device: in.Body.Device})
	if err != nil {
		a.failures.Log(ctx, httpkit.ExchangeOf(ctx), "code", in.Body.Login, err)
	}
	return doneAt(done, err)
}

func (a *api) sendPasswordLink(ctx context.Context, request commands.Request, in *OfEmployee) (done, error) {
	who, err := pathPerson(in.Person)
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.SendPasswordLink(ctx, request, who))
}
