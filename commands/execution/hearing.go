package execution

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/usher-engine/usher/commands/turns"
	"github.com/usher-engine/usher/domain"
)

// mostLag is how old what was heard last may be for states to be judged on.
const mostLag = 2 * time.Second

// hearing is how far this process has heard of the log, whoever appended there.
type hearing struct {
	mu sync.Mutex
	to domain.Position
	at time.Time // when that was the log's end, or near it; zero for never

	asking *turns.Of[struct{}] // of those who find it too long ago
	asked  atomic.Int64        // how often somebody has asked where the log ends
}

// reach says that everything up to a position was heard, which was so at a time.
func (h *hearing) reach(to domain.Position, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !to.After(h.to) && to != h.to {
		return
	}
	h.to = to
	if at.After(h.at) {
		h.at = at
	}
}

func (h *hearing) get() (to domain.Position, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.to, h.at
}

func (h *hearing) isNear(now time.Time) bool {
	_, at := h.get()
	return !at.IsZero() && now.Sub(at) <= mostLag
}

// Reach says that everything up to a position was heard by now, and that nothing else
// was in the log at a time.
func (p *Path) Reach(to domain.Position, at time.Time) { p.hearing.reach(to, at) }

// suffices says whether kept states are near enough. Where nothing was heard for
// long, it asks where the log ends, once for all who wait.
func (p *Path) suffices(ctx context.Context) bool {
	needed, may := ctx.Value(laggingKey{}).(lagging)
	if !may {
		return false
	}
	to, at := p.hearing.get()
	switch {
	case at.IsZero(): // nobody follows the log here
		return false
	case !needed.least.IsZero():
		return !needed.least.After(to)
	case p.hearing.isNear(p.ports.Now()):
		return true
	}
	before := p.hearing.asked.Load()
	leave, err := p.hearing.asking.Enter(ctx, struct{}{})
	if err != nil {
		return false
	}
	defer leave()
	began := p.ports.Now()
	if p.hearing.isNear(began) || p.hearing.asked.Load() != before {
		return p.hearing.isNear(began) // by what was answered, or not, to somebody meanwhile
	}
	defer p.hearing.asked.Add(1)
	end, err := p.ports.End(ctx)
	if to, _ = p.hearing.get(); err != nil || end.After(to) {
		return false // and whoever reads the streams will find out why
	}
	p.hearing.reach(end, began)
	return true
}
