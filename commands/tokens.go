package commands

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// tokenPrefix tells API tokens from everything else, also for programs that
// look for secrets where none should be.
const tokenPrefix = "usher_"

// MakeToken is a program that is to act for the caller.
type MakeToken struct {
	Name   string
	Scopes []person.Scope
	Days   int
}

// TokenMade is the answer to MakeToken. The secret is shown once and stored
// nowhere: where the command comes again it is empty.
type TokenMade struct {
	Done
	ID        domain.TokenID
	Secret    string
	ExpiresAt time.Time
}

// MakeToken lets a program act for the caller, who needs a session: no token makes
// another. It refuses with invalid_name, invalid_scope, invalid_days or token_limit.
func (a *App) MakeToken(ctx context.Context, request Request, c MakeToken) (TokenMade, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ManageOwnTokens); err != nil {
		return TokenMade{}, err
	}
	name, err := a.ports.Texts.Label(c.Name)
	if err != nil {
		return TokenMade{}, in("name", err)
	}
	secret, err := a.secret(ctx, tokenPrefix)
	if err != nil {
		return TokenMade{}, err
	}
	now, who := a.Now(), request.Caller
	token := APIToken{
		ID: domain.TokenFor(request.Command), Account: request.Account, Person: who.Person, Slot: who.Slot, Tenure: who.Tenure, Epoch: who.Epoch,
		MadeAt: now, ExpiresAt: now.AddDate(0, 0, max(0, min(c.Days, person.MaxTokenDays+1))),
	}
	saved := false
	result, err := a.people.Execute(ctx, personCall{
		Name: "person.make_api_token", Stream: domain.PersonStream(who.Slot), Request: request,
		Authorise: a.guard.Authorise(request, ManageOwnTokens),
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.MakeAPIToken{Token: token.ID, Name: name, Scopes: c.Scopes, ExpiresAt: token.ExpiresAt}, nil
		},
		Prepare: func(ctx context.Context) error {
			saved = true
			return a.ports.Vault.SaveAPIToken(ctx, digest(secret), token)
		},
	})
	if err != nil {
		return TokenMade{}, err
	}
	if !saved {
		secret = "" // that of the first time works
	}
	made, _ := execution.Find[person.APITokenMade](result.Events)
	return TokenMade{Done: Done{Position: result.Position}, ID: made.Token, Secret: secret, ExpiresAt: made.ExpiresAt}, nil
}

// secret is a new one that nobody guesses. Made says later that it was one.
func (a *App) secret(ctx context.Context, prefix string) (string, error) {
	keys, err := a.linkKeys(ctx)
	if err != nil {
		return "", err
	}
	var random [links.SecretSize]byte
	_, err = io.ReadFull(a.ports.Random, random[:])
	return prefix + keys.Secret(random), err
}

// Made reports whether a token is one of a session or of a program that Usher has made,
// be it over by now. Whoever has one guesses nothing.
func (a *App) Made(ctx context.Context, token string) (bool, error) {
	keys, err := a.linkKeys(ctx)
	return err == nil && keys.IsSecret(strings.TrimPrefix(token, tokenPrefix)), err
}

// RevokeToken ends a token of the caller. It refuses with not_found where they have
// no such token, or not any more.
func (a *App) RevokeToken(ctx context.Context, request Request, id domain.TokenID) (Done, error) {
	result, err := a.people.Execute(ctx, personCall{
		Name: "person.revoke_api_token", Stream: domain.PersonStream(request.Caller.Slot), Request: request,
		Authorise: a.guard.Authorise(request, ManageOwnTokens),
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.RevokeAPIToken{Token: id, By: request.Caller.Person}, nil
		},
	})
	if err != nil {
		return Done{}, err
	}
	return Done{Position: result.Position}, a.ports.Vault.ForgetAPIToken(ctx, id)
}

// OwnToken is a live token as its person sees it.
type OwnToken struct {
	person.Token
	MadeAt time.Time // zero where the vault has lost it: then it does not work
	UsedAt time.Time // to within some minutes; zero for never
}

// Tokens returns the caller's live tokens, by the caller's own stream.
func (a *App) Tokens(ctx context.Context, caller Caller, id domain.AccountID) ([]OwnToken, error) {
	if _, err := a.Permit(ctx, caller, id, ManageOwnTokens); err != nil {
		return nil, err
	}
	somebody, err := a.people.Load(execution.Lagging(ctx), domain.PersonStream(caller.Slot))
	if err != nil {
		return nil, err
	}
	known, err := a.ports.Vault.APITokensOf(ctx, caller.Person)
	if err != nil {
		return nil, err
	}
	var tokens []OwnToken
	for _, live := range somebody.State.LiveTokens(a.Now()) {
		own := OwnToken{Token: live}
		for _, kept := range known {
			if kept.ID == live.ID {
				own.MadeAt = kept.MadeAt
				own.UsedAt = latest(own.UsedAt, kept.UsedAt) // a command sent twice at once has two secrets
			}
		}
		tokens = append(tokens, own)
	}
	return tokens, nil
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// bearerOfToken is the caller who bears an API token; false where there is none
// of this secret. Whether it lives is judged with what it is used for.
func (a *App) bearerOfToken(ctx context.Context, secret string) (Caller, bool, error) {
	if !strings.HasPrefix(secret, tokenPrefix) {
		return Caller{}, false, nil
	}
	token, found, err := a.ports.Vault.FindAPIToken(ctx, digest(secret))
	now := a.Now()
	if err != nil || !found || !now.Before(token.ExpiresAt) {
		return Caller{}, false, err
	}
	if now.Sub(token.UsedAt) >= useIsNoted {
		_ = a.ports.Vault.UseAPIToken(ctx, digest(secret), now) // as with sessions
	}
	return Caller{Kind: domain.ActorPerson, Token: token.ID, Over: token.ExpiresAt, Session: Session{
		Account: token.Account, Person: token.Person, Slot: token.Slot, Tenure: token.Tenure, Epoch: token.Epoch, ExpiresAt: token.ExpiresAt,
	}}, true, nil
}
