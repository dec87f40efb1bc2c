package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/usher-engine/usher/commands"
)

type forgottenInput struct {
	InAccount
	Keyed
	Body struct {
		Login string `json:"login" doc:"E-mail address or phone number." example:"ben@mill.example"`
	}
}

// scope makes the key count for one login only.
func (in *forgottenInput) scope() string {
	who := sha256.Sum256([]byte(in.Body.Login))
	return "forgotten " + hex.EncodeToString(who[:])
}

func (a *api) forgottenRoutes() {
	command(a, route{
		id: "forgot-password", sends: true, method: http.MethodPost, path: "/v1/accounts/{account}/passwords/forgotten", tag: "Sessions", public: true, status: http.StatusAccepted,
		summary: "Ask for a link that replaces a forgotten password",
		description: "The answer is the same whoever is meant, and whether there is such a person at all. The link is good for an hour; " +
			"the password goes on working until the link is used.",
	}, a.forgotPassword)
}

func (a *api) forgotPassword(ctx context.Context, request commands.Request, in *forgottenInput) (struct{}, error) {
	return struct{}{}, a.App.ForgotPassword(ctx, request, in.Body.Login)
}
