package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/projections"
	invitedview "github.com/usher-engine/usher/projections/invited"
)

// contactRows are the contacts of a bulk invitation, one more than may be at most.
type contactRows []string

func (c *contactRows) UnmarshalJSONFrom(decoder *jsontext.Decoder) (err error) {
	*c, err = readList(decoder, batch.MaxRows, readText)
	return err
}

// workgroupRows are some ids, of which there are never as many as contacts.
type workgroupRows []string

func (w *workgroupRows) UnmarshalJSONFrom(decoder *jsontext.Decoder) (err error) {
	*w, err = readList(decoder, batch.MaxRows, readText)
	return err
}

type smsInvitation struct {
	Phones    contactRows `json:"phones,omitzero" doc:"1 to 10,000 numbers, in international form or as dialled in the account's country. Either these or text." example:"+14155550100,+14155550101"`
	Confirmed contactRows `json:"confirmed,omitempty" doc:"Those of the numbers that look wrong and are meant, where they were refused with a code that begins with confirm_."`
	PastedList
}

type emailInvitation struct {
	Emails       contactRows   `json:"emails,omitzero" doc:"1 to 10,000 addresses. Either these or text." example:"ben@mill.example,chloe@mill.example"`
	Confirmed    contactRows   `json:"confirmed,omitempty" doc:"Those of the addresses that look wrong and are meant, where they were refused with a code that begins with confirm_."`
	DepartmentID string        `json:"department_id,omitzero" doc:"Where the people will stand; without it, in the root of the company."`
	WorkgroupIDs workgroupRows `json:"workgroup_ids,omitempty" doc:"Where they will be members."`
	Message      *string       `json:"message,omitzero" nullable:"false" doc:"The text, with {link} where the link belongs: up to 2,000 characters, on plans that may edit it." example:"Join us at {link}"`
	PastedList
}

type invitations struct {
	Results  []invitationResult `json:"results,omitzero" doc:"One for each row of the request, in its order; absent where the request goes on by itself."`
	Batch    domain.BatchID     `json:"batch,omitzero" doc:"The bulk invitation; absent where no row could be tried."`
	Position string             `json:"position" example:"42"`
	PastedAnswer

	country string // where the contacts were read for
}

func (i invitations) goesOn() bool { return i.Results == nil }

// keptInvitations is an answer as it is kept for its idempotency key: without contacts,
// which the same request says once more.
type keptInvitations struct {
	invitations
	Country string `json:"country,omitzero"`
}

type invitationResult struct {
	Contact    string          `json:"contact" doc:"Normalised, where it could be read." example:"+14155550100"`
	Outcome    string          `json:"outcome" enum:"invited,refused"`
	Person     domain.PersonID `json:"person,omitzero" doc:"Where invited."`
	Code       domain.Code     `json:"code,omitzero" doc:"Why refused. What begins with confirm_ goes through when it is sent again with the contact among those confirmed." example:"already_invited"`
	Message    string          `json:"message,omitzero" doc:"Why refused, for people."`
	DidYouMean string          `json:"did_you_mean,omitzero" doc:"The contact that was probably meant, where there is one." example:"+14155550100"`
	ClearsAt   *time.Time      `json:"clears_at,omitempty" doc:"Where a limit is reached: when it allows more."`
	PastedResult
}

type invitee struct {
	Person        domain.PersonID      `json:"person"`
	Contact       string               `json:"contact" example:"+14155550100"`
	Channel       batch.Channel        `json:"channel" enum:"sms,email"`
	Status        invitedview.Status   `json:"status" enum:"pending,expired,declined,asked,correction_refused" doc:"asked: the link is dead, and its holder asks for a new one. correction_refused: the right contact could not be invited; see reason."`
	Invitation    int                  `json:"invitation" doc:"Which of the person's invitations this is; send it along with what is to be done with it." example:"1"`
	Reason        domain.Code          `json:"reason" doc:"Why the right contact could not be invited; empty otherwise."`
	AskedAt       *time.Time           `json:"asked_at,omitempty" doc:"When a new invitation was asked for."`
	Confirmed     []domain.Doubt       `json:"confirmed,omitempty" enum:"unknown_range,other_reading,landline_form,unknown_ending,near_provider" doc:"Why the contact looked wrong, which the inviter has confirmed."`
	Batch         domain.BatchID       `json:"batch"`
	InvitedBy     domain.PersonID      `json:"invited_by"`
	InvitedByName string               `json:"invited_by_name,omitzero" doc:"What that person is called." example:"Ada King"`
	InvitedAt     time.Time            `json:"invited_at"`
	ExpiresAt     time.Time            `json:"expires_at"`
	DepartmentID  domain.DepartmentID  `json:"department_id,omitzero" doc:"As chosen by the inviter."`
	Department    string               `json:"department,omitzero" doc:"What that department is called." example:"Bakery"`
	WorkgroupIDs  []domain.WorkgroupID `json:"workgroup_ids,omitempty"`
	Workgroups    []string             `json:"workgroups,omitempty" doc:"What they are called, in the same order."`
	HistoryMark
}

