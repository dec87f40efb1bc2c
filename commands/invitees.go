package commands

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// Invitees finds people's invitations. It is a read model: it may lag, and
// decides nothing.
type Invitees interface {
	// Of is a person's invitation, with at least everything appended up to a
	// position taken into account; false where there is none.
	Of(ctx context.Context, account domain.AccountID, id domain.PersonID, least domain.Position) (Invitee, bool, error)
	// Open is a page of those still open of a batch or an inviter, at most 1,000,
	// from a cursor on, which is empty for the first page and behind the last.
	Open(ctx context.Context, account domain.AccountID, of Sent, cursor string, least domain.Position) ([]Invitee, string, error)
}

// Sent is by whom, or in which batch, invitations were sent.
type Sent struct {
	Batch   domain.BatchID
	Inviter domain.PersonID
}

// Invitee is somebody's last invitation.
type Invitee struct {
	Account    domain.AccountID
	Person     domain.PersonID
	Slot       domain.Slot
	Invitation int
}

// InvitationOf names an invitation as it was seen.
type InvitationOf struct {
	Person     domain.PersonID
	Invitation int
}

// ChangeInvitationPolicy says for how many days invitations last that are sent
// from now on.
func (a *App) ChangeInvitationPolicy(ctx context.Context, request Request, c account.ChangeInvitationPolicy) (Done, error) {
	return a.changeAccount(ctx, request, ChangeSettings, c)
}

// Resend sends an invitation again; the older link dies in the same instant.
// Invitation zero means the last.
func (a *App) Resend(ctx context.Context, request Request, c InvitationOf) (Done, error) {
	company, err := a.mayInvite(ctx, request)
	if err != nil {
		return Done{}, err
	}
	result, err := a.toInvitee(ctx, request, c, func(ctx context.Context, now person.State) (person.Command, error) {
		sent, err := a.batchOf(ctx, now, c.or(now))
		return person.Resend{Invitation: c.or(now), By: request.Caller.Person, ExpiresAt: a.invitationEnds(company), Apart: sent.Revoked}, err
	})
	return Done{Position: result.position}, err
}

// Revoke takes an invitation back; zero means the one that is open.
func (a *App) Revoke(ctx context.Context, request Request, c InvitationOf) (Done, error) {
	if _, err := a.mayInvite(ctx, request); err != nil {
		return Done{}, err
	}
	result, err := a.toInvitee(ctx, request, c, func(_ context.Context, now person.State) (person.Command, error) {
		return person.Revoke{Invitation: c.or(now), By: request.Caller.Person, Why: person.RevokedAlone}, nil
	})
	return Done{Position: result.position}, err
}

func (c InvitationOf) or(now person.State) int {
	if c.Invitation == 0 {
		return len(now.Invitations)
	}
	return c.Invitation
}

// toInvitee gives a command to the stream of somebody invited.
func (a *App) toInvitee(ctx context.Context, request Request, c InvitationOf, command func(context.Context, person.State) (person.Command, error),
) (outcome[person.State, person.Event], error) {
	slot, err := a.slotOfInvitee(ctx, request.Account, c.Person)
	if err == nil {
		_, err = a.endRevoked(ctx, request.Account, slot)
	}
	if err != nil {
		return outcome[person.State, person.Event]{}, err
	}
	return a.letIn(ctx, slot, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: request.Command, request: request,
		authorise: a.permit(request, InvitePeople), sends: true,
		build: func(ctx context.Context, now loaded[person.State]) (person.Command, error) {
			if now.account != request.Account || len(now.state.Invitations) == 0 {
				return nil, errNoPerson()
			}
			if err := a.isOwnOrManaged(ctx, request, now.state.Invitations[len(now.state.Invitations)-1].Inviter); err != nil {
				return nil, err
			}
			return command(ctx, now.state)
		},
	})
}

// slotOfInvitee is where the stream of somebody invited is. Who has come meanwhile
// is no invitee any more, and is known all the same: so can be said what happened.
func (a *App) slotOfInvitee(ctx context.Context, account domain.AccountID, id domain.PersonID) (domain.Slot, error) {
	found, known, err := a.Invitees.Of(ctx, account, id, a.Newest())
	if err != nil || known {
		return found.Slot, err
	}
	return a.slotOfPerson(ctx, account, id)
}

// batchOf is the batch of somebody's numbered invitation; nothing where there is
// no such invitation.
func (a *App) batchOf(ctx context.Context, somebody person.State, number int) (batch.State, error) {
	if number < 1 || number > len(somebody.Invitations) {
		return batch.State{}, nil
	}
	sent, err := a.batches.load(ctx, a.Store, domain.BatchStream(somebody.Invitations[number-1].Batch))
	return sent.state, err
}

// revokedBatchOf is the batch of an invitation that it ends; false where it does not.
func (a *App) revokedBatchOf(ctx context.Context, somebody person.State, number int) (batch.State, bool, error) {
	sent, err := a.batchOf(ctx, somebody, number)
	return sent, err == nil && sent.Revoked && !somebody.Invitations[number-1].Apart, err
}

