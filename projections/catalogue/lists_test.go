package catalogue_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/activity"
	"github.com/usher-engine/usher/projections/approvals"
	"github.com/usher-engine/usher/projections/catalogue"
	"github.com/usher-engine/usher/projections/chat"
	"github.com/usher-engine/usher/projections/employees"
	"github.com/usher-engine/usher/projections/invited"
	"github.com/usher-engine/usher/projections/projectionstest"
	units "github.com/usher-engine/usher/projections/structure"
)

// whereabouts is what each list says of a person; empty where it says nothing.
type whereabouts struct {
	Invited   invited.Status
	Approvals person.Awaits
	Employees employees.Access
	Login     string
	Structure string // the department's name
	Workgroup string
	Activity  string // the latest entry
	Chat      string // the latest announcement
}

const (
	nobodyJoined = "Max Miller founded the account"
	acme         = "Company acme"
)

func lists(t *testing.T, company *projectionstest.Company, who string) whereabouts {
	t.Helper()
	ctx, reader, id := t.Context(), projectionstest.Reader(t, company.Events, catalogue.All()...), company.Person(who)
	var seen whereabouts

	invitees, err := invited.List(ctx, reader, invited.Query{Account: company.ID})
	require.NoError(t, err)
	for _, invitee := range invitees.Items {
		if invitee.Person == id {
			seen.Invited = invitee.Status(company.Now)
		}
	}
	waiting, err := approvals.List(ctx, reader, approvals.Query{Account: company.ID})
	require.NoError(t, err)
	for _, approval := range waiting.Items {
		if approval.Person == id {
			seen.Approvals = approval.Awaits
		}
	}
	employed, err := employees.List(ctx, reader, employees.Query{Account: company.ID})
	require.NoError(t, err)
	for _, employee := range employed.Items {
		if employee.Person == id {
			seen.Employees, seen.Login = employee.Access(company.Now), employee.Login
		}
	}
	chart, err := units.Tree(ctx, reader, company.ID)
	require.NoError(t, err)
	seen.Structure, seen.Workgroup = standsIn(chart, id)
	seen.Activity, seen.Chat = latest(t, reader, company.ID)
	return seen
}

func standsIn(chart units.Chart, id domain.PersonID) (department, workgroup string) {
	var look func(unit *units.Unit)
	look = func(unit *units.Unit) {
		for _, member := range unit.People {
			if member.Person == id {
				department = unit.Name
			}
		}
		for _, below := range unit.Departments {
			look(below)
		}
	}
	look(chart.Root)
	for _, group := range chart.Workgroups {
		for _, member := range group.People {
			if member.Person == id {
				workgroup = group.Name
			}
		}
	}
	return department, workgroup
}

func latest(t *testing.T, reader projections.Reader, company domain.AccountID) (entry, announcement string) {
	t.Helper()
	entries, err := activity.List(t.Context(), reader, activity.Query{Account: company})
	require.NoError(t, err)
	announcements, err := chat.List(t.Context(), reader, chat.Query{Account: company})
	require.NoError(t, err)
	names, err := employees.People(t.Context(), reader, company,
		append(activity.Mentions(entries.Items), chat.Mentions(announcements.Items)...)...)
	require.NoError(t, err)
	return activity.Text(entries.Items[0], names, projections.Places{}), chat.Text(announcements.Items[0], names)
}

// founded is a company with the settings, a department and a workgroup; what
// these left in the Activity Stream is not what the tests look for.
func founded(t *testing.T, mode account.Mode, domains ...string) (*projectionstest.Company, structure.CreateDepartment, structure.CreateWorkgroup) {
	t.Helper()
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.Change(account.ChangeRegistration{Mode: &mode, Domains: &domains}))
	sales := structure.CreateDepartment{Account: company.ID, Department: domain.DepartmentID(company.ID.Derive("sales")), Name: "Sales"}
	choir := structure.CreateWorkgroup{Workgroup: domain.WorkgroupID(company.ID.Derive("choir")), Name: "Choir"}
	require.NoError(t, company.Arrange(sales))
	require.NoError(t, company.Arrange(choir))
	return company, sales, choir
}

