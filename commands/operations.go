package commands

import (
	"context"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/operations"
)

// SkipEvent has a view or a policy leave out an event that it cannot take.
type SkipEvent struct {
	Follower string
	Event    uuid.UUID
	Kind     string
	Cause    string // why it cannot be taken
	Grounds  string // why it may be left out
}

// SkipEvent is for the operator.
func (a *App) SkipEvent(ctx context.Context, request Request, c SkipEvent) (Done, error) {
	reason, err := a.Texts.Reason(c.Grounds)
	if err != nil {
		return Done{}, in("reason", err)
	}
	c.Grounds = reason
	result, err := execute(ctx, a, call[operations.State, operations.Command, operations.Event]{
		aggregate: a.operations, stream: domain.OperationsStream(), command: request.Command, request: request,
		authorise: a.permit(request, Operate),
		build: func(context.Context, loaded[operations.State]) (operations.Command, error) {
			return operations.SkipEvent(c), nil
		},
	})
	return Done{Position: result.position}, err
}

// Skipped is the ids of the events that a view or a policy is to leave out.
func (a *App) Skipped(ctx context.Context, follower string) (map[uuid.UUID]bool, error) {
	current, err := a.operations.load(ctx, a.Store, domain.OperationsStream())
	return current.state.Skipped[follower], err
}
