package httpapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

type bulkDecision struct {
	Items  []bulkItem `json:"items" doc:"1 to 1,000 registrations."`
	Reason string     `json:"reason,omitzero" doc:"For the record, of rejections." example:"Not of us"`
}

type bulkItem struct {
	Person       string `json:"person" doc:"The person's id."`
	Registration int    `json:"registration,omitzero" doc:"The registration that was seen; without it, the one that waits now." example:"1"`
}

type bulkDecided struct {
	Results  []bulkResult `json:"results" doc:"One for each item, in their order."`
	Position string       `json:"position" example:"42"`
}

type bulkResult struct {
	Person  string      `json:"person"`
	Outcome string      `json:"outcome" enum:"done,refused"`
	Code    domain.Code `json:"code,omitzero" doc:"Why refused." example:"registration_changed"`
	Message string      `json:"message,omitzero" doc:"Why refused, for people."`
}

type bulkDecisionInput struct {
	InAccount
	Keyed
	Body bulkDecision
}

func (a *api) bulkApprovalRoutes() {
	const tag, path = "Approvals", "/v1/accounts/{account}/approvals"
	const description = "For administrators. Each item has a result of its own: 200, whatever the outcomes."
	command(a, route{
		id: "approve-many", method: http.MethodPost, path: path + "/approve", tag: tag, bulk: true,
		summary: "Let several registrants in", description: description, codes: []domain.Code{domain.InvalidID},
	}, a.approveMany)
	command(a, route{
		id: "reject-many", method: http.MethodPost, path: path + "/reject", tag: tag, bulk: true,
		summary: "Do not let several registrants in", description: description, codes: []domain.Code{domain.InvalidID, domain.InvalidReason},
	}, a.rejectMany)
}

func (a *api) approveMany(ctx context.Context, request commands.Request, in *bulkDecisionInput) (bulkDecided, error) {
	decisions, err := in.decisions()
	if err != nil {
		return bulkDecided{}, err
	}
	return showDecided(in.Body.Items)(a.App.ApproveAll(ctx, request, decisions))
}

func (a *api) rejectMany(ctx context.Context, request commands.Request, in *bulkDecisionInput) (bulkDecided, error) {
	decisions, err := in.decisions()
	if err != nil {
		return bulkDecided{}, err
	}
	return showDecided(in.Body.Items)(a.App.RejectAll(ctx, request, decisions, in.Body.Reason))
}

func (in *bulkDecisionInput) decisions() ([]commands.Decision, error) {
	decisions := make([]commands.Decision, len(in.Body.Items))
	for i, item := range in.Body.Items {
		id, err := requiredID[domain.PersonID](item.Person, fmt.Sprintf("items[%d].person", i))
		if err == nil && item.Registration < 0 {
			err = domain.Refuse(domain.InvalidRequest, "registrations are counted from 1").In(fmt.Sprintf("items[%d].registration", i))
		}
		if err != nil {
			return nil, err
		}
		decisions[i] = commands.Decision{Person: id, Registration: item.Registration}
	}
	return decisions, nil
}

func showDecided(items []bulkItem) func(commands.Decided, error) (bulkDecided, error) {
	return func(decided commands.Decided, err error) (bulkDecided, error) {
		if err != nil {
			return bulkDecided{}, err
		}
		answer := bulkDecided{Results: make([]bulkResult, len(items)), Position: decided.Position.String()}
		for i, item := range items {
			answer.Results[i] = bulkResult{Person: item.Person, Outcome: "done"}
			if refusal := decided.Rows[i]; refusal != nil {
				refused := ProblemOf(refusal, "body")
				answer.Results[i] = bulkResult{Person: item.Person, Outcome: "refused", Code: refused.Code, Message: refused.Detail}
			}
		}
		return answer, nil
	}
}
