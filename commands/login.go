package commands

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// loginClaimLasts is how long a new contact can be proved.
const loginClaimLasts = 24 * time.Hour

// ChangeLogin is somebody wanting to sign in by another contact.
type ChangeLogin struct {
	Login   string // the new one
	Current string // password
}

// ChangeLogin holds the new contact and sends a link to it. The login changes
// when that link is used; until then the old one works.
func (a *App) ChangeLogin(ctx context.Context, request Request, c ChangeLogin) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeOwnLogin); err != nil {
		return Done{}, err
	}
	company, err := a.company(ctx, request.Account)
	if err != nil {
		return Done{}, err
	}
	contact, err := a.readLogin(c.Login, company)
	if err != nil {
		return Done{}, in("login", err)
	}
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(request.Caller.Slot))
	if err != nil {
		return Done{}, err
	}
	right, err := a.isOwnPassword(ctx, request, somebody.state, c.Current)
	switch {
	case err != nil:
		return Done{}, err
	case !right:
		return Done{}, errWrongPassword()
	}
	slot, err := a.SlotOf(ctx, request.Account, contact)
	if err != nil || slot == somebody.state.LoginSlot(request.Caller.Slot) {
		return Done{Position: somebody.position}, err
	}
	if err := a.ReleaseEndedLogins(ctx, domain.PersonStream(request.Caller.Slot)); err != nil { // it may be one of them
		return Done{}, err
	}
	claim := person.ClaimLogin{
		Claim: domain.ClaimFor(request.Command), By: request.Caller.Person, Slot: request.Caller.Slot,
		Tenure: request.Caller.Tenure, Epoch: request.Caller.Epoch, Credential: somebody.state.SignsInWith(), Contact: contact, ExpiresAt: a.Now().Add(loginClaimLasts),
	}
	result, err := a.letIn(ctx, slot, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: request.Command, request: request,
		authorise: a.permit(request, ChangeOwnLogin), sends: true,
		build: func(context.Context, loaded[person.State]) (person.Command, error) { return claim, nil },
	})
	return Done{Position: result.position}, err
}

// proveLogin is the link sent to a claimed contact. The person's own stream
// decides; the contact's was asked first.
func (a *App) proveLogin(ctx context.Context, request Request, link opened) (LinkUsed, error) {
	claim := link.person.Claim
	result, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(claim.Slot), command: request.Command, request: request,
		build: func(_ context.Context, now loaded[person.State]) (person.Command, error) {
			link.claimer = now.state
			return person.ChangeLogin{
				Claim: claim.ID, Slot: link.slot, Tenure: claim.Tenure, Epoch: claim.Epoch, Credential: claim.Credential, Contact: claim.Contact,
			}, link.check(a.Now())
		},
	})
	return LinkUsed{Done: Done{Position: result.position}, Person: claim.By, Status: NowLogin}, err
}

func (a *App) claimer(ctx context.Context, claim person.Claim) (person.State, error) {
	if claim.Number == 0 {
		return person.State{}, nil
	}
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(claim.Slot))
	return somebody.state, err
}

// byLogin is who signs in by the contact of a slot: somebody of another slot
// whose login it has become, or the slot's own person, or nobody where that one
// signs in by another contact now.
func (a *App) byLogin(ctx context.Context, slot domain.Slot, somebody person.State) (domain.Slot, person.State, error) {
	if somebody.Claim.Open {
		other, err := a.people.load(ctx, a.Store, domain.PersonStream(somebody.Claim.Slot))
		if err != nil || other.state.Login.Claim == somebody.Claim.ID {
			return somebody.Claim.Slot, other.state, err
		}
	}
	if somebody.LoginSlot(slot) != slot {
		return domain.Slot{}, person.State{}, nil
	}
	return slot, somebody, nil
}

// letIn executes a command that may bring somebody in by a contact.
func (a *App) letIn(ctx context.Context, slot domain.Slot, c call[person.State, person.Command, person.Event]) (result outcome[person.State, person.Event], err error) {
	err = a.makeWay(ctx, c.request.Account, slot, func() (err error) {
		result, err = execute(ctx, a, c)
		return err
	})
	if domain.CodeOf(err) == domain.ContactHeld && c.request.Caller.Kind == domain.ActorPerson {
		err = firstError(a.heldForDismissed(ctx, c.request, slot), err)
	}
	return result, err
}

// heldForDismissed says what to do where a contact is kept for somebody's return;
// to administrators only.
func (a *App) heldForDismissed(ctx context.Context, request Request, slot domain.Slot) error {
	if may, err := a.may(ctx, request, ChangeEmployees); err != nil || !may {
		return err
	}
	held, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	if err != nil {
		return err
	}
	_, somebody, err := a.byLogin(ctx, slot, held.state)
	if err == nil && somebody.Employment.Dismissed {
		err = domain.Refuse(domain.ContactHeld, "this is the login of somebody who was dismissed; rehire that person instead")
	}
	return err
}

// makeWay tries something. Where it is refused because of what has ended without an
// event that says so, that is ended, and it is tried once more: a claim whose
// time has run out, and an invitation of a batch that was revoked.
func (a *App) makeWay(ctx context.Context, account domain.AccountID, slot domain.Slot, try func() error) error {
	err := try()
	ended, failed := false, error(nil)
	if code := domain.CodeOf(err); code == domain.ContactHeld {
		ended, failed = a.releaseLapsedClaim(ctx, slot)
	} else if code == domain.AlreadyInvited {
		ended, failed = a.endRevoked(ctx, account, slot)
	}
	if failed != nil || !ended {
		return firstError(failed, err)
	}
	return try()
}

// releaseLapsedClaim ends the claim in its person's own stream before the contact
// is given free, so that a late proof changes nothing.
func (a *App) releaseLapsedClaim(ctx context.Context, slot domain.Slot) (released bool, err error) {
	held, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	claim := held.state.Claim
	if err != nil || !claim.Open || a.Now().Before(claim.ExpiresAt) {
		return false, err
	}
	by := Request{Caller: Policy(), Account: held.account, Command: domain.CommandID(claim.ID.Derive("abandon"))}
	after, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(claim.Slot), command: by.Command, request: by,
		build: func(context.Context, loaded[person.State]) (person.Command, error) {
			return person.AbandonLoginChange{Claim: claim.ID, Slot: slot}, nil
		},
	})
	if err != nil || after.state.Login.Claim == claim.ID {
		return false, err
	}
	return true, a.releaseClaim(ctx, held.account, person.HeldContact{Slot: slot, Claim: claim.ID})
}

// ReleaseEndedLogins gives the contacts free that a person of a stream has
// claimed and does not sign in by any more. Doing it again changes nothing.
func (a *App) ReleaseEndedLogins(ctx context.Context, stream domain.StreamName) error {
	somebody, err := a.people.load(ctx, a.Store, stream)
	if err != nil {
		return err
	}
	for _, held := range somebody.state.Login.Ended {
		if err := a.releaseClaim(ctx, somebody.account, held); err != nil {
			return err
		}
	}
	return nil
}

func (a *App) releaseClaim(ctx context.Context, account domain.AccountID, held person.HeldContact) error {
	command := domain.CommandID(held.Claim.Derive("release"))
	_, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(held.Slot), command: command,
		request: Request{Caller: Policy(), Account: account, Command: command},
		build: func(context.Context, loaded[person.State]) (person.Command, error) {
			return person.ReleaseLogin{Claim: held.Claim}, nil
		},
	})
	return err
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