type invitedInput struct {
	InAccount
	Paged
	Status    string `query:"status" doc:"pending, expired, declined, asked or correction_refused." example:"pending"`
	Channel   string `query:"channel" doc:"sms or email." example:"sms"`
	Batch     string `query:"batch" doc:"Only those of a bulk invitation."`
	InvitedBy string `query:"invited_by" doc:"Only those invited by a person."`
	Sort      string `query:"sort" doc:"invited_at, contact, expires_at or channel; with - before it, the other way round." example:"contact"`
	Search    string `query:"search" doc:"Part of a contact; a phone number as people write it."`
}

// goesOnByItself says what is so of many rows.
const goesOnByItself = "More than 200 rows go on by themselves: 202 with the batch, which says how far it is, and what was refused; with Prefer: wait=N, 200 where all is done in time."

func (a *api) invitationRoutes() {
	const tag, path = "Invitations", "/v1/accounts/{account}/invitations"
	bulkCommand(a, route{
		id: "invite-by-sms", needs: commands.InvitePeople, sends: true, method: http.MethodPost, path: path + "/sms", tag: tag, bulk: true,
		summary:     "Invite phone numbers by SMS",
		description: "For whoever may invite. Each row has a result of its own: 200, whatever the outcomes. The text is fixed. " + goesOnByItself,
		codes:       []domain.Code{domain.NothingToInvite, domain.TooManyRows},
	}, bulk[smsInvitation, invitations]{a.inviteBySMS, func(kept []byte, body smsInvitation) (invitations, error) {
		return a.invitedBefore(kept, batch.SMS, a.listOf(batch.SMS, body.Phones, body.PastedList))
	}})
	bulkCommand(a, route{
		id: "invite-by-email", needs: commands.InvitePeople, sends: true, method: http.MethodPost, path: path + "/email", tag: tag, bulk: true,
		summary:     "Invite e-mail addresses",
		description: "For whoever may invite. Each row has a result of its own: 200, whatever the outcomes. An edited message on a plan that may not edit it refuses the whole request. " + goesOnByItself,
		codes: []domain.Code{
			domain.NothingToInvite, domain.TooManyRows, domain.PlanDoesNotAllow, domain.InvalidMessage,
			domain.DepartmentNotFound, domain.WorkgroupNotFound, domain.InvalidID,
		},
	}, bulk[emailInvitation, invitations]{a.inviteByEmail, func(kept []byte, body emailInvitation) (invitations, error) {
		return a.invitedBefore(kept, batch.Email, a.listOf(batch.Email, body.Emails, body.PastedList))
	}})
	ask[invitedInput](a, route{
		id: "invited", method: http.MethodGet, path: "/v1/accounts/{account}/invited", tag: tag,
		summary: "Who was invited and has not registered", description: "The latest invitation first where nothing else is said. For whoever may invite, and auditors.",
	}, questions.Invited(), shown(showInvitee))
}

func (a *api) inviteBySMS(ctx context.Context, request commands.Request, _ *bulkInput, body smsInvitation) (invitations, error) {
	if err := eitherOr("phones", body.Phones != nil, "text", body.Text != nil); err != nil {
		return invitations{}, err
	}
	list := a.listOf(batch.SMS, body.Phones, body.PastedList)
	begun, err := a.App.InviteBySMS(ctx, request, commands.InviteBySMS{Phones: list.contacts, Confirmed: body.Confirmed, DryRun: list.dry})
	if err != nil {
		return invitations{}, err
	}
	return list.shown(a.invitedAll(a.finished(ctx, request, begun, list.contacts)))
}

