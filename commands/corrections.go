package commands

import (
	"context"
	"errors"
	"strconv"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// CorrectContact says by which contact somebody should have been invited.
type CorrectContact struct {
	InvitationOf
	Contact string
}

// Correct ends the invitation to a mistyped contact, and invites by the right
// one: with the same inviter, placement and text. The answer names the person
// who is invited now.
func (a *App) Correct(ctx context.Context, request Request, c CorrectContact) (Registered, error) {
	company, err := a.mayInvite(ctx, request)
	if err != nil {
		return Registered{}, err
	}
	typed, err := a.slotOfInvitee(ctx, request.Account, c.Person)
	if err != nil {
		return Registered{}, err
	}
	stream := domain.PersonStream(typed)
	mistyped, err := a.people.load(ctx, a.Store, stream)
	if err == nil && len(mistyped.state.Invitations) == 0 {
		err = errNoPerson()
	}
	if err != nil {
		return Registered{}, err
	}
	contact, slot, err := a.rightContact(ctx, request.Account, mistyped.state, c.Contact, company.Country)
	if err == nil && slot == typed {
		err = domain.Refuse(domain.InvalidContact, "this is the contact that was invited; name the right one")
	}
	if err != nil {
		return Registered{}, in("contact", err)
	}
	to, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	if err == nil && !mistyped.causes.Has(request.Command) && !mistyped.state.WasCorrectedTo(to.state.PersonIn(slot)) {
		err = in("contact", a.mayBeInvited(ctx, request.Account, slot, contact))
	}
	if err != nil {
		return Registered{}, err
	}
	result, err := a.toInvitee(ctx, request, c.InvitationOf, func(_ context.Context, now person.State) (person.Command, error) {
		return person.Correct{Invitation: c.or(now), To: to.state.PersonIn(slot), By: request.Caller.Person, Contact: contact}, nil
	})
	if err != nil {
		return Registered{}, err
	}
	corrected, ok := find[person.ContactCorrected](result.events)
	if !ok {
		return Registered{Done: Done{Position: result.position}, Person: to.state.PersonIn(slot)}, nil
	}
	done, err := a.InviteCorrected(ctx, request.Account, stream, domain.EventID(request.Command, stream, 0), corrected)
	return Registered{Done: done, Person: corrected.To}, err
}

// mayBeInvited refuses a contact that nobody could be invited by. What only stands
// in the way until somebody comes is ended.
func (a *App) mayBeInvited(ctx context.Context, account domain.AccountID, slot domain.Slot, contact domain.Contact) error {
	return a.makeWay(ctx, account, slot, true, func() error {
		to, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
		if err == nil {
			_, err = person.Decide(a.Now(), to.state, person.Invite{Slot: slot, Contact: contact})
		}
		return err
	})
}

// rightContact is of the same kind as the mistyped one, because the text was
// written for that.
func (a *App) rightContact(ctx context.Context, account domain.AccountID, mistyped person.State, text, country string) (contact domain.Contact, slot domain.Slot, err error) {
	if mistyped.Contact.Kind == domain.ContactPhone {
		contact, err = a.Texts.Phone(text, country)
	} else {
		contact, err = a.Texts.Email(text)
	}
	if err != nil {
		return contact, slot, err
	}
	slot, err = a.SlotOf(ctx, account, contact)
	return contact, slot, err
}

// InviteCorrected follows a person.contact_corrected event, known by its id, in
// the stream of the right contact. A refusal is put on record where the contact
// was mistyped. Doing it again changes nothing.
func (a *App) InviteCorrected(ctx context.Context, account domain.AccountID, stream domain.StreamName, event uuid.UUID, c person.ContactCorrected) (Done, error) {
	mistyped, err := a.people.load(ctx, a.Store, stream)
	if err != nil {
		return Done{}, err
	}
	company, err := a.company(ctx, account)
	if err != nil {
		return Done{}, err
	}
	contact, slot, err := a.rightContact(ctx, account, mistyped.state, c.Personal.Contact.Address, company.Country)
	if err != nil {
		return Done{}, err
	}
	sent := mistyped.state.Invitations[c.Invitation-1]
	if sent.Refused != "" || sent.Corrected != c.To {
		return Done{Position: mistyped.position}, nil // it was, or is not meant any more
	}
	command := domain.FollowUp(event, "invite by the right contact")
	result, err := a.letIn(ctx, slot, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: command,
		request: Request{Command: command, Caller: Policy(), Account: account},
		build: func(ctx context.Context, _ loaded[person.State]) (person.Command, error) {
			_, revoked, err := a.revokedBatchOf(ctx, mistyped.state, c.Invitation)
			if err == nil && revoked && !sent.Wanted {
				err = domain.Refuse(domain.InvitationChanged, "this invitation was taken back with its batch")
			}
			return person.Invite{
				Slot: slot, Contact: contact, Inviter: sent.Inviter, Batch: sent.Batch, Apart: revoked || sent.Apart,
				Department: sent.Department, Workgroups: sent.Workgroups, ExpiresAt: a.invitationEnds(company), Corrects: mistyped.state.Person, By: c.By,
			}, err
		},
	})
	refusal, refused := errors.AsType[*domain.Refusal](err)
	if !refused || refusal.Code == domain.Contended {
		return Done{Position: result.position}, err
	}
	record := domain.FollowUp(event, "record the refusal")
	recorded, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: stream, command: record,
		request: Request{Command: record, Caller: Policy(), Account: account},
		build: func(context.Context, loaded[person.State]) (person.Command, error) {
			return person.RefuseCorrection{Invitation: c.Invitation, Code: refusal.Code}, nil
		},
	})
	return Done{Position: recorded.position}, err
}

