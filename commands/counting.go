package commands

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

// use is one that takes something of limits.
type use struct {
	account domain.AccountID // zero where its settings do not matter
	shares  func(account.State) ([]share, error)
}

// only is a use of one limit that is no account's.
func only(limit share) *use {
	return &use{shares: func(account.State) ([]share, error) { return []share{limit}, nil }}
}

// counting joins what is counted at the same time into one change of the vault:
// a bulk invitation would wait for a hundred of them otherwise.
type counting struct {
	mu      sync.Mutex
	waiting []*asked
	busy    bool
}

// asked is a use on its way to the vault.
type asked struct {
	*use
	apply  func(map[CounterKey]Counter, []share, time.Time) error
	result chan error

	taken   []share
	refused error
}

const (
	countedTogether = 200
	countingLasts   = 30 * time.Second
)

// settle applies a use to the counters, and says why it is refused.
func (a *App) settle(ctx context.Context, u *use, apply func(map[CounterKey]Counter, []share, time.Time) error) error {
	mine := &asked{use: u, apply: apply, result: make(chan error, 1)}
	if a.counting.join(mine) {
		go a.count(context.WithoutCancel(ctx))
	}
	select {
	case err := <-mine.result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// join reports whether nobody is counting, so that the caller begins.
func (c *counting) join(one *asked) (begins bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = append(c.waiting, one)
	begins, c.busy = !c.busy, true
	return begins
}

// take is some of those that wait; none ends the counting.
func (c *counting) take() []*asked {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(len(c.waiting), countedTogether)
	some := c.waiting[:n:n]
	c.waiting, c.busy = c.waiting[n:], n > 0
	return some
}

func (a *App) count(ctx context.Context) {
	for some := a.counting.take(); len(some) > 0; some = a.counting.take() {
		err := a.countTogether(ctx, some)
		for _, one := range some {
			one.result <- firstError(one.refused, err)
		}
	}
}

func (a *App) countTogether(ctx context.Context, some []*asked) error {
	ctx, cancel := context.WithTimeout(ctx, countingLasts)
	defer cancel()
	companies := map[domain.AccountID]account.State{{}: {}}
	var keys []CounterKey
	for _, one := range some {
		company, known := companies[one.account]
		if !known {
			found, err := a.accounts.load(ctx, a.Store, domain.AccountStream(one.account))
			if err != nil {
				one.refused = err // the others are of other accounts
				continue
			}
			company = found.state
			companies[one.account] = company
		}
		one.taken, one.refused = one.shares(company)
		for _, c := range one.taken {
			keys = append(keys, c.key)
			if c.answers != (CounterKey{}) {
				keys = append(keys, c.answers)
			}
		}
	}
	now := a.Now()
	err := a.Vault.ChangeCounters(ctx, keys, func(counters map[CounterKey]Counter) {
		for _, one := range some {
			if one.taken != nil {
				one.refused = one.apply(counters, one.taken, now)
			}
		}
	})
	if err != nil {
		return fmt.Errorf("count what limits allow: %w", err)
	}
	return nil
}