func (a *api) inviteByEmail(ctx context.Context, request commands.Request, _ *bulkInput, body emailInvitation) (invitations, error) {
	if err := eitherOr("emails", body.Emails != nil, "text", body.Text != nil); err != nil {
		return invitations{}, err
	}
	list := a.listOf(batch.Email, body.Emails, body.PastedList)
	invite := commands.InviteByEmail{Emails: list.contacts, Confirmed: body.Confirmed, Message: body.Message, DryRun: list.dry}
	var err error
	if invite.Department, err = optionalID[domain.DepartmentID](body.DepartmentID, "department_id"); err != nil {
		return invitations{}, err
	}
	for i, text := range body.WorkgroupIDs {
		id, err := requiredID[domain.WorkgroupID](text, fmt.Sprintf("workgroup_ids[%d]", i))
		if err != nil {
			return invitations{}, err
		}
		invite.Workgroups = append(invite.Workgroups, id)
	}
	begun, err := a.App.InviteByEmail(ctx, request, invite)
	if err != nil {
		return invitations{}, err
	}
	return list.shown(a.invitedAll(a.finished(ctx, request, begun, list.contacts)))
}

func (a *api) invitedAll(invited commands.Invited, err error) (invitations, error) {
	if err != nil {
		return invitations{}, err
	}
	answer := invitations{Batch: invited.Batch, Position: invited.Position.String(), country: invited.Country}
	if invited.GoesOn {
		return answer, nil
	}
	answer.Results = make([]invitationResult, len(invited.Rows))
	for i, row := range invited.Rows {
		result := invitationResult{Contact: row.Contact, Outcome: "invited", Person: row.Person}
		if row.Refused != nil {
			refused := httpkit.ProblemOf(row.Refused, "body")
			result.Outcome, result.Code, result.Message, result.ClearsAt = "refused", refused.Code, refused.Detail, refused.ClearsAt
			if refusal, ok := errors.AsType[*domain.Refusal](row.Refused); ok {
				result.DidYouMean = refusal.DidYouMean
			}
			a.metrics.Refused(refused.Code)
		}
		answer.Results[i] = result
	}
	return answer, nil
}

func (i invitations) toKeep() any {
	kept := keptInvitations{invitations: i, Country: i.country}
	kept.Results = slices.Clone(i.Results)
	for row := range kept.Results {
		kept.Results[row].Contact, kept.Results[row].DidYouMean, kept.Results[row].Beside = "", "", ""
	}
	return kept
}

// invitedBefore is an answer as it was kept, with the contacts of the same request.
func (a *api) invitedBefore(text []byte, channel batch.Channel, list contactList) (invitations, error) {
	kept, err := asKept[keptInvitations](text)
	if err == nil && kept.goesOn() {
		return kept.invitations, nil
	}
	if err == nil && len(kept.Results) != len(list.contacts) {
		err = fmt.Errorf("%d results were kept of %d contacts", len(kept.Results), len(list.contacts))
	}
	if err != nil {
		return invitations{}, err
	}
	refused := func(row int) domain.Code { return kept.Results[row].Code }
	for i, shown := range a.App.ShowContacts(channel, kept.Country, list.contacts, refused) {
		kept.Results[i].Contact, kept.Results[i].DidYouMean = shown.Contact, shown.DidYouMean
	}
	return list.shown(kept.invitations, nil)
}

func unlessZero(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

func (in *invitedInput) Query() (invitedview.Query, error) {
	batchID, err1 := optionalID[domain.BatchID](in.Batch, "batch")
	inviter, err2 := optionalID[domain.PersonID](in.InvitedBy, "invited_by")
	return invitedview.Query{
		Channel: batch.Channel(in.Channel), Batch: batchID, InvitedBy: inviter,
		Status: invitedview.Status(in.Status), Search: projections.Search{in.Search}, Paging: in.sorted(in.Sort),
	}, cmp.Or(err1, err2, questions.OneOf(in.Channel, "channel", string(batch.SMS), string(batch.Email)))
}

func showInvitee(row questions.Invitee) invitee {
	return invitee{
		Person: row.Person, Contact: row.Contact, Channel: row.Channel, Status: row.Status, Batch: row.Batch,
		InvitedBy: row.InvitedBy, InvitedByName: row.InvitedByName.String(), InvitedAt: row.InvitedAt.UTC(), ExpiresAt: row.ExpiresAt.UTC(),
		DepartmentID: row.Department, Department: row.Places.Departments[row.Department],
		WorkgroupIDs: row.Workgroups, Workgroups: row.Places.WorkgroupNames(row.Workgroups),
		Invitation: row.Invitation, Reason: row.Refused, AskedAt: unlessZero(row.AskedAt), Confirmed: row.Confirmed, HistoryMark: HistoryMark{row.HistoryMissing},
	}
}
