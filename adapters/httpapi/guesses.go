package httpapi

import (
	"sync"
	"time"

	"github.com/usher-engine/usher/commands/bounded"
)

// guesses counts the wrong tokens that came from networks, in this process: the operator's
// has 32 characters, so that what a restart forgives is nothing.
type guesses struct {
	mu     sync.Mutex
	counts *bounded.Cache[string, guessed]
}

type guessed struct {
	wrong int
	until time.Time
}

const (
	mostWrongTokens  = 100 // of one network
	wrongTokensCount = 15 * time.Minute
	manyNetworks     = 1 << 16
)

func newGuesses() *guesses { return &guesses{counts: bounded.New[string, guessed](manyNetworks)} }

// waits returns until when no token from a network is looked at; zero where one is.
func (g *guesses) waits(network string, now time.Time) time.Time {
	count, known, _ := g.counts.Recall(network)
	if !known || count.wrong < mostWrongTokens || !now.Before(count.until) {
		return time.Time{}
	}
	return count.until
}

func (g *guesses) note(network string, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	count, _, age := g.counts.Recall(network)
	if !now.Before(count.until) {
		count = guessed{until: now.Add(wrongTokensCount)}
	}
	count.wrong++
	g.counts.Remember(age, network, count)
}
