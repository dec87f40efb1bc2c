package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/usher-engine/usher/domain"
)

// Subscription is how a subscription is doing.
type Subscription struct {
	Position domain.Position // how far it has come
	// Behind is for how long it has stood still at its position although there
	// are events behind that, and its reader waits for them; zero where it is at
	// the head, goes on, or its reader is busy.
	Behind time.Duration
	// Failure is why it has no connection now; nil where it has.
	Failure error
}

// Subscriptions says how each subscription is doing. What is behind is looked
// up a few times within Options.Stall.
func (l *Log) Subscriptions() []Subscription {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Subscription, 0, len(l.subscriptions))
	for s := range l.subscriptions {
		all = append(all, s.status())
	}
	return all
}

func (s *subscription) status() Subscription {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := Subscription{Position: s.scanned, Failure: s.failure}
	if !s.stuck.IsZero() && s.stuckAt == s.scanned && s.waiting {
		status.Behind = time.Since(s.stuck)
	}
	return status
}

// Health says why the log cannot be relied upon for now, within the time of one
// attempt: the server is away, or a subscription is refused or stands still. It
// is nil where all is well.
func (l *Log) Health(ctx context.Context) error {
	if _, err := l.Head(ctx); err != nil {
		return err
	}
	var wrong []error
	for _, s := range l.Subscriptions() {
		switch {
		case s.Failure != nil && !transient(s.Failure):
			wrong = append(wrong, fmt.Errorf("a subscription at %s is refused: %w", s.Position, s.Failure))
		case s.Behind >= l.options.Stall:
			wrong = append(wrong, fmt.Errorf("a subscription has stood still at %s for %s", s.Position, s.Behind.Round(time.Second)))
		}
	}
	return errors.Join(wrong...)
}

func (l *Log) begin(s *subscription) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.subscriptions[s] = struct{}{}
}

func (l *Log) forget(s *subscription) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.subscriptions, s)
}

// watch begins a subscription again that the server has forgotten: one that
// waits although there are events.
func (l *Log) watch() {
	life := l.connection.life
	ticker := time.NewTicker(l.options.Stall / 4)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-life.Done():
			return
		}
		if len(l.Subscriptions()) == 0 {
			continue
		}
		head, err := l.Head(life)
		if err != nil {
			continue
		}
		l.mu.Lock()
		for s := range l.subscriptions {
			s.compare(head, l.options.Stall)
		}
		l.mu.Unlock()
	}
}

// compare notes that the subscription does not move, and restarts it when it
// has not for long.
func (s *subscription) compare(head domain.Position, stall time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch now := time.Now(); {
	case !head.After(s.scanned) || !s.waiting:
		s.stuck = time.Time{}
	case s.stuck.IsZero() || s.stuckAt != s.scanned:
		s.stuck, s.stuckAt = now, s.scanned
	case now.Sub(s.stuck) >= stall && s.restart != nil:
		s.restart()
	}
}
