package messaging

import (
	"context"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/periodic"
	"github.com/usher-engine/usher/domain"
)

// StallAfter is how long a follower may stand still behind the log where
// nothing else is said.
const StallAfter = 15 * time.Second

// looksToStall is how often a follower must be seen at the same place. Looks
// are counted, not time, so that a process that was suspended is not blamed.
const looksToStall = 10

// watch compares those who follow with the log's head from time to time.
type watch struct {
	log   journal.Log
	after time.Duration
	all   []*member
}

func (w watch) run(ctx context.Context) {
	periodic.Run(ctx, max(w.after/looksToStall, time.Millisecond), w.look, func(context.Context, error) {})
}

// look learns nothing where the log cannot be reached: that is no follower's
// fault, and others say so.
func (w watch) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, w.after)
	defer cancel()
	head, err := w.log.Head(ctx)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, one := range w.all {
		one.lookBack(ctx)
		if !one.place.compare(head, now) {
			continue
		}
		if at, err := one.follower.Position(ctx); err == nil && at.After(one.place.get()) {
			one.place.stand(at)
		}
	}
	return nil
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

// stalled says that the follower was seen at a place again and again, behind the
// log, and has not moved since.
func (l lag) stalled(position domain.Position) bool {
	return l.looks >= looksToStall && l.at == position
}
