package commands

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

const (
	resetLinkLasts = time.Hour
	resetCodeLasts = 10 * time.Minute
)

// ForgotPassword sends somebody a link for replacing a forgotten password, or a
// code where the login is a phone number. It answers the same, after the same
// work, whoever is meant and whether there is such a person at all.
func (a *App) ForgotPassword(ctx context.Context, request Request, login string) error {
	contact, err := a.contactTyped(ctx, request.Account, login)
	if err != nil {
		return err
	}
	if sends, err := a.countAsked(ctx, request.Account, contact); err != nil || !sends {
		return firstError(err, a.costAnAppend(ctx, request.Account))
	}
	slot, somebody, err := a.whoLogsIn(ctx, request.Account, contact)
	if err != nil {
		return err
	}
	if !somebody.Employment.Active {
		return a.costAnAppend(ctx, request.Account)
	}
	lasts := resetLinkLasts
	if somebody.Contact.Kind == domain.ContactPhone {
		lasts = resetCodeLasts
	}
	request.Caller = LinkHolder()
	result, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: request.Command, request: request,
		build: func(context.Context, loaded[person.State]) (person.Command, error) {
			return person.AskPasswordReset{ExpiresAt: a.Now().Add(lasts)}, nil
		},
	})
	if _, refused := errors.AsType[*domain.Refusal](err); refused || err == nil && len(result.events) == 0 {
		return a.costAnAppend(ctx, request.Account)
	}
	return err
}

// SendPasswordLink is for administrators: an employee gets a link for choosing a
// new password. Until it is used, the old one works.
func (a *App) SendPasswordLink(ctx context.Context, request Request, id domain.PersonID) (Done, error) {
	result, err := a.changeAndTell(ctx, request, id, true, func(context.Context, loaded[person.State]) (person.Command, error) {
		return person.AskPasswordReset{By: request.Caller.Person, ExpiresAt: a.Now().Add(passwordLinkLasts)}, nil
	})
	return Done{Position: result.position}, err
}

// countAsked counts what was asked for a contact, whoever has it, and whether
// anything is sent. Nothing is, and nothing counts, while what was sent last is still
// on its way; what is sent can be guessed anew.
func (a *App) countAsked(ctx context.Context, id domain.AccountID, contact domain.Contact) (sends bool, err error) {
	keys, err := a.counterKeys(ctx)
	if err != nil {
		return false, err
	}
	if err := a.settle(ctx, only(justAsked(keys, id, contact)), admit); err != nil {
		if _, refused := errors.AsType[*domain.Refusal](err); refused {
			err = nil
		}
		return false, err
	}
	if err := a.settle(ctx, only(share{
		key: keys.of("resets of", id.String(), mailbox(contact)), most: messagesPerContact, window: day, code: domain.ContactLimit,
		reason: "as many messages were asked for this contact as are sent within a day",
	}), admit); err != nil {
		return false, err
	}
	return true, a.settle(ctx, only(guessesOfCode(keys, id, contact)), forget)
}

func justAsked(keys counterKeys, id domain.AccountID, contact domain.Contact) share {
	return share{key: keys.of("reset just asked of", id.String(), contact.Form), most: 1, window: person.BetweenResets}
}

// costAnAppend writes durably what means nothing: a session that nobody has, and
// that is over. It is swept like all others.
func (a *App) costAnAppend(ctx context.Context, id domain.AccountID) error {
	var nobody [32]byte
	if _, err := io.ReadFull(a.Random, nobody[:]); err != nil {
		return err
	}
	return a.Vault.StartSession(ctx, nobody, Session{Account: id, ExpiresAt: a.Now()})
}

// resetPassword takes a new password by the link that was sent; all sessions end.
func (a *App) resetPassword(ctx context.Context, request Request, link opened, c UseLink) (LinkUsed, error) {
	if err := a.checkUnlessRepeated(ctx, request, link); err != nil {
		return LinkUsed{}, err
	}
	if err := a.Passwords.Judge(c.Password, link.company.Passwords.MinimumLength, ownWords(link.person, link.company)); err != nil {
		return LinkUsed{}, in("password", err)
	}
	credential := domain.CredentialFor(request.Command)
	build := func(context.Context, loaded[person.State]) (person.Command, error) {
		return person.ResetPassword{Number: link.number(), Credential: credential}, nil
	}
	used, err := a.useLink(ctx, request, link.slot, build, func(ctx context.Context) error {
		return a.savePassword(ctx, credential, c.Password)
	})
	if err != nil {
		return LinkUsed{}, err
	}
	return used, a.afterReset(ctx, request.Account, link.slot)
}

// afterReset lets somebody sign in at once with the new password, and nobody go on
// with the old one.
func (a *App) afterReset(ctx context.Context, id domain.AccountID, slot domain.Slot) error {
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	if err != nil {
		return err
	}
	if err := a.mayTryAgain(ctx, id, somebody.state.Contact); err != nil {
		return err
	}
	return a.endVoidSessions(ctx, somebody.state)
}

// ResetByCode replaces a forgotten password by the code that was sent.
type ResetByCode struct {
	Login string
	Code  string
	New   string
}

// ResetByCode gives the same answer after the same work to whoever has no such
// code, be it that there is no such person.
func (a *App) ResetByCode(ctx context.Context, request Request, c ResetByCode) (Done, error) {
	company, err := a.accounts.load(ctx, a.Store, domain.AccountStream(request.Account))
	if err != nil {
		return Done{}, err
	}
	contact, err := a.contactTyped(ctx, request.Account, c.Login)
	if err != nil {
		return Done{}, err
	}
	own := []string{c.Login, company.state.Name, company.state.Slug} // of whom it would be nothing is known yet
	if err := a.Passwords.Judge(c.New, max(company.state.Passwords.MinimumLength, account.ShortestPassword), own); err != nil {
		return Done{}, in("new", err)
	}
	var slot domain.Slot
	var position domain.Position
	right, err := a.guessCode(ctx, request.Account, contact, func() (right bool, err error) {
		slot, position, right, err = a.tryCode(ctx, request, contact, c)
		return right, err
	})
	if err == nil && !right {
		err = domain.Refuse(domain.ResetFailed, "there is no such code for this login, or its time is out; ask for a new one")
	}
	if err != nil {
		return Done{}, err
	}
	return Done{Position: position}, a.afterReset(ctx, request.Account, slot)
}

func (a *App) tryCode(ctx context.Context, request Request, contact domain.Contact, c ResetByCode) (slot domain.Slot, position domain.Position, right bool, err error) {
	hash, err := a.Passwords.Hash(ctx, c.New)
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
	result, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: request.Command, request: request,
		build: func(_ context.Context, now loaded[person.State]) (person.Command, error) {
			if now.state.Reset != somebody.Reset {
				return nil, domain.Refuse(domain.LinkSuperseded, "a newer code was sent")
			}
			return person.ResetPassword{Number: somebody.Reset.Number, Credential: credential}, nil
		},
		prepare: func(ctx context.Context) error { return a.Vault.SaveCredential(ctx, credential, hash, a.Now()) },
	})
	if slices.Contains([]domain.Code{domain.LinkSuperseded, domain.LinkExpired, domain.LinkUsed, domain.LinkRevoked, domain.NotFound}, domain.CodeOf(err)) {
		return slot, position, false, nil
	}
	return slot, result.position, err == nil, err
}
