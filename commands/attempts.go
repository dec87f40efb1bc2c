package commands

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// Attempt lets whoever is at a network address try what can be guessed, so many at
// once. Wrong guesses count: after too many of them nothing is tried for a while.
func (a *App) Attempt(ctx context.Context, address string, try func() (wrong bool)) error {
	keys, err := a.counterKeys(ctx)
	if err != nil {
		return err
	}
	limit := share{
		key: keys.of("attempts from", address), most: attemptsPerAddress, window: attemptsLast, code: domain.TooManyAttempts,
		reason: "too many attempts from your network address failed",
	}
	leave, err := a.knocking.enter(ctx, limit.key)
	if err != nil {
		return err
	}
	defer leave()
	return a.unlessWrong(context.WithoutCancel(ctx), limit, giveBack, func() (bool, error) { return try(), nil })
}

// guess lets somebody try the password of a login, whether or not there is such
// a person. After a few failures even the right one is not looked at, for a while.
func (a *App) guess(ctx context.Context, id domain.AccountID, login domain.Contact, try func() (bool, error)) (right bool, err error) {
	limit, err := a.attemptsOf(ctx, id, login)
	if err != nil {
		return false, err
	}
	return a.guessWithin(ctx, limit, try)
}

// guessCode is guess for the code that replaces a forgotten password.
func (a *App) guessCode(ctx context.Context, id domain.AccountID, login domain.Contact, try func() (bool, error)) (right bool, err error) {
	keys, err := a.counterKeys(ctx)
	if err != nil {
		return false, err
	}
	return a.guessWithin(ctx, guessesOfCode(keys, id, login), try)
}

func guessesOfCode(keys counterKeys, id domain.AccountID, login domain.Contact) share {
	return share{
		key: keys.of("codes of", id.String(), login.Form), most: attemptsPerCode, window: resetCodeLasts, code: domain.TooManyAttempts,
		reason: "too many codes were wrong; ask for a new one, five minutes after the one before at the earliest",
	}
}

func (a *App) guessWithin(ctx context.Context, limit share, try func() (bool, error)) (right bool, err error) {
	leave, err := a.guessing.enter(ctx, limit.key) // many who sign in rightly at once must not count as so many failures
	if err != nil {
		return false, err
	}
	defer leave()
	err = a.unlessWrong(ctx, limit, forget, func() (bool, error) {
		right, err = try()
		return !right && err == nil, err
	})
	return right, err
}

// attemptsOf limits how often the password of a login is tried.
func (a *App) attemptsOf(ctx context.Context, id domain.AccountID, login domain.Contact) (share, error) {
	keys, err := a.counterKeys(ctx)
	return share{
		key: keys.of("passwords of", id.String(), login.Form), most: attemptsPerLogin, window: attemptsLast, code: domain.TooManyAttempts,
		reason: "too many attempts to sign in failed; you can also replace a forgotten password",
	}, err
}

// unlessWrong counts before it tries, so that many at once cannot try more than
// one after the other. What was right is given back, or makes all before forgotten.
func (a *App) unlessWrong(ctx context.Context, limit share, right func(map[CounterKey]Counter, []share, time.Time) error, try func() (wrong bool, err error)) error {
	used := only(limit)
	if err := a.settle(ctx, used, admit); err != nil {
		return err
	}
	wrong, err := try()
	if wrong {
		return err
	}
	if err != nil {
		right = giveBack // nobody knows
	}
	return firstError(err, a.settle(ctx, used, right))
}

// mayTryAgain ends the wait of somebody who proved by a link who he is.
func (a *App) mayTryAgain(ctx context.Context, id domain.AccountID, contact domain.Contact) error {
	login, err := a.readAgain(contact)
	if err != nil {
		return err
	}
	limit, err := a.attemptsOf(ctx, id, login)
	if err != nil {
		return err
	}
	keys, err := a.counterKeys(ctx)
	if err != nil {
		return err
	}
	both := []share{limit, justAsked(keys, id, login)}
	return a.settle(ctx, &use{shares: func(account.State) ([]share, error) { return both, nil }}, forget)
}
