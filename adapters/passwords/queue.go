package passwords

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// queue lets a few work at once and some wait, and sends the rest away. Who waits is
// called fairly: next is whoever's company and network together were called least
// lately, so that however many ask in one name or from one place, a newcomer is next.
// Those who are known where they come from are called before the others, but not always.
type queue struct {
	atOnce, most int

	mu      sync.Mutex
	working int
	waiting []*waiter // in the order in which they came
	calls   map[share]int
	since   int // calls since they were last halved
	inARow  int // known ones called while others waited
}

type waiter struct {
	commands.HashFor
	turn chan error // nil when it comes
}

// share is a company or a network, of which those who are known count apart.
type share struct {
	known   bool
	account domain.AccountID
	network string
}

const (
	// calledInARow is how many of the known are called before one of the others is.
	calledInARow = 3
	// remembered is after how many calls they count half.
	remembered = 64
	// longestWait and half as much again, by chance, so that a crowd does not leave and
	// come again as one, is shorter than clients and proxies wait for an answer.
	longestWait = 20 * time.Second
)

func newQueue(atOnce, waiting int) *queue {
	return &queue{atOnce: atOnce, most: waiting, calls: map[share]int{}}
}

// enter returns when it is the caller's turn, who calls leave in the end. It refuses with
// too_busy.
func (q *queue) enter(ctx context.Context, who commands.HashFor) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("wait to hash a password: %w", err)
	}
	patience := time.NewTimer(longestWait + rand.N(longestWait/2)) //nolint:gosec // because it only spreads who comes again
	defer patience.Stop()
	mine := q.join(who)
	select {
	case err := <-mine.turn:
		return q.leave, err
	case <-patience.C:
		err = errTooBusy()
	case <-ctx.Done():
		err = fmt.Errorf("wait to hash a password: %w", ctx.Err())
	}
	if late := q.giveUp(mine); late == nil {
		q.leave() // it came at this moment
	}
	return nil, err
}

func (q *queue) join(who commands.HashFor) *waiter {
	q.mu.Lock()
	defer q.mu.Unlock()
	mine := &waiter{HashFor: who, turn: make(chan error, 1)}
	q.waiting = append(q.waiting, mine)
	if q.working < q.atOnce {
		q.working++
		q.call()
	}
	if len(q.waiting) > q.most {
		q.take(q.last()).turn <- errTooBusy()
	}
	return mine
}

func errTooBusy() error {
	return domain.Refuse(domain.TooBusy, "too many passwords are being checked at this moment: try again in a few seconds")
}

// giveUp takes somebody out of those who wait; nil says that it was their turn.
func (q *queue) giveUp(mine *waiter) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if place := slices.Index(q.waiting, mine); place >= 0 {
		q.take(place)
		return context.Canceled
	}
	return <-mine.turn
}

func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) > 0 {
		q.call()
		return
	}
	if q.working--; q.working == 0 {
		clear(q.calls)
	}
}

// call gives the turn to whoever is next.
func (q *queue) call() {
	next := q.take(q.next())
	for _, s := range next.shares() {
		q.calls[s]++
	}
	if q.since++; q.since == remembered {
		q.since = 0
		for s, n := range q.calls {
			if q.calls[s] = n / 2; n < 2 {
				delete(q.calls, s)
			}
		}
	}
	next.turn <- nil
}

func (q *queue) take(place int) *waiter {
	one := q.waiting[place]
	q.waiting = slices.Delete(q.waiting, place, place+1)
	return one
}

// next is the place of who is called least: of those who are known, as long as there are
// any and the others are not passed over for long.
func (q *queue) next() int {
	known, others := q.count(true), q.count(false)
	called := known > 0 && (others == 0 || q.inARow < calledInARow)
	if q.inARow++; !called || others == 0 {
		q.inARow = 0
	}
	next, least := -1, 0
	for place, one := range q.waiting {
		if calls := q.callsOf(one); one.Known == called && (next < 0 || calls < least) {
			next, least = place, calls
		}
	}
	return next
}

// last is the place of who is sent away where too many wait: of those whose company and
// network have the most waiting, whoever came last. The known have most of the places.
func (q *queue) last() int {
	known := q.count(true)
	sent := known == len(q.waiting) || known > q.most*calledInARow/(calledInARow+1)
	held := map[share]int{}
	for _, one := range q.waiting {
		for _, s := range one.shares() {
			held[s]++
		}
	}
	last, most := -1, 0
	for place, one := range q.waiting {
		if one.Known != sent {
			continue
		}
		places := 0
		for _, s := range one.shares() {
			places += held[s]
		}
		if last < 0 || places > most || places == most && q.callsOf(one) >= q.callsOf(q.waiting[last]) {
			last, most = place, places
		}
	}
	return last
}

func (q *queue) count(known bool) (waiting int) {
	for _, one := range q.waiting {
		if one.Known == known {
			waiting++
		}
	}
	return waiting
}

func (q *queue) callsOf(one *waiter) (calls int) {
	for _, s := range one.shares() {
		calls += q.calls[s]
	}
	return calls
}

func (w *waiter) shares() [2]share {
	return [2]share{{known: w.Known, account: w.Account}, {known: w.Known, network: w.Network}}
}
