package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
	structureview "github.com/usher-engine/usher/projections/structure"
)

// invitingPages are the five ways of inviting, and what became of a bulk invitation:
//
//	invitelink.go      the link of quick registration, and its settings
//	invitelist.go      many contacts by SMS or e-mail; invitefound.go counts them
//	inviteregister.go  registering somebody oneself
//	invitefile.go      the people of a file
//	batches.go         a bulk invitation that goes on by itself
func (p *Pages) invitingPages() map[string]func(*visit) error {
	const at = "/at/{account}/invite"
	pages := map[string]func(*visit) error{
		"GET " + at: func(v *visit) error { return v.seeOther(v.at("invite", "link")) },

		"GET " + at + "/link":               p.inviteByLink,
		"GET " + at + "/link/qr":            p.showQR,
		"POST " + at + "/link/rotate":       p.changeLink("new", p.App.RotateJoinLink),
		"POST " + at + "/link/disable":      p.changeLink("closed", p.App.DisableJoinLink),
		"POST " + at + "/link/enable":       p.changeLink("open", p.App.EnableJoinLink),
		"POST " + at + "/link/registration": p.changeRegistration,
		"POST " + at + "/link/greeting":     p.previewGreeting,
		"POST " + at + "/link/limits":       p.limitLink,

		"GET " + at + "/register":  p.inviteByHand,
		"POST " + at + "/register": p.registerColleague,

		"GET " + at + "/file":       p.inviteByFile,
		"POST " + at + "/file":      p.checkFile,
		"POST " + at + "/file/send": p.sendFile,

		"POST " + at + "/again": p.sendAgain,
	}
	for _, channel := range []batch.Channel{batch.SMS, batch.Email} {
		way := at + "/" + string(channel)
		pages["GET "+way] = p.inviteByList(channel)
		pages["POST "+way] = p.sendList(channel)
		pages["POST "+way+"/check"] = p.checkList(channel)
	}
	for pattern, handler := range pages {
		pages[pattern] = inviter(handler)
	}
	pages["GET /at/{account}/batches/{batch}"] = p.batch
	pages["GET /at/{account}/batches/{batch}/report"] = p.report
	pages["POST /at/{account}/batches/{batch}/stop"] = p.endBatch(p.App.StopBatch)
	pages["POST /at/{account}/batches/{batch}/revoke"] = p.endBatch(p.App.RevokeBatch)
	return pages
}

// inviter is a handler for those who may invite. All others are told who may allow it.
func inviter(handler func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		if !v.me.MayInvite {
			return v.mayNotInvite()
		}
		return handler(v)
	}
}

// mostNamed is how many administrators are named to somebody who is to ask one.
const mostNamed = 10

func (v *visit) mayNotInvite() error {
	found, err := ask(v, questions.Employees(), questions.EmployeesQuery{
		Role: domain.RoleAdministrator, Status: employeesview.Active, Paging: projections.Paging{Limit: mostNamed},
	})
	if err != nil {
		return err
	}
	var administrators []views.Administrator
	for _, one := range found.Items {
		administrators = append(administrators, views.Administrator{Name: one.Name, Path: v.at("people", one.Person.String())})
	}
	return v.pageWith(http.StatusForbidden, v.t.InviteUsers(), views.MayNotInvite(v.frame(v.t.InviteUsers()), administrators))
}

// way answers with the page of a way of inviting; with what is wrong, where something is.
func (v *visit) way(name string, faults views.Faults, content func(views.Frame) templ.Component) error {
	return v.formPage(v.t.InviteWayTitle(name), faults, content)
}

// placed is where people can be put, and where the form puts them.
func (v *visit) placed() (views.Placing, error) {
	chart, err := ask(v, questions.Structure(), struct{}{})
	if err != nil {
		return views.Placing{}, err
	}
	places := views.Placing{Department: v.field("department"), Chosen: v.PostForm["workgroup"]}
	if chart.Root != nil {
		places.Departments = departmentsBelow(chart.Root, "")
	}
	for _, one := range chart.Workgroups {
		places.Workgroups = append(places.Workgroups, views.Choice{ID: one.ID.String(), Name: one.Name})
	}
	return places, nil
}

// departmentsBelow is the departments below one, each with the way to it.
func departmentsBelow(unit *structureview.Unit, way string) (all []views.Choice) {
	for _, one := range unit.Departments {
		all = append(all, views.Choice{ID: one.ID.String(), Name: way + one.Name})
		all = append(all, departmentsBelow(one, way+one.Name+" / ")...)
	}
	return all
}

// chosenPlaces is the department that the form has chosen, zero where none, and the workgroups.
func (v *visit) chosenPlaces() (department domain.DepartmentID, workgroups []domain.WorkgroupID, err error) {
	if text := v.field("department"); text != "" && department.UnmarshalText([]byte(text)) != nil {
		return department, nil, domain.Refuse(domain.DepartmentNotFound, "there is no such department").In("department")
	}
	for _, text := range v.PostForm["workgroup"] {
		var id domain.WorkgroupID
		if id.UnmarshalText([]byte(text)) != nil {
			return department, nil, domain.Refuse(domain.WorkgroupNotFound, "there is no such workgroup").In("workgroup")
		}
		workgroups = append(workgroups, id)
	}
	return department, workgroups, nil
}

// fieldsOf renames the fields of faults as the form calls them: what begins with a name.
func fieldsOf(faults views.Faults, names map[string]string) views.Faults {
	renamed := slices.Clone(faults)
	for i, one := range renamed {
		for prefix, name := range names {
			if strings.HasPrefix(one.Field, prefix) {
				renamed[i].Field = name
			}
		}
	}
	return renamed
}
