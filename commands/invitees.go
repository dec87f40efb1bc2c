package commands

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands/access"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// Invitees finds people's invitations.
type Invitees interface {
	// InvitationOf returns a person's invitation, with at least everything appended up to
	// a position taken into account; false where there is none.
	InvitationOf(ctx context.Context, account domain.AccountID, id domain.PersonID, least domain.Position) (Invitee, bool, error)
	// OpenInvitations returns a page of those still open of a batch or an inviter, at most
	// 1,000, from a cursor on, which is empty for the first page.
	OpenInvitations(ctx context.Context, account domain.AccountID, of Sent, cursor string, least domain.Position) (OpenInvitations, error)
}

// OpenInvitations is a page of those still open.
type OpenInvitations struct {
	Invitees []Invitee
	Next     string          // empty behind the last page
	Position domain.Position // up to which it knows what is open
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
// from now on. It refuses with invalid_days.
func (a *App) ChangeInvitationPolicy(ctx context.Context, request Request, c account.ChangeInvitationPolicy) (Done, error) {
	return a.changeAccount(ctx, request, ChangeSettings, c)
}

// Resend sends an invitation again; the older link dies in the same instant.
// Invitation zero means the last. It refuses with not_found, invitation_changed,
// already_registered or already_employed, and when a limit is reached.
func (a *App) Resend(ctx context.Context, request Request, c InvitationOf) (Resent, error) {
	company, err := a.mayInvite(ctx, request)
	if err != nil {
		return Resent{}, err
	}
	result, err := a.toInvitee(ctx, request, c, "person.resend", func(ctx context.Context, now person.State) (person.Command, error) {
		sent, err := a.batchOf(ctx, now, c.or(now))
		return person.Resend{
			Invitation: c.or(now), By: request.Caller.Person, ExpiresAt: a.invitationEnds(company), Apart: sent.Revoked, FixedText: losesText(company, sent),
		}, err
	})
	return resentBy(result), err
}

// Resent is what became of an invitation that goes out once more.
type Resent struct {
	Done
	// FixedText says that it goes out with the fixed text: the plan does not allow the
	// edited one any more that its batch has.
	FixedText bool
}

func resentBy(result personOutcome) Resent {
	sent, _ := execution.Find[person.InvitedByEmail](result.Events)
	return Resent{Done{Position: result.Position}, sent.FixedText}
}

// losesText reports whether a batch has an edited text that its account's plan does not
// allow any more.
func losesText(company account.State, sent batch.State) bool {
	return !company.Plan.MayEditMessage() && account.Plan(sent.Plan).MayEditMessage() && sent.Message != wording.For(sent.Language).InviteEmail(company.Name)
}

// Revoke takes an invitation back; zero means the last. It refuses with not_found or
// invitation_changed.
func (a *App) Revoke(ctx context.Context, request Request, c InvitationOf) (Done, error) {
	if _, err := a.mayInvite(ctx, request); err != nil {
		return Done{}, err
	}
	result, err := a.toInvitee(ctx, request, c, "person.revoke", func(_ context.Context, now person.State) (person.Command, error) {
		return person.Revoke{Invitation: c.or(now), By: request.Caller.Person, Why: person.RevokedAlone}, nil
	})
	return Done{Position: result.Position}, err
}

func (c InvitationOf) or(now person.State) int {
	if c.Invitation == 0 {
		return len(now.Invitations)
	}
	return c.Invitation
}

// toInvitee gives a command to the stream of somebody invited.
func (a *App) toInvitee(ctx context.Context, request Request, c InvitationOf, name string,
	command func(context.Context, person.State) (person.Command, error),
) (personOutcome, error) {
	slot, err := a.slotOfInvitee(ctx, request.Account, c.Person)
	if err == nil {
		_, err = a.endRevoked(execution.Within(ctx, request), request.Account, slot)
	}
	if err != nil {
		return personOutcome{}, err
	}
	return a.letIn(ctx, slot, personCall{
		Name: name, Stream: domain.PersonStream(slot), Request: request,
		Authorise: a.guard.Authorise(request, InvitePeople), Sends: true,
		Build: func(ctx context.Context, now loadedPerson) (person.Command, error) {
			if now.Account != request.Account || len(now.State.Invitations) == 0 {
				return nil, errNoPerson()
			}
			if err := a.isOwnOrManaged(ctx, request, now.State.Invitations[len(now.State.Invitations)-1].Inviter); err != nil {
				return nil, err
			}
			return command(ctx, now.State)
		},
	})
}

// slotOfInvitee is where the stream of somebody invited is. Who has come meanwhile
// is no invitee any more, and is known all the same: so can be said what happened.
func (a *App) slotOfInvitee(ctx context.Context, account domain.AccountID, id domain.PersonID) (domain.Slot, error) {
	found, known, err := a.ports.Finders.InvitationOf(ctx, account, id, a.Newest())
	if err != nil || known {
		return found.Slot, err
	}
	return a.slotOfPerson(ctx, account, id)
}

// isOwnOrManaged lets everybody who may invite handle the invitations that they
// sent themselves, and administrators all.
func (a *App) isOwnOrManaged(ctx context.Context, request Request, inviter domain.PersonID) error {
	if inviter == request.Caller.Person {
		return nil
	}
	_, err := a.Permit(ctx, request.Caller, request.Account, ManageInvitations)
	return err
}

// RevokeBatch kills all links of a batch in one append, and then ends each open
// invitation in its person's stream: where it is answered, all are ended. Where that
// fails, a policy finishes it. It refuses with not_found.
func (a *App) RevokeBatch(ctx context.Context, request Request, id domain.BatchID) (Done, error) {
	if err := a.mayEndBatch(ctx, request, id); err != nil {
		return Done{}, err
	}
	result, err := a.batches.Execute(ctx, batchCall{
		Name: "batch.revoke", Stream: domain.BatchStream(id), Request: request,
		Authorise: a.guard.Authorise(request, InvitePeople),
		Build: func(context.Context, loadedBatch) (batch.Command, error) {
			return batch.Revoke{Batch: id, By: request.Caller.Person}, nil
		},
	})
	if err != nil {
		return Done{}, err
	}
	following := domain.CommandID(request.Command.Derive("revoke rows")) // where the batch was revoked before
	if _, now := execution.Find[batch.Revoked](result.Events); now {
		following = rowsOf(domain.EventID(request.Command, domain.BatchStream(id), 0))
	}
	rows, err := a.revokeRows(execution.Within(ctx, request), request.Account, following, id, result.State.RevokedBy, result.Position)
	return Done{Position: later(result.Position, rows.Position)}, err
}

// mayEndBatch refuses who may not invite any more, or did not open the batch and does not
// manage invitations.
func (a *App) mayEndBatch(ctx context.Context, request Request, id domain.BatchID) error {
	if _, err := a.mayInvite(ctx, request); err != nil {
		return err
	}
	opened, err := a.batches.Load(ctx, domain.BatchStream(id))
	if err == nil && opened.Account != request.Account {
		err = errNoBatch()
	}
	if err != nil {
		return err
	}
	return a.isOwnOrManaged(ctx, request, opened.State.Inviter)
}

// rowsOf is the command that follows the revocation of a batch, whoever gives it.
func rowsOf(revoked uuid.UUID) domain.CommandID { return domain.FollowUp(revoked, "revoke rows") }

func later(one, other domain.Position) domain.Position {
	if other.After(one) {
		return other
	}
	return one
}

// Revocations is how many open invitations were taken back.
type Revocations struct {
	Done
	Count int
}

// RevokeAllBy takes back whatever an inviter has left open, and counts it. It
// refuses with not_found where nobody is known by that id.
func (a *App) RevokeAllBy(ctx context.Context, request Request, inviter domain.PersonID) (Revocations, error) {
	if _, err := a.Permit(ctx, request.Caller, request.Account, ManageInvitations); err != nil {
		return Revocations{}, err
	}
	if _, err := a.slotOfPerson(ctx, request.Account, inviter); err != nil {
		return Revocations{}, err
	}
	return a.revokeOpen(ctx, request, Sent{Inviter: inviter}, person.Revoke{By: request.Caller.Person, Why: person.InviterRevoked}, a.Newest(),
		a.guard.Authorise(request, ManageInvitations))
}

// RevokeRows follows the revocation of a batch in each person's stream. Doing it
// again changes nothing.
func (a *App) RevokeRows(ctx context.Context, event domain.Recorded, revoked batch.Revoked) error {
	_, err := a.revokeRows(ctx, event.Metadata.Account, rowsOf(event.ID), revoked.Batch, revoked.By, event.Position)
	return err
}

func (a *App) revokeRows(ctx context.Context, account domain.AccountID, command domain.CommandID, id domain.BatchID, by domain.PersonID, least domain.Position) (Revocations, error) {
	return a.revokeOpen(ctx, Request{Command: command, Caller: Policy(), Account: account},
		Sent{Batch: id}, person.Revoke{By: by, Why: person.BatchRevoked}, least, nil)
}

// revokeOpen works through pages of open invitations, some at the same time.
func (a *App) revokeOpen(ctx context.Context, request Request, of Sent, revoke person.Revoke, least domain.Position,
	authorise access.Authorise,
) (result Revocations, err error) {
	ctx = execution.Within(ctx, request)
	for cursor := ""; ; {
		open, err := a.ports.Finders.OpenInvitations(ctx, request.Account, of, cursor, least)
		if err != nil {
			return result, err
		}
		result.Position = later(result.Position, open.Position) // what is not there any more was ended by then
		for page := open.Invitees; len(page) > 0; {
			some := page[:min(rowsPerJudgement, len(page))]
			page = page[len(some):]
			if err := a.revokeSome(ctx, request, some, revoke, authorise, &result); err != nil {
				return result, err
			}
		}
		if cursor = open.Next; cursor == "" {
			return result, nil
		}
	}
}

func (a *App) revokeSome(ctx context.Context, request Request, some []Invitee, revoke person.Revoke,
	authorise access.Authorise, result *Revocations,
) error {
	positions, ended, errs := make([]domain.Position, len(some)), make([]bool, len(some)), make([]error, len(some))
	var group sync.WaitGroup
	for i, one := range some {
		group.Go(func() {
			of := request
			of.Command = domain.CommandID(request.Command.Derive(one.Slot.String()))
			command := revoke
			command.Invitation = one.Invitation
			var revoked personOutcome
			revoked, errs[i] = a.people.Execute(ctx, personCall{
				Name: "person.revoke", Stream: domain.PersonStream(one.Slot), Request: of, Authorise: authorise,
				Build: func(context.Context, loadedPerson) (person.Command, error) { return command, nil },
			})
			positions[i] = revoked.Position
			_, ended[i] = execution.Find[person.InvitationRevoked](revoked.Events)
		})
	}
	group.Wait()
	for i, err := range errs {
		code := domain.CodeOf(err)
		if err != nil && code != domain.InvitationChanged && code != domain.HistoryMissing { // which are one person's, and not the others'
			return err
		}
		if ended[i] {
			result.Count++
		}
		result.Position = later(result.Position, positions[i])
	}
	return nil
}

func (a *App) invitationEnds(company account.State) time.Time {
	return a.Now().Add(time.Duration(company.InvitationDays) * 24 * time.Hour)
}
