package builds

import (
	"context"
	"fmt"
	"net/http"
)

const (
	slug     = "bench"
	login    = "ann@bench.example"
	password = "a passphrase of the measurements" //nolint:gosec // because it protects nothing: the data is removed after the round
	// mostADay is the highest limit there is.
	mostADay = 100_000
)

// Company is a founded account with its administrator signed in, who may invite
// as many as limits can allow.
type Company struct {
	server *Server
	token  string
}

// Found founds a company on a fresh server.
func Found(ctx context.Context, server *Server, client *http.Client) (*Company, error) {
	c := &Company{server: server}
	var session struct{ Token string }
	err := server.Call(ctx, client, Request{
		Method: http.MethodPost, Path: "/v1/accounts", Token: server.OperatorToken, Status: http.StatusCreated,
		Body: map[string]any{"slug": slug, "name": "Bench Ltd", "administrator": map[string]string{
			"email": login, "first_name": "Ann", "last_name": "Ace", "password": password,
		}},
	}, nil)
	if err == nil {
		err = server.Call(ctx, client, Request{
			Method: http.MethodPost, Path: "/v1/accounts/" + slug + "/sessions", Status: http.StatusCreated,
			Body: map[string]string{"login": login, "password": password},
		}, &session)
	}
	if err == nil {
		c.token = session.Token
		err = server.Call(ctx, client, Request{
			Method: http.MethodPut, Path: "/v1/accounts/" + slug + "/settings/limits", Token: c.token, Status: http.StatusOK,
			Body: map[string]int{"invitations_per_inviter": mostADay, "emails": mostADay},
		}, nil)
	}
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Invite invites one new e-mail address. An outcome other than invited is an error.
func (c *Company) Invite(ctx context.Context, client *http.Client, number int64) error {
	var answer struct {
		Results []struct{ Outcome, Code, Message string }
	}
	err := c.server.Call(ctx, client, Request{
		Method: http.MethodPost, Path: "/v1/accounts/" + slug + "/invitations/email", Token: c.token, Status: http.StatusOK,
		Body: map[string][]string{"emails": {fmt.Sprintf("invitee-%d@bench.example", number)}},
	}, &answer)
	if err != nil {
		return err
	}
	if len(answer.Results) != 1 || answer.Results[0].Outcome != "invited" {
		return fmt.Errorf("invitee %d was not invited: %+v", number, answer.Results)
	}
	return nil
}
