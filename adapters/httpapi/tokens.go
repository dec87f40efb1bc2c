package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

type apiToken struct {
	ID        domain.TokenID `json:"id"`
	Name      string         `json:"name" example:"Nightly list"`
	Scopes    []person.Scope `json:"scopes" enum:"read_lists,read_history,invite"`
	ExpiresAt time.Time      `json:"expires_at"`
	MadeAt    *time.Time     `json:"made_at,omitempty" doc:"Absent where the vault has lost the token: it does not work any more."`
	UsedAt    *time.Time     `json:"last_used_at,omitempty" doc:"To within some minutes; absent for never."`
}

type apiTokens struct {
	Items []apiToken `json:"items"`
}

type newAPIToken struct {
	ID        domain.TokenID `json:"id"`
	Token     string         `json:"token,omitzero" doc:"To be sent as Authorization: Bearer. Shown only now: the same request sent again with the same Idempotency-Key is answered without it."`
	ExpiresAt time.Time      `json:"expires_at"`
	Position  string         `json:"position" doc:"Where in the log the effect stands." example:"42"`
}

func (t newAPIToken) toKeep() any {
	t.Token = ""
	return t
}

func (a *api) tokenRoutes() {
	const path, tag = "/v1/accounts/{account}/me/tokens", "API tokens"
	ask[accountInput](a, route{
		id: "api-tokens", method: http.MethodGet, path: path, tag: tag, summary: "One's own API tokens that live",
	}, questions.Tokens(), plainly(showTokens))
	command(a, route{
		id: "make-api-token", needs: commands.ManageOwnTokens, method: http.MethodPost, path: path, tag: tag, status: http.StatusCreated,
		summary: "Make an API token for a program",
		description: "The program acts as the person, with the role that the person has at the time, in what the scopes allow: " +
			"read_lists for employees, structure, activity, invitations, approvals and settings, read_history for the log, invite for inviting and registering people. " +
			"A token ends when its time is over, when it is revoked, when a forgotten password is replaced, and when the person is dismissed. " +
			"No token makes another. A person has at most 20.",
		codes: []domain.Code{domain.InvalidName, domain.InvalidScope, domain.InvalidDays, domain.TokenLimit},
	}, a.makeAPIToken)
	command(a, route{
		id: "revoke-api-token", needs: commands.ManageOwnTokens, method: http.MethodDelete, path: path + "/{token}", tag: tag, summary: "Revoke an API token",
	}, a.revokeAPIToken)
}

func showTokens(tokens []commands.OwnToken) apiTokens {
	items := make([]apiToken, len(tokens))
	for i, token := range tokens {
		items[i] = apiToken{
			ID: token.ID, Name: token.Name, Scopes: token.Scopes, ExpiresAt: token.ExpiresAt.UTC(),
			MadeAt: unlessZero(token.MadeAt), UsedAt: unlessZero(token.UsedAt),
		}
	}
	return apiTokens{Items: items}
}

func (a *api) makeAPIToken(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body struct {
		Name   string         `json:"name" doc:"1 to 100 characters, to know it by." example:"Nightly list"`
		Scopes []person.Scope `json:"scopes" doc:"read_lists, read_history, invite: one or more." example:"read_lists"`
		Days   int            `json:"days" doc:"How long it lives: 1 to 365." example:"90"`
	}
},
) (newAPIToken, error) {
	made, err := a.App.MakeToken(ctx, request, commands.MakeToken{Name: in.Body.Name, Scopes: in.Body.Scopes, Days: in.Body.Days})
	return newAPIToken{ID: made.ID, Token: made.Secret, ExpiresAt: made.ExpiresAt.UTC(), Position: made.Position.String()}, err
}

func (a *api) revokeAPIToken(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Token string `path:"token" doc:"The token's id."`
},
) (done, error) {
	id, err := requiredID[domain.TokenID](in.Token, "")
	if err != nil {
		id = domain.TokenID{} // what is no id names no token
	}
	return doneAt(a.App.RevokeToken(ctx, request, id))
}
