package httpapi

import (
	"context"
	"net/http"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
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

type levels struct {
	Above    []place `json:"above" doc:"The departments from the root down to the top, without it."`
	Top      level   `json:"top"`
	Position string  `json:"position" example:"42"`
}

type place struct {
	ID   domain.DepartmentID `json:"id"`
	Name string              `json:"name" example:"Kitchen"`
}

type level struct {
	ID          domain.DepartmentID `json:"id"`
	Name        string              `json:"name" example:"Kitchen"`
	Head        *domain.PersonID    `json:"head" nullable:"true" doc:"Null where there is none."`
	HeadName    string              `json:"head_name,omitzero" doc:"What that person is called." example:"Ben Miller"`
	Here        int                 `json:"here" doc:"How many people stand in it." example:"4"`
	Count       int                 `json:"count" doc:"How many people stand here and below." example:"12"`
	Below       int                 `json:"below" doc:"How many departments are below, at all levels." example:"3"`
	Departments []level             `json:"departments,omitzero" doc:"Those right below, by name; absent where they are deeper than was asked for."`
}

type levelsInput struct {
	InAccount
	Reflecting
	Under string `query:"under" doc:"The department at the top; without it, the root."`
	Depth int    `query:"depth" minimum:"1" maximum:"20" default:"1" doc:"How many levels below it."`
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
	ask[levelsInput](a, route{
		id: "structure-levels", method: http.MethodGet, path: path + "/structure/levels", tag: tag,
		summary: "How many stand where", description: "Some levels of departments with counts, and without their people, who are in `employees` by `department`. For everybody of the account.",
		codes: []domain.Code{domain.InvalidID},
	}, questions.StructureLevels(), plainly(showLevels))
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

// Query reads which department, and how many levels.
func (in *levelsInput) Query() (questions.LevelsQuery, error) {
	under, err := optionalID[domain.DepartmentID](in.Under, "under")
	return questions.LevelsQuery{Under: under, Depth: in.Depth}, err
}

func showLevels(found questions.Levels) levels {
	shown := levels{Above: make([]place, len(found.Above)), Top: showLevel(found.Top, found.Heads), Position: found.Position.String()}
	for i, above := range found.Above {
		shown.Above[i] = place{ID: above.ID, Name: above.Name}
	}
	return shown
}

func showLevel(unit *structureview.Unit, heads projections.Names) level {
	shown := level{ID: unit.ID, Name: unit.Name, Here: unit.Here, Count: unit.Count, Below: unit.Below}
	if name, leads := heads[unit.Head]; leads {
		shown.Head, shown.HeadName = &unit.Head, name.String()
	}
	if unit.Departments == nil {
		return shown
	}
	shown.Departments = make([]level, len(unit.Departments))
	for i, below := range unit.Departments {
		shown.Departments[i] = showLevel(below, heads)
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
