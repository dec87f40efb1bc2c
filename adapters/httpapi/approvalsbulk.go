package httpapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// decisionRows are the items of a bulk decision, one more than may be at most.
type decisionRows []bulkItem

func (d *decisionRows) UnmarshalJSONFrom(decoder *jsontext.Decoder) (err error) {
	*d, err = readList(decoder, commands.MaxDecisions, func(decoder *jsontext.Decoder) (item bulkItem, err error) {
		err = json.UnmarshalDecode(decoder, &item)
		return item, err
	})
	return err
}

type bulkDecision struct {
	Items  decisionRows `json:"items" doc:"1 to 1,000 registrations."`
	Reason string       `json:"reason,omitzero" doc:"For the record, of rejections." example:"Not of us"`
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

func (a *api) bulkApprovalRoutes() {
	const tag, path = "Approvals", "/v1/accounts/{account}/approvals"
	const description = "For administrators. Each item has a result of its own: 200, whatever the outcomes."
	bulkCommand(a, route{
		id: "approve-many", needs: commands.DecideRegistrations, method: http.MethodPost, path: path + "/approve", tag: tag, bulk: true,
		summary: "Let several registrants in", description: description, codes: []domain.Code{domain.InvalidID},
	}, bulk[bulkDecision, bulkDecided]{run: a.approveMany})
	bulkCommand(a, route{
		id: "reject-many", needs: commands.DecideRegistrations, method: http.MethodPost, path: path + "/reject", tag: tag, bulk: true,
		summary: "Do not let several registrants in", description: description, codes: []domain.Code{domain.InvalidID, domain.InvalidReason},
	}, bulk[bulkDecision, bulkDecided]{run: a.rejectMany})
}

func (a *api) approveMany(ctx context.Context, request commands.Request, _ *bulkInput, body bulkDecision) (bulkDecided, error) {
	decisions, err := body.decisions()
	if err != nil {
		return bulkDecided{}, err
	}
	return showDecided(body.Items)(a.App.ApproveAll(ctx, request, decisions))
}

func (a *api) rejectMany(ctx context.Context, request commands.Request, _ *bulkInput, body bulkDecision) (bulkDecided, error) {
	decisions, err := body.decisions()
	if err != nil {
		return bulkDecided{}, err
	}
	return showDecided(body.Items)(a.App.RejectAll(ctx, request, decisions, body.Reason))
}

func (body bulkDecision) decisions() ([]commands.Decision, error) {
	if err := needed("items", body.Items != nil); err != nil {
		return nil, err
	}
	decisions := make([]commands.Decision, len(body.Items))
	for i, item := range body.Items {
		field := fmt.Sprintf("items[%d].person", i)
		if err := needed(field, item.Person != ""); err != nil {
			return nil, err
		}
		id, err := requiredID[domain.PersonID](item.Person, field)
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
				refused := httpkit.ProblemOf(refusal, "body")
				answer.Results[i] = bulkResult{Person: item.Person, Outcome: "refused", Code: refused.Code, Message: refused.Detail}
			}
		}
		return answer, nil
	}
}
