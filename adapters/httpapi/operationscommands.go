package httpapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// OfView is the part of an input that says which view.
type OfView struct {
	View string `path:"view" doc:"The view's name." example:"employees"`
}

type filling struct {
	Throttle int `json:"throttle,omitzero" minimum:"0" doc:"How many events a second it takes at most; any number where nothing is said." example:"5000"`
}

type fillInput struct {
	OfView
	Keyed
	Body *filling
}

func (in *fillInput) throttle() int {
	if in.Body == nil {
		return 0
	}
	return in.Body.Throttle
}

type serving struct {
	Edition int `json:"edition" minimum:"1" doc:"The number of one that has served." example:"1"`
}

type skip struct {
	Follower string `json:"follower" doc:"The view or the policy." example:"employees"`
	Position string `json:"position" doc:"Where in the log the event stands at which it is stopped." example:"17"`
	Reason   string `json:"reason" doc:"Why it may be left out; up to 500 characters." example:"Written by hand, and nobody needs it"`
}

func (a *api) projections(ctx context.Context, _ *struct{}) (*result[followers], error) {
	head, err := a.Projectors.Head(ctx)
	if err != nil {
		return nil, refuse(ctx, err)
	}
	all, err := a.Projectors.Standings(ctx)
	if err != nil {
		return nil, refuse(ctx, err)
	}
	answer := followers{Head: head.String(), Views: []follower{}, Policies: []follower{}}
	for _, one := range all {
		if one.Policy {
			answer.Policies = append(answer.Policies, showFollower(one, head))
		} else {
			answer.Views = append(answer.Views, showFollower(one, head))
		}
	}
	return &result[followers]{Body: answer}, nil
}

// fill begins an edition of a view.
func (a *api) fill(ctx context.Context, in *fillInput, begin func(context.Context, string, int) (projections.Edition, error)) (edition, error) {
	if err := a.mustBeView(ctx, in.View); err != nil {
		return edition{}, err
	}
	begun, err := begin(ctx, in.View, in.throttle())
	return showEdition(begun), err
}

func (a *api) rebuildProjection(ctx context.Context, _ commands.Request, in *fillInput) (edition, error) {
	return a.fill(ctx, in, a.Projectors.Rebuild)
}

func (a *api) verifyProjection(ctx context.Context, _ commands.Request, in *fillInput) (edition, error) {
	return a.fill(ctx, in, a.Projectors.Verify)
}

func (a *api) mustBeView(ctx context.Context, name string) error {
	one, err := a.standing(ctx, name)
	if err == nil && one.Policy {
		err = domain.Refuse(domain.NotFound, name+" is a policy: it has no rows")
	}
	return err
}

func (a *api) serveEdition(ctx context.Context, _ commands.Request, in *struct {
	OfView
	Keyed
	Body serving
},
) (edition, error) {
	_, chosen, err := a.editionOf(ctx, in.View, 0, in.Body.Edition)
	if err != nil {
		return edition{}, err
	}
	switch chosen.State {
	case projections.Serving:
		return showEdition(chosen), nil
	case projections.Filling, projections.Scratch:
		return edition{}, domain.Refuse(httpkit.EditionUnfit, fmt.Sprintf("edition %d is still being filled; one that is filled to serve does so by itself when it has caught up", chosen.Number))
	case projections.Kept:
	}
	if err := a.Projectors.Back(ctx, in.View, chosen.Number); err != nil {
		return edition{}, err
	}
	chosen.State = projections.Serving
	return showEdition(chosen), nil
}

func (a *api) dropEdition(ctx context.Context, _ commands.Request, in *struct {
	OfView
	Keyed
	Edition int `path:"edition" minimum:"1" doc:"The edition's number."`
	Version int `query:"version" minimum:"1" doc:"Of the view; without it, the one that this program has."`
},
) (edition, error) {
	one, chosen, err := a.editionOf(ctx, in.View, in.Version, in.Edition)
	if err != nil {
		return edition{}, err
	}
	newer := slices.ContainsFunc(one.Editions, func(each projections.Edition) bool {
		return each.State == projections.Serving && each.Version > chosen.Version
	})
	if chosen.State == projections.Serving && !newer {
		return edition{}, domain.Refuse(httpkit.EditionServes, fmt.Sprintf("edition %d is what %s answers from; let another one serve first", chosen.Number, in.View))
	}
	return showEdition(chosen), a.Projectors.Drop(ctx, chosen)
}

// skipEvent names the event as the follower does that is stopped there.
func (a *api) skipEvent(ctx context.Context, request commands.Request, in *struct {
	Keyed
	Body skip
},
) (done, error) {
	position, err := domain.ParsePosition(in.Body.Position)
	if err != nil {
		return done{}, domain.Refuse(domain.InvalidPosition, "this is not a position that Usher gave out").In("position")
	}
	one, err := a.standing(ctx, in.Body.Follower)
	if err != nil {
		return done{}, err
	}
	stopped, err := stoppedAt(one, position)
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.SkipEvent(ctx, request, commands.SkipEvent{
		Follower: one.Name, Event: stopped.Event, Kind: string(stopped.Type), Cause: stopped.Reason, Grounds: in.Body.Reason,
	}))
}

// stoppedAt is the event at a position at which a follower is stopped, or one of
// its editions that is kept up to date.
func stoppedAt(one messaging.Standing, position domain.Position) (*projections.Poison, error) {
	all := []*projections.Poison{one.Stopped}
	for _, each := range one.Editions {
		if each.State != projections.Kept {
			all = append(all, each.Stopped)
		}
	}
	advice := "there is nothing to skip"
	for _, stopped := range all {
		switch {
		case stopped == nil:
		case stopped.Position == position:
			return stopped, nil
		default:
			advice = fmt.Sprintf("it is stopped at %s, of type %s", stopped.Position, stopped.Type)
		}
	}
	return nil, domain.Refuse(httpkit.NotStoppedThere, fmt.Sprintf("%s is not stopped at position %s; %s", one.Name, position, advice))
}
