package commands

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// LogIn signs somebody in by e-mail address or phone number.
type LogIn struct {
	Slug     string
	Login    string
	Password string
	Agent    string // what the browser or program calls itself
}

// LoggedIn is the answer to LogIn. The token is shown once and stored nowhere.
type LoggedIn struct {
	Token              string
	Person             domain.PersonID
	Role               domain.Role
	ExpiresAt          time.Time
	MustChangePassword bool
}

// LogIn does the same work and gives the same answer whether the login or the
// password is wrong, or the person has no access.
func (a *App) LogIn(ctx context.Context, c LogIn) (LoggedIn, error) {
	id, err := a.AccountNamed(ctx, c.Slug)
	if err != nil {
		return LoggedIn{}, err
	}
	contact, err := a.contactTyped(ctx, id, c.Login)
	if err != nil {
		return LoggedIn{}, err
	}
	var slot domain.Slot
	var somebody person.State
	right, err := a.guess(ctx, id, contact, func() (bool, error) {
		if slot, somebody, err = a.whoLogsIn(ctx, id, contact); err != nil {
			return false, err
		}
		right, err := a.isPassword(ctx, id, slot, somebody, c.Password)
		return right && somebody.Employment.Active, err
	})
	if err != nil {
		return LoggedIn{}, err
	}
	if !right {
		return LoggedIn{}, domain.Refuse(domain.LoginFailed, "login or password is wrong, or there is no access yet")
	}
	token, err := a.secret("")
	if err != nil {
		return LoggedIn{}, err
	}
	now := a.Now()
	session := Session{
		ID: sessionOf(token), Account: id, Person: somebody.Person, Slot: slot, Tenure: somebody.Tenure,
		Epoch: somebody.Employment.Epoch, Credential: somebody.SignsInWith(),
		Agent: printable(c.Agent), CreatedAt: now, UsedAt: now, ExpiresAt: now.Add(a.SessionLength),
	}
	if err := a.Vault.StartSession(ctx, digest(token), session); err != nil {
		return LoggedIn{}, err
	}
	return LoggedIn{
		Token: token, Person: session.Person, Role: somebody.Employment.Role, ExpiresAt: session.ExpiresAt,
		MustChangePassword: somebody.Credential.Kind == person.GeneratedCredential,
	}, nil
}

// contactTyped is the contact that a login means. One that cannot be read is
// nobody's.
func (a *App) contactTyped(ctx context.Context, id domain.AccountID, login string) (domain.Contact, error) {
	company, err := a.accounts.load(ctx, a.Store, domain.AccountStream(id))
	if err != nil {
		return domain.Contact{}, err
	}
	contact, err := a.readLogin(login, company.state)
	if err != nil {
		return domain.Contact{Form: "unreadable:" + login}, nil //nolint:nilerr // because a login that cannot be read is a wrong login
	}
	return contact, nil
}

// whoLogsIn is the person behind a login; nobody's state where there is none.
func (a *App) whoLogsIn(ctx context.Context, id domain.AccountID, contact domain.Contact) (domain.Slot, person.State, error) {
	company, err := a.accounts.load(ctx, a.Store, domain.AccountStream(id))
	if err != nil || !company.state.Exists() {
		return domain.Slot{}, person.State{}, err
	}
	slot, err := a.SlotOf(ctx, id, contact)
	if err != nil {
		return domain.Slot{}, person.State{}, err
	}
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	switch {
	case err != nil:
		return domain.Slot{}, person.State{}, err
	case somebody.next == 0 && slot == company.state.Founder.Slot:
		return domain.Slot{}, person.State{}, domain.Refuse(domain.AccountNotReady, "the account was founded just now; try again in a moment")
	}
	return a.byLogin(ctx, slot, somebody.state)
}

func (a *App) readLogin(login string, company account.State) (domain.Contact, error) {
	if strings.Contains(login, "@") {
		return a.Texts.Email(login)
	}
	return a.Texts.Phone(login, company.Country)
}

// Authenticate is the caller who bears a session's token, or an API token.
func (a *App) Authenticate(ctx context.Context, token string) (Caller, error) {
	caller, err := a.Recognise(ctx, token)
	if now := a.Now(); err == nil && caller.Token.IsZero() && now.Sub(caller.UsedAt) >= useIsNoted {
		err = a.Vault.UseSession(ctx, digest(token), now)
	}
	return caller, err
}

