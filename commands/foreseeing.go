package commands

import (
	"context"
	"sync"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/limits"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// DryRun tells what rows would come to, by the same rules that carry them out: nothing
// is appended, charged or kept. It goes on from row to row, for what one takes of a limit
// the next does not get.
type DryRun struct {
	foreseen limits.Foreseen
}

// NewDryRun returns a dry run before its first row.
func NewDryRun() *DryRun { return &DryRun{foreseen: limits.Foreseen{}} }

// attempt is a command to somebody that would be tried.
type attempt struct {
	slot    domain.Slot
	command person.Command
}

// foresee returns why each attempt would be refused; nil where it would not.
func (a *App) foresee(ctx context.Context, request Request, dry *DryRun, attempts []attempt) ([]error, error) {
	refused := make([]error, 0, len(attempts))
	for len(attempts) > 0 {
		some := attempts[:min(rowsPerJudgement, len(attempts))]
		attempts = attempts[len(some):]
		errs, err := a.foreseeSome(ctx, request, dry, some)
		if err != nil {
			return nil, err
		}
		refused = append(refused, errs...)
	}
	return refused, nil
}

func (a *App) foreseeSome(ctx context.Context, request Request, dry *DryRun, some []attempt) ([]error, error) {
	orders, errs := make([]limits.Order, len(some)), make([]error, len(some))
	var group sync.WaitGroup
	for i, one := range some {
		group.Go(func() { orders[i], errs[i] = a.foreseeOne(ctx, request, one) })
	}
	group.Wait()
	var costly []limits.Order
	var places []int
	for i, err := range errs {
		if err := unlessRefused(err); err != nil {
			return nil, err
		}
		if err == nil {
			costly, places = append(costly, orders[i]), append(places, i)
		}
	}
	limited, err := a.limits.Foresee(ctx, costly, dry.foreseen)
	for i, place := range places {
		if err == nil {
			errs[place] = limited[i]
		}
	}
	return errs, err
}

// foreseeOne decides a command on a state from which is gone what would make way for it,
// as makeWay ends it.
func (a *App) foreseeOne(ctx context.Context, request Request, one attempt) (limits.Order, error) {
	somebody, err := a.people.Load(ctx, domain.PersonStream(one.slot))
	if err != nil {
		return limits.Order{}, err
	}
	state := somebody.State
	for range execution.MostAttempts {
		events, refused := a.people.Decide(state, one.command)
		if refused == nil {
			order := limits.Order{Request: request, After: person.Decider().Fold(state, events...)}
			for _, event := range events {
				order.Events = append(order.Events, event)
			}
			return order, nil
		}
		after, ended, err := a.foreseeWay(ctx, one.slot, state, domain.CodeOf(refused))
		if err != nil {
			return limits.Order{}, err
		}
		if !ended {
			return limits.Order{}, a.refusedAsHeld(ctx, request, one.slot, refused)
		}
		state = after
	}
	return limits.Order{}, domain.Refuse(domain.Contended, "too many others want this contact at the same time; try again")
}

// refusedAsHeld says of a contact that is held what letIn would say.
func (a *App) refusedAsHeld(ctx context.Context, request Request, slot domain.Slot, refused error) error {
	if domain.CodeOf(refused) == domain.ContactHeld {
		if err := a.heldForDismissed(ctx, request, slot); err != nil {
			return err
		}
	}
	return refused
}

// foreseeWay is the state without what has ended and is not on record as ended: a claim, or
// an invitation whose batch was revoked. False where there is no such thing.
func (a *App) foreseeWay(ctx context.Context, slot domain.Slot, state person.State, refused domain.Code) (person.State, bool, error) {
	var end person.Command
	if refused != domain.ContactHeld && refused != domain.AlreadyInvited {
		return state, false, nil
	}
	if refused == domain.ContactHeld {
		claimer, err := a.claimer(ctx, state.Claim)
		if err != nil || !state.Claim.Open {
			return state, false, err
		}
		left, err := a.people.Decide(claimer, person.AbandonLoginChange{Claim: state.Claim.ID, Slot: slot})
		if err != nil || person.Decider().Fold(claimer, left...).Login.Claim == state.Claim.ID {
			return state, false, unlessRefused(err)
		}
		end = person.ReleaseLogin{Claim: state.Claim.ID}
	} else {
		live := state.LiveInvitation()
		sent, revoked, err := a.revokedBatchOf(ctx, state, live)
		if err != nil || !revoked {
			return state, false, err
		}
		end = person.Revoke{Invitation: live, By: sent.RevokedBy, Why: person.BatchRevoked}
	}
	events, err := a.people.Decide(state, end)
	return person.Decider().Fold(state, events...), len(events) > 0, unlessRefused(err)
}

// foreseeInvitations refuses the rows that would be refused.
func (a *App) foreseeInvitations(ctx context.Context, all invitationRows, dry *DryRun, candidates []candidate, rows []Row) error {
	attempts := make([]attempt, len(candidates))
	for i, row := range candidates {
		attempts[i] = attempt{row.slot, all.invite(row)}
	}
	refused, err := a.foresee(ctx, all.request, dry, attempts)
	for i, row := range candidates {
		if err == nil {
			rows[row.place].Refused = refused[i]
		}
	}
	return err
}
