package limits

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// Attempt lets whoever is at a network address try what can be guessed, so many at
// once. Wrong guesses count: after too many of them nothing is tried for a while.
func (l *Limits) Attempt(ctx context.Context, address string, try func() (wrong bool)) error {
	keys, err := l.keys(ctx)
	if err != nil {
		return err
	}
	limit := attemptsFrom(keys, address)
	leave, err := l.knocking.Enter(ctx, limit.Key)
	if err != nil {
		return err
	}
	defer leave()
	ctx = context.WithoutCancel(ctx)
	if err := l.settle(ctx, only(limit), Admit); err != nil || try() {
		return err
	}
	return l.settle(ctx, only(limit), GiveBack)
}

func attemptsFrom(keys Keys, address string) Share {
	return Share{
		Key: keys.Of("attempts from", address), Most: attemptsPerAddress, Window: attemptsLast, Code: domain.TooManyAttempts,
		Reason: "too many attempts from your network address failed",
	}
}

// Guesser is who tries what can be guessed of a login, whether or not there is such a
// person.
type Guesser struct {
	Account domain.AccountID
	Login   domain.Contact
	Network string // where the guess comes from
	// Known says that the login's person has signed in from there, or on the device,
	// before. What others tried then shuts nobody out.
	Known bool
	// Device names one on which the login's person has signed in before; empty where that
	// is not shown. It has tries of its own.
	Device string
}

// Guess lets somebody try the password of a login. After a few failures from one
// network even the right one is not looked at there, for a while; after many from
// anywhere, only where the person has signed in before. What a wrong one is answered
// does not tell where that is.
func (l *Limits) Guess(ctx context.Context, who Guesser, try func() (bool, error)) (right bool, err error) {
	keys, err := l.keys(ctx)
	if err != nil {
		return false, err
	}
	return l.guess(ctx, passwordsOf(keys, who), who.Known, try)
}

// GuessCode is Guess for the code that replaces a forgotten password.
func (l *Limits) GuessCode(ctx context.Context, who Guesser, try func() (bool, error)) (right bool, err error) {
	keys, err := l.keys(ctx)
	if err != nil {
		return false, err
	}
	return l.guess(ctx, codesOf(keys, who), who.Known, try)
}

// GuessOwn lets somebody who is signed in try their own password, which has nothing to
// do with what is tried at the log-in. Session names where they are signed in.
func (l *Limits) GuessOwn(ctx context.Context, session string, try func() (bool, error)) (right bool, err error) {
	keys, err := l.keys(ctx)
	if err != nil {
		return false, err
	}
	return l.guess(ctx, guessed{own: []Share{{
		Key: keys.Of("own password in", session), Most: attemptsPerLogin, Window: attemptsLast, Code: domain.TooManyAttempts,
		Reason: "the current password was wrong too often; you can sign in again, or replace a forgotten password",
	}}}, true, try)
}

// guessed is what a guess takes of which limits: of whoever is where it comes from, and
// of all together.
type guessed struct {
	own    []Share // first that of the network, device or session that it comes from
	others []Share // that of the login, and that of the network; none where only one's own counts
	beside Share   // what is left to who is known where others have used up the rest

	anywhere []Share // of the login, wherever guesses come from
}

func (g guessed) network() Share { return g.others[len(g.others)-1] }

func (g guessed) all() *use { return these(append(slices.Clone(g.own), g.others...)...) }

func these(shares ...Share) *use {
	return &use{shares: func(account.State) ([]Share, error) { return shares, nil }}
}

func passwordsOf(keys Keys, who Guesser) guessed {
	return guessesOf(keys, who, "passwords of", Share{
		Most: attemptsPerLogin, Window: attemptsLast, Reason: "too many attempts to sign in failed; you can also replace a forgotten password",
	}, attemptsByStrangers, attemptsByDevices)
}

func codesOf(keys Keys, who Guesser) guessed {
	return guessesOf(keys, who, "codes of", Share{
		Most: attemptsPerCode, Window: CodesLast, Reason: "too many codes were wrong; ask for a new one, five minutes after the one before at the earliest",
	}, codesByStrangers, codesByDevices)
}