// DeclineLink is the holder of an invitation saying no.
func (a *App) DeclineLink(ctx context.Context, request Request, token string) (Done, error) {
	return a.answerInvitation(ctx, request, token, func(link opened) person.Command {
		return person.Decline{Invitation: link.number()}
	})
}

// AskForLink is the holder of a dead invitation asking for a new one.
func (a *App) AskForLink(ctx context.Context, request Request, token string) (Done, error) {
	return a.answerInvitation(ctx, request, token, func(link opened) person.Command {
		return person.AskAgain{Invitation: link.number()}
	})
}

func (a *App) answerInvitation(ctx context.Context, request Request, token string, command func(opened) person.Command) (Done, error) {
	link, err := a.openLink(ctx, token)
	if err == nil && link.Purpose != links.Invitation {
		err = domain.Refuse(domain.NotFound, "only a personal invitation can be answered so")
	}
	if err != nil {
		return Done{}, err
	}
	request.Account, request.Caller = link.company.Account, LinkHolder()
	if _, err := a.endRevoked(ctx, request.Account, link.slot); err != nil {
		return Done{}, err
	}
	result, err := execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(link.slot), command: request.Command, request: request,
		build: func(context.Context, loaded[person.State]) (person.Command, error) { return command(link), nil },
	})
	return Done{Position: result.position}, err
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
	somebody, err := a.people.load(ctx, a.Store, domain.PersonStream(slot))
	if err != nil {
		return false, err
	}
	live := somebody.state.LiveInvitation()
	sent, revoked, err := a.revokedBatchOf(ctx, somebody.state, live)
	if err != nil || !revoked {
		return false, err
	}
	command := domain.CommandID(slot.Derive("revoke invitation " + strconv.Itoa(live)))
	_, err = execute(ctx, a, call[person.State, person.Command, person.Event]{
		aggregate: a.people, stream: domain.PersonStream(slot), command: command,
		request: Request{Command: command, Caller: Policy(), Account: account},
		build: func(context.Context, loaded[person.State]) (person.Command, error) {
			return person.Revoke{Invitation: live, By: sent.RevokedBy, Why: person.BatchRevoked}, nil
		},
	})
	if domain.CodeOf(err) == domain.InvitationChanged {
		return true, nil // somebody else was faster
	}
	return err == nil, err
}
