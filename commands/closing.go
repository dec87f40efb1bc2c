package commands

import (
	"context"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// CloseAccount shuts everybody out of an account, for the operator, who says why:
// nobody signs in, sessions and API tokens do nothing, no link works, nothing is sent.
// What was decided before is finished, and what runs out does so; both stay on record.
// It refuses with invalid_reason, or not_found where there is no such account.
func (a *App) CloseAccount(ctx context.Context, request Request, why string) (Done, error) {
	return a.closeOrOpen(ctx, request, why, func(reason string) account.Command { return account.Close{Grounds: reason} })
}

// OpenAccount undoes CloseAccount: sessions, API tokens and links work again that have
// not run out meanwhile. It refuses as CloseAccount does.
func (a *App) OpenAccount(ctx context.Context, request Request, why string) (Done, error) {
	return a.closeOrOpen(ctx, request, why, func(reason string) account.Command { return account.Open{Grounds: reason} })
}

func (a *App) closeOrOpen(ctx context.Context, request Request, why string, command func(string) account.Command) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, CloseAnAccount); err != nil {
		return Done{}, err
	}
	reason, err := a.ports.Texts.Reason(why)
	if err != nil {
		return Done{}, in("reason", err)
	}
	return a.changeAccount(ctx, request, CloseAnAccount, command(reason))
}

// whileOpen lets whoever comes by a link go on for as long as the account is open.
func (a *App) whileOpen(id domain.AccountID) access.Authorise {
	return func(ctx context.Context) (access.Judgement, error) {
		at := a.Now()
		return access.Judgement{At: at}, a.mustBeOpen(ctx, id)
	}
}

func (a *App) mustBeOpen(ctx context.Context, id domain.AccountID) error {
	return a.path.Certainly(ctx, func(ctx context.Context) error {
		company, err := a.company(ctx, id)
		if err == nil && company.Closed {
			err = account.ErrClosed()
		}
		return err
	})
}
