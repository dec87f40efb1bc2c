package commands

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// Admission: who is let in by a contact, and what must end before. A contact may be
// held by a claim that nobody can prove any more, or by an invitation whose batch
// was revoked: both have ended without an event in the contact's stream that says
// so. Whoever invites, registers, redeems or decides comes through letIn.

// letIn executes a command that may bring somebody in by a contact. Whoever may
// invite outranks somebody who only says that the contact is theirs.
func (a *App) letIn(ctx context.Context, slot domain.Slot, c personCall) (result personOutcome, err error) {
	ctx = execution.Within(ctx, c.Request)
	err = a.makeWay(ctx, c.Request.Account, slot, c.Request.Caller.Kind != domain.ActorLink, func() (err error) {
		result, err = a.people.Execute(ctx, c)
		return err
	})
	if domain.CodeOf(err) == domain.ContactHeld && c.Request.Caller.Kind == domain.ActorPerson {
		err = cmp.Or(a.heldForDismissed(ctx, c.Request, slot), err)
	}
	return result, err
}

// heldForDismissed says what to do where a contact is kept for somebody's return;
// to administrators only.
func (a *App) heldForDismissed(ctx context.Context, request Request, slot domain.Slot) error {
	if may, err := a.guard.May(ctx, request, ChangeEmployees); err != nil || !may {
		return err
	}
	held, err := a.people.Load(ctx, domain.PersonStream(slot))
	if err != nil {
		return err
	}
	_, somebody, err := a.byLogin(ctx, slot, held.State)
	if err == nil && somebody.Employment.Dismissed {
		err = domain.Refuse(domain.ContactHeld, "this is the login of somebody who was dismissed; rehire that person instead")
	}
	return err
}

// makeWay tries something. Where it is refused because of what has ended without an
// event that says so, that is ended, and it is tried again: a claim on the
// contact that nobody can prove any more, and an invitation of a batch that was
// revoked. A claim that is not proved yet is outranked by whoever may invite.
func (a *App) makeWay(ctx context.Context, account domain.AccountID, slot domain.Slot, outranks bool, try func() error) error {
	for range execution.MostAttempts {
		err := try()
		ended, failed := false, error(nil)
		if code := domain.CodeOf(err); code == domain.ContactHeld {
			ended, failed = a.endClaim(ctx, slot, outranks)
		} else if code == domain.AlreadyInvited {
			ended, failed = a.endRevoked(ctx, account, slot)
		}
		if failed != nil || !ended {
			return cmp.Or(failed, err)
		}
	}
	return domain.Refuse(domain.Contended, "too many others want this contact at the same time; try again")
}

// endClaim ends a claim in its person's own stream before the contact is given free,
// so that a late proof changes nothing. One that can still be proved is ended only
// where it is outranked.
func (a *App) endClaim(ctx context.Context, slot domain.Slot, outranked bool) (released bool, err error) {
	held, err := a.people.Load(ctx, domain.PersonStream(slot))
	claim := held.State.Claim
	if err != nil || !claim.Open {
		return outranked, err // somebody else was faster
	}
	claimer, err := a.claimer(ctx, claim)
	if err != nil || !outranked && a.Now().Before(claim.ExpiresAt) && claimer.CanProve(claim) {
		return false, err
	}
	by := Request{Caller: Policy(), Account: held.Account, Command: domain.CommandID(claim.ID.Derive("abandon"))}
	ctx = execution.Within(ctx, by) // as it is where a policy gives the contact free
	after, err := a.people.Execute(ctx, personCall{
		Name: "person.abandon_login_change", Stream: domain.PersonStream(claim.Slot), Request: by,
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.AbandonLoginChange{Claim: claim.ID, Slot: slot}, nil
		},
	})
	if err != nil || after.State.Login.Claim == claim.ID {
		return false, err
	}
	return true, a.releaseClaim(ctx, held.Account, person.HeldContact{Slot: slot, Claim: claim.ID})
}

