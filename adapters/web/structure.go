package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/adapters/web/views"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
	structureview "github.com/usher-engine/usher/projections/structure"
)

func (p *Pages) structureRoutes() map[string]func(*visit) error {
	const department, workgroup = "/at/{account}/structure/{department}", "/at/{account}/workgroups/{workgroup}"
	return map[string]func(*visit) error{
		"GET /at/{account}/structure":         p.structure,
		"GET " + department:                   p.department,
		"POST " + department + "/departments": p.createDepartment,
		"POST " + department + "/name":        p.renameDepartment,
		"POST " + department + "/parent":      p.moveDepartment,
		"POST " + department + "/head":        p.changeHead,
		"POST " + department + "/people":      p.moveHere,
		"GET " + department + "/delete":       p.dissolve,
		"POST " + department + "/delete":      p.deleteDepartment,

		"GET /at/{account}/workgroups":   p.workgroups,
		"POST /at/{account}/workgroups":  p.createWorkgroup,
		"GET " + workgroup:               p.workgroup,
		"POST " + workgroup + "/name":    p.renameWorkgroup,
		"POST " + workgroup + "/members": p.joinWorkgroup,
		"POST " + workgroup + "/left":    p.leaveWorkgroup,
		"POST " + workgroup + "/archive": p.archiveWorkgroup,
		"POST " + workgroup + "/restore": p.restoreWorkgroup,
	}
}

// structure is the org chart, with the same as a list.
func (p *Pages) structure(v *visit) error {
	found, err := v.chart()
	if err != nil {
		return err
	}
	query := v.URL.Query()
	chart := &views.Chart{Root: found.Root}
	chart.Zoom, _ = strconv.Atoi(query.Get("zoom")) // where that is no number, it is as large as ever
	chart.ReadOpen(query["open"])
	chart.Find(query.Get("person"))
	return v.livePage(v.t.ChartTitle(), found.Position, views.Structure(v.frame(v.t.ChartTitle()), chart), structureview.View())
}

// chart is the company's structure, with ways about it.
func (v *visit) chart() (chart, error) {
	found, err := ask(v, questions.Structure(), struct{}{})
	return chart{found}, err
}

type chart struct{ structureview.Chart }

// way is the departments from the top down to one; nil where there is none of this id.
func (c chart) way(id domain.DepartmentID) []*structureview.Unit {
	return wayBelow(c.Root, id)
}

func wayBelow(unit *structureview.Unit, id domain.DepartmentID) []*structureview.Unit {
	if unit.ID == id {
		return []*structureview.Unit{unit}
	}
	for _, below := range unit.Departments {
		if way := wayBelow(below, id); way != nil {
			return append([]*structureview.Unit{unit}, way...)
		}
	}
	return nil
}

// unit is a department; nil where there is none of this id.
func (c chart) unit(id domain.DepartmentID) *structureview.Unit {
	if way := c.way(id); way != nil {
		return way[len(way)-1]
	}
	return nil
}

// stands is where somebody stands; nil where nowhere.
func (c chart) stands(id domain.PersonID) (*structureview.Unit, structureview.Member) {
	return standsBelow(c.Root, id)
}

func standsBelow(unit *structureview.Unit, id domain.PersonID) (*structureview.Unit, structureview.Member) {
	for _, one := range unit.People {
		if one.Person == id {
			return unit, one
		}
	}
	for _, below := range unit.Departments {
		if found, one := standsBelow(below, id); found != nil {
			return found, one
		}
	}
	return nil, structureview.Member{}
}

// elsewhere is where a department may be moved: to all but itself and those below it.
func (c chart) elsewhere(but domain.DepartmentID) []views.Destination {
	return destinations(c.Root, but, "")
}

func destinations(unit *structureview.Unit, but domain.DepartmentID, above string) []views.Destination {
	if unit.ID == but {
		return nil
	}
	all := []views.Destination{{ID: unit.ID, Path: above + unit.Name}}
	for _, below := range unit.Departments {
		all = append(all, destinations(below, but, above+unit.Name+" / ")...)
	}
	return all
}

