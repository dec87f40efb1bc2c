package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
)

type employee struct {
	Person          domain.PersonID      `json:"person"`
	Login           string               `json:"login" doc:"What the person signs in with." example:"ben@mill.example"`
	FirstName       string               `json:"first_name" example:"Ben"`
	LastName        string               `json:"last_name" example:"Miller"`
	JobTitle        string               `json:"job_title" example:"Baker"`
	DepartmentID    domain.DepartmentID  `json:"department_id"`
	Department      string               `json:"department,omitzero" doc:"What it is called; the root is called as the account." example:"Bakery"`
	WorkgroupIDs    []domain.WorkgroupID `json:"workgroup_ids"`
	Workgroups      []string             `json:"workgroups,omitzero" doc:"What they are called, in the same order."`
	Role            domain.Role          `json:"role" enum:"administrator,employee,auditor"`
	Status          employeesview.Status `json:"status" enum:"active,dismissed"`
	Access          employeesview.Access `json:"access" enum:"ready,password_pending,password_lapsed,none" doc:"Whether the person has a password that works; none for the dismissed."`
	Basis           person.BasisKind     `json:"basis" enum:"founding,public_link,domain_rule,approval,sms_invitation,email_invitation,direct_registration,rehire" doc:"On which grounds the person was let in."`
	JoinedAt        time.Time            `json:"joined_at" doc:"When the person was let in, last."`
	DismissedAt     *time.Time           `json:"dismissed_at,omitempty" doc:"Of the dismissed alone."`
	DismissedBy     *domain.PersonID     `json:"dismissed_by,omitempty" doc:"Of the dismissed alone."`
	DismissedByName string               `json:"dismissed_by_name,omitzero" doc:"What that person is called." example:"Ada King"`
	HistoryMark
}

// HistoryMark is the mark of a row of which nothing can be changed any more.
type HistoryMark struct {
	HistoryMissing bool `json:"history_missing,omitzero" doc:"true where somebody has spoilt, in the event log, what is known of the person: it is shown as it was, and whatever would change it is refused with history_missing."`
}

type directRegistration struct {
	Email               string `json:"email" doc:"The login." example:"dora@acme.example"`
	FirstName           string `json:"first_name" example:"Dora"`
	LastName            string `json:"last_name,omitempty" doc:"Empty only with one_name." example:"Evans"`
	OneName             bool   `json:"one_name,omitzero" doc:"That the colleague has one name only, which is the first_name."`
	JobTitle            string `json:"job_title" doc:"1 to 200 characters." example:"Baker"`
	WithoutConfirmation *bool  `json:"without_confirmation,omitempty" doc:"true, as where nothing is said: a generated password is mailed. false: a link for choosing one is."`
	Confirming
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
	Sort       string `query:"sort" doc:"name (the last, then the first), joined_at, role or status; with - before it, the other way round." example:"-joined_at"`
	Search     string `query:"search" doc:"Words of a name, login or job title, or parts of them, in any order and without regard to accents; a phone number as people write it."`
}

type employeeInput struct {
	InAccount
	Reflecting
	Person string `path:"person" doc:"The person's id."`
}

func (a *api) employeeRoutes() {
	const tag, path = "Employees", "/v1/accounts/{account}/employees"
	command(a, route{
		id: "register-directly", needs: commands.InvitePeople, sends: true, method: http.MethodPost, path: path, tag: tag, status: http.StatusCreated,
		summary:     "Register a colleague",
		description: "For whoever may invite. The colleague is an employee at once, whatever the registration mode.",
		codes: []domain.Code{
			domain.InvalidEmail, domain.InvalidName, domain.InvalidJobTitle, domain.ConfirmContact, domain.ConfirmName,
			domain.AlreadyInvited, domain.AlreadyRegistered, domain.AlreadyEmployed,
		},
	}, a.registerDirectly)
	ask[employeesInput](a, route{
		id: "employees", method: http.MethodGet, path: path, tag: tag,
		summary: "Who has access, and who had", description: "By last name where nothing else is said, the dismissed among them: ask for status=active to leave them out. For everybody of the account.",
	}, questions.Employees(), shown(showEmployee))
	ask[employeeInput](a, route{
		id: "employee", method: http.MethodGet, path: path + "/{person}", tag: tag,
		summary: "One employee", description: "For everybody of the account.",
	}, questions.Employee(), plainly(showEmployee))
}

func (a *api) registerDirectly(ctx context.Context, request commands.Request, in *struct {
	InAccount
	Keyed
	Body directRegistration
},
) (registered, error) {
	b := in.Body
	r, err := a.App.RegisterDirectly(ctx, request, commands.RegisterDirectly{
		Email: b.Email, FirstName: b.FirstName, LastName: b.LastName, OneName: b.OneName, JobTitle: b.JobTitle, Confirmed: b.Confirmed,
		WithoutConfirmation: b.WithoutConfirmation == nil || *b.WithoutConfirmation,
	})
	return registered{Person: r.Person, Position: r.Position.String()}, err
}

func (in *employeesInput) Query() (questions.EmployeesQuery, error) {
	department, err := optionalID[domain.DepartmentID](in.Department, "department")
	err = cmp.Or(err,
		questions.OneOf(in.Status, "status", string(employeesview.Active), string(employeesview.Dismissed)),
		questions.OneOf(in.Role, "role", string(domain.RoleAdministrator), string(domain.RoleEmployee), string(domain.RoleAuditor)),
	)
	return questions.EmployeesQuery{
		Status: employeesview.Status(in.Status), Role: domain.Role(in.Role), Access: employeesview.Access(in.Access),
		Department: department, Search: projections.Search{in.Search}, Paging: in.sorted(in.Sort),
	}, err
}

// Query returns the person whom the path names.
func (in *employeeInput) Query() (domain.PersonID, error) { return pathPerson(in.Person) }

func showEmployee(e questions.Colleague) employee {
	shown := employee{
		Person: e.Person, Login: e.Login, FirstName: e.Name.First, LastName: e.Name.Last, JobTitle: e.JobTitle,
		DepartmentID: e.Stands, Department: e.Places.Departments[e.Stands], WorkgroupIDs: e.Workgroups, Workgroups: e.Places.WorkgroupNames(e.Workgroups), Role: e.Role, Status: e.Status, Access: e.Access,
		Basis: e.Basis.Kind, JoinedAt: e.JoinedAt.UTC(), HistoryMark: HistoryMark{e.HistoryMissing},
	}
	if e.Status == employeesview.Dismissed {
		at := e.DismissedAt.UTC()
		shown.DismissedAt, shown.DismissedBy, shown.DismissedByName = &at, &e.DismissedBy, e.Names[e.DismissedBy].String()
	}
	return shown
}
