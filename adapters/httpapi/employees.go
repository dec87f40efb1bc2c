package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
	structureview "github.com/usher-engine/usher/projections/structure"
)

type employee struct {
	Person       domain.PersonID      `json:"person"`
	Login        string               `json:"login" doc:"What the person signs in with." example:"ben@mill.example"`
	FirstName    string               `json:"first_name" example:"Ben"`
	LastName     string               `json:"last_name" example:"Miller"`
	JobTitle     string               `json:"job_title" example:"Baker"`
	DepartmentID domain.DepartmentID  `json:"department_id"`
	WorkgroupIDs []domain.WorkgroupID `json:"workgroup_ids"`
	Role         domain.Role          `json:"role" enum:"administrator,employee,auditor"`
	Status       employeesview.Status `json:"status" enum:"active,dismissed"`
	Access       employeesview.Access `json:"access" enum:"ready,password_pending,password_lapsed,none" doc:"Whether the person has a password that works; none for the dismissed."`
	Basis        person.BasisKind     `json:"basis" enum:"founding,public_link,domain_rule,approval,sms_invitation,email_invitation,direct_registration,rehire" doc:"On which grounds the person was let in."`
	JoinedAt     time.Time            `json:"joined_at" doc:"When the person was let in, last."`
	DismissedAt  *time.Time           `json:"dismissed_at,omitempty" doc:"Of the dismissed alone."`
	DismissedBy  *domain.PersonID     `json:"dismissed_by,omitempty" doc:"Of the dismissed alone."`
}

type directRegistration struct {
	Email               string `json:"email" doc:"The login." example:"dora@acme.example"`
	FirstName           string `json:"first_name" example:"Dora"`
	LastName            string `json:"last_name" example:"Evans"`
	JobTitle            string `json:"job_title" doc:"Up to 200 characters; may be empty." example:"Baker"`
	WithoutConfirmation *bool  `json:"without_confirmation,omitempty" doc:"true, as where nothing is said: a generated password is mailed. false: a link for choosing one is."`
}

type registered struct {
	Person   domain.PersonID `json:"person"`
	Position string          `json:"position" example:"42"`
}

type employeesInput struct {
	InAccount
	Paged
	Status     string `query:"status" doc:"active or dismissed." example:"active"`
	Role       string `query:"role" doc:"administrator, employee or auditor." example:"administrator"`
	Access     string `query:"access" doc:"ready, password_pending, password_lapsed or none." example:"ready"`
	Department string `query:"department" doc:"Only those who stand in a department, also where theirs was deleted and they moved there."`
	Search     string `query:"search" doc:"Part of a name, login or job title."`
}

type employeeInput struct {
	InAccount
	Reflecting
	Person string `path:"person" doc:"The person's id."`
}

func (a *api) employeeRoutes() {
	const tag, path = "Employees", "/v1/accounts/{account}/employees"
	command(a, route{
		id: "register-directly", sends: true, method: http.MethodPost, path: path, tag: tag, status: http.StatusCreated,
		summary:     "Register a colleague",
		description: "For whoever may invite. The colleague is an employee at once, whatever the registration mode.",
		codes: []domain.Code{
			domain.InvalidEmail, domain.InvalidName, domain.InvalidJobTitle,
			domain.AlreadyInvited, domain.AlreadyRegistered, domain.AlreadyEmployed,
		},
	}, a.registerDirectly)
	views := []projections.View{employeesview.View(), structureview.View()}
	list(a, route{
		id: "employees", method: http.MethodGet, path: path, tag: tag,
		summary: "Who has access, and who had", description: "By last name, the dismissed among them: ask for status=active to leave them out. For everybody of the account.",
	}, commands.SeeColleagues, views, a.employees)
	list(a, route{
		id: "employee", method: http.MethodGet, path: path + "/{person}", tag: tag,
		summary: "One employee", description: "For everybody of the account.",
	}, commands.SeeColleagues, views, a.employee)
}

func (a *api) registerDirectly(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body directRegistration
},
) (registered, error) {
	b := in.Body
	r, err := a.App.RegisterDirectly(ctx, request, commands.RegisterDirectly{
		Email: b.Email, FirstName: b.FirstName, LastName: b.LastName, JobTitle: b.JobTitle,
		WithoutConfirmation: b.WithoutConfirmation == nil || *b.WithoutConfirmation,
	})
	return registered{Person: r.Person, Position: r.Position.String()}, err
}

func (a *api) employees(ctx context.Context, id domain.AccountID, in *employeesInput) (page[employee], error) {
	department, err := optionalID[domain.DepartmentID](in.Department, "department")
	if err := firstOf(err,
		oneOf(in.Status, "status", string(employeesview.Active), string(employeesview.Dismissed)),
		oneOf(in.Role, "role", string(domain.RoleAdministrator), string(domain.RoleEmployee), string(domain.RoleAuditor)),
	); err != nil {
		return page[employee]{}, err
	}
	chosen, err := a.chosenFor(ctx, id, department)
	if err != nil {
		return page[employee]{}, err
	}
	now := a.Now()
	found, err := employeesview.List(ctx, a.Reader, employeesview.Query{
		Account: id, Status: employeesview.Status(in.Status), Chosen: chosen, Role: domain.Role(in.Role),
		Access: employeesview.Access(in.Access), Now: now, Search: in.Search, Paging: in.paging(),
	})
	if err != nil {
		return page[employee]{}, err
	}
	stands, err := a.living(ctx, id, found.Items...)
	return shown(found, showEmployee(now, stands)), err
}

// chosenFor is the departments whose people stand in one; nil, so that the filter
// does not matter, where none is asked for.
func (a *api) chosenFor(ctx context.Context, id domain.AccountID, in domain.DepartmentID) ([]domain.DepartmentID, error) {
	if in.IsZero() {
		return nil, nil
	}
	return structureview.Standing(ctx, a.Reader, id, in)
}

// living is where people stand whose department may have been deleted meanwhile.
func (a *api) living(ctx context.Context, id domain.AccountID, people ...employeesview.Employee) (map[domain.DepartmentID]domain.DepartmentID, error) {
	var chosen []domain.DepartmentID
	for _, one := range people {
		if !slices.Contains(chosen, one.Department) && !one.Department.IsZero() {
			chosen = append(chosen, one.Department)
		}
	}
	return structureview.Living(ctx, a.Reader, id, chosen...)
}

func (a *api) employee(ctx context.Context, id domain.AccountID, in *employeeInput) (employee, error) {
	who, err := pathPerson(in.Person)
	if err != nil {
		return employee{}, err
	}
	found, err := employeesview.Get(ctx, a.Reader, id, who)
	if err != nil {
		return employee{}, err
	}
	stands, err := a.living(ctx, id, found)
	return showEmployee(a.Now(), stands)(found), err
}

func showEmployee(now time.Time, stands map[domain.DepartmentID]domain.DepartmentID) func(employeesview.Employee) employee {
	return func(e employeesview.Employee) employee {
		shown := employee{
			Person: e.Person, Login: e.Login, FirstName: e.Name.First, LastName: e.Name.Last, JobTitle: e.JobTitle,
			DepartmentID: stands[e.Department], WorkgroupIDs: e.Workgroups, Role: e.Role, Status: e.Status, Access: e.Access(now),
			Basis: e.Basis.Kind, JoinedAt: e.JoinedAt.UTC(),
		}
		if e.Status == employeesview.Dismissed {
			at := e.DismissedAt.UTC()
			shown.DismissedAt, shown.DismissedBy = &at, &e.DismissedBy
		}
		return shown
	}
}
