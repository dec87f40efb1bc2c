package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	approvalsview "github.com/usher-engine/usher/projections/approvals"
)

type approval struct {
	Person domain.PersonID `json:"person"`
	WaitingRegistration
	Others []WaitingRegistration `json:"others,omitempty" doc:"What else waits for the same address, perhaps another human being's; the latest last."`
}

// WaitingRegistration is what waits for an approval. It is exported so that the document has its fields.
type WaitingRegistration struct {
	Registration int             `json:"registration" doc:"Which of the person's registrations this is; send it along with the decision." example:"1"`
	Login        string          `json:"login" example:"flora@elsewhere.example"`
	FirstName    string          `json:"first_name" example:"Flora"`
	LastName     string          `json:"last_name" example:"Green"`
	RegisteredAt time.Time       `json:"registered_at"`
	Awaits       person.Awaits   `json:"awaits" enum:"proof,approval" doc:"proof: the person is in without approval once the address is proved, but may be approved before."`
	Proved       bool            `json:"proved" doc:"Whether the login is known to be the person's own."`
	ProveBy      *time.Time      `json:"prove_by,omitempty" doc:"Until when the mailed link proves it, where one was mailed; send-proof mails another."`
	Route        person.Route    `json:"route" doc:"How the person registered."`
	Rule         string          `json:"rule,omitzero" doc:"The domain rule that the address meets." example:"example.com"`
	Concern      person.Concern  `json:"concern,omitzero" enum:"moderated,moderate_invited,inviter_gone,rejected_before,dismissed_before" doc:"Why an approval is needed: who comes by the join link waits, or who is invited does, by the settings; the inviter has no access any more; an administrator rejected the person before, or the person was dismissed."`
	Generation   uint64          `json:"generation,omitzero" doc:"Of the join link." example:"1"`
	Inviter      domain.PersonID `json:"inviter,omitzero" doc:"Whose invitation it is that the person came by, or will have come by once the address is proved."`
	InviterName  string          `json:"inviter_name,omitzero" example:"Ada King"`
}

type seenRegistration struct {
	Registration int `json:"registration,omitzero" doc:"The registration that was seen; without it, the one that waits now." example:"1"`
}

type rejection struct {
	Registration int    `json:"registration,omitzero" doc:"The registration that was seen; without it, all that wait now." example:"1"`
	Reason       string `json:"reason,omitzero" doc:"For the record." example:"Not one of us"`
}

type approvalsInput struct {
	InAccount
	Paged
	Awaits     string `query:"awaits" doc:"proof or approval." example:"approval"`
	Generation uint64 `query:"generation" minimum:"1" doc:"Only those who came by this generation of the join link." example:"1"`
	InvitedBy  string `query:"invited_by" doc:"Only those who came by this person's invitation."`
	Sort       string `query:"sort" doc:"registered_at, name (the last, then the first) or login; with - before it, the other way round." example:"name"`
	Search     string `query:"search" doc:"Words of a name or login, or parts of them, in any order; a phone number as people write it."`
}

type registrationInput struct {
	InAccount
	Keyed
	Person string `path:"person" doc:"The person's id."`
	Body   *seenRegistration
}

func (in *registrationInput) seen() (commands.Decision, error) {
	if in.Body == nil {
		return decisionOn(in.Person, 0)
	}
	return decisionOn(in.Person, in.Body.Registration)
}

type rejectInput struct {
	InAccount
	Keyed
	Person string `path:"person" doc:"The person's id."`
	Body   *rejection
}

func decisionOn(who string, registration int) (commands.Decision, error) {
	id, err := pathPerson(who)
	if err == nil && registration < 0 {
		err = domain.Refuse(domain.InvalidRequest, "registrations are counted from 1").In("registration")
	}
	return commands.Decision{Person: id, Registration: registration}, err
}

func (a *api) approvalRoutes() {
	const tag, path = "Approvals", "/v1/accounts/{account}/approvals"
	ask[approvalsInput](a, route{
		id: "approvals", method: http.MethodGet, path: path, tag: tag,
		summary: "Who registered and waits", description: "The oldest first where nothing else is said. For administrators and auditors.",
	}, questions.Approvals(), plainly(showApprovals))
	codes := []domain.Code{domain.NothingToApprove, domain.RegistrationChanged}
	command(a, route{
		id: "approve", needs: commands.DecideRegistrations, method: http.MethodPost, path: path + "/{person}/approve", tag: tag,
		summary: "Let a registrant in", description: "For administrators.", codes: codes,
	}, a.approve)
	command(a, route{
		id: "send-proof", needs: commands.DecideRegistrations, sends: true, method: http.MethodPost, path: path + "/{person}/send-proof", tag: tag,
		summary:     "Send a registrant the link that proves the address",
		description: "For administrators: once more, or for the first time where an approval is awaited, which is awaited still when the address is proved. It is good for 24 hours.",
		codes:       append(codes, domain.LinkUsed, domain.LinkRevoked, domain.LinkSuperseded),
	}, a.sendProof)
	command(a, route{
		id: "reject", needs: commands.DecideRegistrations, method: http.MethodPost, path: path + "/{person}/reject", tag: tag,
		summary: "Do not let a registrant in", description: "For administrators. The registrant is told politely, and may be invited again.",
		codes: append(codes, domain.InvalidReason),
	}, a.reject)
}

func (in *approvalsInput) Query() (approvalsview.Query, error) {
	inviter, err := optionalID[domain.PersonID](in.InvitedBy, "invited_by")
	return approvalsview.Query{
		Awaits: person.Awaits(in.Awaits), Generation: in.Generation, Inviter: inviter, Search: projections.Search{in.Search}, Paging: in.sorted(in.Sort),
	}, cmp.Or(questions.OneOf(in.Awaits, "awaits", string(person.Proof), string(person.Approval)), err)
}

func showApprovals(found questions.Waiting) page[approval] {
	return pageOf(found.Page, func(r approvalsview.Approval) approval {
		one := approval{Person: r.Person, WaitingRegistration: showWaiting(r.Registration, found.Inviters)}
		for _, other := range r.Others {
			one.Others = append(one.Others, showWaiting(other, found.Inviters))
		}
		return one
	})
}

func showWaiting(r approvalsview.Registration, names projections.Names) WaitingRegistration {
	return WaitingRegistration{
		Registration: r.Number, Login: r.Login, FirstName: r.Name.First, LastName: r.Name.Last, RegisteredAt: r.RegisteredAt.UTC(),
		Awaits: r.Awaits, Proved: r.Proved, ProveBy: unlessZero(r.ProveBy), Route: r.Route, Rule: r.Rule, Concern: r.Concern,
		Generation: r.Generation, Inviter: r.Inviter, InviterName: names[r.Inviter].String(),
	}
}

func (a *api) approve(ctx context.Context, request commands.Request, in *registrationInput) (done, error) {
	seen, err := in.seen()
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.Approve(ctx, request, commands.Approve(seen)))
}

func (a *api) sendProof(ctx context.Context, request commands.Request, in *registrationInput) (done, error) {
	seen, err := in.seen()
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.SendProofAgain(ctx, request, seen))
}

func (a *api) reject(ctx context.Context, request commands.Request, in *rejectInput) (done, error) {
	var body rejection
	if in.Body != nil {
		body = *in.Body
	}
	seen, err := decisionOn(in.Person, body.Registration)
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.Reject(ctx, request, commands.Reject{Person: seen.Person, Registration: seen.Registration, Reason: body.Reason}))
}
