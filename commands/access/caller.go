package access

import (
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Request is who asks, of which account, and under which command id.
type Request struct {
	Command domain.CommandID
	Caller  Caller
	Account domain.AccountID
	// New says that the command has never come before, so that it has led to nothing yet.
	New bool
	// Network is where it was sent from; empty for what Usher does by itself.
	Network string
	// Correlation joins what belongs to one request; it is the command's own id
	// unless a policy carries one on.
	Correlation uuid.UUID
}

// Joined returns the request with a correlation, for commands of other ids that belong
// to it.
func (r Request) Joined() Request {
	if r.Correlation == uuid.Nil {
		r.Correlation = uuid.UUID(r.Command)
	}
	return r
}

// Caller is who gives a command or asks a question.
type Caller struct {
	Kind domain.ActorKind
	Session
	// Token is the API token that the caller comes by; zero for a session.
	Token domain.TokenID
	// Over is when the session's time is up, unless it is used meanwhile.
	Over time.Time
}

// Operator returns the caller who holds the operator token.
func Operator() Caller { return Caller{Kind: domain.ActorOperator} }

// Policy is Usher itself as a caller.
func Policy() Caller { return Caller{Kind: domain.ActorPolicy} }

// LinkHolder returns the caller who is known by a link alone.
func LinkHolder() Caller { return Caller{Kind: domain.ActorLink} }

// Session is somebody signed in.
type Session struct {
	ID      domain.SessionID
	Account domain.AccountID
	Person  domain.PersonID
	Slot    domain.Slot
	Tenure  int
	Epoch   int
	// Credential is what the session was opened with, and Next what takes its place
	// when its bearer changes the password; zero until then.
	Credential, Next domain.CredentialID
	Agent            string // what the browser or program calls itself
	CreatedAt        time.Time
	UsedAt           time.Time // to within some minutes
	ExpiresAt        time.Time
}

// IsStill reports whether the session's bearer is who the session was given to,
// and signs in with what opened it.
func (s Session) IsStill(now person.State) bool {
	credential := now.SignsInWith()
	return s.isOf(now) && !credential.IsZero() && (credential == s.Credential || credential == s.Next)
}

// isOf reports whether the person has been in the account, without a break, since
// the session was given out.
func (s Session) isOf(now person.State) bool {
	return now.Employment.Active && now.Tenure == s.Tenure && now.Employment.Epoch == s.Epoch
}

// check refuses a caller who is not there any more, and what the caller's token,
// if it is one, is not for.
func (c Caller) check(now person.State, at time.Time, action Action) error {
	if c.Token.IsZero() {
		if !c.IsStill(now) {
			return ErrNotSignedIn()
		}
		return nil
	}
	scope := scopeOf(action)
	token, live := now.LiveToken(at, c.Token)
	switch {
	case !live || !c.isOf(now):
		return ErrNotSignedIn()
	case scope == "":
		return c.NeedSession()
	case !token.Allows(scope):
		return domain.Refuse(domain.ScopeMissing, "this API token lacks the scope "+string(scope))
	}
	return nil
}

// NeedSession refuses those who come by an API token, whatever it is for, with
// scope_missing.
func (c Caller) NeedSession() error {
	if c.Token.IsZero() {
		return nil
	}
	return domain.Refuse(domain.ScopeMissing, "no scope of an API token allows this; sign in")
}

// ErrNotSignedIn is not_signed_in.
func ErrNotSignedIn() error {
	return domain.Refuse(domain.NotSignedIn, "sign in first")
}

// ErrNoAccount is not_found, of an account.
func ErrNoAccount() error {
	return domain.Refuse(domain.NotFound, "there is no such account")
}
