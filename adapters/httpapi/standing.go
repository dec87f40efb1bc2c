package httpapi

import (
	"context"
	"time"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

func behindFor(one messaging.Standing) time.Duration {
	if one.BehindSince.IsZero() {
		return 0
	}
	return time.Since(one.BehindSince)
}

func showFollower(one messaging.Standing, head domain.Position) follower {
	shown := follower{
		Name: one.Name, Version: one.Version, State: stateOf(one, head), Position: one.Position.String(), Behind: questions.Behind(head, one.Position),
		BehindSince: unlessZero(one.BehindSince), StalledSince: unlessZero(one.StalledSince), Stopped: showPoison(one.Stopped),
	}
	newest := 0
	for _, each := range one.Editions {
		shown.Editions = append(shown.Editions, showEdition(each))
		if each.State == projections.Serving && each.Version > newest && each.Version <= one.Version {
			newest, shown.Edition = each.Version, each.Number
		}
	}
	if newest > 0 {
		shown.Version = newest
	}
	return shown
}

// stateOf is in one word what a follower does.
func stateOf(s messaging.Standing, head domain.Position) string {
	switch {
	case s.Stopped != nil:
		return "stopped"
	case s.Failure != nil:
		return "failing"
	case !s.StalledSince.IsZero():
		return "stalled"
	case head.After(s.Position):
		return "behind"
	}
	return "following"
}

// stanceOf is how readiness shows a follower.
func stanceOf(s messaging.Standing, head domain.Position) httpkit.Stance {
	shown := httpkit.Stance{Position: s.Position.String(), Behind: questions.Behind(head, s.Position), Stalled: !s.StalledSince.IsZero()}
	if s.Stopped != nil {
		shown.Stopped = s.Stopped.Error()
	}
	if s.Policy {
		shown.Policy = s.Name
	} else {
		shown.View = s.Name
	}
	return shown
}

// glance is how long those who only look wait for log and read models.
const glance = time.Second

// glimpse is what can be told now of views and policies.
func glimpse(ctx context.Context, projectors Projectors) ([]messaging.Standing, domain.Position) {
	ctx, cancel := context.WithTimeout(ctx, glance)
	defer cancel()
	head, err := projectors.Head(ctx)
	if err != nil {
		head = domain.Position{}
	}
	all, _ := projectors.Standings(ctx) // which are there in part where an error is
	return all, head
}
