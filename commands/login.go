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
	contact, err := a.newLogin(ctx, request.Account, c.Login)
	if err != nil {
		return Done{}, err
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
	return a.claimLogin(ctx, request, ChangeOwnLogin, request.Caller.Slot, somebody, contact)
}

// ChangeLoginOf is for administrators: somebody has lost the mailbox or the phone
// that is his login. It is proved like one's own.
func (a *App) ChangeLoginOf(ctx context.Context, request Request, id domain.PersonID, login string) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeEmployees); err != nil {
		return Done{}, err
	}
	contact, err := a.newLogin(ctx, request.Account, login)
	if err != nil {
		return Done{}, err
	}
	slot, somebody, err := a.employed(ctx, request.Account, id, "only somebody with access has a login to change")
	if err != nil {
		return Done{}, err
	}
	return a.claimLogin(ctx, request, ChangeEmployees, slot, somebody, contact)
}

func (a *App) newLogin(ctx context.Context, id domain.AccountID, typed string) (domain.Contact, error) {
	company, err := a.company(ctx, id)
	if err != nil {
		return domain.Contact{}, err
	}
	contact, err := a.readLogin(typed, company)
	return contact, in("login", err)
}

// claimLogin holds a contact for the person of a slot until it is proved.
func (a *App) claimLogin(ctx context.Context, request Request, action Action, own domain.Slot, somebody loaded[person.State], contact domain.Contact) (Done, error) {
	slot, err := a.SlotOf(ctx, request.Account, contact)
	if err != nil || slot == somebody.state.LoginSlot(own) {
		return Done{Position: somebody.position}, err
	}
	if err := a.ReleaseEndedLogins(ctx, domain.PersonStream(own)); err != nil { // it may be one of them
		return Done{}, err
	}
	claim := person.ClaimLogin{
		Claim: domain.ClaimFor(request.Command), By: somebody.state.Person, Slot: own, Tenure: somebody.state.Tenure, Epoch: somebody.state.Employment.Epoch,
		Credential: somebody.state.SignsInWith(), Contact: contact, ExpiresAt: a.Now().Add(loginClaimLasts),
	}
	var result outcome[person.State, person.Event]
	err = a.makeWay(ctx, request.Account, slot, false, func() (err error) {
		result, err = execute(ctx, a, call[person.State, person.Command, person.Event]{
			aggregate: a.people, stream: domain.PersonStream(slot), command: request.Command, request: request,
			authorise: a.permit(request, action), sends: true,
			build: func(context.Context, loaded[person.State]) (person.Command, error) { return claim, nil },
		})
		return err
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

// letIn executes a command that may bring somebody in by a contact. Whoever may
// invite outranks somebody who only says that the contact is his.
func (a *App) letIn(ctx context.Context, slot domain.Slot, c call[person.State, person.Command, person.Event]) (result outcome[person.State, person.Event], err error) {
	err = a.makeWay(ctx, c.request.Account, slot, c.request.Caller.Kind != domain.ActorLink, func() (err error) {
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
// event that says so, that is ended, and it is tried again: a claim on the
// contact that nobody can prove any more, and an invitation of a batch that was
// revoked. A claim that is not proved yet is outranked by whoever may invite.
func (a *App) makeWay(ctx context.Context, account domain.AccountID, slot domain.Slot, outranks bool, try func() error) error {
	for range attempts {
		err := try()
		ended, failed := false, error(nil)
		if code := domain.CodeOf(err); code == domain.ContactHeld {
			ended, failed = a.endClaim(ctx, slot, outranks)
		} else if code == domain.AlreadyInvited {
			ended, failed = a.endRevoked(ctx, account, slot)
		}
		if failed != nil || !ended {
			return firstError(failed, err)
		}
	}
	return domain.Refuse(domain.Contended, "too many others want this contact at the same time; try again")
}

// endClaim ends a claim in its person's own stream before the contact is given free,
// so that a late proof changes nothing. One that can still be proved is ended only
// where it is outranked.
func (a *App) endClaim(ctx context.Context, slot domain.Slot, outranked bool) (released bool, err error) {
	held, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	claim := held.state.Claim
	if err != nil || !claim.Open {
		return outranked, err // somebody else was faster
	}
	claimer, err := a.claimer(ctx, claim)
	if err != nil || !outranked && a.Now().Before(claim.ExpiresAt) && claimer.CanProve(claim) {
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
