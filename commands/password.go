package commands

import (
	"context"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// ChangePassword replaces one's own password; the caller's session goes on, all
// others end.
type ChangePassword struct {
	Token   string // of the caller's session
	Current string
	New     string
}

// ChangePassword replaces the caller's own password by another. It refuses with
// password_wrong, password_same, too_many_attempts, or with what is wrong with the new
// one.
func (a *App) ChangePassword(ctx context.Context, request Request, c ChangePassword) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeOwnPassword); err != nil {
		return Done{}, err
	}
	stream := domain.PersonStream(request.Caller.Slot)
	somebody, err := a.people.Load(ctx, stream)
	if err != nil {
		return Done{}, err
	}
	if !somebody.Knows(request.Command) {
		if err := a.checkNewPassword(ctx, request, somebody.State, c); err != nil {
			return Done{}, err
		}
	}
	credential := domain.CredentialFor(request.Command)
	result, err := a.people.Execute(ctx, personCall{
		Name: "person.change_password", Stream: stream, Request: request,
		Authorise: a.guard.Authorise(request, ChangeOwnPassword), Sends: true,
		Build: func(_ context.Context, now loadedPerson) (person.Command, error) {
			if now.State.Credential != somebody.State.Credential {
				return nil, errWrongPassword()
			}
			return person.ChangePassword{Credential: credential}, nil
		},
		Prepare: func(ctx context.Context) error {
			if err := a.savePassword(ctx, request, credential, c.New); err != nil {
				return err
			}
			return a.ports.Vault.KeepSession(ctx, digest(c.Token), somebody.State.SignsInWith(), credential)
		},
	})
	if domain.CodeOf(err) == domain.NotSignedIn {
		if _, gone := a.Recognise(ctx, c.Token); gone == nil { // the session goes on, by a password that came first
			err = errWrongPassword()
		}
	}
	if err != nil {
		return Done{}, err
	}
	return Done{Position: result.Position}, a.endVoidSessions(ctx, result.State)
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
	return in("new", a.ports.Passwords.Judge(c.New, company.Passwords.MinimumLength, ownWords(somebody, company)))
}

func errWrongPassword() error {
	return domain.Refuse(domain.PasswordWrong, "the current password is wrong").In("current")
}

// isPassword takes the same time whatever the person's credential is.
func (a *App) isPassword(ctx context.Context, who HashFor, slot domain.Slot, somebody person.State, typed string) (bool, error) {
	hash := ""
	if somebody.Credential.Kind == person.ChosenCredential {
		var err error
		if hash, err = a.ports.Vault.Credential(ctx, somebody.Credential.ID); err != nil {
			return false, err
		}
	}
	right, err := a.ports.Passwords.Verify(ctx, who, hash, typed)
	if err != nil {
		return false, err
	}
	if somebody.Credential.Kind == person.GeneratedCredential && a.Now().Before(somebody.Credential.ExpiresAt) {
		keys, err := a.linkKeys(ctx)
		if err != nil {
			return false, err
		}
		ref := links.PasswordRef{Slot: slot, Counter: somebody.Credential.Counter}
		return keys.IsPassword(typed, ref, links.Owner{Account: who.Account, Tenure: somebody.Tenure}), nil
	}
	return right, nil
}

// isOwnPassword asks somebody signed in for the password once more. Failures count
// for this session alone: whoever has taken it keeps nobody from signing in, and whoever
// tries to sign in keeps nobody from changing the password.
func (a *App) isOwnPassword(ctx context.Context, request Request, somebody person.State, typed string) (bool, error) {
	return a.limits.GuessOwn(ctx, request.Caller.Person.String()+" "+request.Caller.ID.String(), func() (bool, error) {
		return a.isPassword(ctx, hashesFor(request), request.Caller.Slot, somebody, typed)
	})
}
