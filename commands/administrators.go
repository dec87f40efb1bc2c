package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// Two streams hold who is an administrator. The person's says who is one; the
// account's counts them and refuses to lose the last. Somebody is made one in
// the person's stream first, and ceases to be one in the account's stream first,
// so that nobody is counted who is none. What a crash leaves between the two
// is finished by the policy keep_administrators.

// ChangeRole makes somebody an administrator, an auditor or a plain employee. An
// administrator may step down themselves, as long as another one remains.
func (a *App) ChangeRole(ctx context.Context, request Request, id domain.PersonID, role domain.Role) (Done, error) {
	becomes := account.BecomesEmployee
	if role == domain.RoleAuditor {
		becomes = account.BecomesAuditor
	}
	result, err := a.changeEmployee(ctx, request, id, "person.change_role", a.uncountingFirst(request, becomes, func(uncounted int) person.Command {
		return person.ChangeRole{Role: role, By: request.Caller.Person, Uncounted: uncounted}
	}))
	if err != nil {
		return Done{}, err
	}
	done := Done{Position: result.Position}
	n := result.State.CountsAs()
	if n == 0 || role != domain.RoleAdministrator {
		return done, nil
	}
	counted, err := a.CountAdministrator(execution.Within(ctx, request), request.Account, id, n)
	if counted.Position.After(done.Position) {
		done = counted
	}
	return done, err
}

// Dismiss ends somebody's access at once: sessions, links and the password are
// void. Nobody dismisses themselves.
func (a *App) Dismiss(ctx context.Context, request Request, id domain.PersonID) (Done, error) {
	result, err := a.changeEmployee(ctx, request, id, "person.dismiss", a.uncountingFirst(request, account.BecomesDismissed, func(uncounted int) person.Command {
		return person.Dismiss{By: request.Caller.Person, Uncounted: uncounted}
	}))
	if err != nil {
		return Done{}, err
	}
	vacated, err := a.vacateHeads(execution.Within(ctx, request), request, id, result)
	return Done{Position: later(result.Position, vacated)}, errors.Join(err, a.endVoidSessions(ctx, result.State))
}

// vacateHeads does at once what else a policy does, so that the answer of a dismissal
// covers it.
func (a *App) vacateHeads(ctx context.Context, request Request, id domain.PersonID, result personOutcome) (domain.Position, error) {
	at := slices.IndexFunc(result.Events, func(event person.Event) bool {
		_, is := event.(person.Dismissed)
		return is
	})
	if at < 0 {
		return domain.Position{}, nil
	}
	slot, found, err := a.ports.Finders.SlotOf(ctx, request.Account, id, domain.Position{})
	if err != nil || !found {
		return domain.Position{}, err
	}
	done, err := a.VacateHeads(ctx, domain.Recorded{
		ID: domain.EventID(request.Command, domain.PersonStream(slot), at), Metadata: domain.Metadata{Account: request.Account},
	}, id)
	return done.Position, err
}

// uncountingFirst builds the command that takes somebody's role or access away.
// Where that is an administrator's, and the person's own rules let it go, the
// account decides before.
func (a *App) uncountingFirst(request Request, becomes account.Becomes, command func(uncounted int) person.Command,
) func(context.Context, loadedPerson) (person.Command, error) {
	return func(ctx context.Context, now loadedPerson) (person.Command, error) {
		n := now.State.CountsAs()
		asked := command(n)
		events, err := a.people.Decide(now.State, asked)
		if n == 0 || err != nil || len(events) == 0 {
			return asked, err
		}
		_, err = a.accounts.Execute(ctx, accountCall{
			Name: "account.uncount_administrator", Stream: domain.AccountStream(request.Account), Command: uncounting(request.Command, n), Request: request.Joined(),
			Authorise: a.guard.Authorise(request, ChangeEmployees),
			Build: func(context.Context, loadedAccount) (account.Command, error) {
				return account.UncountAdministrator{Person: now.State.Person, N: n, Becomes: becomes, By: request.Caller.Person}, nil
			},
		})
		return asked, err
	}
}

// CountAdministrator follows somebody being made an administrator for the nth
// time. Doing it again changes nothing.
func (a *App) CountAdministrator(ctx context.Context, id domain.AccountID, who domain.PersonID, n int) (Done, error) {
	command := domain.CommandID(who.Derive(fmt.Sprintf("administrator %d", n)))
	result, err := a.accounts.Execute(ctx, accountCall{
		Name: "account.count_administrator", Stream: domain.AccountStream(id),
		Request: Request{Command: command, Caller: Policy(), Account: id},
		Build: func(context.Context, loadedAccount) (account.Command, error) {
			return account.CountAdministrator{Person: who, N: n}, nil
		},
	})
	return Done{Position: result.Position}, err
}

// FinishUncounting takes from somebody, in the person's own stream, what an
// account.administrator_uncounted event decided. Who has been made an administrator
// anew since stays one.
func (a *App) FinishUncounting(ctx context.Context, event domain.Recorded, e account.AdministratorUncounted) error {
	id := event.Metadata.Account
	slot, found, err := a.ports.Finders.SlotOf(ctx, id, e.Person, event.Position)
	if err != nil || !found {
		return err
	}
	command := domain.FollowUp(event.ID, "finish uncounting")
	_, err = a.people.Execute(ctx, personCall{
		Name: execution.NameOf(whatRemains(e)), Stream: domain.PersonStream(slot),
		Request: Request{Command: command, Caller: Policy(), Account: id},
		Build: func(_ context.Context, now loadedPerson) (person.Command, error) {
			if now.State.Person != e.Person || now.State.CountsAs() != e.N {
				return nil, execution.ErrNothing
			}
			return whatRemains(e), nil
		},
	})
	return err
}

// whatRemains is the command that finishes an uncounting.
func whatRemains(e account.AdministratorUncounted) person.Command {
	switch e.Becomes {
	case account.BecomesDismissed:
		return person.Dismiss{By: e.By, Uncounted: e.N}
	case account.BecomesAuditor:
		return person.ChangeRole{Role: domain.RoleAuditor, By: e.By, Uncounted: e.N}
	case account.BecomesEmployee:
	}
	return person.ChangeRole{Role: domain.RoleEmployee, By: e.By, Uncounted: e.N}
}

// uncounting is the command in the account's stream that comes before one in an
// administrator's.
func uncounting(command domain.CommandID, n int) domain.CommandID {
	return domain.CommandID(command.Derive(fmt.Sprintf("uncount %d", n)))
}

// EndVoidSessions ends in the vault what is void already: the sessions of somebody
// who was dismissed, signed out, or has another password since.
func (a *App) EndVoidSessions(ctx context.Context, somebodys domain.StreamName) error {
	somebody, err := a.people.Load(ctx, somebodys)
	if err != nil {
		return err
	}
	return a.endVoidSessions(ctx, somebody.State)
}

func (a *App) endVoidSessions(ctx context.Context, s person.State) error {
	return a.ports.Vault.EndVoidSessions(ctx, s.Person, s.Employment.Epoch, s.SignsInWith())
}
