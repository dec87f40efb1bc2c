package commands

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// CorrectContact says by which contact somebody should have been invited.
type CorrectContact struct {
	InvitationOf
	Contact   string
	Confirmed []string // that looks wrong and is meant
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
	mistyped, err := a.people.Load(ctx, stream)
	if err == nil && len(mistyped.State.Invitations) == 0 {
		err = errNoPerson()
	}
	if err != nil {
		return Registered{}, err
	}
	q := a.asksOpenly(request, c.Confirmed)
	contact, slot, err := a.rightContact(ctx, q, mistyped.State, c.Contact, company.Country)
	if err == nil && slot == typed {
		err = domain.Refuse(domain.InvalidContact, "this is the contact that was invited; name the right one")
	}
	if err != nil {
		return Registered{}, in("contact", err)
	}
	to, err := a.people.Load(ctx, domain.PersonStream(slot))
	if err == nil && !mistyped.Knows(request.Command) && !mistyped.State.WasCorrectedTo(to.State.PersonIn(slot)) {
		err = in("contact", a.mayBeInvited(ctx, request.Account, slot, contact))
	}
	if err != nil {
		return Registered{}, err
	}
	result, err := a.toInvitee(ctx, request, c.InvitationOf, "person.correct", func(_ context.Context, now person.State) (person.Command, error) {
		return person.Correct{Invitation: c.or(now), To: to.State.PersonIn(slot), By: request.Caller.Person, Contact: contact, Confirmed: q.settled}, nil
	})
	if err != nil {
		return Registered{}, err
	}
	corrected, ok := execution.Find[person.ContactCorrected](result.Events)
	if !ok {
		return Registered{Done: Done{Position: result.Position}, Person: to.State.PersonIn(slot)}, nil
	}
	done, err := a.InviteCorrected(execution.Within(ctx, request), request.Account, stream, domain.EventID(request.Command, stream, 0), corrected)
	return Registered{Done: done.Done, Person: corrected.To, FixedText: done.FixedText}, err
}

// mayBeInvited refuses a contact that nobody could be invited by. What only stands
// in the way until somebody comes is ended.
func (a *App) mayBeInvited(ctx context.Context, account domain.AccountID, slot domain.Slot, contact domain.Contact) error {
	return a.makeWay(ctx, account, slot, true, func() error {
		to, err := a.people.Load(ctx, domain.PersonStream(slot))
		if err == nil {
			_, err = person.Decide(a.Now(), to.State, person.Invite{Slot: slot, Contact: contact})
		}
		return err
	})
}

// rightContact is of the same kind as the mistyped one, because the text was
// written for that.
func (a *App) rightContact(ctx context.Context, q *asking, mistyped person.State, text, country string) (contact domain.Contact, slot domain.Slot, err error) {
	channel := batch.Email
	if mistyped.Contact.Kind == domain.ContactPhone {
		channel = batch.SMS
	}
	contact, err = q.contact(ctx, text, a.reads(channel, country))
	if err != nil {
		return contact, slot, err
	}
	slot, err = a.SlotOf(ctx, q.request.Account, contact)
	return contact, slot, err
}