// silence is the latest of the Activity Stream before anybody is invited.
const silence = "Max Miller created the workgroup Choir"

func batchOf(company *projectionstest.Company) domain.BatchID {
	return domain.BatchID(company.ID.Derive("batch"))
}

func TestWhichListsAPersonIsInByTheJoinLink(t *testing.T) {
	t.Run("given a public link that was only sent, the person is in no list", func(t *testing.T) {
		company, _, _ := founded(t, account.Public)
		require.Equal(t, whereabouts{Activity: silence, Chat: nobodyJoined}, lists(t, company, "anna"))
	})
	t.Run("given a public link, who registers is an employee in the root, and both streams say so", func(t *testing.T) {
		company, _, _ := founded(t, account.Public)
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		require.Equal(t, whereabouts{
			Employees: employees.Ready, Login: "anna@example.com", Structure: acme,
			Activity: "Anna Smith joined by the join link", Chat: "Anna Smith joined by the join link",
		}, lists(t, company, "anna"))
	})
	t.Run("given a moderated link, who registers waits in Approvals alone", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		require.Equal(t, whereabouts{Approvals: person.Approval, Activity: silence, Chat: nobodyJoined}, lists(t, company, "anna"))
	})
	t.Run("given a domain rule, who registers is in Approvals as unproved", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated, "example.com")
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		require.Equal(t, whereabouts{Approvals: person.Proof, Activity: silence, Chat: nobodyJoined}, lists(t, company, "anna"))
	})
	t.Run("given a domain rule, who proves the address is an employee without approval", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated, "example.com")
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		require.NoError(t, company.Do("anna", person.Prove{Registration: 1}))
		text := "Anna Smith joined by the join link with an address of a trusted e-mail domain"
		require.Equal(t, whereabouts{
			Employees: employees.Ready, Login: "anna@example.com", Structure: acme, Activity: text, Chat: text,
		}, lists(t, company, "anna"))
	})
	t.Run("given a moderated link, who is approved is an employee", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		require.NoError(t, company.Do("anna", person.Approve{By: company.Founder}))
		require.Equal(t, whereabouts{
			Employees: employees.Ready, Login: "anna@example.com", Structure: acme,
			Activity: "Anna Smith joined, approved by Max Miller", Chat: "Anna Smith joined, approved by Max Miller",
		}, lists(t, company, "anna"))
	})
	t.Run("given a moderated link, who is rejected is in no list", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		require.NoError(t, company.Do("anna", person.Reject{By: company.Founder}))
		require.Equal(t, whereabouts{Activity: silence, Chat: nobodyJoined}, lists(t, company, "anna"))
	})
}

