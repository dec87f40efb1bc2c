package commands

import (
	"context"
	"errors"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Move puts an employee into another department; zero means the root.
func (a *App) Move(ctx context.Context, request Request, id domain.PersonID, department domain.DepartmentID) (Done, error) {
	result, err := a.changeEmployee(ctx, request, id, func(ctx context.Context, _ loaded[person.State]) (person.Command, error) {
		chosen, err := a.chosenDepartment(ctx, request.Account, department)
		return person.Move{Department: chosen}, err
	})
	return Done{Position: result.position}, err
}

// ChangeJobTitle says what an employee is called at work.
func (a *App) ChangeJobTitle(ctx context.Context, request Request, id domain.PersonID, title string) (Done, error) {
	title, err := a.Texts.JobTitle(title)
	if err != nil {
		return Done{}, in("job_title", err)
	}
	result, err := a.changeEmployee(ctx, request, id, func(context.Context, loaded[person.State]) (person.Command, error) {
		return person.ChangeJobTitle{JobTitle: title}, nil
	})
	return Done{Position: result.position}, err
}

// Rehire takes a dismissed person back as a plain employee of a department; zero
// means the root. The person gets a link for choosing a password.
func (a *App) Rehire(ctx context.Context, request Request, id domain.PersonID, department domain.DepartmentID) (Done, error) {
	result, err := a.changeAndTell(ctx, request, id, true, func(ctx context.Context, _ loaded[person.State]) (person.Command, error) {
		chosen, err := a.chosenDepartment(ctx, request.Account, department)
		return person.Rehire{
			By: request.Caller.Person, Department: chosen, LinkExpiresAt: a.Now().Add(passwordLinkLasts),
		}, err
	})
	return Done{Position: result.position}, err
}

// chosenDepartment is a department as events name it, where it exists: the root
// is what is chosen where nothing is.
func (a *App) chosenDepartment(ctx context.Context, account domain.AccountID, id domain.DepartmentID) (domain.DepartmentID, error) {
	if id == domain.RootDepartment(account) {
		return domain.DepartmentID{}, nil
	}
	return id, a.checkPlacement(ctx, account, id, nil)
}

// changeEmployee is the way of all that administrators do with employees.
func (a *App) changeEmployee(ctx context.Context, request Request, id domain.PersonID,
	build func(context.Context, loaded[person.State]) (person.Command, error),
) (outcome[person.State, person.Event], error) {
	return a.changeAndTell(ctx, request, id, false, build)
}

// changeAndTell is changeEmployee for what may lead to a message.
func (a *App) changeAndTell(ctx context.Context, request Request, id domain.PersonID, sends bool,
	build func(context.Context, loaded[person.State]) (person.Command, error),
) (outcome[person.State, person.Event], error) {
	change := call[person.State, person.Command, person.Event]{
		aggregate: a.people, command: request.Command, request: request,
		authorise: a.permit(request, ChangeEmployees), sends: sends,
		build: func(ctx context.Context, now loaded[person.State]) (person.Command, error) {
			if now.account != request.Account || now.state.Person != id {
				return nil, errNoPerson()
			}
			return build(ctx, now)
		},
	}
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeEmployees); err != nil {
		return a.steppedDown(ctx, change, id, err)
	}
	slot, err := a.slotOfPerson(ctx, request.Account, id)
	if err != nil {
		return outcome[person.State, person.Event]{}, err
	}
	change.stream = domain.PersonStream(slot)
	result, err := execute(ctx, a, change)
	if domain.CodeOf(err) == domain.NotPermitted {
		return a.steppedDown(ctx, change, id, err)
	}
	return result, err
}

// steppedDown refuses who may not, unless he ceased to be an administrator by
// this very request: a policy was faster, or the request comes again.
func (a *App) steppedDown(ctx context.Context, change call[person.State, person.Command, person.Event], id domain.PersonID, refused error,
) (outcome[person.State, person.Event], error) {
	nothing, caller := outcome[person.State, person.Event]{}, change.request.Caller
	if caller.Person != id || caller.Account != change.request.Account {
		return nothing, refused
	}
	change.stream = domain.PersonStream(caller.Slot)
	oneself, err1 := a.people.load(ctx, a.Store, change.stream)
	company, err2 := a.accounts.load(ctx, a.Store, domain.AccountStream(caller.Account))
	if err := errors.Join(err1, err2); err != nil {
		return nothing, err
	}
	if first, done := oneself.causes.Get(change.command); done {
		return replay(ctx, a, change, oneself, first)
	}
	if company.causes.Has(uncounting(change.command, oneself.state.Appointments)) && oneself.state.CountsAs() == 0 {
		return outcome[person.State, person.Event]{state: oneself.state, position: oneself.position}, nil
	}
	return nothing, refused
}

// employed is somebody with access, and where his stream is; whoever has none is
// refused, and why.
func (a *App) employed(ctx context.Context, account domain.AccountID, id domain.PersonID, otherwise string) (domain.Slot, loaded[person.State], error) {
	slot, err := a.slotOfPerson(ctx, account, id)
	if err != nil {
		return slot, loaded[person.State]{}, err
	}
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	if err == nil && (somebody.state.Person != id || !somebody.state.Employment.Active) {
		err = domain.Refuse(domain.NotEmployed, otherwise)
	}
	return slot, somebody, err
}