// Recognise is Authenticate for who only watches: it is no use of the session.
func (a *App) Recognise(ctx context.Context, token string) (Caller, error) {
	if caller, found, err := a.bearerOfToken(ctx, token); found || err != nil {
		return caller, err
	}
	session, found, err := a.Vault.FindSession(ctx, digest(token))
	if err != nil {
		return Caller{}, err
	}
	if !found || a.isOver(session, a.Now()) {
		return Caller{}, errNotSignedIn()
	}
	return Caller{Kind: domain.ActorPerson, Session: session}, nil
}

// useIsNoted is how exactly it is known when a session was used last.
const useIsNoted = 5 * time.Minute

// isOver reports whether a session's time is up, or nobody has used it for long.
func (a *App) isOver(s Session, now time.Time) bool {
	return !now.Before(s.ExpiresAt) || a.SessionIdle > 0 && now.Sub(s.UsedAt) >= a.SessionIdle
}

// LogOut ends the session of a token.
func (a *App) LogOut(ctx context.Context, token string) error {
	return a.Vault.EndSession(ctx, digest(token))
}

// maxSessionsShown is far more than anybody has.
const maxSessionsShown = 1000

// Sessions is where the caller is signed in, the session used last first.
func (a *App) Sessions(ctx context.Context, caller Caller, id domain.AccountID) ([]Session, error) {
	if _, err := a.Permit(ctx, caller, id, SeeOneself); err != nil {
		return nil, err
	}
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(caller.Slot))
	if err != nil {
		return nil, err
	}
	all, err := a.Vault.SessionsOf(ctx, caller.Person, maxSessionsShown)
	now := a.Now()
	return slices.DeleteFunc(all, func(s Session) bool { return a.isOver(s, now) || !s.isStill(somebody.state) }), err
}

// EndSession signs the caller out somewhere.
func (a *App) EndSession(ctx context.Context, caller Caller, in domain.AccountID, id domain.SessionID) error {
	if _, err := a.Permit(ctx, caller, in, SeeOneself); err != nil {
		return err
	}
	there, err := a.Vault.EndSessionOf(ctx, caller.Person, id)
	if err == nil && !there {
		err = domain.Refuse(domain.NotFound, "you have no such session")
	}
	return err
}

// EndOtherSessions signs the caller out everywhere but here.
func (a *App) EndOtherSessions(ctx context.Context, caller Caller, in domain.AccountID, token string) error {
	if _, err := a.Permit(ctx, caller, in, SeeOneself); err != nil {
		return err
	}
	return a.Vault.EndSessionsOf(ctx, caller.Person, digest(token))
}

// EndSessionsOf is for administrators: somebody is signed out everywhere.
func (a *App) EndSessionsOf(ctx context.Context, request Request, id domain.PersonID) (Done, error) {
	result, err := a.changeEmployee(ctx, request, id, func(_ context.Context, now loaded[person.State]) (person.Command, error) {
		return person.EndSessions{By: request.Caller.Person, Epoch: now.state.Employment.Epoch}, nil
	})
	if err != nil {
		return Done{}, err
	}
	return Done{Position: result.position}, a.endVoidSessions(ctx, result.state)
}

// Me is what somebody signed in is told of himself.
type Me struct {
	Person             domain.PersonID
	Role               domain.Role
	Login              string
	FirstName          string
	LastName           string
	MayInvite          bool
	MustChangePassword bool
	Company            string
	Slug               string
}

// Me answers from the person's own stream.
func (a *App) Me(ctx context.Context, caller Caller, id domain.AccountID) (Me, error) {
	if _, err := a.Permit(ctx, caller, id, SeeOneself); err != nil {
		return Me{}, err
	}
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(caller.Slot))
	if err != nil {
		return Me{}, err
	}
	company, err := a.company(ctx, id)
	s := somebody.state
	return Me{
		Person: s.Person, Role: s.Employment.Role, Login: s.Contact.Address, FirstName: s.FirstName, LastName: s.LastName,
		MayInvite:          permitted(InvitePeople).role(s.Employment.Role, company),
		MustChangePassword: s.Credential.Kind == person.GeneratedCredential, Company: company.Name, Slug: company.Slug,
	}, err
}

// sessionOf is the id of a token's session; the token cannot be told from it.
func sessionOf(token string) domain.SessionID {
	key := digest(token)
	named := sha256.Sum256(key[:])
	return domain.SessionID(named[:16])
}

const longestAgent = 200

// printable is a text of a client, as far as it can be shown.
func printable(text string) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "")))
	return string(runes[:min(len(runes), longestAgent)])
}

func digest(token string) [32]byte { return sha256.Sum256([]byte(token)) }
