package commands

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/usher-engine/usher/commands/limits"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

const resetLinkLasts = time.Hour

// ForgotPassword is somebody who cannot sign in by a login any more.
type ForgotPassword struct {
	Login  string
	Device string // as in LogIn
}

// ForgotPassword sends somebody a link for replacing a forgotten password, or a
// code where the login is a phone number. It answers the same, after the same
// work, whoever is meant and whether there is such a person at all. It refuses with
// contact_limit or too_many_attempts, or account_not_ready while an account is being
// founded.
func (a *App) ForgotPassword(ctx context.Context, request Request, c ForgotPassword) error {
	contact, err := a.contactTyped(ctx, request.Account, c.Login)
	if err != nil {
		return err
	}
	slot, somebody, err := a.whoLogsIn(ctx, request.Account, contact)
	if err != nil {
		return err
	}
	guesser, err := a.guesser(ctx, request.Account, contact, somebody, request.Network, c.Device)
	if err != nil {
		return err
	}
	sends, refused := a.limits.Asked(ctx, guesser)
	if !sends || !somebody.Employment.Active {
		return cmp.Or(a.costAnAppend(ctx, request.Account), refused)
	}
	return cmp.Or(a.sendReset(ctx, request, slot, somebody), refused)
}

// sendReset sends what replaces a forgotten password, and costs as much where nothing
// is sent.
func (a *App) sendReset(ctx context.Context, request Request, slot domain.Slot, somebody person.State) error {
	lasts := resetLinkLasts
	if somebody.Contact.Kind == domain.ContactPhone {
		lasts = limits.CodesLast
	}
	request.Caller = LinkHolder()
	result, err := a.people.Execute(ctx, personCall{
		Name: "person.ask_password_reset", Stream: domain.PersonStream(slot), Request: request,
		Authorise: a.whileOpen(request.Account),
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.AskPasswordReset{ExpiresAt: a.Now().Add(lasts)}, nil
		},
	})
	if _, refused := errors.AsType[*domain.Refusal](err); refused || err == nil && len(result.Events) == 0 {
		return a.costAnAppend(ctx, request.Account)
	}
	return err
}

// SendPasswordLink sends an employee a link for choosing a new password, for
// administrators. Until it is used, the old one works. It refuses with not_found,
// not_employed or contact_limit.
func (a *App) SendPasswordLink(ctx context.Context, request Request, id domain.PersonID) (Done, error) {
	result, err := a.changeAndTell(ctx, request, id, "person.ask_password_reset", true, func(context.Context, loadedPerson) (person.Command, error) {
		return person.AskPasswordReset{By: request.Caller.Person, ExpiresAt: a.Now().Add(passwordLinkLasts)}, nil
	})
	return Done{Position: result.Position}, err
}

// costAnAppend writes durably what means nothing: a session that nobody has, and
// that is over. It is swept like all others.
func (a *App) costAnAppend(ctx context.Context, id domain.AccountID) error {
	var nobody [32]byte
	if _, err := io.ReadFull(a.ports.Random, nobody[:]); err != nil {
		return err
	}
	return a.ports.Vault.StartSession(ctx, nobody, Session{Account: id, ExpiresAt: a.Now()})
}

// resetPassword takes a new password by the link that was sent; all sessions end.
func (a *App) resetPassword(ctx context.Context, request Request, link opened, c UseLink) (LinkUsed, error) {
	if err := a.checkUnlessRepeated(ctx, request, link); err != nil {
		return LinkUsed{}, err
	}
	if err := a.ports.Passwords.Judge(c.Password, link.company.Passwords.MinimumLength, ownWords(link.person, link.company)); err != nil {
		return LinkUsed{}, in("password", err)
	}
	credential := domain.CredentialFor(request.Command)
	build := func(context.Context, loadedPerson) (person.Command, error) {
		return person.ResetPassword{Number: link.number(), Credential: credential}, nil
	}
	used, err := a.useLink(ctx, request, link.slot, "person.reset_password", build, func(ctx context.Context) error {
		return a.savePassword(ctx, request, credential, c.Password)
	})
	if err != nil {
		return LinkUsed{}, err
	}
	return used, a.afterReset(ctx, request, link.slot)
}

