package commands

import (
	"context"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/operations"
)

// SkipEvent is an event that a view or a policy cannot take.
type SkipEvent struct {
	Follower string
	Event    uuid.UUID
	Kind     string
	Cause    string // why it cannot be taken
	Grounds  string // why it may be left out
}

// SkipEvent has a view or a policy leave out an event, for the operator, who says why.
// It refuses with invalid_request where no reason is given, or invalid_reason.
func (a *App) SkipEvent(ctx context.Context, request Request, c SkipEvent) (Done, error) {
	reason, err := a.ports.Texts.Reason(c.Grounds)
	if err != nil {
		return Done{}, in("reason", err)
	}
	c.Grounds = reason
	result, err := a.operations.Execute(ctx, operationsCall{
		Name: "operations.skip_event", Stream: domain.OperationsStream(), Request: request,
		Authorise: a.guard.Authorise(request, Operate),
		Build: func(context.Context, loadedOperations) (operations.Command, error) {
			return operations.SkipEvent(c), nil
		},
	})
	return Done{Position: result.Position}, err
}

// Skipped returns the ids of the events that a view or a policy is to leave out.
func (a *App) Skipped(ctx context.Context, follower string) (map[uuid.UUID]bool, error) {
	current, err := a.operations.Load(ctx, domain.OperationsStream())
	if domain.CodeOf(err) == domain.HistoryMissing { // somebody cut it: then nothing is left out, and all others go on
		return nil, nil
	}
	return current.State.Skipped[follower], err
}
