package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
)

type bulkInvitation struct {
	Batch        domain.BatchID       `json:"batch"`
	Channel      batch.Channel        `json:"channel" enum:"sms,email"`
	InvitedBy    domain.PersonID      `json:"invited_by"`
	OpenedAt     time.Time            `json:"opened_at"`
	Size         int                  `json:"size" doc:"How many rows it had." example:"30"`
	State        commands.BatchState  `json:"state" enum:"running,stopped,done" doc:"stopped: nobody further is invited, and rows were left."`
	Closed       bool                 `json:"closed" doc:"Whether nothing more becomes of it: all rows were tried, or it was stopped."`
	Done         int                  `json:"done" doc:"How many rows were tried by now." example:"30"`
	Invited      int                  `json:"invited" doc:"Rows that led to an invitation by now." example:"29"`
	Refused      int                  `json:"refused" doc:"Rows that did not." example:"1"`
	Untried      int                  `json:"untried" doc:"Rows that were left when it was stopped; 0 until it is closed." example:"0"`
	DepartmentID domain.DepartmentID  `json:"department_id,omitzero" doc:"Where its people will stand; absent: in the root of the company."`
	WorkgroupIDs []domain.WorkgroupID `json:"workgroup_ids,omitempty"`
	StoppedBy    domain.PersonID      `json:"stopped_by,omitzero"`
	StoppedAt    *time.Time           `json:"stopped_at,omitempty" doc:"When it was stopped; absent: it was not."`
	RevokedBy    domain.PersonID      `json:"revoked_by,omitzero"`
	RevokedAt    *time.Time           `json:"revoked_at,omitempty" doc:"When all its links died; absent: they did not."`
	RefusedRows  []refusedRow         `json:"refused_rows,omitempty" doc:"Rows that were refused, in the order of the request: of more than 200 rows, and for seven days after its end."`
	Next         string               `json:"next,omitzero" doc:"The cursor of the refused rows that follow; absent at the end."`
	Position     string               `json:"position" example:"42"`
}

type refusedRow struct {
	Row     int         `json:"row" doc:"Its place in the request, from 0." example:"17"`
	Contact string      `json:"contact" doc:"Normalised, where it could be read." example:"+14155550100"`
	Code    domain.Code `json:"code" doc:"Why refused." example:"already_invited"`
	Message string      `json:"message" doc:"Why refused, for people."`
	// DidYouMean is personal, as the contact is.
	DidYouMean string     `json:"did_you_mean,omitzero" doc:"The contact that was probably meant, where there is one." example:"+14155550100"`
	ClearsAt   *time.Time `json:"clears_at,omitempty" doc:"Where a limit is reached: when it allows more."`
}

func (b *bulkInvitation) next() *string { return &b.Next }

type batchInput struct {
	InAccount
	Paged
	Batch string `path:"batch" doc:"The bulk invitation's id."`
}

func (a *api) batchRoutes() {
	const path = "/v1/accounts/{account}/batches/{batch}"
	ask[batchInput](a, route{
		id: "batch", method: http.MethodGet, path: path, tag: "Invitations",
		summary: "A bulk invitation",
		description: "What it was, how far it is, which rows were refused, and whether it was stopped or taken back. Its people are in Invited and Lineage, by `batch`. " +
			"For whoever sees who is invited.",
	}, questions.Batch(), plainly(showReport))
	a.batchStreamRoute(route{
		codes: []domain.Code{domain.InvalidPosition},
		id:    "batch-stream", method: http.MethodGet, path: path + "/stream", tag: "Invitations",
		summary: "A bulk invitation as it goes on",
		description: "Server-sent events, one each time that it is further; the data is the bulk invitation without its rows. " +
			"It ends with the event in which `closed` is true. For whoever sees who is invited.",
	})
	command(a, route{
		id: "stop-batch", needs: commands.InvitePeople, method: http.MethodPost, path: path + "/stop", tag: "Invitations",
		summary: "Stop a bulk invitation", description: "Nobody further is invited; whoever was, stays so. " + own,
	}, a.stopBatch)
}

func (in *batchInput) Query() (questions.BatchQuery, error) {
	id, err := batchNamed(in.Batch)
	return questions.BatchQuery{Batch: id, Paging: in.paging()}, err
}

func batchNamed(text string) (domain.BatchID, error) {
	id, err := requiredID[domain.BatchID](text, "")
	if err != nil {
		err = domain.Refuse(domain.NotFound, "there is no such batch")
	}
	return id, err
}

// endedBatch is the input of what ends a bulk invitation.
type endedBatch struct {
	InAccount
	Keyed
	Batch string `path:"batch" doc:"The bulk invitation's id."`
}

func (a *api) stopBatch(ctx context.Context, request commands.Request, in *endedBatch) (done, error) {
	id, err := batchNamed(in.Batch)
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.StopBatch(ctx, request, id))
}

type batchStreamInput struct {
	InAccount
	Reflecting
	Batch string `path:"batch" doc:"The bulk invitation's id."`
}

// batchPulse is how late a stream tells that a batch is further.
const batchPulse = 500 * time.Millisecond

func (a *api) batchStreamRoute(rt route) {
	streamRoute(a, rt, questions.BatchStream(), "Each event's data is how far it is.", func(ctx context.Context, in *batchStreamInput) (*stream, error) {
		if err := a.asker(ctx).Permit(ctx, questions.BatchStream()); err != nil {
			return nil, err
		}
		id, err := batchNamed(in.Batch)
		if err != nil {
			return nil, err
		}
		s, x, told := &stream{pulse: batchPulse}, httpkit.ExchangeOf(ctx), ""
		if _, err := a.App.Batch(ctx, x.Caller, x.Account, id); err != nil {
			return nil, err
		}
		if _, err := in.Least(); err != nil { // which is answered from the log itself
			return nil, err
		}
		s.tell = func(ctx context.Context) error {
			found, err := a.App.Batch(ctx, x.Caller, x.Account, id)
			if err != nil {
				return err
			}
			data, err := marshal(showBatch(found))
			if err == nil && string(data) != told {
				told = string(data)
				err = s.say("data: " + told + "\n\n")
			}
			if err == nil && found.Closed {
				err = errTold
			}
			return err
		}
		return s, nil
	})
}

func showReport(found questions.BatchReport) bulkInvitation {
	shown := showBatch(found.Batch)
	shown.Next = found.Next
	for _, row := range found.Rows {
		refused := httpkit.ProblemOf(row.Refused, "body")
		shown.RefusedRows = append(shown.RefusedRows, refusedRow{
			Row: row.Place, Contact: row.Contact, Code: refused.Code, Message: refused.Detail, DidYouMean: row.Refused.DidYouMean, ClearsAt: refused.ClearsAt,
		})
	}
	return shown
}

func showBatch(found commands.Batch) bulkInvitation {
	return bulkInvitation{
		Batch: found.Batch, Channel: found.Channel, InvitedBy: found.Inviter, OpenedAt: found.OpenedAt.UTC(), Size: found.Size,
		State: found.State(), Closed: found.Closed, Done: found.Invited + found.Refused, Invited: found.Invited, Refused: found.Refused, Untried: found.Untried,
		StoppedBy: found.StoppedBy, StoppedAt: unlessZero(found.StoppedAt), DepartmentID: found.Department, WorkgroupIDs: found.Workgroups,
		RevokedBy: found.RevokedBy, RevokedAt: unlessZero(found.RevokedAt), Position: found.Position.String(),
	}
}
