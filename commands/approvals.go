package commands

import (
	"context"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/execution"
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

// Approve lets a registrant in, for administrators. It refuses with not_found,
// nothing_to_approve, registration_changed or contact_held.
func (a *App) Approve(ctx context.Context, request Request, c Approve) (Done, error) {
	return a.decideRegistration(ctx, request, c.Person, person.Approve{Registration: c.Registration, By: request.Caller.Person})
}

// Reject does not let a registrant in, for administrators. The registrant is told
// politely, and may be invited again. It refuses with not_found, nothing_to_approve,
// registration_changed or invalid_reason.
func (a *App) Reject(ctx context.Context, request Request, c Reject) (Done, error) {
	reason, err := a.ports.Texts.Reason(c.Reason)
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
	return a.decideIn(ctx, request, slot, id, command, a.guard.Authorise(request, DecideRegistrations))
}

func (a *App) decideIn(ctx context.Context, request Request, slot domain.Slot, id domain.PersonID, command person.Command,
	authorise access.Authorise,
) (Done, error) {
	if _, err := a.endRevoked(execution.Within(ctx, request), request.Account, slot); err != nil { // nobody is placed by it
		return Done{}, err
	}
	result, err := a.letIn(ctx, slot, personCall{
		Name: execution.NameOf(command), Stream: domain.PersonStream(slot), Request: request,
		Authorise: authorise,
		Build: func(ctx context.Context, now loadedPerson) (person.Command, error) {
			if now.Account != request.Account || now.State.Person != id {
				return nil, errNoPerson()
			}
			return a.placing(ctx, request.Account, now.State, command)
		},
	})
	return Done{Position: result.Position}, err
}

func (a *App) slotOfPerson(ctx context.Context, account domain.AccountID, id domain.PersonID) (domain.Slot, error) {
	slot, found, err := a.ports.Finders.SlotOf(ctx, account, id, a.Newest())
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
