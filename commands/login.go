package commands

import (
	"context"
	"strings"
	"time"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// loginClaimLasts is how long a new contact can be proved.
const loginClaimLasts = 24 * time.Hour

// ChangeLogin is somebody who wants to sign in by another contact.
type ChangeLogin struct {
	Login   string // the new one
	Current string // password
	// Confirmed is the new one, where it looks wrong and is meant.
	Confirmed []string
}

// ChangeLogin holds the new contact and sends a link to it. The login changes
// when that link is used; until then the old one works. It refuses with
// invalid_email, invalid_phone, password_wrong, contact_held, contact_limit or
// too_many_attempts, and what SMS are refused with.
func (a *App) ChangeLogin(ctx context.Context, request Request, c ChangeLogin) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeOwnLogin); err != nil {
		return Done{}, err
	}
	q := a.asksOpenly(request, c.Confirmed)
	contact, err := a.newLogin(ctx, q, c.Login)
	if err != nil {
		return Done{}, err
	}
	somebody, err := a.people.Load(ctx, domain.PersonStream(request.Caller.Slot))
	if err != nil {
		return Done{}, err
	}
	right, err := a.isOwnPassword(ctx, request, somebody.State, c.Current)
	switch {
	case err != nil:
		return Done{}, err
	case !right:
		return Done{}, errWrongPassword()
	}
	return a.claimLogin(ctx, q, ChangeOwnLogin, request.Caller.Slot, somebody, contact)
}

// ChangeLoginOf does so for somebody else, for administrators: an employee has lost
// the mailbox or the phone that is their login. It is proved like one's own. It
// refuses with not_found or not_employed, too, and needs no password.
func (a *App) ChangeLoginOf(ctx context.Context, request Request, id domain.PersonID, login string, confirmed []string) (Done, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ChangeEmployees); err != nil {
		return Done{}, err
	}
	q := a.asksOpenly(request, confirmed)
	contact, err := a.newLogin(ctx, q, login)
	if err != nil {
		return Done{}, err
	}
	slot, somebody, err := a.employed(ctx, request.Account, id, "only somebody with access has a login to change")
	if err != nil {
		return Done{}, err
	}
	return a.claimLogin(ctx, q, ChangeEmployees, slot, somebody, contact)
}

func (a *App) newLogin(ctx context.Context, q *asking, typed string) (domain.Contact, error) {
	company, err := a.company(ctx, q.request.Account)
	if err != nil {
		return domain.Contact{}, err
	}
	channel := batch.SMS
	if strings.Contains(typed, "@") {
		channel = batch.Email
	}
	contact, err := q.contact(ctx, typed, a.reads(channel, company.Country))
	return contact, in("login", err)
}

// claimLogin holds a contact for the person of a slot until it is proved.
func (a *App) claimLogin(ctx context.Context, q *asking, action Action, own domain.Slot, somebody loadedPerson, contact domain.Contact) (Done, error) {
	request := q.request
	slot, err := a.SlotOf(ctx, request.Account, contact)
	if err != nil || slot == somebody.State.LoginSlot(own) {
		return Done{Position: somebody.Position}, err
	}
	if err := a.ReleaseEndedLogins(execution.Within(ctx, request), domain.PersonStream(own)); err != nil { // it may be one of them
		return Done{}, err
	}
	claim := person.ClaimLogin{
		Claim: domain.ClaimFor(request.Command), By: somebody.State.Person, Slot: own, Tenure: somebody.State.Tenure, Epoch: somebody.State.Employment.Epoch,
		Credential: somebody.State.SignsInWith(), Contact: contact, Confirmed: q.settled, ExpiresAt: a.Now().Add(loginClaimLasts),
	}
	var result personOutcome
	err = a.makeWay(execution.Within(ctx, request), request.Account, slot, false, func() (err error) {
		result, err = a.people.Execute(ctx, personCall{
			Name: "person.claim_login", Stream: domain.PersonStream(slot), Request: request,
			Authorise: a.guard.Authorise(request, action), Sends: true,
			Build: func(context.Context, loadedPerson) (person.Command, error) { return claim, nil },
		})
		return err
	})
	return Done{Position: result.Position}, err
}

// proveLogin is the link sent to a claimed contact. The person's own stream
// decides; the contact's was asked first.
func (a *App) proveLogin(ctx context.Context, request Request, link opened) (LinkUsed, error) {
	claim := link.person.Claim
	result, err := a.people.Execute(ctx, personCall{
		Name: "person.change_login", Stream: domain.PersonStream(claim.Slot), Request: request,
		Authorise: a.whileOpen(request.Account),
		Build: func(_ context.Context, now loadedPerson) (person.Command, error) {
			link.claimer = now.State
			return person.ChangeLogin{
				Claim: claim.ID, Slot: link.slot, Tenure: claim.Tenure, Epoch: claim.Epoch, Credential: claim.Credential, Contact: claim.Contact,
			}, link.check(a.Now())
		},
	})
	return LinkUsed{Done: Done{Position: result.Position}, Person: claim.By, Status: NowLogin}, err
}

func (a *App) claimer(ctx context.Context, claim person.Claim) (person.State, error) {
	if claim.Number == 0 {
		return person.State{}, nil
	}
	somebody, err := a.people.Load(ctx, domain.PersonStream(claim.Slot))
	return somebody.State, err
}

// byLogin is who signs in by the contact of a slot: somebody of another slot
// whose login it has become, or the slot's own person, or nobody where that one
// signs in by another contact now.
func (a *App) byLogin(ctx context.Context, slot domain.Slot, somebody person.State) (domain.Slot, person.State, error) {
	if somebody.Claim.Open {
		other, err := a.people.Load(ctx, domain.PersonStream(somebody.Claim.Slot))
		if err != nil || other.State.Login.Claim == somebody.Claim.ID {
			return somebody.Claim.Slot, other.State, err
		}
	}
	if somebody.LoginSlot(slot) != slot {
		return domain.Slot{}, person.State{}, nil
	}
	return slot, somebody, nil
}