func guessesOf(keys Keys, who Guesser, what string, limit Share, byStrangers, byDevices int) guessed {
	limit.Code = domain.TooManyAttempts
	of := func(most int, parts ...string) Share {
		share := limit
		share.Key, share.Most = keys.Of(append([]string{what, who.Account.String(), who.Login.Form}, parts...)...), most
		return share
	}
	strangers, devices := of(byStrangers), of(byDevices, "on devices")
	g := guessed{anywhere: []Share{strangers, devices}}
	if who.Device != "" {
		g.own = []Share{of(limit.Most, "on", who.Device), devices}
		return g
	}
	g.own = []Share{of(limit.Most, "from", who.Network)}
	g.others = []Share{strangers, attemptsFrom(keys, who.Network)}
	g.beside = of(limit.Most, "beside others from", who.Network)
	return g
}

// guess counts before it tries, so that many at once cannot try more than one after
// the other. What was right makes wrong ones from there forgotten.
//
// Where others have used up what is left, somebody known still has tries of their own, of
// which a wrong one is answered as if nothing had been tried.
func (l *Limits) guess(ctx context.Context, g guessed, known bool, try func() (bool, error)) (right bool, err error) {
	leave, err := l.enter(ctx, g, known)
	if err != nil {
		return false, err
	}
	defer leave()
	counting := context.WithoutCancel(ctx)
	taken, byOthers := g.all(), false
	refused := l.settle(counting, taken, g.admit(&byOthers))
	if refused != nil && !byOthers {
		return false, refused
	}
	if refused != nil {
		if taken = only(g.beside); !known || l.settle(counting, taken, Admit) != nil {
			l.pace.wait(ctx)
			return false, refused
		}
	}
	begun := l.ports.Now()
	right, err = try()
	l.pace.note(l.ports.Now().Sub(begun))
	switch {
	case err != nil: // nobody knows
		return false, orElse(err, l.settle(counting, taken, GiveBack))
	case right:
		return true, l.settle(counting, taken, forgetFirst)
	}
	return false, refused
}

// enter waits for a turn. Who is known waits for nobody else on the network.
func (l *Limits) enter(ctx context.Context, g guessed, known bool) (leave func(), err error) {
	leaveDoor := func() {}
	if len(g.others) > 0 && !known {
		if leaveDoor, err = l.knocking.Enter(ctx, g.network().Key); err != nil {
			return nil, err
		}
	}
	leaveDesk, err := l.guessing.Enter(ctx, g.own[0].Key) // many who sign in rightly at once must not count as so many failures
	if err != nil {
		leaveDoor()
		return nil, err
	}
	return func() { leaveDesk(); leaveDoor() }, nil
}

// admit takes all shares or none, and says whether others have used up what is left. Whoever
// goes on behind the end of their own tries counts for the network.
func (g guessed) admit(byOthers *bool) Change {
	return func(counters map[Key]Counter, shares []Share, now time.Time) error {
		err := Admit(counters, shares, now)
		*byOthers = err != nil && !usedUp(counters, g.own, now)
		if err != nil && !*byOthers && len(g.others) > 0 {
			return orElse(Admit(counters, []Share{g.network()}, now), err)
		}
		return err
	}
}

// forgetFirst begins the first share anew, and gives the others back.
func forgetFirst(counters map[Key]Counter, shares []Share, now time.Time) error {
	return orElse(Forget(counters, shares[:1], now), GiveBack(counters, shares[1:], now))
}

func orElse(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// MayTryAgain ends the wait of somebody who proved by a link or a code who they are.
func (l *Limits) MayTryAgain(ctx context.Context, id domain.AccountID, contact domain.Contact, network string) error {
	login, err := l.ReadAgain(contact)
	if err != nil {
		return err
	}
	keys, err := l.keys(ctx)
	if err != nil {
		return err
	}
	g := passwordsOf(keys, Guesser{Account: id, Login: login, Network: network})
	return l.settle(ctx, these(append(slices.Concat(g.own, g.anywhere), g.beside, justAsked(keys, id, login))...), Forget)
}

// pace is how long a guess takes at this time.
type pace struct{ lasts atomic.Int64 }

// longestPace bounds what a refusal waits.
const longestPace = 2 * time.Second

// note takes a guess into the mean of the last ones.
func (p *pace) note(lasted time.Duration) {
	before := p.lasts.Load()
	p.lasts.Store(before + (int64(lasted)-before)/4)
}

// wait takes as long as a guess, without the work: so a refusal because of others does
// not tell by its time that the person behind the login signs in from elsewhere.
func (p *pace) wait(ctx context.Context) {
	timer := time.NewTimer(min(time.Duration(p.lasts.Load()), longestPace))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
