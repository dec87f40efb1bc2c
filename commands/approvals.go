package commands

import (
	"context"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Approve lets a registrant in. Registration is the number that the
// administrator has seen, so that a stale click cannot admit somebody else;
// zero means the one that waits now.
type Approve struct {
	Person       domain.PersonID
	Registration int
}

// Reject does not let a registrant in.
type Reject struct {
	Person       domain.PersonID
	Registration int // as in Approve
	Reason       string
}

// Approve is for administrators.
func (a *App) Approve(ctx context.Context, request Request, c Approve) (Done, error) {
	return a.decideRegistration(ctx, request, c.Person, person.Approve{Registration: c.Registration, By: request.Caller.Person})
}

// Reject is for administrators. The registrant is told politely, and may be
// invited again.
func (a *App) Reject(ctx context.Context, request Request, c Reject) (Done, error) {
	reason, err := a.Texts.Reason(c.Reason)
	if err != nil {
		return Done{}, in("reason", err)
	}
	return a.decideRegistration(ctx, request, c.Person, person.Reject{
		Registration: c.Registration, By: request.Caller.Person, Reason: reason,
	})
}

func (a *App) decideRegistration(ctx context.Context, request Request, id domain.PersonID, command person.Command) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, DecideRegistrations); err != nil {
		return Done{}, err
	}
	slot, err := a.slotOfPerson(ctx, request.Account, id)
	if err != nil {
		return Done{}, err
	}
	return a.decideIn(ctx, request, slot, id, command, a.permit(request, DecideRegistrations))
}

func (a *App) decideIn(ctx context.Context, request Request, slot domain.Slot, id domain.PersonID, command person.Command,
	authorise authorise,
) (Done, error) {
	if _, err := a.endRevoked(ctx, request.Account, slot); err != nil { // nobody is placed by it
		return Done{}, err
	}
	result, err := a.letIn(ctx, slot, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: request.Command, request: request,
		authorise: authorise,
		build: func(ctx context.Context, now loaded[person.State]) (person.Command, error) {
			if now.account != request.Account || now.state.Person != id {
				return nil, errNoPerson()
			}
			return a.placing(ctx, request.Account, now.state, command)
		},
	})
	return Done{Position: result.position}, err
}

func (a *App) slotOfPerson(ctx context.Context, account domain.AccountID, id domain.PersonID) (domain.Slot, error) {
	slot, found, err := a.Directory.SlotOf(ctx, account, id, a.Newest())
	if err != nil {
		return domain.Slot{}, err
	}
	if !found {
		return domain.Slot{}, errNoPerson()
	}
	return slot, nil
}

func errNoPerson() error {
	return domain.Refuse(domain.NotFound, "there is no such person in this account")
}
