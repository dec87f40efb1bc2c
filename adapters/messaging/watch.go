package messaging

import (
	"context"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// StallAfter is how long a follower may stand still behind the log where
// nothing else is said.
const StallAfter = 15 * time.Second

// looksToStall is how often a follower must be seen at the same place. Looks
// are counted, not time, so that a process that was suspended is not blamed.
const looksToStall = 10

// Stall says that a follower does not move although the log goes on.
type Stall struct {
	Since  time.Time // when it was first seen where it is, behind the log
	Behind uint64    // log positions: events of the embedded log, bytes of EventStoreDB's
}

// watch compares followers with the log's head from time to time.
type watch struct {
	log    journal.Log
	after  time.Duration
	places []watched
}

// watched is a place, and where the same work stands if another instance does
// it too.
type watched struct {
	*place
	elsewhere func(context.Context) (domain.Position, error)
}

func (w watch) run(ctx context.Context) {
	ticker := time.NewTicker(max(w.after/looksToStall, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			w.look(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// look learns nothing where the log cannot be reached: that is no follower's fault.
func (w watch) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, w.after)
	defer cancel()
	head, err := w.log.Head(ctx)
	if err != nil {
		return
	}
	now := time.Now()
	for _, one := range w.places {
		if !one.compare(head, now) {
			continue
		}
		if at, err := one.elsewhere(ctx); err == nil && at.After(one.get()) {
			one.stand(at)
		}
	}
}

// lag is what a watch has seen of a follower that is behind the log; zero for
// one that is not.
type lag struct {
	owed  domain.Position // the head when it was seen to be behind, not reached yet
	since time.Time       // when that was

	at    domain.Position // where it stood at the last look
	still time.Time       // when it was first seen there
	looks int             // since then

	behind uint64 // log positions, at the last look
}

// seen is the lag after another look.
func (l lag) seen(position, head domain.Position, now time.Time) lag {
	if !head.After(position) {
		return lag{}
	}
	if !l.owed.After(position) {
		l.owed, l.since = head, now
	}
	if l.still.IsZero() || l.at != position {
		l.at, l.still, l.looks = position, now, 0
	} else {
		l.looks++
	}
	l.behind = head.Commit - position.Commit
	return l
}

// stall is nil for a follower that has moved since the last look.
func (l lag) stall(position domain.Position) *Stall {
	if l.looks < looksToStall || l.at != position {
		return nil
	}
	return &Stall{Since: l.still, Behind: l.behind}
}
