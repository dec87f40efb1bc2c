package person

import (
	"slices"
	"time"

	"github.com/usher-engine/usher/domain"
)

// A person lets programs act in their name by API tokens. This stream says which
// of them live; the secret itself is in no event.

type (
	// MakeAPIToken lets a program act for the person.
	MakeAPIToken struct {
		Token     domain.TokenID
		Name      string
		Scopes    []Scope
		ExpiresAt time.Time
	}

	// RevokeAPIToken ends that.
	RevokeAPIToken struct {
		Token domain.TokenID
		By    domain.PersonID
	}
)

const (
	APITokenMadeType    domain.EventType = "person.api_token_made"
	APITokenRevokedType domain.EventType = "person.api_token_revoked"
)

type (
	// APITokenMade says that a program may act for the person, until a time, in some matters.
	APITokenMade struct {
		Person    domain.PersonID `json:"person"`
		Token     domain.TokenID  `json:"token"`
		Scopes    []Scope         `json:"scopes"`
		ExpiresAt time.Time       `json:"expires_at"`
		Personal  TokenName       `json:"personal"`
	}

	// APITokenRevoked says that it may do so no more.
	APITokenRevoked struct {
		Person domain.PersonID `json:"person"`
		Token  domain.TokenID  `json:"token"`
		By     domain.PersonID `json:"by"`
	}
)

const (
	// MaxTokens is how many live tokens a person has at most.
	MaxTokens = 20
	// MaxTokenDays is how long a token lives at most.
	MaxTokenDays = 365
)

// Scope is something that a token can be for.
type Scope string

const (
	ReadLists   Scope = "read_lists"   // employees, structure, activity, invitations, approvals, settings
	ReadHistory Scope = "read_history" // the log itself
	InviteScope Scope = "invite"       // the one scope that changes anything
)

// Token is a token that was made and not revoked. Its time may have run out.
type Token struct {
	ID        domain.TokenID
	Name      string
	Scopes    []Scope
	ExpiresAt time.Time
}

// TokenName is what somebody calls a token.
type TokenName struct {
	Name string `json:"name"`
}

func (APITokenMade) Type() domain.EventType    { return APITokenMadeType }
func (APITokenRevoked) Type() domain.EventType { return APITokenRevokedType }

func (e APITokenMade) About() domain.PersonID    { return e.Person }
func (e APITokenRevoked) About() domain.PersonID { return e.Person }

func (e APITokenMade) Subject() domain.PersonID { return e.Person }

func (APITokenMade) personEvent()    {}
func (APITokenRevoked) personEvent() {}

func (MakeAPIToken) personCommand()   {}
func (RevokeAPIToken) personCommand() {}

// Scopes returns every scope there is.
func Scopes() []Scope { return []Scope{ReadLists, ReadHistory, InviteScope} }

// Allows reports whether the token is for this.
func (t Token) Allows(scope Scope) bool { return slices.Contains(t.Scopes, scope) }

func makeAPIToken(now time.Time, s State, c MakeAPIToken) ([]Event, error) {
	_, there := s.LiveToken(now, c.Token)
	switch {
	case !s.Employment.Active:
		return nil, errNotEmployed()
	case there:
		return nil, nil
	case !areScopes(c.Scopes):
		return nil, domain.Refuse(domain.InvalidScope, "a token is for one or more of read_lists, read_history and invite, each named once").In("scopes")
	case !c.ExpiresAt.After(now) || c.ExpiresAt.After(now.AddDate(0, 0, MaxTokenDays)):
		return nil, domain.Refuse(domain.InvalidDays, "a token lives for 1 to 365 days").In("days")
	case len(s.LiveTokens(now)) >= MaxTokens:
		return nil, domain.Refuse(domain.TokenLimit, "somebody has at most 20 API tokens; revoke one that is not used any more")
	}
	return []Event{APITokenMade{
		Person: s.Person, Token: c.Token, Scopes: c.Scopes, ExpiresAt: c.ExpiresAt, Personal: TokenName{Name: c.Name},
	}}, nil
}

func areScopes(scopes []Scope) bool {
	for i, scope := range scopes {
		if !slices.Contains(Scopes(), scope) || slices.Contains(scopes[:i], scope) {
			return false
		}
	}
	return len(scopes) > 0
}

func revokeAPIToken(now time.Time, s State, c RevokeAPIToken) ([]Event, error) {
	if _, there := s.LiveToken(now, c.Token); !there {
		return nil, domain.Refuse(domain.NotFound, "there is no such API token, or none any more")
	}
	return []Event{APITokenRevoked{Person: s.Person, Token: c.Token, By: c.By}}, nil
}

// LiveTokens returns the tokens that work, in the order in which they were made.
func (s State) LiveTokens(now time.Time) []Token {
	var live []Token
	for _, token := range s.Tokens {
		if now.Before(token.ExpiresAt) {
			live = append(live, token)
		}
	}
	return live
}

// LiveToken returns one of them, and false where it does not work, or not any more.
func (s State) LiveToken(now time.Time, id domain.TokenID) (Token, bool) {
	for _, token := range s.LiveTokens(now) {
		if token.ID == id {
			return token, true
		}
	}
	return Token{}, false
}

func (s State) tokenMade(e APITokenMade) State {
	s.Tokens = append(slices.Clip(s.Tokens), Token{ID: e.Token, Name: e.Personal.Name, Scopes: e.Scopes, ExpiresAt: e.ExpiresAt})
	return s
}

func (s State) tokenRevoked(e APITokenRevoked) State {
	s.Tokens = slices.DeleteFunc(slices.Clone(s.Tokens), func(token Token) bool { return token.ID == e.Token })
	return s
}

// endsTokens reports whether an event makes all tokens void: access begins or
// ends, an administrator ends whatever the person is signed in to, or a password
// takes the place of one that its bearer did not name.
func endsTokens(event Event) bool {
	switch event.Type() {
	case PasswordSetType, PasswordGeneratedType, PasswordLinkIssuedType, PasswordResetType, SessionsEndedType, DismissedType, EmployedType:
		return true
	}
	return false
}
