package commands

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

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
// administrator may step down himself, as long as another one remains.
func (a *App) ChangeRole(ctx context.Context, request Request, id domain.PersonID, role domain.Role) (Done, error) {
	becomes := account.BecomesEmployee
	if role == domain.RoleAuditor {
		becomes = account.BecomesAuditor
	}
	result, err := a.changeEmployee(ctx, request, id, a.uncountingFirst(request, becomes, func(uncounted int) person.Command {
		return person.ChangeRole{Role: role, By: request.Caller.Person, Uncounted: uncounted}
	}))
	if err != nil {
		return Done{}, err
	}
	done := Done{Position: result.position}
	n := result.state.CountsAs()
	if n == 0 || role != domain.RoleAdministrator {
		return done, nil
	}
	counted, err := a.CountAdministrator(ctx, request.Account, id, n)
	if counted.Position.After(done.Position) {
		done = counted
	}
	return done, err
}

// Dismiss ends somebody's access at once: sessions, links and the password are
// void. Nobody dismisses himself.
func (a *App) Dismiss(ctx context.Context, request Request, id domain.PersonID) (Done, error) {
	result, err := a.changeEmployee(ctx, request, id, a.uncountingFirst(request, account.BecomesDismissed, func(uncounted int) person.Command {
		return person.Dismiss{By: request.Caller.Person, Uncounted: uncounted}
	}))
	if err != nil {
		return Done{}, err
	}
	return Done{Position: result.position}, a.endVoidSessions(ctx, result.state)
}

// uncountingFirst builds the command that takes somebody's role or access away.
// Where that is an administrator's, and the person's own rules let it go, the
// account decides before.
func (a *App) uncountingFirst(request Request, becomes account.Becomes, command func(uncounted int) person.Command,
) func(context.Context, loaded[person.State]) (person.Command, error) {
	return func(ctx context.Context, now loaded[person.State]) (person.Command, error) {
		n := now.state.CountsAs()
		asked := command(n)
		events, err := a.people.decider.Decide(a.Now(), now.state, asked)
		if n == 0 || err != nil || len(events) == 0 {
			return asked, err
		}
		if request.Correlation == uuid.Nil {
			request.Correlation = uuid.UUID(request.Command)
		}
		_, err = execute(ctx, a, call[account.State, account.Command, account.Event]{
			aggregate: a.accounts, stream: domain.AccountStream(request.Account), command: uncounting(request.Command, n), request: request,
			authorise: a.permit(request, ChangeEmployees),
			build: func(context.Context, loaded[account.State]) (account.Command, error) {
				return account.UncountAdministrator{Person: now.state.Person, N: n, Becomes: becomes, By: request.Caller.Person}, nil
			},
		})
		return asked, err
	}
}

// CountAdministrator follows somebody being made an administrator for the nth
// time. Doing it again changes nothing.
func (a *App) CountAdministrator(ctx context.Context, id domain.AccountID, who domain.PersonID, n int) (Done, error) {
	command := domain.CommandID(who.Derive(fmt.Sprintf("administrator %d", n)))
	result, err := execute(ctx, a, call[account.State, account.Command, account.Event]{
		aggregate: a.accounts, stream: domain.AccountStream(id), command: command,
		request: Request{Command: command, Caller: Policy(), Account: id},
		build: func(context.Context, loaded[account.State]) (account.Command, error) {
			return account.CountAdministrator{Person: who, N: n}, nil
		},
	})
	return Done{Position: result.position}, err
}

// FinishUncounting takes from somebody, in the person's own stream, what an
// account.administrator_uncounted event decided. Who has been made an administrator
// anew since stays one.
func (a *App) FinishUncounting(ctx context.Context, event domain.Recorded, e account.AdministratorUncounted) error {
	id := event.Metadata.Account
	slot, found, err := a.Directory.SlotOf(ctx, id, e.Person, event.Position)
	if err != nil || !found {
		return err
	}
	command := domain.FollowUp(event.ID, "finish uncounting")
	_, err = execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: command,
		request: Request{Command: command, Caller: Policy(), Account: id, Correlation: event.Metadata.Correlation},
		build: func(_ context.Context, now loaded[person.State]) (person.Command, error) {
			if now.state.Person != e.Person || now.state.CountsAs() != e.N {
				return nil, errFinished
			}
			return whatRemains(e), nil
		},
	})
	if errors.Is(err, errFinished) {
		return nil
	}
	return err
}

// errFinished says that a policy finds nothing left to do.
var errFinished = errors.New("it is finished already")

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
	somebody, err := a.people.load(ctx, a.Store, somebodys)
	if err != nil {
		return err
	}
	return a.endVoidSessions(ctx, somebody.state)
}

func (a *App) endVoidSessions(ctx context.Context, s person.State) error {
	return a.Vault.EndVoidSessions(ctx, s.Person, s.Employment.Epoch, s.SignsInWith())
}
