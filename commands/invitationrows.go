package commands

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/limits"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// inviteSome tries some rows at the same time, under one permission.
func (a *App) inviteSome(ctx context.Context, request Request, open batch.Open, some []candidate, result *Invited) (int, error) {
	judged, err := a.guard.Authorise(request, InvitePeople)(ctx)
	if err != nil {
		if domain.CodeOf(err).Passes() {
			return 0, err
		}
		return a.refuseOthers(ctx, open, some, domain.Refuse(domain.NoLongerPermitted, "the inviter may not invite any more"), result)
	}
	if err := a.ensureDataKeys(ctx, some); err != nil {
		return 0, err
	}
	sent, err := a.batches.Load(execution.Lagging(ctx), domain.BatchStream(open.Batch))
	if err != nil {
		return 0, err
	}
	leave, err := a.path.Turns(ctx, streamsOf(some))
	if err != nil {
		return 0, err
	}
	defer leave()
	return a.inviteInOrder(ctx, invitationRows{request: request, judged: judged, open: open, revoked: sent.State.Revoked || sent.State.Stopped}, some, result)
}

// refuseOthers refuses the rows that were not invited before, when this was tried once.
func (a *App) refuseOthers(ctx context.Context, open batch.Open, some []candidate, refusal *domain.Refusal, result *Invited) (int, error) {
	count, err := a.invitedBefore(ctx, open, some, result)
	for _, row := range some {
		if result.Rows[row.place].Person.IsZero() {
			result.Rows[row.place].Refused = refusal
		}
	}
	return count, err
}

// unlessRefused is an error that is no refusal, which says nothing of one row alone.
func unlessRefused(err error) error {
	if _, refused := errors.AsType[*domain.Refusal](err); refused {
		return nil
	}
	return err
}

func streamsOf(some []candidate) []domain.StreamName {
	streams := make([]domain.StreamName, len(some))
	for i, row := range some {
		streams[i] = domain.PersonStream(row.slot)
	}
	return streams
}

// invitationRows is what the rows of a batch have in common that are tried together.
type invitationRows struct {
	request Request
	judged  access.Judgement
	open    batch.Open
	revoked bool // meanwhile: nobody is invited any more
}

// inviteInOrder tries rows at the same time, charged in their order before: where a
// limit allows n more, the first n get it. What rows give back that come to nothing
// after all, the next get. It has the turns of all rows: nobody else has paid for one of
// these contacts and is not done yet, so that who comes too late is told so, and not of a
// limit.
func (a *App) inviteInOrder(ctx context.Context, rows invitationRows, some []candidate, result *Invited) (int, error) {
	count := 0
	for len(some) > 0 {
		bills, err := a.prepay(ctx, rows, some)
		if err != nil {
			return count, err
		}
		outcomes, errs := a.inviteTogether(ctx, rows, some, bills)
		var limited []candidate
		givenBack := false
		for i, err := range errs {
			row := &result.Rows[some[i].place]
			if err := unlessRefused(err); err != nil {
				return count, err
			}
			row.Refused = err
			switch {
			case err == nil:
				count++
				row.Person = outcomes[i].State.Person
				if outcomes[i].Position.After(result.Position) {
					result.Position = outcomes[i].Position
				}
			case bills[i].Refused != nil && domain.CodeOf(err) == domain.CodeOf(bills[i].Refused):
				limited = append(limited, some[i])
			case bills[i].Bill != nil:
				givenBack = true
			}
		}
		if !givenBack {
			break
		}
		some = limited
	}
	return count, nil
}

// prepay charges rows in their order. What is refused for another reason than a limit
// is not charged; nor is what was carried out before.
func (a *App) prepay(ctx context.Context, rows invitationRows, some []candidate) ([]limits.Prepaid, error) {
	orders := make([]*limits.Order, len(some))
	var group sync.WaitGroup
	for i, row := range some {
		group.Go(func() { orders[i] = a.orderOf(ctx, rows, row) })
	}
	group.Wait()
	var charged []limits.Order
	for _, order := range orders {
		if order != nil {
			charged = append(charged, *order)
		}
	}
	prepaid, err := a.limits.Prepay(ctx, charged)
	if err != nil {
		return nil, err
	}
	bills := make([]limits.Prepaid, len(some))
	for i, order := range orders {
		if order != nil {
			bills[i], prepaid = prepaid[0], prepaid[1:]
		}
	}
	return bills, nil
}

// orderOf is what a row will lead to, as things stand; nil where that is nothing, or
// nobody knows: the path of commands will say why.
func (a *App) orderOf(ctx context.Context, rows invitationRows, row candidate) (order *limits.Order) {
	request := rows.request.Joined()
	request.Command = domain.RowCommand(rows.open.Batch, row.slot)
	ctx = execution.Within(ctx, request)
	_ = a.makeWay(ctx, request.Account, row.slot, true, func() error {
		now, err := a.people.Load(ctx, domain.PersonStream(row.slot))
		if err != nil || now.Knows(request.Command) || rows.revoked {
			return err
		}
		events, err := a.people.Decide(now.State, rows.invite(row))
		if err == nil && len(events) > 0 {
			after := person.Decider().Fold(now.State, events...)
			order = &limits.Order{Request: request, After: after}
			for _, event := range events {
				order.Events = append(order.Events, event)
			}
		}
		return err
	})
	return order
}

func (r invitationRows) invite(row candidate) person.Invite {
	return person.Invite{
		Slot: row.slot, Contact: row.contact, Inviter: r.request.Caller.Person, Batch: r.open.Batch,
		Department: r.open.Department, Workgroups: r.open.Workgroups, ExpiresAt: row.expires, Confirmed: row.confirmed,
	}
}

// inviteTogether tries rows at the same time, each on its own bill.
func (a *App) inviteTogether(ctx context.Context, rows invitationRows, some []candidate, bills []limits.Prepaid) ([]personOutcome, []error) {
	outcomes, errs := make([]personOutcome, len(some)), make([]error, len(some))
	var group sync.WaitGroup
	for i, row := range some {
		group.Go(func() { outcomes[i], errs[i] = a.inviteOne(ctx, rows, row, bills[i].Bill) })
	}
	group.Wait()
	return outcomes, errs
}

// ensureDataKeys makes the keys of newcomers at one stroke; those of others are
// looked after by the path of commands.
func (a *App) ensureDataKeys(ctx context.Context, some []candidate) error {
	people := make([]domain.PersonID, len(some))
	for i, row := range some {
		people[i] = domain.PersonIDFor(row.slot, 1)
	}
	if err := a.ports.Vault.EnsureDataKeys(ctx, people); err != nil {
		return fmt.Errorf("make data keys: %w", err)
	}
	return nil
}

// inviteOne tries a row under the judgement of its neighbours, and asks for a new
// one after a conflict or a delay.
// Of a batch that was revoked meanwhile, nobody is invited any more.
func (a *App) inviteOne(ctx context.Context, rows invitationRows, row candidate, bill execution.Bill) (personOutcome, error) {
	return a.letIn(ctx, row.slot, personCall{
		Name: "person.invite", Stream: domain.PersonStream(row.slot), Command: domain.RowCommand(rows.open.Batch, row.slot), Request: rows.request,
		Authorise: a.guard.Shared(rows.judged, a.guard.Authorise(rows.request, InvitePeople)), Bill: bill,
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			if rows.revoked {
				return nil, domain.Refuse(domain.InvitationChanged, "these invitations were taken back before this one was sent; invite anew")
			}
			return rows.invite(row), nil
		},
	})
}