// near is the workgroups that people of a department are in.
func (c chart) near(unit *structureview.Unit) []views.Near {
	here := map[domain.PersonID]bool{}
	for _, one := range unit.People {
		here[one.Person] = true
	}
	var near []views.Near
	for _, group := range c.Workgroups {
		n := 0
		for _, one := range group.People {
			if here[one.Person] {
				n++
			}
		}
		if n > 0 {
			near = append(near, views.Near{Group: group, Here: n})
		}
	}
	return near
}

// maxCandidates bounds how many employees are shown who were looked for.
const maxCandidates = 20

// candidates are employees who were looked for by name.
func (v *visit) candidates(chart chart, sought string, already func(domain.PersonID) bool) ([]views.Candidate, error) {
	if strings.TrimSpace(sought) == "" || !v.me.May(commands.ChangeStructure) {
		return nil, nil
	}
	found, err := ask(v, questions.Employees(), questions.EmployeesQuery{
		Status: employeesview.Active, Search: projections.Search{sought}, Paging: projections.Paging{Limit: maxCandidates},
	})
	if err != nil {
		return nil, err
	}
	var all []views.Candidate
	for _, one := range found.Items {
		in, _ := chart.stands(one.Person)
		all = append(all, views.Candidate{
			Member: structureview.Member{Person: one.Person, Name: one.Name, JobTitle: one.JobTitle}, In: in, Already: already(one.Person),
		})
	}
	return all, nil
}

// pathID reads the id that the path names. What is no id names nothing.
func pathID[ID any, P interface {
	*ID
	UnmarshalText([]byte) error
}](v *visit, name string) (ID, error) {
	var id ID
	if P(&id).UnmarshalText([]byte(v.PathValue(name))) != nil {
		return id, domain.Refuse(domain.NotFound, "")
	}
	return id, nil
}

// fieldID reads the id that a field of the form holds, and nothing where that is empty.
func fieldID[ID any, P interface {
	*ID
	UnmarshalText([]byte) error
}](v *visit, name string) (ID, error) {
	var id ID
	if text := v.field(name); text != "" && P(&id).UnmarshalText([]byte(text)) != nil {
		return id, domain.Refuse(domain.InvalidID, "this is not an id").In(name)
	}
	return id, nil
}

// department is the page of a department.
func (p *Pages) department(v *visit) error {
	query := v.URL.Query()
	return v.showDepartment(http.StatusOK, views.DepartmentData{Edit: query.Get("edit"), Sought: strings.TrimSpace(query.Get("find"))})
}

// showDepartment shows a department with what is known of its form.
func (v *visit) showDepartment(status int, data views.DepartmentData) error {
	id, err := pathID[domain.DepartmentID](v, "department")
	if err != nil {
		return err
	}
	chart, err := v.chart()
	if err != nil {
		return err
	}
	way := chart.way(id)
	if way == nil {
		return domain.Refuse(domain.NotFound, "there is no such department")
	}
	data.Unit, data.Above = way[len(way)-1], way[:len(way)-1]
	data.Head, data.Near, data.Moved = views.HeadName(data.Unit, chart.Root), chart.near(data.Unit), v.moved(chart, data.Unit)
	if v.me.May(commands.ChangeStructure) {
		data.Elsewhere = chart.elsewhere(id)
		data.Candidates, err = v.candidates(chart, data.Sought, func(who domain.PersonID) bool {
			return slices.ContainsFunc(data.Unit.People, func(one structureview.Member) bool { return one.Person == who })
		})
		if err != nil {
			return err
		}
	}
	title := data.Unit.Name
	if len(data.Faults) > 0 {
		title = v.t.ErrorPrefix() + title
	}
	return v.pageWith(status, title, views.Department(v.frame(title), data))
}

// moved is what the address says was moved to a department, where that is so; nil otherwise.
func (v *visit) moved(chart chart, here *structureview.Unit) *views.Moved {
	var was domain.DepartmentID
	query := v.URL.Query()
	if was.UnmarshalText([]byte(query.Get("was"))) != nil || !v.me.May(commands.ChangeStructure) {
		return nil
	}
	from := chart.unit(was)
	if from == nil || from == here {
		return nil
	}
	moved := &views.Moved{Name: here.Name, From: from.ID, FromName: from.Name}
	if query.Has("moved") {
		if moved.Person.UnmarshalText([]byte(query.Get("moved"))) != nil {
			return nil
		}
		in, who := chart.stands(moved.Person)
		if in != here {
			return nil
		}
		moved.Name = who.Name.String()
	}
	return moved
}