// ReleaseEndedLogins gives the contacts free that a person of a stream has
// claimed and does not sign in by any more. Doing it again changes nothing.
func (a *App) ReleaseEndedLogins(ctx context.Context, stream domain.StreamName) error {
	somebody, err := a.people.Load(ctx, stream)
	if err != nil {
		return err
	}
	for _, held := range somebody.State.Login.Ended {
		if err := a.releaseClaim(ctx, somebody.Account, held); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) releaseClaim(ctx context.Context, account domain.AccountID, held person.HeldContact) error {
	command := domain.CommandID(held.Claim.Derive("release"))
	_, err := a.people.Execute(ctx, personCall{
		Name: "person.release_login", Stream: domain.PersonStream(held.Slot),
		Request: Request{Command: command, Caller: Policy(), Account: account},
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.ReleaseLogin{Claim: held.Claim}, nil
		},
	})
	return err
}

// EndIfRevoked follows an invitation, which may have come after its batch was
// revoked.
func (a *App) EndIfRevoked(ctx context.Context, invited domain.Recorded) error {
	_, err := a.endRevoked(ctx, invited.Metadata.Account, domain.SlotOf(invited.Stream))
	return err
}

// endRevoked ends an open invitation whose batch was revoked, before anybody
// comes by it, or is invited anew.
func (a *App) endRevoked(ctx context.Context, account domain.AccountID, slot domain.Slot) (ended bool, err error) {
	somebody, err := a.people.Load(ctx, domain.PersonStream(slot))
	if err != nil {
		return false, err
	}
	live := somebody.State.LiveInvitation()
	sent, revoked, err := a.revokedBatchOf(ctx, somebody.State, live)
	if err != nil || !revoked {
		return false, err
	}
	command := domain.CommandID(slot.Derive("revoke invitation " + strconv.Itoa(live)))
	_, err = a.people.Execute(ctx, personCall{
		Name: "person.revoke", Stream: domain.PersonStream(slot),
		Request: Request{Command: command, Caller: Policy(), Account: account},
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.Revoke{Invitation: live, By: sent.RevokedBy, Why: person.BatchRevoked}, nil
		},
	})
	if domain.CodeOf(err) == domain.InvitationChanged {
		return true, nil // somebody else was faster
	}
	return err == nil, err
}

// batchOf is the batch of somebody's numbered invitation; nothing where there is
// no such invitation.
func (a *App) batchOf(ctx context.Context, somebody person.State, number int) (batch.State, error) {
	if number < 1 || number > len(somebody.Invitations) {
		return batch.State{}, nil
	}
	sent, err := a.batches.Load(ctx, domain.BatchStream(somebody.Invitations[number-1].Batch))
	return sent.State, err
}

// revokedBatchOf is the batch of an invitation that it ends; false where it does not.
func (a *App) revokedBatchOf(ctx context.Context, somebody person.State, number int) (batch.State, bool, error) {
	sent, err := a.batchOf(ctx, somebody, number)
	return sent, err == nil && sent.Revoked && !somebody.Invitations[number-1].Apart, err
}

// steppedDown refuses who may not, unless they ceased to be an administrator by
// this very request: a policy was faster, or the request comes again.
func (a *App) steppedDown(ctx context.Context, change personCall, id domain.PersonID, refused error,
) (personOutcome, error) {
	nothing, caller := personOutcome{}, change.Request.Caller
	if caller.Person != id || caller.Account != change.Request.Account {
		return nothing, refused
	}
	change.Stream = domain.PersonStream(caller.Slot)
	oneself, err1 := a.people.Load(ctx, change.Stream)
	company, err2 := a.accounts.Load(ctx, domain.AccountStream(caller.Account))
	if err := errors.Join(err1, err2); err != nil {
		return nothing, err
	}
	if again, done, err := a.people.Replay(ctx, change, oneself); done || err != nil {
		return again, err
	}
	if company.Knows(uncounting(change.Request.Command, oneself.State.Appointments)) && oneself.State.CountsAs() == 0 {
		return personOutcome{State: oneself.State, Position: oneself.Position}, nil
	}
	return nothing, refused
}
