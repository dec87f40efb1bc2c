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
		authorise: a.permit(request, ChangeOwnPassword), sends: true,
		build: func(_ context.Context, now loaded[person.State]) (person.Command, error) {
			if now.state.Credential != somebody.state.Credential {
				return nil, errWrongPassword()
			}
			return person.ChangePassword{Credential: credential}, nil
		},
		prepare: func(ctx context.Context) error {
			if err := a.savePassword(ctx, credential, c.New); err != nil {
				return err
			}
			return a.Vault.KeepSession(ctx, digest(c.Token), somebody.state.SignsInWith(), credential)
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
	return Done{Position: result.position}, a.endVoidSessions(ctx, result.state)
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
