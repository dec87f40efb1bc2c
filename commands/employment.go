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
	result, err := a.changeEmployee(ctx, request, id, func(ctx context.Context, _ loaded[person.State]) (person.Command, error) {
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
	if err := a.mayChangeEmployee(ctx, request, id); err != nil {
		return outcome[person.State, person.Event]{}, err
	}
	slot, err := a.slotOfPerson(ctx, request.Account, id)
	if err != nil {
		return outcome[person.State, person.Event]{}, err
	}
	return execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: request.Command, request: request,
		authorise: a.permit(request, ChangeEmployees),
		build: func(ctx context.Context, now loaded[person.State]) (person.Command, error) {
			if now.account != request.Account || now.state.Person != id {
				return nil, errNoPerson()
			}
			return build(ctx, now)
		},
	})
}

// mayChangeEmployee lets administrators, and whoever ceased to be one by this very
// request and sends it again.
func (a *App) mayChangeEmployee(ctx context.Context, request Request, id domain.PersonID) error {
	_, refused := a.Permit(ctx, request.Caller, request.Account, ChangeEmployees)
	if refused == nil || request.Caller.Person != id || request.Caller.Account != request.Account {
		return refused
	}
	oneself, err := a.people.load(ctx, a.Store, domain.PersonStream(request.Caller.Slot))
	if _, repeated := oneself.causes[request.Command]; err != nil || !repeated {
		return errors.Join(refused, err)
	}
	return nil
}
