package commands

import (
	"context"
	"errors"
	"sync"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// MaxDecisions is the most registrations that are decided at once.
const MaxDecisions = 1000

// Decision names a registration as an administrator has seen it; see Approve.
type Decision struct {
	Person       domain.PersonID
	Registration int
}

// Decided is what became of some decisions.
type Decided struct {
	Done
	Rows []error // in the order of the request; nil where it was carried out
}

// ApproveAll lets several registrants in, for administrators. Each row has a result of
// its own, and is refused as by Approve, with duplicate_in_batch, or with
// no_longer_permitted where the administrator ceased to be one meanwhile. The whole is
// refused with invalid_request; any other error is no answer to a row, and the same
// command again takes up where it stood.
func (a *App) ApproveAll(ctx context.Context, request Request, decisions []Decision) (Decided, error) {
	return a.decideAll(ctx, request, decisions, func(d Decision) person.Command {
		return person.Approve{Registration: d.Registration, By: request.Caller.Person}
	})
}

// RejectAll does not let several registrants in, for one reason. It refuses like
// ApproveAll, and with invalid_reason.
func (a *App) RejectAll(ctx context.Context, request Request, decisions []Decision, reason string) (Decided, error) {
	reason, err := a.ports.Texts.Reason(reason)
	if err != nil {
		return Decided{}, in("reason", err)
	}
	return a.decideAll(ctx, request, decisions, func(d Decision) person.Command {
		return person.Reject{Registration: d.Registration, By: request.Caller.Person, Reason: reason}
	})
}

// decideAll gives each decision a command id of its own, so that the same
// request again takes up where it stood.
func (a *App) decideAll(ctx context.Context, request Request, decisions []Decision, command func(Decision) person.Command) (Decided, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, DecideRegistrations); err != nil {
		return Decided{}, err
	}
	if len(decisions) == 0 || len(decisions) > MaxDecisions {
		return Decided{}, domain.Refuse(domain.InvalidRequest, "name 1 to 1,000 registrations").In("items")
	}
	people := make([]domain.PersonID, len(decisions))
	for i, one := range decisions {
		people[i] = one.Person
	}
	slots, err := a.ports.Finders.SlotsOf(ctx, request.Account, people, a.Newest())
	if err != nil {
		return Decided{}, err
	}
	result := Decided{Rows: make([]error, len(decisions))}
	seen := make(map[domain.PersonID]bool, len(decisions))
	for i, one := range decisions {
		if seen[one.Person] {
			result.Rows[i] = domain.Refuse(domain.DuplicateInBatch, "this person is in the request more than once")
		}
		seen[one.Person] = true
	}
	for from := 0; from < len(decisions); from += rowsPerJudgement {
		until := min(from+rowsPerJudgement, len(decisions))
		if err := a.decideSome(ctx, request, decisions[from:until], slots, command, result.Rows[from:until], &result.Done); err != nil {
			return Decided{}, err
		}
	}
	return result, nil
}

// decideSome tries some decisions at the same time, under one permission.
func (a *App) decideSome(ctx context.Context, request Request, some []Decision, slots map[domain.PersonID]domain.Slot,
	command func(Decision) person.Command, rows []error, done *Done,
) error {
	judged, err := a.guard.Authorise(request, DecideRegistrations)(ctx)
	if domain.CodeOf(err).Passes() {
		return err
	}
	dones := make([]Done, len(some))
	var group sync.WaitGroup
	for i, one := range some {
		slot, known := slots[one.Person]
		switch {
		case rows[i] != nil:
		case err != nil:
			rows[i] = domain.Refuse(domain.NoLongerPermitted, "the administrator may not decide any more")
		case !known:
			rows[i] = errNoPerson()
		default:
			group.Go(func() {
				of := request
				of.Command = domain.CommandID(request.Command.Derive(one.Person.String()))
				of.Correlation = [16]byte(request.Command)
				dones[i], rows[i] = a.decideIn(ctx, of, slot, one.Person, command(one), a.guard.Shared(judged, a.guard.Authorise(request, DecideRegistrations)))
			})
		}
	}
	group.Wait()
	for i, failed := range rows {
		if _, refused := errors.AsType[*domain.Refusal](failed); failed != nil && !refused {
			return failed
		}
		if dones[i].Position.After(done.Position) {
			done.Position = dones[i].Position
		}
	}
	return nil
}
