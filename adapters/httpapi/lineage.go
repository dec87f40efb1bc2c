package httpapi

import (
	"cmp"
	"net/http"
	"time"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	employeesview "github.com/usher-engine/usher/projections/employees"
	lineageview "github.com/usher-engine/usher/projections/lineage"
)

type admission struct {
	Person     domain.PersonID      `json:"person" doc:"Who was let in."`
	Name       string               `json:"name" example:"Ben Miller"`
	Status     employeesview.Status `json:"status" enum:"active,dismissed" doc:"Now."`
	AdmittedAt time.Time            `json:"admitted_at"`
	Position   string               `json:"position" doc:"The admission's place in the log." example:"42"`
	Basis      person.BasisKind     `json:"basis" example:"email_invitation"`
	By         domain.PersonID      `json:"by,omitzero" doc:"Who let the person in: the inviter, or else who approved. Absent where the join link or a domain rule did, and for the founder."`
	ByName     string               `json:"by_name,omitzero" example:"Ann Admin"`
	Approver   domain.PersonID      `json:"approver,omitzero"`
	Batch      domain.BatchID       `json:"batch,omitzero" doc:"The bulk invitation by which the person came."`
	Generation uint64               `json:"generation,omitzero" doc:"The generation of the join link by which the person came."`
	Depth      int                  `json:"depth" doc:"1 for those who match the question themselves, 2 for those whom these let in, and so on; in a chain, the place in it."`
}

type lineageInput struct {
	InAccount
	Paged
	By         string `query:"by" doc:"Only whom this person let in, as inviter or approver."`
	Batch      string `query:"batch" doc:"Only those of a bulk invitation."`
	Generation uint64 `query:"generation" minimum:"1" doc:"Only those who came by this generation of the join link." example:"1"`
	Transitive bool   `query:"transitive" doc:"Also those whom these let in, and so on."`
}

type chain struct {
	Items    []admission `json:"items"`
	Position string      `json:"position" doc:"How much of the log the items reflect." example:"42"`
}

func (a *api) lineageRoutes() {
	const tag = "Lineage"
	ask[lineageInput](a, route{
		id: "lineage", method: http.MethodGet, path: "/v1/accounts/{account}/lineage", tag: tag,
		summary:     "Who let in whom",
		description: "Admissions in the order of the log, by inviter, bulk invitation or join link. What these have still open is in Invited, by `invited_by` or `batch`, and in Approvals, by `invited_by` or `generation`; both can be ended from there. For administrators and auditors.",
		codes:       []domain.Code{domain.InvalidID, domain.InvalidCursor},
	}, questions.Lineage(), shown(showAdmission))
	ask[employeeInput](a, route{
		id: "lineage-of", method: http.MethodGet, path: "/v1/accounts/{account}/employees/{person}/lineage", tag: tag,
		summary:     "By whom somebody came in",
		description: "The person's admission, then that of whoever let the person in, and so on up to somebody whom nobody let in. For administrators and auditors.",
	}, questions.LineageOf(), plainly(showChain))
}

func (in *lineageInput) Query() (lineageview.Query, error) {
	by, err1 := optionalID[domain.PersonID](in.By, "by")
	batchID, err2 := optionalID[domain.BatchID](in.Batch, "batch")
	return lineageview.Query{
		By: by, Batch: batchID, Generation: in.Generation, Transitive: in.Transitive, Paging: in.paging(),
	}, cmp.Or(err1, err2)
}

func showChain(found questions.Chain) chain {
	answer := chain{Items: make([]admission, len(found.Items)), Position: found.Position.String()}
	for i, one := range found.Items {
		answer.Items[i] = showAdmission(one)
	}
	return answer
}

func showAdmission(one questions.Admission) admission {
	return admission{
		Person: one.Person, Name: one.Name.String(), Status: one.Status,
		AdmittedAt: one.At.UTC(), Position: one.Position.String(), Basis: one.Basis.Kind,
		By: one.By, ByName: one.ByName.String(), Approver: one.Basis.Approver,
		Batch: one.Basis.Batch, Generation: one.Basis.Generation, Depth: one.Depth,
	}
}
