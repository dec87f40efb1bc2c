package web

import (
	"cmp"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
	structureview "github.com/usher-engine/usher/projections/structure"
)

// people is the list of who has access.
func (p *Pages) people(v *visit) error {
	data := views.PeopleData{List: v.listing(v.at("people"), "search", "status", "role", "department", "sort"), Me: v.me.Person}
	data.List.CSV, data.List.Count = v.at("people.csv"), v.t.PeopleCount
	asked := data.List.Asked
	department, err := idIf[domain.DepartmentID](asked.Get("department"), "department")
	if err == nil {
		err = cmp.Or(
			questions.OneOf(asked.Get("status"), "status", string(employeesview.Active), string(employeesview.Dismissed)),
			questions.OneOf(asked.Get("role"), "role", string(domain.RoleAdministrator), string(domain.RoleAuditor), string(domain.RoleEmployee)),
		)
	}
	var found projections.Page[questions.Colleague]
	if err == nil {
		found, err = ask(v, questions.Employees(), questions.EmployeesQuery{
			Status: employeesview.Status(asked.Get("status")), Role: domain.Role(asked.Get("role")), Department: department,
			Search: projections.Search{asked.Get("search")}, Paging: paging(data.List),
		})
	}
	if data.Faults, err = v.wrong(err); err != nil {
		return err
	}
	data.Items, data.List.Next, data.List.Total = found.Items, found.Next, found.Total
	for i := range data.Items {
		data.Items[i].Login = v.App.Spaced(data.Items[i].Login)
	}
	if data.Places, err = v.places(); err != nil {
		return err
	}
	if data.Tabs, err = v.peopleTabs(""); err != nil {
		return err
	}
	return v.answerLiveList(v.t.People(), data.Faults, found.Position, employeesview.View(), func(f views.Frame) component { return views.People(f, data) })
}

// wrong is what is wrong with what was asked for; the error where whoever asks may not ask
// it at all.
func (v *visit) wrong(err error) (views.Faults, error) {
	if domain.CodeOf(err) == domain.NotPermitted {
		return nil, err
	}
	return v.faults(err)
}

// component is what a page shows.
type component = templ.Component

// answerLiveList is formPage for a list that follows its view while somebody looks at it,
// and shows the log up to a position.
func (v *visit) answerLiveList(title string, faults views.Faults, reflects domain.Position, view projections.View, content func(views.Frame) component) error {
	if faults == nil && v.Method == http.MethodGet {
		return v.livePage(title, reflects, content(v.frame(title)), view)
	}
	return v.formPage(title, faults, content)
}

// listing is a list of a path as the request asks for it, by these of its fields.
func (v *visit) listing(path string, fields ...string) views.Listing {
	list := views.Listing{Path: path, Asked: url.Values{}, Cursor: v.FormValue("cursor")}
	for _, name := range fields {
		list.Asked.Set(name, v.FormValue(name))
	}
	return list
}

func paging(list views.Listing) projections.Paging {
	return projections.Paging{Cursor: list.Cursor, Limit: views.PageRows, Sort: list.Asked.Get("sort")}
}

// peopleTabs is the lists of people that whoever looks may see, with how many stand there.
func (v *visit) peopleTabs(at string) (views.PeopleTabs, error) {
	tabs := views.PeopleTabs{At: at}
	counted, err := ask(v, questions.Counts(), struct{}{})
	if counted.Invited != nil {
		tabs.Invited = &counted.Invited.Total
	}
	if counted.Approvals != nil {
		waiting := counted.Approvals.Approval + counted.Approvals.Proof
		tabs.Waiting = &waiting
	}
	return tabs, err
}

// deepest is deeper than any company's tree of departments.
const deepest = 1000

// places is the account's departments, each behind the one that it is below.
func (v *visit) places() ([]views.Place, error) {
	found, err := ask(v, questions.StructureLevels(), questions.LevelsQuery{Depth: deepest})
	if err != nil {
		return nil, err
	}
	return placesBelow(found.Top, 0), nil
}

func placesBelow(unit *structureview.Unit, depth int) []views.Place {
	places := []views.Place{{ID: unit.ID, Name: unit.Name, Depth: depth}}
	for _, below := range unit.Departments {
		places = append(places, placesBelow(below, depth+1)...)
	}
	return places
}

// idIf reads an id where one is given.
func idIf[ID interface {
	domain.PersonID | domain.DepartmentID
}](text, field string) (id ID, err error) {
	if text == "" {
		return id, nil
	}
	switch to := any(&id).(type) {
	case *domain.PersonID:
		err = to.UnmarshalText([]byte(text))
	case *domain.DepartmentID:
		err = to.UnmarshalText([]byte(text))
	}
	if err != nil {
		return id, domain.Refuse(domain.InvalidID, "this is not an id").In(field)
	}
	return id, nil
}

// pathPerson is whom the path names. What is no id names nobody.
func (v *visit) pathPerson() (domain.PersonID, error) {
	id, err := idIf[domain.PersonID](v.PathValue("person"), "person")
	if err != nil || id.IsZero() {
		return id, domain.Refuse(domain.NotFound, "")
	}
	return id, nil
}

func (p *Pages) peopleRoutes() map[string]func(*visit) error {
	return map[string]func(*visit) error{
		"GET /at/{account}/people":                           p.people,
		"GET /at/{account}/people/invited":                   p.invited,
		"POST /at/{account}/people/invited/resend":           p.resend,
		"POST /at/{account}/people/invited/revoke":           p.takeBack,
		"POST /at/{account}/people/invited/again":            p.inviteAgain,
		"GET /at/{account}/people/invited/resend":            p.toInvited,
		"GET /at/{account}/people/invited/revoke":            p.toInvited,
		"GET /at/{account}/people/invited/again":             p.toInvited,
		"GET /at/{account}/people/invited/{person}/correct":  p.correct,
		"POST /at/{account}/people/invited/{person}/correct": p.sendCorrect,
		"GET /at/{account}/people/approvals":                 p.approvals,
		"POST /at/{account}/people/approvals/approve":        p.approve,
		"POST /at/{account}/people/approvals/reject":         p.reject,
		"POST /at/{account}/people/approvals/proof":          p.sendProof,
		"GET /at/{account}/people/approvals/approve":         p.toApprovals,
		"GET /at/{account}/people/approvals/reject":          p.toApprovals,
		"GET /at/{account}/people/approvals/proof":           p.toApprovals,
		"GET /at/{account}/people/{person}":                  p.person,
		"POST /at/{account}/people/{person}/department":      p.move,
		"POST /at/{account}/people/{person}/title":           p.changeTitle,
		"POST /at/{account}/people/{person}/name":            p.changeName,
		"POST /at/{account}/people/{person}/role":            p.changeRole,
		"POST /at/{account}/people/{person}/login":           p.changeLogin,
		"POST /at/{account}/people/{person}/password-link":   p.sendPasswordLink,
		"POST /at/{account}/people/{person}/end-sessions":    p.endSessions,
		"GET /at/{account}/people/{person}/dismiss":          p.askDismiss,
		"POST /at/{account}/people/{person}/dismiss":         p.dismiss,
		"POST /at/{account}/people/{person}/rehire":          p.rehire,
		"POST /at/{account}/people/{person}/revoke":          p.takeTheirsBack,
		"GET /at/{account}/history":                          p.history,
		"GET /at/{account}/history/{event}":                  p.oneEvent,
	}
}
