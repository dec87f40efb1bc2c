package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/projections"
	invitedview "github.com/usher-engine/usher/projections/invited"
)

type smsInvitation struct {
	Phones []string `json:"phones" doc:"1 to 10,000 numbers, in international form or as dialled in the account's country." example:"+14155550100,+14155550101"`
}

type emailInvitation struct {
	Emails       []string `json:"emails" doc:"1 to 10,000 addresses." example:"ben@mill.example,chloe@mill.example"`
	DepartmentID string   `json:"department_id,omitzero" doc:"Where the people will stand; without it, in the root of the company."`
	WorkgroupIDs []string `json:"workgroup_ids,omitempty" doc:"Where they will be members."`
	Message      *string  `json:"message,omitzero" nullable:"false" doc:"The text, with {link} where the link belongs: up to 2,000 characters, on plans that may edit it." example:"Join us at {link}"`
}

type invitations struct {
	Results  []invitationResult `json:"results" doc:"One for each row of the request, in its order."`
	Batch    domain.BatchID     `json:"batch,omitzero" doc:"The bulk invitation; absent where no row could be tried."`
	Position string             `json:"position" example:"42"`
}

type invitationResult struct {
	Contact  string          `json:"contact" doc:"Normalised, where it could be read." example:"+14155550100"`
	Outcome  string          `json:"outcome" enum:"invited,refused"`
	Person   domain.PersonID `json:"person,omitzero" doc:"Where invited."`
	Code     domain.Code     `json:"code,omitzero" doc:"Why refused." example:"already_invited"`
	Message  string          `json:"message,omitzero" doc:"Why refused, for people."`
	ClearsAt *time.Time      `json:"clears_at,omitempty" doc:"Where a limit is reached: when it allows more."`
}

type invitee struct {
	Person       domain.PersonID      `json:"person"`
	Contact      string               `json:"contact" example:"+14155550100"`
	Channel      batch.Channel        `json:"channel" enum:"sms,email"`
	Status       invitedview.Status   `json:"status" enum:"pending,expired,declined,asked,correction_refused" doc:"asked: the link is dead, and its holder asks for a new one. correction_refused: the right contact could not be invited; see reason."`
	Invitation   int                  `json:"invitation" doc:"Which of the person's invitations this is; send it along with what is to be done with it." example:"1"`
	Reason       domain.Code          `json:"reason" doc:"Why the right contact could not be invited; empty otherwise."`
	AskedAt      *time.Time           `json:"asked_at,omitempty" doc:"When a new invitation was asked for."`
	Batch        domain.BatchID       `json:"batch"`
	InvitedBy    domain.PersonID      `json:"invited_by"`
	InvitedAt    time.Time            `json:"invited_at"`
	ExpiresAt    time.Time            `json:"expires_at"`
	DepartmentID domain.DepartmentID  `json:"department_id,omitzero" doc:"As chosen by the inviter."`
	WorkgroupIDs []domain.WorkgroupID `json:"workgroup_ids,omitempty"`
}

type invitedInput struct {
	InAccount
	Paged
	Status    string `query:"status" doc:"pending, expired, declined, asked or correction_refused." example:"pending"`
	Channel   string `query:"channel" doc:"sms or email." example:"sms"`
	Batch     string `query:"batch" doc:"Only those of a bulk invitation."`
	InvitedBy string `query:"invited_by" doc:"Only those invited by a person."`
	Search    string `query:"search" doc:"Part of a contact."`
}

