package commands

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// LogIn is somebody who signs in by e-mail address or phone number.
type LogIn struct {
	Slug     string
	Login    string
	Password string
	Device   string // what an earlier LogIn has said of the device; empty where there was none
	Agent    string // what the browser or program calls itself
	Network  string // where it comes from
}

// LoggedIn is the answer to LogIn. The token is shown once and stored nowhere; nor is the
// device's, by which it is known for one on which this person has signed in.
type LoggedIn struct {
	Token              string
	Device             string
	Person             domain.PersonID
	Role               domain.Role
	ExpiresAt          time.Time
	MustChangePassword bool
}

// LogIn opens a session. It refuses with login_failed, with the same words and after
// the same work, whether the login or the password is wrong, or the person has no
// access; with too_many_attempts after too many wrong ones; with account_not_ready
// where the founder is not registered yet; and with account_closed, which is said to
// whoever knows the password.
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
	if err := a.path.Certainly(ctx, func(ctx context.Context) (err error) {
		slot, somebody, err = a.whoLogsIn(ctx, id, contact)
		return err
	}); err != nil {
		return LoggedIn{}, err
	}
	guesser, err := a.guesser(ctx, id, contact, somebody, c.Network, c.Device)
	if err != nil {
		return LoggedIn{}, err
	}
	right, err := a.limits.Guess(ctx, guesser, func() (bool, error) { // and once more after the wait for a turn
		if slot, somebody, err = a.whoLogsIn(ctx, id, contact); err != nil {
			return false, err
		}
		right, err := a.isPassword(ctx, hashFor(guesser), slot, somebody, c.Password)
		return right && somebody.Employment.Active, err
	})
	if err != nil {
		return LoggedIn{}, err
	}
	if !right {
		return LoggedIn{}, domain.Refuse(domain.LoginFailed, "login or password is wrong, or there is no access yet")
	}
	if err := a.mustBeOpen(ctx, id); err != nil {
		return LoggedIn{}, err
	}
	token, err := a.secret(ctx, "")
	if err != nil {
		return LoggedIn{}, err
	}
	now := a.Now()
	session := Session{
		ID: sessionOf(token), Account: id, Person: somebody.Person, Slot: slot, Tenure: somebody.Tenure,
		Epoch: somebody.Employment.Epoch, Credential: somebody.SignsInWith(),
		Agent: printable(c.Agent), CreatedAt: now, UsedAt: now, ExpiresAt: now.Add(a.ports.SessionLength),
	}
	if err := a.ports.Vault.StartSession(ctx, digest(token), session); err != nil {
		return LoggedIn{}, err
	}
	if err := a.endOldest(ctx, session); err != nil {
		return LoggedIn{}, err
	}
	if err := a.rememberNetwork(ctx, session.Person, c.Network); err != nil {
		return LoggedIn{}, err
	}
	device, err := a.deviceOf(ctx, id, session.Person)
	if err != nil {
		return LoggedIn{}, err
	}
	if !somebody.Employment.LoggedIn {
		a.noteLogin(ctx, session)
	}
	return LoggedIn{
		Token: token, Device: device, Person: session.Person, Role: somebody.Employment.Role, ExpiresAt: session.ExpiresAt,
		MustChangePassword: somebody.Credential.Kind == person.GeneratedCredential,
	}, nil
}

// contactTyped is the contact that a login means. One that cannot be read is
// nobody's.
func (a *App) contactTyped(ctx context.Context, id domain.AccountID, login string) (domain.Contact, error) {
	company, err := a.accounts.Load(execution.Lagging(ctx), domain.AccountStream(id))
	if err != nil {
		return domain.Contact{}, err
	}
	contact, err := a.Contact(login, company.State.Country)
	if err != nil {
		return domain.Contact{Form: "unreadable:" + login}, nil //nolint:nilerr // because a login that cannot be read is a wrong login
	}
	return contact, nil
}

// whoLogsIn is the person behind a login; nobody's state where there is none.
func (a *App) whoLogsIn(ctx context.Context, id domain.AccountID, contact domain.Contact) (domain.Slot, person.State, error) {
	company, err := a.accounts.Load(ctx, domain.AccountStream(id))
	if err != nil || !company.State.Exists() {
		return domain.Slot{}, person.State{}, err
	}
	slot, err := a.SlotOf(ctx, id, contact)
	if err != nil {
		return domain.Slot{}, person.State{}, err
	}
	somebody, err := a.people.Load(ctx, domain.PersonStream(slot))
	switch {
	case err != nil:
		return domain.Slot{}, person.State{}, err
	case somebody.Next == 0 && slot == company.State.Founder.Slot:
		return domain.Slot{}, person.State{}, domain.Refuse(domain.AccountNotReady, "the account was founded just now; try again in a moment")
	}
	return a.byLogin(ctx, slot, somebody.State)
}

// Authenticate returns the caller who bears a session's token or an API token, and
// notes that it was used. It refuses with not_signed_in what is no token, or not any
// more; and with history_missing, besides the caller, where nobody can tell whether it
// still is.
func (a *App) Authenticate(ctx context.Context, token string) (Caller, error) {
	caller, err := a.Recognise(ctx, token)
	if now := a.Now(); err == nil && caller.Token.IsZero() && now.Sub(caller.UsedAt) >= useIsNoted {
		// Where it cannot be noted, who is signed in stays so: readiness tells of
		// the vault, and the session ends as if it were not used.
		_ = a.ports.Vault.UseSession(ctx, digest(token), now)
	}
	return caller, err
}

