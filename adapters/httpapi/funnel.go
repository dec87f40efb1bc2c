package httpapi

import (
	"cmp"
	"net/http"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/domain"
	funnelview "github.com/usher-engine/usher/projections/funnel"
)

// Stages is how many reached each. It is exported so that the document has its fields.
type Stages struct {
	Invited    int `json:"invited" doc:"Personal invitations, each once however often it was sent again." example:"120"`
	Opened     int `json:"opened" doc:"Of how many of these a person began to fill in the form, or sent it. It reads: at least." example:"96"`
	Registered int `json:"registered" doc:"Who filled in a form, or was registered by a colleague." example:"80"`
	Approved   int `json:"approved" doc:"Who was let in: by an administrator, or without one by an invitation, the join link, a domain rule or a colleague." example:"74"`
	FirstLogin int `json:"first_login" doc:"Who has logged in since." example:"61"`
}

type funnelGroup struct {
	Way           funnelview.Kind     `json:"way,omitzero" enum:"sms,email,direct,join_link" doc:"By which way they came."`
	InvitedBy     domain.PersonID     `json:"invited_by,omitzero" doc:"Who invited or registered them; absent for those whom nobody did."`
	InvitedByName string              `json:"invited_by_name,omitzero" doc:"What that person is called." example:"Ada King"`
	DepartmentID  domain.DepartmentID `json:"department_id,omitzero" doc:"As chosen for them; the root where none was."`
	Department    string              `json:"department,omitzero" doc:"What it is called." example:"Bakery"`
	Week          funnelview.Week     `json:"week,omitzero" doc:"In which their way began." example:"2026-W05"`
	Stages
}

type funnel struct {
	By       funnelview.By `json:"by" enum:"way,inviter,department,week" doc:"What the items are told apart by; they say that, and nothing else."`
	Items    []funnelGroup `json:"items" doc:"Ways and weeks in their order; inviters and departments by how many came by them."`
	Total    Stages        `json:"total"`
	Position string        `json:"position" doc:"How much of the log the figures reflect." example:"42"`
}

type funnelInput struct {
	InAccount
	Reflecting
	By   string `query:"by" doc:"way, inviter, department or week; way where nothing is said." example:"inviter"`
	From string `query:"from" doc:"The first week, of ISO 8601 and in UTC." example:"2026-W05"`
	To   string `query:"to" doc:"The last week." example:"2026-W08"`
}

func (a *api) funnelRoutes() {
	ask[funnelInput](a, route{
		id: "funnel", method: http.MethodGet, path: "/v1/accounts/{account}/funnel", tag: "Funnel",
		summary: "How far people get on their way in",
		description: "Of those whose way began in some weeks, with an invitation or else with a registration: how many have reached each stage by now, each once. " +
			"An invitation that is sent again goes on; whoever is invited anew, or left and comes again, counts anew; one whose contact was corrected counts as whoever was meant. " +
			"Direct registrations and those by the join link begin where somebody registers. For administrators.",
	}, questions.Funnel(), plainly(showFunnel))
}

func (in *funnelInput) Query() (funnelview.Query, error) {
	return funnelview.Query{
		By: funnelview.By(cmp.Or(in.By, string(funnelview.ByWay))), From: funnelview.Week(in.From), To: funnelview.Week(in.To),
	}, nil
}

func showFunnel(found questions.Figures) funnel {
	answer := funnel{By: found.By, Items: make([]funnelGroup, len(found.Groups)), Total: Stages(found.Total), Position: found.Position.String()}
	for i, one := range found.Groups {
		answer.Items[i] = funnelGroup{
			Way: one.Kind, InvitedBy: one.Inviter, InvitedByName: found.Names[one.Inviter].String(),
			DepartmentID: one.Department, Department: found.Places.Departments[one.Department], Week: one.Week, Stages: Stages(one.Figures),
		}
	}
	return answer
}
