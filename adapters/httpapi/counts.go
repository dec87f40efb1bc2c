package httpapi

import (
	"net/http"

	"github.com/usher-engine/usher/adapters/questions"
)

type counts struct {
	Employees employeeCounts  `json:"employees"`
	Invited   *invitedCounts  `json:"invited,omitempty" doc:"Absent for whoever may not see who is invited."`
	Approvals *approvalCounts `json:"approvals,omitempty" doc:"Absent for whoever may not see who waits."`
	Position  string          `json:"position" doc:"How much of the log the counts reflect." example:"42"`
}

type employeeCounts struct {
	Active    int `json:"active" example:"120"`
	Dismissed int `json:"dismissed" example:"7"`
}

type invitedCounts struct {
	Total             int  `json:"total" doc:"All that are listed." example:"31"`
	Open              int  `json:"open" doc:"Pending and expired." example:"28"`
	Pending           *int `json:"pending,omitempty" doc:"Absent, as is expired, where there are more than 1,000 of both." example:"27"`
	Expired           *int `json:"expired,omitempty" example:"1"`
	Declined          int  `json:"declined" example:"1"`
	Asked             int  `json:"asked" doc:"Those whose link is dead and who ask for a new one." example:"2"`
	CorrectionRefused int  `json:"correction_refused" example:"0"`
}

type approvalCounts struct {
	Total    int `json:"total" example:"4"`
	Approval int `json:"approval" doc:"Those who wait for an administrator." example:"3"`
	Proof    int `json:"proof" doc:"Those who have to prove their address first." example:"1"`
}

func (a *api) countsRoute() {
	ask[accountInput](a, route{
		id: "counts", method: http.MethodGet, path: "/v1/accounts/{account}/counts", tag: "Employees",
		summary: "How many there are", description: "In each list of people that one may see. They are kept, and cost the same however many there are. For everybody of the account.",
	}, questions.Counts(), plainly(showCounts))
}

func showCounts(found questions.Counted) counts {
	shown := counts{Employees: employeeCounts{Active: found.Active, Dismissed: found.Dismissed}, Position: found.Position.String()}
	if of := found.Invited; of != nil {
		shown.Invited = &invitedCounts{
			Total: of.Total, Open: of.Open, Pending: of.Pending, Expired: of.Expired, Declined: of.Declined, Asked: of.Asked, CorrectionRefused: of.Refused,
		}
	}
	if of := found.Approvals; of != nil {
		shown.Approvals = &approvalCounts{Total: of.Approval + of.Proof, Approval: of.Approval, Proof: of.Proof}
	}
	return shown
}
