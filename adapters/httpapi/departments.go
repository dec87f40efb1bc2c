package httpapi

import (
	"cmp"
	"context"
	"net/http"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

type newName struct {
	Name string `json:"name" doc:"1 to 100 characters, unlike those beside it." example:"Trade"`
}

type newParent struct {
	ParentID string `json:"parent_id" doc:"Where the department goes, with all below it; empty: right below the root."`
}

type newHead struct {
	Person string `json:"person" doc:"An employee; empty: nobody."`
}

// inDepartment is the input of a command about a department.
type inDepartment[B any] struct {
	InAccount
	Keyed
	Department string `path:"department" doc:"The department's id."`
	Body       B
}

func (in *inDepartment[B]) id() (domain.DepartmentID, error) {
	id, err := requiredID[domain.DepartmentID](in.Department, "")
	if err != nil {
		return id, domain.Refuse(domain.NotFound, "there is no such department")
	}
	return id, nil
}

// inWorkgroup is the input of a command about a workgroup.
type inWorkgroup[B any] struct {
	InAccount
	Keyed
	Workgroup string `path:"workgroup" doc:"The workgroup's id."`
	Body      B
}

type memberInput struct {
	InAccount
	Keyed
	Workgroup string `path:"workgroup" doc:"The workgroup's id."`
	Person    string `path:"person" doc:"The employee's id."`
}

func workgroupID(text string) (domain.WorkgroupID, error) {
	id, err := requiredID[domain.WorkgroupID](text, "")
	if err != nil {
		return id, domain.Refuse(domain.NotFound, "there is no such workgroup")
	}
	return id, nil
}

func (a *api) departmentRoutes() {
	const tag, admins = "Company structure", "For administrators."
	const path, groups = "/v1/accounts/{account}/departments/{department}", "/v1/accounts/{account}/workgroups/{workgroup}"
	command(a, route{
		id: "rename-department", needs: commands.ChangeStructure, method: http.MethodPut, path: path + "/name", tag: tag, summary: "Rename a department", description: admins,
		codes: []domain.Code{domain.InvalidName, domain.NameTaken, domain.NotTheRoot},
	}, a.renameDepartment)
	command(a, route{
		id: "move-department", needs: commands.ChangeStructure, method: http.MethodPut, path: path + "/parent", tag: tag, summary: "Move a department, with all below it", description: admins,
		codes: []domain.Code{domain.DepartmentNotFound, domain.DepartmentCycle, domain.StructureLimit, domain.NameTaken, domain.NotTheRoot, domain.InvalidID},
	}, a.moveDepartment)
	command(a, route{
		id: "change-head", needs: commands.ChangeStructure, method: http.MethodPut, path: path + "/head", tag: tag, summary: "Say who leads a department", description: admins,
		codes: []domain.Code{domain.NotEmployed, domain.InvalidID, domain.NotYet},
	}, a.changeHead)
	command(a, route{
		id: "delete-department", needs: commands.ChangeStructure, method: http.MethodDelete, path: path, tag: tag, summary: "Delete a department",
		description: "What stands there moves to the department above: departments, people, and whoever comes later by an invitation to it. " + admins,
		codes:       []domain.Code{domain.NameTaken, domain.NotTheRoot},
	}, a.deleteDepartment)
	command(a, route{
		id: "rename-workgroup", needs: commands.ChangeStructure, method: http.MethodPut, path: groups + "/name", tag: tag, summary: "Rename a workgroup", description: admins,
		codes: []domain.Code{domain.InvalidName, domain.NameTaken},
	}, a.renameWorkgroup)
	for _, change := range []struct {
		verb, summary string
		run           func(context.Context, commands.Request, domain.WorkgroupID) (commands.Done, error)
	}{
		{"archive", "End a workgroup: it takes no new members and is not listed", a.App.ArchiveWorkgroup},
		{"restore", "Take an archived workgroup up again, with its members", a.App.RestoreWorkgroup},
	} {
		command(a, route{
			id: change.verb + "-workgroup", needs: commands.ChangeStructure, method: http.MethodPost, path: groups + "/" + change.verb, tag: tag, summary: change.summary, description: admins,
		}, func(ctx context.Context, request commands.Request, in *inWorkgroup[*struct{}]) (done, error) {
			id, err := workgroupID(in.Workgroup)
			if err != nil {
				return done{}, err
			}
			return doneAt(change.run(ctx, request, id))
		})
	}
	for _, change := range []struct {
		id, method, summary string
		run                 func(context.Context, commands.Request, domain.PersonID, domain.WorkgroupID) (commands.Done, error)
	}{
		{"join-workgroup", http.MethodPut, "Make an employee a member of a workgroup", a.App.JoinWorkgroup},
		{"leave-workgroup", http.MethodDelete, "End a membership of a workgroup", a.App.LeaveWorkgroup},
	} {
		command(a, route{
			id: change.id, needs: commands.ChangeEmployees, method: change.method, path: groups + "/members/{person}", tag: tag, summary: change.summary, description: admins,
			codes: []domain.Code{domain.WorkgroupNotFound, domain.NotEmployed, domain.NotYet},
		}, func(ctx context.Context, request commands.Request, in *memberInput) (done, error) {
			group, err1 := workgroupID(in.Workgroup)
			who, err2 := pathPerson(in.Person)
			if err := cmp.Or(err1, err2); err != nil {
				return done{}, err
			}
			return doneAt(change.run(ctx, request, who, group))
		})
	}
}

func (a *api) renameDepartment(ctx context.Context, request commands.Request, in *inDepartment[newName]) (done, error) {
	id, err := in.id()
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.RenameDepartment(ctx, request, id, in.Body.Name))
}

func (a *api) moveDepartment(ctx context.Context, request commands.Request, in *inDepartment[newParent]) (done, error) {
	id, err1 := in.id()
	parent, err2 := optionalID[domain.DepartmentID](in.Body.ParentID, "parent_id")
	if err := cmp.Or(err1, err2); err != nil {
		return done{}, err
	}
	return doneAt(a.App.MoveDepartment(ctx, request, id, parent))
}

func (a *api) changeHead(ctx context.Context, request commands.Request, in *inDepartment[newHead]) (done, error) {
	id, err1 := in.id()
	head, err2 := optionalID[domain.PersonID](in.Body.Person, "person")
	if err := cmp.Or(err1, err2); err != nil {
		return done{}, err
	}
	return doneAt(a.App.ChangeHead(ctx, request, id, head))
}

func (a *api) deleteDepartment(ctx context.Context, request commands.Request, in *inDepartment[*struct{}]) (done, error) {
	id, err := in.id()
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.DeleteDepartment(ctx, request, id))
}

func (a *api) renameWorkgroup(ctx context.Context, request commands.Request, in *inWorkgroup[newName]) (done, error) {
	id, err := workgroupID(in.Workgroup)
	if err != nil {
		return done{}, err
	}
	return doneAt(a.App.RenameWorkgroup(ctx, request, id, in.Body.Name))
}
