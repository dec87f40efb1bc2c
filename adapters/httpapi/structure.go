package httpapi

import (
	"context"
	"net/http"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	structureview "github.com/usher-engine/usher/projections/structure"
)

type structure struct {
	Root       department  `json:"root" doc:"The company; everybody without a department stands here."`
	Workgroups []workgroup `json:"workgroups"`
	Archived   []workgroup `json:"archived" doc:"Workgroups that were archived, with those who would be members again."`
	Position   string      `json:"position" example:"42"`
}

type department struct {
	ID          domain.DepartmentID `json:"id"`
	Name        string              `json:"name" example:"Kitchen"`
	Head        *domain.PersonID    `json:"head" nullable:"true" doc:"Null where there is none."`
	People      []member            `json:"people"`
	Count       int                 `json:"count" doc:"How many people stand here and below."`
	Departments []department        `json:"departments"`
}

type workgroup struct {
	ID     domain.WorkgroupID `json:"id"`
	Name   string             `json:"name" example:"Early shift"`
	People []member           `json:"people"`
}

type member struct {
	Person   domain.PersonID `json:"person"`
	Name     string          `json:"name" example:"Ben Miller"`
	JobTitle string          `json:"job_title" example:"Baker"`
}

type newDepartment struct {
	Name     string `json:"name" doc:"1 to 100 characters, unlike those beside it." example:"Kitchen"`
	ParentID string `json:"parent_id,omitzero" doc:"Without it, the root."`
}

type newWorkgroup struct {
	Name string `json:"name" doc:"1 to 100 characters, unlike other workgroups." example:"Early shift"`
}

type madeDepartment struct {
	ID       domain.DepartmentID `json:"id"`
	Position string              `json:"position" example:"42"`
}

type madeWorkgroup struct {
	ID       domain.WorkgroupID `json:"id"`
	Position string             `json:"position" example:"42"`
}

func (a *api) structureRoutes() {
	const tag, path = "Company structure", "/v1/accounts/{account}"
	ask[accountInput](a, route{
		id: "structure", method: http.MethodGet, path: path + "/structure", tag: tag,
		summary: "Who stands where", description: "Departments as a tree, workgroups, and their people, by name. For everybody of the account.",
	}, questions.Structure(), plainly(showStructure))
	command(a, route{
		id: "create-department", needs: commands.ChangeStructure, method: http.MethodPost, path: path + "/departments", tag: tag, status: http.StatusCreated,
		summary: "Create a department", description: "For administrators.",
		codes: []domain.Code{domain.InvalidName, domain.NameTaken, domain.DepartmentNotFound, domain.InvalidID},
	}, a.createDepartment)
	command(a, route{
		id: "create-workgroup", needs: commands.ChangeStructure, method: http.MethodPost, path: path + "/workgroups", tag: tag, status: http.StatusCreated,
		summary: "Create a workgroup", description: "For administrators.",
		codes: []domain.Code{domain.InvalidName, domain.NameTaken},
	}, a.createWorkgroup)
}

func showStructure(chart structureview.Chart) structure {
	return structure{
		Root: showUnit(chart.Root), Workgroups: showGroups(chart.Workgroups), Archived: showGroups(chart.Archived), Position: chart.Position.String(),
	}
}

func showGroups(groups []*structureview.Group) []workgroup {
	shown := make([]workgroup, len(groups))
	for i, group := range groups {
		shown[i] = workgroup{ID: group.ID, Name: group.Name, People: showMembers(group.People)}
	}
	return shown
}

func showUnit(unit *structureview.Unit) department {
	shown := department{
		ID: unit.ID, Name: unit.Name, People: showMembers(unit.People), Count: unit.Count, Departments: make([]department, len(unit.Departments)),
	}
	if !unit.Head.IsZero() {
		shown.Head = &unit.Head
	}
	for i, below := range unit.Departments {
		shown.Departments[i] = showUnit(below)
	}
	return shown
}

func showMembers(members []structureview.Member) []member {
	shown := make([]member, len(members))
	for i, m := range members {
		shown[i] = member{Person: m.Person, Name: m.Name.String(), JobTitle: m.JobTitle}
	}
	return shown
}

func (a *api) createDepartment(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body newDepartment
},
) (madeDepartment, error) {
	parent, err := optionalID[domain.DepartmentID](in.Body.ParentID, "parent_id")
	if err != nil {
		return madeDepartment{}, err
	}
	id, d, err := a.App.CreateDepartment(ctx, request, commands.CreateDepartment{Name: in.Body.Name, Parent: parent})
	return madeDepartment{ID: id, Position: d.Position.String()}, err
}

func (a *api) createWorkgroup(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body newWorkgroup
},
) (madeWorkgroup, error) {
	id, d, err := a.App.CreateWorkgroup(ctx, request, in.Body.Name)
	return madeWorkgroup{ID: id, Position: d.Position.String()}, err
}