func (a *api) invitationRoutes() {
	const tag, path = "Invitations", "/v1/accounts/{account}/invitations"
	command(a, route{
		id: "invite-by-sms", sends: true, method: http.MethodPost, path: path + "/sms", tag: tag, bulk: true,
		summary:     "Invite phone numbers by SMS",
		description: "For whoever may invite. Each row has a result of its own: 200, whatever the outcomes. The text is fixed.",
		codes:       []domain.Code{domain.NothingToInvite, domain.TooManyRows},
	}, a.inviteBySMS)
	command(a, route{
		id: "invite-by-email", sends: true, method: http.MethodPost, path: path + "/email", tag: tag, bulk: true,
		summary:     "Invite e-mail addresses",
		description: "For whoever may invite. Each row has a result of its own: 200, whatever the outcomes. An edited message on a plan that may not edit it refuses the whole request.",
		codes: []domain.Code{
			domain.NothingToInvite, domain.TooManyRows, domain.PlanDoesNotAllow, domain.InvalidMessage,
			domain.DepartmentNotFound, domain.WorkgroupNotFound, domain.InvalidID,
		},
	}, a.inviteByEmail)
	list(a, route{
		id: "invited", method: http.MethodGet, path: "/v1/accounts/{account}/invited", tag: tag,
		summary: "Who was invited and has not registered", description: "The latest invitation first. For whoever may invite, and auditors.",
	}, commands.SeeInvited, []projections.View{invitedview.View()}, a.invited)
}

func (a *api) inviteBySMS(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body smsInvitation
},
) (invitations, error) {
	return a.invitedAll(a.App.InviteBySMS(ctx, request, commands.InviteBySMS{Phones: in.Body.Phones}))
}

func (a *api) inviteByEmail(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body emailInvitation
},
) (invitations, error) {
	invite := commands.InviteByEmail{Emails: in.Body.Emails, Message: in.Body.Message}
	var err error
	if invite.Department, err = optionalID[domain.DepartmentID](in.Body.DepartmentID, "department_id"); err != nil {
		return invitations{}, err
	}
	for i, text := range in.Body.WorkgroupIDs {
		id, err := requiredID[domain.WorkgroupID](text, fmt.Sprintf("workgroup_ids[%d]", i))
		if err != nil {
			return invitations{}, err
		}
		invite.Workgroups = append(invite.Workgroups, id)
	}
	return a.invitedAll(a.App.InviteByEmail(ctx, request, invite))
}

func (a *api) invitedAll(invited commands.Invited, err error) (invitations, error) {
	if err != nil {
		return invitations{}, err
	}
	answer := invitations{Results: make([]invitationResult, len(invited.Rows)), Batch: invited.Batch, Position: invited.Position.String()}
	for i, row := range invited.Rows {
		result := invitationResult{Contact: row.Contact, Outcome: "invited", Person: row.Person}
		if row.Refused != nil {
			refused := ProblemOf(row.Refused, "body")
			result.Outcome, result.Code, result.Message, result.ClearsAt = "refused", refused.Code, refused.Detail, refused.ClearsAt
			a.metrics.refused(refused.Code)
		}
		answer.Results[i] = result
	}
	return answer, nil
}

func unlessZero(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

func (a *api) invited(ctx context.Context, id domain.AccountID, in *invitedInput) (page[invitee], error) {
	batchID, err1 := optionalID[domain.BatchID](in.Batch, "batch")
	inviter, err2 := optionalID[domain.PersonID](in.InvitedBy, "invited_by")
	if err := firstOf(err1, err2, oneOf(in.Channel, "channel", string(batch.SMS), string(batch.Email))); err != nil {
		return page[invitee]{}, err
	}
	now := a.Now()
	found, err := invitedview.List(ctx, a.Reader, invitedview.Query{
		Account: id, Channel: batch.Channel(in.Channel), Batch: batchID, InvitedBy: inviter,
		Status: invitedview.Status(in.Status), Now: now, Search: in.Search, Paging: in.paging(),
	})
	if err != nil {
		return page[invitee]{}, err
	}
	return shown(found, func(row invitedview.Invitee) invitee {
		return invitee{
			Person: row.Person, Contact: row.Contact, Channel: row.Channel, Status: row.Status(now), Batch: row.Batch,
			InvitedBy: row.InvitedBy, InvitedAt: row.InvitedAt.UTC(), ExpiresAt: row.ExpiresAt.UTC(),
			DepartmentID: row.Department, WorkgroupIDs: row.Workgroups,
			Invitation: row.Invitation, Reason: row.Refused, AskedAt: unlessZero(row.AskedAt),
		}
	}), nil
}
