package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	approvalsview "github.com/usher-engine/usher/projections/approvals"
	employeesview "github.com/usher-engine/usher/projections/employees"
)

type approval struct {
	Person       domain.PersonID `json:"person"`
	Registration int             `json:"registration" doc:"Which of the person's registrations this is; send it along with the decision." example:"1"`
	Login        string          `json:"login" example:"flora@elsewhere.example"`
	FirstName    string          `json:"first_name" example:"Flora"`
	LastName     string          `json:"last_name" example:"Green"`
	RegisteredAt time.Time       `json:"registered_at"`
	Awaits       person.Awaits   `json:"awaits" enum:"proof,approval" doc:"proof: the person is in without approval once the address is proved, but may be approved before."`
	Proved       bool            `json:"proved" doc:"Whether the login is known to be the person's own."`
	Route        person.Route    `json:"route" doc:"How the person registered."`
	Rule         string          `json:"rule,omitzero" doc:"The domain rule that the address meets." example:"example.com"`
	Concern      person.Concern  `json:"concern,omitzero" enum:"moderated,moderate_invited,inviter_gone,rejected_before,dismissed_before" doc:"Why an approval is needed: who comes by the join link waits, or who is invited does, by the settings; the inviter has no access any more; an administrator rejected the person before, or the person was dismissed."`
	Generation   uint64          `json:"generation,omitzero" doc:"Of the join link." example:"1"`
	Inviter      domain.PersonID `json:"inviter,omitzero" doc:"Whose invitation it is that the person came by, or will have come by once the address is proved."`
	InviterName  string          `json:"inviter_name,omitzero" example:"Ada King"`
}

type decision struct {
	Registration int    `json:"registration,omitzero" doc:"The registration that was seen; without it, the one that waits now." example:"1"`
	Reason       string `json:"reason,omitzero" doc:"For the record, of a rejection." example:"Not one of us"`
}

type approvalsInput struct {
	InAccount
	Paged
	Awaits string `query:"awaits" doc:"proof or approval." example:"approval"`
	Search string `query:"search" doc:"Part of a name or login."`
}

type decisionInput struct {
	InAccount
	Keyed
	Person string `path:"person" doc:"The person's id."`
	Body   *decision
}

func (in *decisionInput) decision() (domain.PersonID, decision, error) {
	id, err := pathPerson(in.Person)
	if in.Body == nil {
		return id, decision{}, err
	}
	if err == nil && in.Body.Registration < 0 {
		err = domain.Refuse(domain.InvalidRequest, "registrations are counted from 1").In("registration")
	}
	return id, *in.Body, err
}

func (a *api) approvalRoutes() {
	const tag, path = "Approvals", "/v1/accounts/{account}/approvals"
	list(a, route{
		id: "approvals", method: http.MethodGet, path: path, tag: tag,
		summary: "Who registered and waits", description: "The oldest first. For administrators and auditors.",
	}, commands.SeeApprovals, []projections.View{approvalsview.View(), employeesview.View()}, a.approvals)
	codes := []domain.Code{domain.NothingToApprove, domain.RegistrationChanged}
	command(a, route{
		id: "approve", method: http.MethodPost, path: path + "/{person}/approve", tag: tag,
		summary: "Let a registrant in", description: "For administrators.", codes: codes,
	}, a.approve)
	command(a, route{
		id: "send-proof", sends: true, method: http.MethodPost, path: path + "/{person}/send-proof", tag: tag,
		summary: "Send a registrant the link that proves the address once more", description: "For administrators. It is good for another 24 hours.",
		codes: append(codes, domain.LinkUsed, domain.LinkRevoked, domain.LinkSuperseded),
	}, a.sendProof)
	command(a, route{
		id: "reject", method: http.MethodPost, path: path + "/{person}/reject", tag: tag,
		summary: "Do not let a registrant in", description: "For administrators. The registrant is told politely, and may be invited again.",
		codes: append(codes, domain.InvalidReason),
	}, a.reject)
}

func (a *api) approvals(ctx context.Context, id domain.AccountID, in *approvalsInput) (page[approval], error) {
	if err := oneOf(in.Awaits, "awaits", string(person.Proof), string(person.Approval)); err != nil {
		return page[approval]{}, err
	}
	found, err := approvalsview.List(ctx, a.Reader, approvalsview.Query{
		Account: id, Awaits: person.Awaits(in.Awaits), Search: in.Search, Paging: in.paging(),
	})
	if err != nil {
		return page[approval]{}, err
	}
	var inviters []domain.PersonID
	for _, waiting := range found.Items {
		inviters = append(inviters, waiting.Inviter)
	}
	names, err := employeesview.People(ctx, a.Reader, id, inviters...)
	if err != nil {
		return page[approval]{}, err
	}
	return shown(found, func(r approvalsview.Approval) approval {
		return approval{
			Person: r.Person, Registration: r.Number, Login: r.Login, FirstName: r.Name.First, LastName: r.Name.Last,
			RegisteredAt: r.RegisteredAt.UTC(), Awaits: r.Awaits, Proved: r.Proved, Route: r.Route, Rule: r.Rule, Concern: r.Concern,
			Generation: r.Generation, Inviter: r.Inviter, InviterName: names[r.Inviter].String(),
		}
	}), nil
}

func (a *api) approve(ctx context.Context, request commands.Request, in *decisionInput) (done, error) {
	id, d, err := in.decision()
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.Approve(ctx, request, commands.Approve{Person: id, Registration: d.Registration}))
}

func (a *api) sendProof(ctx context.Context, request commands.Request, in *decisionInput) (done, error) {
	id, d, err := in.decision()
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.SendProofAgain(ctx, request, commands.Decision{Person: id, Registration: d.Registration}))
}

func (a *api) reject(ctx context.Context, request commands.Request, in *decisionInput) (done, error) {
	id, d, err := in.decision()
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.Reject(ctx, request, commands.Reject{Person: id, Registration: d.Registration, Reason: d.Reason}))
}