// Recognise returns what Authenticate does, for whoever only watches: it is no use
// of the session.
func (a *App) Recognise(ctx context.Context, token string) (Caller, error) {
	if caller, found, err := a.bearerOfToken(ctx, token); found || err != nil {
		return caller, err
	}
	session, found, err := a.ports.Vault.FindSession(ctx, digest(token))
	if err != nil {
		return Caller{}, err
	}
	if !found {
		return Caller{}, access.ErrNotSignedIn()
	}
	caller := Caller{Kind: domain.ActorPerson, Session: session}
	err = a.path.Certainly(ctx, func(ctx context.Context) error {
		somebody, err := a.people.Load(ctx, domain.PersonStream(session.Slot))
		if err != nil {
			return err
		}
		caller.Over = a.overAt(session, somebody.State.Employment.Role)
		if !a.Now().Before(caller.Over) {
			return access.ErrNotSignedIn()
		}
		return nil
	})
	if domain.CodeOf(err) == domain.HistoryMissing {
		return caller, err
	}
	if err != nil {
		return Caller{}, err
	}
	return caller, nil
}

// Ended returns those of these tokens whose session has ended, in whichever process that
// was, since it was asked before and returned this mark; zero for whenever it was. An
// API token is none of them: it ends by an event.
func (a *App) Ended(ctx context.Context, tokens []string, since uint64) (gone []string, mark uint64, err error) {
	of := map[[32]byte]string{}
	digests := func(yield func([32]byte) bool) {
		for _, token := range tokens {
			if strings.HasPrefix(token, tokenPrefix) {
				continue
			}
			if of[digest(token)] = token; !yield(digest(token)) {
				return
			}
		}
	}
	ended, mark, err := a.ports.Vault.Ended(ctx, digests, since)
	for _, digest := range ended {
		gone = append(gone, of[digest])
	}
	return gone, mark, err
}

// useIsNoted is how exactly it is known when a session was used last.
const useIsNoted = 5 * time.Minute

// overAt is when a session's time is up, or nobody will have used it for long.
func (a *App) overAt(s Session, role domain.Role) time.Time {
	idle := a.ports.SessionIdle
	if privileged := a.ports.PrivilegedIdle; role != domain.RoleEmployee && privileged > 0 && (idle == 0 || privileged < idle) {
		idle = privileged
	}
	if unused := s.UsedAt.Add(idle); idle > 0 && unused.Before(s.ExpiresAt) {
		return unused
	}
	return s.ExpiresAt
}

// mostSessions is how many one person has at the same time.
const mostSessions = 50

// endOldest ends those sessions beside a new one that are too many: those used the
// longest ago.
func (a *App) endOldest(ctx context.Context, fresh Session) error {
	all, err := a.ports.Vault.SessionsOf(ctx, fresh.Person, maxSessionsShown)
	if err != nil {
		return err
	}
	for _, one := range all[min(mostSessions, len(all)):] {
		if one.ID == fresh.ID {
			continue
		}
		if _, err := a.ports.Vault.EndSessionOf(ctx, fresh.Person, one.ID); err != nil {
			return err
		}
	}
	return nil
}

// LogOut ends the session of a token, if there is one.
func (a *App) LogOut(ctx context.Context, token string) error {
	return a.ports.Vault.EndSession(ctx, digest(token))
}

// maxSessionsShown is far more than anybody has.
const maxSessionsShown = 1000

// Sessions returns where the caller is signed in, the session used last first.
func (a *App) Sessions(ctx context.Context, caller Caller, id domain.AccountID) ([]Session, error) {
	if _, err := a.Permit(ctx, caller, id, SeeOneself); err != nil {
		return nil, err
	}
	somebody, err := a.people.Load(execution.Lagging(ctx), domain.PersonStream(caller.Slot))
	if err != nil {
		return nil, err
	}
	all, err := a.ports.Vault.SessionsOf(ctx, caller.Person, maxSessionsShown)
	now := a.Now()
	return slices.DeleteFunc(all, func(s Session) bool {
		return !now.Before(a.overAt(s, somebody.State.Employment.Role)) || !s.IsStill(somebody.State)
	}), err
}

// EndSession signs the caller out somewhere. It refuses with not_found where that is
// no session of theirs.
func (a *App) EndSession(ctx context.Context, caller Caller, in domain.AccountID, id domain.SessionID) error {
	if _, err := a.Permit(ctx, caller, in, SeeOneself); err != nil {
		return err
	}
	there, err := a.ports.Vault.EndSessionOf(ctx, caller.Person, id)
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
	return a.ports.Vault.EndSessionsOf(ctx, caller.Person, digest(token))
}

// EndSessionsOf signs somebody out everywhere, for administrators: sessions and API
// tokens end. It refuses with not_found or not_employed.
func (a *App) EndSessionsOf(ctx context.Context, request Request, id domain.PersonID) (Done, error) {
	result, err := a.changeEmployee(ctx, request, id, "person.end_sessions", func(_ context.Context, now loadedPerson) (person.Command, error) {
		return person.EndSessions{By: request.Caller.Person, Epoch: now.State.Employment.Epoch}, nil
	})
	if err != nil {
		return Done{}, err
	}
	return Done{Position: result.Position}, a.endVoidSessions(ctx, result.State)
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
