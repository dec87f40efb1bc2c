package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
)

type bulkInvitation struct {
	Batch        domain.BatchID       `json:"batch"`
	Channel      batch.Channel        `json:"channel" enum:"sms,email"`
	InvitedBy    domain.PersonID      `json:"invited_by"`
	OpenedAt     time.Time            `json:"opened_at"`
	Size         int                  `json:"size" doc:"How many rows it had." example:"30"`
	Closed       bool                 `json:"closed" doc:"Whether all rows were tried."`
	Invited      int                  `json:"invited" doc:"Rows that led to an invitation; 0 until it is closed." example:"29"`
	Refused      int                  `json:"refused" doc:"Rows that did not." example:"1"`
	DepartmentID domain.DepartmentID  `json:"department_id,omitzero" doc:"Where its people will stand; absent: in the root of the company."`
	WorkgroupIDs []domain.WorkgroupID `json:"workgroup_ids,omitempty"`
	RevokedBy    domain.PersonID      `json:"revoked_by,omitzero"`
	RevokedAt    *time.Time           `json:"revoked_at,omitempty" doc:"When all its links died; absent: they did not."`
	Position     string               `json:"position" example:"42"`
}

type batchInput struct {
	InAccount
	Reflecting
	Batch string `path:"batch" doc:"The bulk invitation's id."`
}

func (a *api) batchRoutes() {
	fresh(a, route{
		id: "batch", method: http.MethodGet, path: "/v1/accounts/{account}/batches/{batch}", tag: "Invitations",
		summary: "A bulk invitation", description: "What it was, and whether it was taken back. Its people are in Invited and Lineage, by `batch`. For whoever sees who is invited.",
	}, a.batch)
}

func (a *api) batch(ctx context.Context, in *batchInput) (bulkInvitation, error) {
	id, err := requiredID[domain.BatchID](in.Batch, "")
	if err != nil {
		return bulkInvitation{}, domain.Refuse(domain.NotFound, "there is no such batch")
	}
	x := exchangeOf(ctx)
	found, err := a.App.Batch(ctx, x.caller, x.account, id)
	if err != nil {
		return bulkInvitation{}, err
	}
	return bulkInvitation{
		Batch: found.Batch, Channel: found.Channel, InvitedBy: found.Inviter, OpenedAt: found.OpenedAt.UTC(), Size: found.Size,
		Closed: found.Closed, Invited: found.Invited, Refused: found.Refused, DepartmentID: found.Department, WorkgroupIDs: found.Workgroups,
		RevokedBy: found.RevokedBy, RevokedAt: unlessZero(found.RevokedAt), Position: found.Position.String(),
	}, nil
}
