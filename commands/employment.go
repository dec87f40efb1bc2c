package commands

import (
	"context"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// Move puts an employee into another department; zero means the root.
func (a *App) Move(ctx context.Context, request Request, id domain.PersonID, department domain.DepartmentID) (Done, error) {
	result, err := a.changeEmployee(ctx, request, id, "person.move", func(ctx context.Context, _ loadedPerson) (person.Command, error) {
		chosen, err := a.chosenDepartment(ctx, request.Account, department)
		return person.Move{Department: chosen}, err
	})
	return Done{Position: result.Position}, err
}

// ChangeJobTitle says what an employee is called at work.
func (a *App) ChangeJobTitle(ctx context.Context, request Request, id domain.PersonID, title string) (Done, error) {
	title, err := a.ports.Texts.JobTitle(title)
	if err != nil {
		return Done{}, in("job_title", err)
	}
	result, err := a.changeEmployee(ctx, request, id, "person.change_job_title", func(context.Context, loadedPerson) (person.Command, error) {
		return person.ChangeJobTitle{JobTitle: title}, nil
	})
	return Done{Position: result.Position}, err
}

// Rehire takes a dismissed person back as a plain employee of a department; zero
// means the root. The person gets a link for choosing a password.
func (a *App) Rehire(ctx context.Context, request Request, id domain.PersonID, department domain.DepartmentID) (Done, error) {
	result, err := a.changeAndTell(ctx, request, id, "person.rehire", true, func(ctx context.Context, _ loadedPerson) (person.Command, error) {
		chosen, err := a.chosenDepartment(ctx, request.Account, department)
		return person.Rehire{
			By: request.Caller.Person, Department: chosen, LinkExpiresAt: a.Now().Add(passwordLinkLasts),
		}, err
	})
	return Done{Position: result.Position}, err
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
func (a *App) changeEmployee(ctx context.Context, request Request, id domain.PersonID, name string,
	build func(context.Context, loadedPerson) (person.Command, error),
) (personOutcome, error) {
	return a.changeAndTell(ctx, request, id, name, false, build)
}

// changeAndTell is changeEmployee for what may lead to a message.
func (a *App) changeAndTell(ctx context.Context, request Request, id domain.PersonID, name string, sends bool,
	build func(context.Context, loadedPerson) (person.Command, error),
) (personOutcome, error) {
	change := personCall{
		Name: name, Request: request,
		Authorise: a.guard.Authorise(request, ChangeEmployees), Sends: sends,
		Build: func(ctx context.Context, now loadedPerson) (person.Command, error) {
			if now.Account != request.Account || now.State.Person != id {
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
		return personOutcome{}, err
	}
	change.Stream = domain.PersonStream(slot)
	result, err := a.people.Execute(ctx, change)
	if domain.CodeOf(err) == domain.NotPermitted {
		return a.steppedDown(ctx, change, id, err)
	}
	return result, err
}

// employed is somebody with access, and where their stream is; whoever has none is
// refused, and why.
func (a *App) employed(ctx context.Context, account domain.AccountID, id domain.PersonID, otherwise string) (domain.Slot, loadedPerson, error) {
	slot, err := a.slotOfPerson(ctx, account, id)
	if err != nil {
		return slot, loadedPerson{}, err
	}
	somebody, err := a.people.Load(ctx, domain.PersonStream(slot))
	if err == nil && (somebody.State.Person != id || !somebody.State.Employment.Active) {
		err = domain.Refuse(domain.NotEmployed, otherwise)
	}
	return slot, somebody, err
}
