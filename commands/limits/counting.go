package limits

import (
	"cmp"
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
	shares  func(account.State) ([]Share, error)
}

// only is a use of one limit that is no account's.
func only(limit Share) *use {
	return &use{shares: func(account.State) ([]Share, error) { return []Share{limit}, nil }}
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
	apply  Change
	result chan error

	taken   []Share
	refused error
}

const (
	countedTogether = 200
	countingLasts   = 30 * time.Second
)

func ask(u *use, apply Change) *asked {
	return &asked{use: u, apply: apply, result: make(chan error, 1)}
}

// settle applies a use to the counters, and says why it is refused.
func (l *Limits) settle(ctx context.Context, u *use, apply Change) error {
	return l.settleAll(ctx, []*asked{ask(u, apply)})[0]
}

// settleAll applies uses to the counters one after the other, in this order.
func (l *Limits) settleAll(ctx context.Context, all []*asked) []error {
	if l.counting.join(all) {
		go l.count(context.WithoutCancel(ctx))
	}
	results := make([]error, len(all))
	for i, one := range all {
		select {
		case results[i] = <-one.result:
		case <-ctx.Done():
			results[i] = ctx.Err()
		}
	}
	return results
}

// join reports whether nobody is counting, so that the caller begins.
func (c *counting) join(all []*asked) (begins bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = append(c.waiting, all...)
	begins, c.busy = !c.busy && len(c.waiting) > 0, c.busy || len(c.waiting) > 0
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

func (l *Limits) count(ctx context.Context) {
	for some := l.counting.take(); len(some) > 0; some = l.counting.take() {
		err := l.countTogether(ctx, some)
		for _, one := range some {
			one.result <- cmp.Or(one.refused, err)
		}
	}
}

func (l *Limits) countTogether(ctx context.Context, some []*asked) error {
	ctx, cancel := context.WithTimeout(ctx, countingLasts)
	defer cancel()
	companies := map[domain.AccountID]account.State{{}: {}}
	var keys []Key
	for _, one := range some {
		company, known := companies[one.account]
		if !known {
			found, err := l.ports.Company(ctx, one.account)
			if err != nil {
				one.refused = err // the others are of other accounts
				continue
			}
			company = found
			companies[one.account] = company
		}
		one.taken, one.refused = one.shares(company)
		for _, c := range one.taken {
			keys = append(keys, c.Key)
			if c.Answers != (Key{}) {
				keys = append(keys, c.Answers)
			}
		}
	}
	now := l.ports.Now()
	err := l.ports.Vault.ChangeCounters(ctx, keys, func(counters map[Key]Counter) {
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