// isOwnOrManaged lets everybody who may invite handle the invitations that he
// sent himself, and administrators all.
func (a *App) isOwnOrManaged(ctx context.Context, request Request, inviter domain.PersonID) error {
	if inviter == request.Caller.Person {
		return nil
	}
	_, err := a.Permit(ctx, request.Caller, request.Account, ManageInvitations)
	return err
}

// RevokeBatch kills all links of a batch in one append; each person's own events
// follow.
func (a *App) RevokeBatch(ctx context.Context, request Request, id domain.BatchID) (Done, error) {
	if _, err := a.mayInvite(ctx, request); err != nil {
		return Done{}, err
	}
	opened, err := a.batches.load(ctx, a.Store, domain.BatchStream(id))
	if err == nil && opened.account != request.Account {
		err = errNoBatch()
	}
	if err == nil {
		err = a.isOwnOrManaged(ctx, request, opened.state.Inviter)
	}
	if err != nil {
		return Done{}, err
	}
	result, err := execute(ctx, a, call[batch.State, batch.Command, batch.Event]{
		aggregate: a.batches, stream: domain.BatchStream(id), command: request.Command, request: request,
		authorise: a.permit(request, InvitePeople),
		build: func(context.Context, loaded[batch.State]) (batch.Command, error) {
			return batch.Revoke{Batch: id, By: request.Caller.Person}, nil
		},
	})
	return Done{Position: result.position}, err
}

// Revocations is how many open invitations were taken back.
type Revocations struct {
	Done
	Count int
}

// RevokeAllBy takes back whatever an inviter has left open.
func (a *App) RevokeAllBy(ctx context.Context, request Request, inviter domain.PersonID) (Revocations, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ManageInvitations); err != nil {
		return Revocations{}, err
	}
	if _, err := a.slotOfPerson(ctx, request.Account, inviter); err != nil {
		return Revocations{}, err
	}
	return a.revokeOpen(ctx, request, Sent{Inviter: inviter}, person.Revoke{By: request.Caller.Person, Why: person.InviterRevoked}, a.Newest(),
		a.permit(request, ManageInvitations))
}

// RevokeRows follows the revocation of a batch in each person's stream. Doing it
// again changes nothing.
func (a *App) RevokeRows(ctx context.Context, event domain.Recorded, revoked batch.Revoked) error {
	command := domain.FollowUp(event.ID, "revoke rows")
	_, err := a.revokeOpen(ctx, Request{Command: command, Caller: Policy(), Account: event.Metadata.Account, Correlation: event.Metadata.Correlation},
		Sent{Batch: revoked.Batch}, person.Revoke{By: revoked.By, Why: person.BatchRevoked}, event.Position, nil)
	return err
}

// revokeOpen works through pages of open invitations, some at the same time.
func (a *App) revokeOpen(ctx context.Context, request Request, of Sent, revoke person.Revoke, least domain.Position,
	authorise authorise,
) (result Revocations, err error) {
	if request.Correlation == uuid.Nil {
		request.Correlation = uuid.UUID(request.Command)
	}
	for cursor := ""; ; {
		page, next, err := a.Invitees.Open(ctx, request.Account, of, cursor, least)
		if err != nil {
			return result, err
		}
		for len(page) > 0 {
			some := page[:min(rowsPerJudgement, len(page))]
			page = page[len(some):]
			if err := a.revokeSome(ctx, request, some, revoke, authorise, &result); err != nil {
				return result, err
			}
		}
		if cursor = next; cursor == "" {
			return result, nil
		}
	}
}

func (a *App) revokeSome(ctx context.Context, request Request, some []Invitee, revoke person.Revoke,
	authorise authorise, result *Revocations,
) error {
	positions, errs := make([]domain.Position, len(some)), make([]error, len(some))
	var group sync.WaitGroup
	for i, one := range some {
		group.Go(func() {
			of := request
			of.Command = domain.CommandID(request.Command.Derive(one.Slot.String()))
			command := revoke
			command.Invitation = one.Invitation
			var revoked outcome[person.State, person.Event]
			revoked, errs[i] = execute(ctx, a, call[person.State, person.Command, person.Event]{
				aggregate: a.people, stream: domain.PersonStream(one.Slot), command: of.Command, request: of, authorise: authorise,
				build: func(context.Context, loaded[person.State]) (person.Command, error) { return command, nil },
			})
			positions[i] = revoked.position
			if _, now := find[person.InvitationRevoked](revoked.events); !now {
				positions[i] = domain.Position{}
			}
		})
	}
	group.Wait()
	for i, err := range errs {
		if _, changed := errors.AsType[*domain.Refusal](err); err != nil && (!changed || domain.CodeOf(err) != domain.InvitationChanged) {
			return err
		}
		if !positions[i].IsZero() {
			result.Count++
		}
		if positions[i].After(result.Position) {
			result.Position = positions[i]
		}
	}
	return nil
}

func (a *App) invitationEnds(company account.State) time.Time {
	return a.Now().Add(time.Duration(company.InvitationDays) * 24 * time.Hour)
}
