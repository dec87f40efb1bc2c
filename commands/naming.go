package commands

import (
	"context"
	"errors"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// ChangeName is what somebody is to be called; nil leaves a part as it is. An empty last
// name is that of people with one name. What looks wrong is meant where it is confirmed.
type ChangeName struct {
	FirstName, LastName *string
	Confirmed           []string
}

// ChangeOwnName corrects what the caller is called. It refuses with invalid_name or confirm_name.
func (a *App) ChangeOwnName(ctx context.Context, request Request, c ChangeName) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeOwnName); err != nil {
		return Done{}, err
	}
	name, err := a.readName(ctx, request, c)
	if err != nil {
		return Done{}, err
	}
	result, err := a.people.Execute(ctx, personCall{
		Name: "person.change_name", Stream: domain.PersonStream(request.Caller.Slot), Request: request,
		Authorise: a.guard.Authorise(request, ChangeOwnName),
		Build:     func(ctx context.Context, now loadedPerson) (person.Command, error) { return name.of(ctx, now.State) },
	})
	return Done{Position: result.Position}, err
}

// ChangeName corrects what an employee is called, for administrators. It refuses with
// invalid_name, confirm_name, not_found or not_employed.
func (a *App) ChangeName(ctx context.Context, request Request, id domain.PersonID, c ChangeName) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeEmployees); err != nil {
		return Done{}, err
	}
	name, err := a.readName(ctx, request, c)
	if err != nil {
		return Done{}, err
	}
	result, err := a.changeEmployee(ctx, request, id, "person.change_name", func(ctx context.Context, now loadedPerson) (person.Command, error) {
		return name.of(ctx, now.State)
	})
	return Done{Position: result.Position}, err
}

// readName holds a name to the rules of registration.
func (a *App) readName(ctx context.Context, request Request, c ChangeName) (nameRead, error) {
	q := a.asks(request, c.Confirmed)
	first, err1 := readIf(c.FirstName, "first_name", q.named(ctx, a.ports.Texts.PersonName))
	last, err2 := readIf(c.LastName, "last_name", q.named(ctx, a.ports.Texts.LastName))
	if err := errors.Join(err1, err2); err != nil {
		return nameRead{}, err
	}
	company, err := a.company(execution.Lagging(ctx), request.Account)
	return nameRead{first, last, q, company.Name}, err
}

// nameRead is what is to be changed of a name.
type nameRead struct {
	first, last *string
	asking      *asking
	company     string
}

// of is the whole name of somebody who has one.
func (n nameRead) of(ctx context.Context, now person.State) (person.Command, error) {
	name := person.ChangeName{FirstName: now.FirstName, LastName: now.LastName}
	if n.first != nil {
		name.FirstName = *n.first
	}
	if n.last != nil {
		name.LastName = *n.last
	}
	err := n.asking.whole(ctx, name.FirstName, name.LastName, n.company)
	name.Confirmed = n.asking.settled
	return name, in("last_name", err)
}