// InviteCorrected follows a person.contact_corrected event, known by its id, in
// the stream of the right contact. A refusal is put on record where the contact
// was mistyped, unless it may pass. Doing it again changes nothing.
func (a *App) InviteCorrected(ctx context.Context, account domain.AccountID, stream domain.StreamName, event uuid.UUID, c person.ContactCorrected) (Resent, error) {
	mistyped, err := a.people.Load(ctx, stream)
	if err != nil {
		return Resent{}, err
	}
	company, err := a.company(ctx, account)
	if err != nil {
		return Resent{}, err
	}
	contact, err := a.ports.Texts.Contact(c.Personal.Contact.Address, company.Country)
	if err != nil {
		return Resent{}, err
	}
	slot, err := a.SlotOf(ctx, account, contact)
	if err != nil {
		return Resent{}, err
	}
	sent := mistyped.State.Invitations[c.Invitation-1]
	if sent.Refused != "" || sent.Corrected != c.To {
		return Resent{Done: Done{Position: mistyped.Position}}, nil // it was, or is not meant any more
	}
	command := domain.FollowUp(event, "invite by the right contact")
	result, err := a.letIn(ctx, slot, personCall{
		Name: "person.invite", Stream: domain.PersonStream(slot),
		Request: Request{Command: command, Caller: Policy(), Account: account},
		Build: func(ctx context.Context, _ loadedPerson) (person.Command, error) {
			batched, revoked, err := a.revokedBatchOf(ctx, mistyped.State, c.Invitation)
			if err == nil && revoked && !sent.Wanted {
				err = domain.Refuse(domain.InvitationChanged, "this invitation was taken back with its batch")
			}
			instead := mistyped.State.InviteInstead(c, slot, contact, a.invitationEnds(company), revoked)
			instead.FixedText = losesText(company, batched)
			return instead, err
		},
	})
	refusal, refused := errors.AsType[*domain.Refusal](err)
	if !refused || refusal.Code == domain.Contended || refusal.Code == domain.HistoryMissing {
		return resentBy(result), err
	}
	record := domain.FollowUp(event, "record the refusal")
	recorded, err := a.people.Execute(ctx, personCall{
		Name: "person.refuse_correction", Stream: stream,
		Request: Request{Command: record, Caller: Policy(), Account: account},
		Build: func(context.Context, loadedPerson) (person.Command, error) {
			return person.RefuseCorrection{Invitation: c.Invitation, Code: refusal.Code}, nil
		},
	})
	return Resent{Done: Done{Position: recorded.Position}}, err
}

// DeclineLink returns the holder of an invitation saying no.
func (a *App) DeclineLink(ctx context.Context, request Request, token string) (Done, error) {
	return a.answerInvitation(ctx, request, token, "person.decline", func(link opened) person.Command {
		return person.Decline{Invitation: link.number()}
	})
}

// NoteOpened puts on record that the holder of an invitation has begun to fill in its
// form, once for each. Links of other kinds leave nothing on record; dead ones are
// refused as by ShowLink.
func (a *App) NoteOpened(ctx context.Context, request Request, token string) (Done, error) {
	link, err := a.openLink(ctx, token)
	if err != nil {
		return Done{}, err
	}
	if link.Purpose != links.Invitation {
		return Done{Position: a.Newest()}, link.check(a.Now())
	}
	return a.answer(ctx, request, link, "person.open_invitation", person.OpenInvitation{Invitation: link.number()})
}

// AskForLink returns the holder of a dead invitation asking for a new one.
func (a *App) AskForLink(ctx context.Context, request Request, token string) (Done, error) {
	return a.answerInvitation(ctx, request, token, "person.ask_again", func(link opened) person.Command {
		return person.AskAgain{Invitation: link.number()}
	})
}

func (a *App) answerInvitation(ctx context.Context, request Request, token, name string, command func(opened) person.Command) (Done, error) {
	link, err := a.openLink(ctx, token)
	if err == nil && link.Purpose != links.Invitation {
		err = domain.Refuse(domain.NotFound, "only a personal invitation can be answered so")
	}
	if err != nil {
		return Done{}, err
	}
	if err := a.mayAnswer(ctx, request, link); err != nil {
		return Done{}, err
	}
	return a.answer(ctx, request, link, name, command(link))
}

// answer gives a command to the stream of an invitation's holder.
func (a *App) answer(ctx context.Context, request Request, link opened, name string, command person.Command) (Done, error) {
	request.Account, request.Caller = link.company.Account, LinkHolder()
	if _, err := a.endRevoked(execution.Within(ctx, request), request.Account, link.slot); err != nil {
		return Done{}, err
	}
	result, err := a.people.Execute(ctx, personCall{
		Name: name, Stream: domain.PersonStream(link.slot), Request: request,
		Authorise: a.whileOpen(request.Account),
		Build:     func(context.Context, loadedPerson) (person.Command, error) { return command, nil },
	})
	return Done{Position: result.Position}, err
}

// mayAnswer counts what the holder of a personal link asks for without filling in a form.
func (a *App) mayAnswer(ctx context.Context, request Request, link opened) error {
	return a.limits.Answers(ctx, request.Network, link.slot.String(), string(link.Purpose), fmt.Sprint(link.Counter))
}
