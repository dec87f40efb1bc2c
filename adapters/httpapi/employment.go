package httpapi

import (
	"context"
	"net/http"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// OfEmployee is the part of an input that says which employee a command is about.
type OfEmployee struct {
	InAccount
	Keyed
	Person string `path:"person" doc:"The person's id."`
}

type departmentChosen struct {
	DepartmentID string `json:"department_id" doc:"One of the account's departments; empty: the root."`
}

type rehiring struct {
	DepartmentID string `json:"department_id,omitzero" doc:"One of the account's departments; without it, the root."`
}

type titleChosen struct {
	JobTitle string `json:"job_title" doc:"Up to 200 characters; may be empty." example:"Head baker"`
}

type roleChosen struct {
	Role domain.Role `json:"role" doc:"administrator, auditor or employee." example:"auditor"`
}

type dismissed struct {
	Position        string `json:"position" doc:"Where in the log the effect stands." example:"42"`
	OpenInvitations int    `json:"open_invitations" doc:"How many invitations by this person are still open. Whoever uses one now waits for an approval; they can be revoked."`
}

func (a *api) employmentRoutes() {
	const tag, path = "Employees", "/v1/accounts/{account}/employees/{person}"
	command(a, route{
		id: "move-employee", needs: commands.ChangeEmployees, method: http.MethodPut, path: path + "/department", tag: tag,
		summary: "Move somebody to another department", description: "For administrators.",
		codes: []domain.Code{domain.NotEmployed, domain.DepartmentNotFound, domain.InvalidID},
	}, a.moveEmployee)
	command(a, route{
		id: "change-job-title", needs: commands.ChangeEmployees, method: http.MethodPut, path: path + "/job-title", tag: tag,
		summary: "Change somebody's job title", description: "For administrators.",
		codes: []domain.Code{domain.NotEmployed, domain.InvalidJobTitle},
	}, a.changeJobTitle)
	command(a, route{
		id: "change-role", needs: commands.ChangeEmployees, method: http.MethodPut, path: path + "/role", tag: tag,
		summary: "Make somebody an administrator, an auditor or a plain employee",
		description: "For administrators. Auditors read everything that administrators read, and change nothing. " +
			"Administrators may step down themselves. The last one cannot: make somebody else an administrator first.",
		codes: []domain.Code{domain.NotEmployed, domain.InvalidRole, domain.LastAdministrator, domain.RoleChanged},
	}, a.changeRole)
	command(a, route{
		id: "dismiss-employee", needs: commands.ChangeEmployees, method: http.MethodPost, path: path + "/dismiss", tag: tag,
		summary: "End somebody's access",
		description: "For administrators. Sessions, links and the password are void at once. The person stays known, and can be rehired " +
			"or invited again. Nobody dismisses themselves, or the last administrator.",
		codes: []domain.Code{domain.NotEmployed, domain.NotOneself, domain.LastAdministrator, domain.RoleChanged},
	}, a.dismissEmployee)
	command(a, route{
		id: "rehire-employee", needs: commands.ChangeEmployees, sends: true, method: http.MethodPost, path: path + "/rehire", tag: tag,
		summary:     "Take a dismissed person back",
		description: "For administrators. The person is a plain employee again, whatever the role before, and gets a link for choosing a password.",
		codes:       []domain.Code{domain.NotDismissed, domain.ContactHeld, domain.DepartmentNotFound, domain.InvalidID},
	}, a.rehireEmployee)
}

func (a *api) moveEmployee(ctx context.Context, request commands.Request, in *struct {
	OfEmployee
	Body departmentChosen
},
) (done, error) {
	who, department, err := in.Body.of(in.Person)
	if err != nil {
		return done{}, err
	}
	moved, err := a.App.Move(ctx, request, who, department)
	return done{Position: moved.Position.String()}, err
}

func (a *api) changeJobTitle(ctx context.Context, request commands.Request, in *struct {
	OfEmployee
	Body titleChosen
},
) (done, error) {
	who, err := pathPerson(in.Person)
	if err != nil {
		return done{}, err
	}
	changed, err := a.App.ChangeJobTitle(ctx, request, who, in.Body.JobTitle)
	return done{Position: changed.Position.String()}, err
}

func (a *api) changeRole(ctx context.Context, request commands.Request, in *struct {
	OfEmployee
	Body roleChosen
},
) (done, error) {
	who, err := pathPerson(in.Person)
	if err != nil {
		return done{}, err
	}
	changed, err := a.App.ChangeRole(ctx, request, who, in.Body.Role)
	return done{Position: changed.Position.String()}, err
}

func (a *api) dismissEmployee(ctx context.Context, request commands.Request, in *OfEmployee) (dismissed, error) {
	who, err := pathPerson(in.Person)
	if err != nil {
		return dismissed{}, err
	}
	left, err := a.App.Dismiss(ctx, request, who)
	if err != nil {
		return dismissed{}, err
	}
	open, err := a.sources.OpenInvitations(ctx, request.Account, who)
	return dismissed{Position: left.Position.String(), OpenInvitations: open}, err
}

func (a *api) rehireEmployee(ctx context.Context, request commands.Request, in *struct {
	OfEmployee
	Body *rehiring `required:"false"`
},
) (done, error) {
	chosen := departmentChosen{}
	if in.Body != nil {
		chosen = departmentChosen(*in.Body)
	}
	who, department, err := chosen.of(in.Person)
	if err != nil {
		return done{}, err
	}
	back, err := a.App.Rehire(ctx, request, who, department)
	return done{Position: back.Position.String()}, err
}

// of is whom a request is about, and the department that it chooses.
func (d departmentChosen) of(person string) (domain.PersonID, domain.DepartmentID, error) {
	who, err := pathPerson(person)
	if err != nil {
		return who, domain.DepartmentID{}, err
	}
	department, err := optionalID[domain.DepartmentID](d.DepartmentID, "department_id")
	return who, department, err
}