func TestWhichListsAPersonIsInByAPersonalInvitation(t *testing.T) {
	t.Run("given an SMS, the person is in Invited, and Activity says who invited how many", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		require.NoError(t, company.InviteBySMS("anna", batchOf(company)))
		require.NoError(t, company.InviteBySMS("boris", batchOf(company)))
		require.Equal(t, whereabouts{
			Invited: invited.Pending, Activity: "Max Miller invited 2 people by SMS", Chat: nobodyJoined,
		}, lists(t, company, "anna"))
	})
	t.Run("given an SMS, who registers leaves Invited and logs in with the phone number", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		require.NoError(t, company.InviteBySMS("anna", batchOf(company)))
		require.NoError(t, company.Redeem("anna", "Anna", "Smith"))
		text := "Anna Smith joined, invited by SMS by Max Miller"
		require.Equal(t, whereabouts{
			Employees: employees.Ready, Login: projectionstest.PhoneOf("anna").Address, Structure: acme, Activity: text, Chat: text,
		}, lists(t, company, "anna"))
	})
	t.Run("given an e-mail, the person is in Invited and nowhere else", func(t *testing.T) {
		company, sales, choir := founded(t, account.Moderated)
		require.NoError(t, company.InviteByEmail("anna", batchOf(company), sales.Department, choir.Workgroup))
		require.Equal(t, whereabouts{
			Invited: invited.Pending, Activity: "Max Miller invited 1 person by e-mail", Chat: nobodyJoined,
		}, lists(t, company, "anna"))
	})
	t.Run("given an e-mail with a placement, who registers stands where it was chosen", func(t *testing.T) {
		company, sales, choir := founded(t, account.Moderated)
		require.NoError(t, company.InviteByEmail("anna", batchOf(company), sales.Department, choir.Workgroup))
		require.NoError(t, company.Redeem("anna", "Anna", "Smith"))
		text := "Anna Smith joined, invited by e-mail by Max Miller"
		require.Equal(t, whereabouts{
			Employees: employees.Ready, Login: "anna@example.com", Structure: "Sales", Workgroup: "Choir", Activity: text, Chat: text,
		}, lists(t, company, "anna"))
	})
	t.Run("given an e-mail without a placement, who registers stands in the root", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		require.NoError(t, company.InviteByEmail("anna", batchOf(company), domain.DepartmentID{}))
		require.NoError(t, company.Redeem("anna", "Anna", "Smith"))
		require.Equal(t, acme, lists(t, company, "anna").Structure)
	})
	t.Run("given an invitation whose time ran out, the person is in Invited as expired", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		require.NoError(t, company.InviteBySMS("anna", batchOf(company)))
		company.Pass(15 * 24 * time.Hour)
		require.Equal(t, invited.Expired, lists(t, company, "anna").Invited)
	})
	t.Run("given invited people are moderated, who registers waits in Approvals and left Invited", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		moderated := true
		require.NoError(t, company.Change(account.ChangeRegistration{ModerateInvited: &moderated}))
		require.NoError(t, company.InviteBySMS("anna", batchOf(company)))
		require.NoError(t, company.Redeem("anna", "Anna", "Smith"))
		seen := lists(t, company, "anna")
		require.Equal(t, person.Approval, seen.Approvals)
		require.Empty(t, seen.Invited)
		require.Empty(t, seen.Employees)
	})
}

func TestWhichListsAPersonIsInByDirectRegistration(t *testing.T) {
	t.Run("given no confirmation is asked, the person has access with the generated password", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		require.NoError(t, company.RegisterDirectly("anna", "Anna", "Smith", "Buyer", true))
		text := "Anna Smith was registered by Max Miller"
		require.Equal(t, whereabouts{
			Employees: employees.Ready, Login: "anna@example.com", Structure: acme, Activity: text, Chat: text,
		}, lists(t, company, "anna"))
	})
	t.Run("given the generated password ran out, the access has lapsed", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		require.NoError(t, company.RegisterDirectly("anna", "Anna", "Smith", "Buyer", true))
		company.Pass(8 * 24 * time.Hour)
		require.Equal(t, employees.PasswordLapsed, lists(t, company, "anna").Employees)
	})
	t.Run("given a confirmation is asked, the person is listed and has no access until the form is filled", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		require.NoError(t, company.RegisterDirectly("anna", "Anna", "Smith", "Buyer", false))
		text := "Anna Smith was registered by Max Miller"
		want := whereabouts{
			Employees: employees.PasswordPending, Login: "anna@example.com", Structure: acme, Activity: text, Chat: text,
		}
		require.Equal(t, want, lists(t, company, "anna"))

		require.NoError(t, company.Do("anna", person.SetPassword{Counter: 1}))
		want.Employees = employees.Ready
		require.Equal(t, want, lists(t, company, "anna"))
	})
	t.Run("given an open invitation, direct registration takes the person out of Invited", func(t *testing.T) {
		company, _, _ := founded(t, account.Moderated)
		require.NoError(t, company.InviteByEmail("anna", batchOf(company), domain.DepartmentID{}))
		require.NoError(t, company.RegisterDirectly("anna", "Anna", "Smith", "Buyer", true))
		require.Empty(t, lists(t, company, "anna").Invited)
	})
}
