package commands

import (
	"context"
	"io"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// resetLasts is how long the link for a forgotten password is good.
const resetLasts = time.Hour

// ForgotPassword sends somebody a link for replacing a forgotten password. It
// answers the same, after the same work, whoever is meant and whether there is
// such a person at all.
func (a *App) ForgotPassword(ctx context.Context, request Request, login string) error {
	contact, err := a.contactTyped(ctx, request.Account, login)
	if err != nil {
		return err
	}
	if err := a.countAsked(ctx, contact); err != nil {
		return err
	}
	slot, somebody, err := a.whoLogsIn(ctx, request.Account, contact)
	if err != nil {
		return err
	}
	if !somebody.Employment.Active {
		return a.costAnAppend(ctx, request.Account)
	}
	request.Caller = LinkHolder()
	result, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: request.Command, request: request,
		build: func(context.Context, loaded[person.State]) (person.Command, error) {
			return person.AskPasswordReset{ExpiresAt: a.Now().Add(resetLasts)}, nil
		},
	})
	if domain.CodeOf(err) == domain.NotEmployed || err == nil && len(result.events) == 0 {
		return a.costAnAppend(ctx, request.Account)
	}
	return err
}

// countAsked counts what was asked for a contact, whoever has it, and whether
// anything is sent.
func (a *App) countAsked(ctx context.Context, contact domain.Contact) error {
	keys, err := a.counterKeys(ctx)
	if err != nil {
		return err
	}
	return a.settle(ctx, only(sent{to: contact, asked: true}.claimOnContact(keys)), admit)
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
	if err := a.mayTryAgain(ctx, request.Account, link.person.Contact); err != nil {
		return LinkUsed{}, err
	}
	return used, a.EndVoidSessions(ctx, domain.PersonStream(link.slot))
}