// afterReset lets somebody sign in at once with the new password, and nobody go on
// with the old one.
func (a *App) afterReset(ctx context.Context, request Request, slot domain.Slot) error {
	somebody, err := a.people.Load(ctx, domain.PersonStream(slot))
	if err != nil {
		return err
	}
	if err := a.limits.MayTryAgain(ctx, request.Account, somebody.State.Contact, request.Network); err != nil {
		return err
	}
	return a.endVoidSessions(ctx, somebody.State)
}

// ResetByCode replaces a forgotten password by the code that was sent.
type ResetByCode struct {
	Login  string
	Code   string
	New    string
	Device string // as in LogIn
}

// ResetByCode replaces a forgotten password, and ends all sessions. It refuses with
// reset_failed, after the same work, whoever has no such code, be it that there is no
// such person; with too_many_attempts after too many that were wrong; with
// account_not_ready; whoever has it with account_closed; and with what is wrong with the
// new password.
func (a *App) ResetByCode(ctx context.Context, request Request, c ResetByCode) (Done, error) {
	company, err := a.accounts.Load(ctx, domain.AccountStream(request.Account))
	if err != nil {
		return Done{}, err
	}
	contact, err := a.contactTyped(ctx, request.Account, c.Login)
	if err != nil {
		return Done{}, err
	}
	own := []string{c.Login, company.State.Name, company.State.Slug} // of whom it would be nothing is known yet
	if err := a.ports.Passwords.Judge(c.New, max(company.State.Passwords.MinimumLength, account.ShortestPassword), own); err != nil {
		return Done{}, in("new", err)
	}
	var slot domain.Slot
	var position domain.Position
	_, somebody, err := a.whoLogsIn(ctx, request.Account, contact)
	if err != nil {
		return Done{}, err
	}
	guesser, err := a.guesser(ctx, request.Account, contact, somebody, request.Network, c.Device)
	if err != nil {
		return Done{}, err
	}
	right, err := a.limits.GuessCode(ctx, guesser, func() (right bool, err error) {
		slot, position, right, err = a.tryCode(ctx, request, hashFor(guesser), contact, c)
		return right, err
	})
	if err == nil && !right {
		err = domain.Refuse(domain.ResetFailed, "there is no such code for this login, or its time is out; ask for a new one")
	}
	if err != nil {
		return Done{}, err
	}
	if err := a.rememberNetwork(ctx, somebody.Person, request.Network); err != nil {
		return Done{}, err
	}
	return Done{Position: position}, a.afterReset(ctx, request, slot)
}

func (a *App) tryCode(ctx context.Context, request Request, who HashFor, contact domain.Contact, c ResetByCode) (slot domain.Slot, position domain.Position, right bool, err error) {
	hash, err := a.ports.Passwords.Hash(ctx, who, c.New)
	if err != nil {
		return slot, position, false, err
	}
	slot, somebody, err := a.whoLogsIn(ctx, request.Account, contact)
	if err != nil {
		return slot, position, false, err
	}
	keys, err := a.linkKeys(ctx)
	if err != nil {
		return slot, position, false, err
	}
	right = keys.IsCode(c.Code, slot, somebody.Reset.Number, links.Owner{Account: request.Account, Tenure: somebody.Tenure})
	if !right || !somebody.ByCode() {
		return slot, position, false, nil
	}
	request.Caller = LinkHolder()
	credential := domain.CredentialFor(request.Command)
	result, err := a.people.Execute(ctx, personCall{
		Name: "person.reset_password", Stream: domain.PersonStream(slot), Request: request,
		Authorise: a.whileOpen(request.Account),
		Build: func(_ context.Context, now loadedPerson) (person.Command, error) {
			if now.State.Reset != somebody.Reset {
				return nil, domain.Refuse(domain.LinkSuperseded, "a newer code was sent")
			}
			return person.ResetPassword{Number: somebody.Reset.Number, Credential: credential}, nil
		},
		Prepare: func(ctx context.Context) error { return a.ports.Vault.SaveCredential(ctx, credential, hash, a.Now()) },
	})
	if slices.Contains([]domain.Code{domain.LinkSuperseded, domain.LinkExpired, domain.LinkUsed, domain.LinkRevoked, domain.NotFound}, domain.CodeOf(err)) {
		return slot, position, false, nil
	}
	return slot, result.Position, err == nil, err
}
