package commands

import (
	"context"
	"encoding/base64"
	"io"
	"strings"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// tokenPrefix tells API tokens from everything else, also for programs that
// look for secrets where none should be.
const tokenPrefix = "usher_"

// MakeToken lets a program act for the caller.
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

// MakeToken needs a session: no token makes another.
func (a *App) MakeToken(ctx context.Context, request Request, c MakeToken) (TokenMade, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ManageOwnTokens); err != nil {
		return TokenMade{}, err
	}
	name, err := a.Texts.Label(c.Name)
	if err != nil {
		return TokenMade{}, in("name", err)
	}
	secret, err := a.secret(tokenPrefix)
	if err != nil {
		return TokenMade{}, err
	}
	now, who := a.Now(), request.Caller
	token := APIToken{
		ID: domain.TokenFor(request.Command), Account: request.Account, Person: who.Person, Slot: who.Slot, Tenure: who.Tenure, Epoch: who.Epoch,
		MadeAt: now, ExpiresAt: now.AddDate(0, 0, max(0, min(c.Days, person.MaxTokenDays+1))),
	}
	saved := false
	result, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(who.Slot), command: request.Command, request: request,
		authorise: a.permit(request, ManageOwnTokens),
		build: func(context.Context, loaded[person.State]) (person.Command, error) {
			return person.MakeAPIToken{Token: token.ID, Name: name, Scopes: c.Scopes, ExpiresAt: token.ExpiresAt}, nil
		},
		prepare: func(ctx context.Context) error {
			saved = true
			return a.Vault.SaveAPIToken(ctx, digest(secret), token)
		},
	})
	if err != nil {
		return TokenMade{}, err
	}
	if !saved {
		secret = "" // that of the first time works
	}
	made, _ := find[person.APITokenMade](result.events)
	return TokenMade{Done: Done{Position: result.position}, ID: made.Token, Secret: secret, ExpiresAt: made.ExpiresAt}, nil
}

// secret is 32 random bytes as text.
func (a *App) secret(prefix string) (string, error) {
	var random [32]byte
	_, err := io.ReadFull(a.Random, random[:])
	return prefix + base64.RawURLEncoding.EncodeToString(random[:]), err
}

// RevokeToken ends a token of the caller.
func (a *App) RevokeToken(ctx context.Context, request Request, id domain.TokenID) (Done, error) {
	result, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(request.Caller.Slot), command: request.Command, request: request,
		authorise: a.permit(request, ManageOwnTokens),
		build: func(context.Context, loaded[person.State]) (person.Command, error) {
			return person.RevokeAPIToken{Token: id, By: request.Caller.Person}, nil
		},
	})
	if err != nil {
		return Done{}, err
	}
	return Done{Position: result.position}, a.Vault.ForgetAPIToken(ctx, id)
}

// OwnToken is a live token as its person sees it.
type OwnToken struct {
	person.Token
	MadeAt time.Time // zero where the vault has lost it: then it does not work
	UsedAt time.Time // to within some minutes; zero for never
}

// Tokens is the caller's live tokens, by the caller's own stream.
func (a *App) Tokens(ctx context.Context, caller Caller, id domain.AccountID) ([]OwnToken, error) {
	if _, err := a.Permit(ctx, caller, id, ManageOwnTokens); err != nil {
		return nil, err
	}
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(caller.Slot))
	if err != nil {
		return nil, err
	}
	known, err := a.Vault.APITokensOf(ctx, caller.Person)
	if err != nil {
		return nil, err
	}
	var tokens []OwnToken
	for _, live := range somebody.state.LiveTokens(a.Now()) {
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
	token, found, err := a.Vault.FindAPIToken(ctx, digest(secret))
	now := a.Now()
	if err != nil || !found || !now.Before(token.ExpiresAt) {
		return Caller{}, false, err
	}
	if now.Sub(token.UsedAt) >= useIsNoted {
		if err := a.Vault.UseAPIToken(ctx, digest(secret), now); err != nil {
			return Caller{}, false, err
		}
	}
	return Caller{Kind: domain.ActorPerson, Token: token.ID, Session: Session{
		Account: token.Account, Person: token.Person, Slot: token.Slot, Tenure: token.Tenure, Epoch: token.Epoch, ExpiresAt: token.ExpiresAt,
	}}, true, nil
}

// scopeOf is the one scope of tokens that allows an action; empty where a session
// is needed. Only inviting changes anything.
func scopeOf(action Action) person.Scope {
	switch action {
	case SeeColleagues, SeeInvited, SeeApprovals, SeeSettings:
		return person.ReadLists
	case SeeHistory:
		return person.ReadHistory
	case InvitePeople:
		return person.InviteScope
	case FoundAnAccount, ChangeThePlan, Operate, ChangeSettings, ChangeTheJoinLink, DecideRegistrations, SeeOutbox, ChangeStructure,
		ChangeEmployees, ManageInvitations, SeeOneself, ChangeOwnPassword, ChangeOwnLogin, ManageOwnTokens:
	}
	return ""
}

// check refuses a caller who is not there any more, and what the caller's token,
// if it is one, is not for.
func (c Caller) check(now person.State, at time.Time, action Action) error {
	if c.Token.IsZero() {
		if !c.isStill(now) {
			return errNotSignedIn()
		}
		return nil
	}
	scope := scopeOf(action)
	token, live := now.LiveToken(at, c.Token)
	switch {
	case !live || !c.isOf(now):
		return errNotSignedIn()
	case scope == "":
		return c.NeedSession()
	case !token.Allows(scope):
		return domain.Refuse(domain.ScopeMissing, "this API token lacks the scope "+string(scope))
	}
	return nil
}

// NeedSession refuses those who come by an API token, whatever it is for.
func (c Caller) NeedSession() error {
	if c.Token.IsZero() {
		return nil
	}
	return domain.Refuse(domain.ScopeMissing, "no scope of an API token allows this; sign in")
}
