package commands

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strings"
	"time"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// LogIn signs somebody in by e-mail address or phone number.
type LogIn struct {
	Slug     string
	Login    string
	Password string
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
	var secret [32]byte
	if _, err := io.ReadFull(a.Random, secret[:]); err != nil {
		return LoggedIn{}, err
	}
	token := base64.RawURLEncoding.EncodeToString(secret[:])
	session := Session{
		Account: id, Person: somebody.Person, Slot: slot, Tenure: somebody.Tenure,
		Epoch: somebody.Employment.Epoch, ExpiresAt: a.Now().Add(a.SessionLength),
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

// isPassword takes the same time whatever the person's credential is.
func (a *App) isPassword(ctx context.Context, id domain.AccountID, slot domain.Slot, somebody person.State, typed string) (bool, error) {
	hash := ""
	if somebody.Credential.Kind == person.ChosenCredential {
		var err error
		if hash, err = a.Vault.Credential(ctx, somebody.Credential.ID); err != nil {
			return false, err
		}
	}
	right, err := a.Passwords.Verify(ctx, hash, typed)
	if err != nil {
		return false, err
	}
	if somebody.Credential.Kind == person.GeneratedCredential && a.Now().Before(somebody.Credential.ExpiresAt) {
		keys, err := a.linkKeys(ctx)
		if err != nil {
			return false, err
		}
		ref := links.PasswordRef{Slot: slot, Counter: somebody.Credential.Counter}
		return keys.IsPassword(typed, ref, links.Owner{Account: id, Tenure: somebody.Tenure}), nil
	}
	return right, nil
}

// isOwnPassword asks somebody signed in for the password once more; failures
// count as they do when signing in.
func (a *App) isOwnPassword(ctx context.Context, request Request, somebody person.State, typed string) (bool, error) {
	contact, err := a.readAgain(somebody.Contact)
	if err != nil {
		return false, err
	}
	return a.guess(ctx, request.Account, contact, func() (bool, error) {
		return a.isPassword(ctx, request.Account, request.Caller.Slot, somebody, typed)
	})
}

// Authenticate is the caller who bears a session's token.
func (a *App) Authenticate(ctx context.Context, token string) (Caller, error) {
	session, found, err := a.Vault.FindSession(ctx, digest(token))
	if err != nil {
		return Caller{}, err
	}
	if !found || !a.Now().Before(session.ExpiresAt) {
		return Caller{}, errNotSignedIn()
	}
	return Caller{Kind: domain.ActorPerson, Session: session}, nil
}

// LogOut ends the session of a token.
func (a *App) LogOut(ctx context.Context, token string) error {
	return a.Vault.EndSession(ctx, digest(token))
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

// ChangePassword replaces one's own password; the caller's session goes on, all
// others end.
type ChangePassword struct {
	Token   string // of the caller's session
	Current string
	New     string
}

// ChangePassword needs the current password.
func (a *App) ChangePassword(ctx context.Context, request Request, c ChangePassword) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeOwnPassword); err != nil {
		return Done{}, err
	}
	stream := domain.PersonStream(request.Caller.Slot)
	somebody, err := a.people.load(ctx, a.Store, stream)
	if err != nil {
		return Done{}, err
	}
	if !somebody.causes.Has(request.Command) {
		if err := a.checkNewPassword(ctx, request, somebody.state, c); err != nil {
			return Done{}, err
		}
	}
	credential := domain.CredentialFor(request.Command)
	result, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: stream, command: request.Command, request: request,
		authorise: a.permit(request, ChangeOwnPassword),
		build: func(_ context.Context, now loaded[person.State]) (person.Command, error) {
			if now.state.Credential != somebody.state.Credential {
				return nil, errWrongPassword()
			}
			return person.ChangePassword{Credential: credential}, nil
		},
		prepare: func(ctx context.Context) error { return a.savePassword(ctx, credential, c.New) },
	})
	if err != nil {
		return Done{}, err
	}
	return Done{Position: result.position}, a.Vault.EndSessionsOf(ctx, request.Caller.Person, digest(c.Token))
}

func (a *App) checkNewPassword(ctx context.Context, request Request, somebody person.State, c ChangePassword) error {
	right, err := a.isOwnPassword(ctx, request, somebody, c.Current)
	switch {
	case err != nil:
		return err
	case !right:
		return errWrongPassword()
	case c.New == c.Current:
		return domain.Refuse(domain.PasswordSame, "the new password is the old one; choose another").In("new")
	}
	company, err := a.company(ctx, request.Account)
	if err != nil {
		return err
	}
	return in("new", a.Passwords.Judge(c.New, company.Passwords.MinimumLength, ownWords(somebody, company)))
}

func errWrongPassword() error {
	return domain.Refuse(domain.PasswordWrong, "the current password is wrong").In("current")
}

func digest(token string) [32]byte { return sha256.Sum256([]byte(token)) }
