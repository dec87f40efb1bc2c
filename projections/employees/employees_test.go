package employees_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/employees"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func TestEmployees(t *testing.T) {
	t.Run("given a founder, the administrator's row tells all", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		employed := company.Events[2]
		projectionstest.Given[employees.Employee](t, employees.View(), company.Events...).Then(employees.Employee{
			Person: company.Founder, Slot: company.Slot("founder"),
			Profile:    projections.Profile{Login: "max.miller@example.com", Name: projections.Name{First: "Max", Last: "Miller"}},
			Department: domain.RootDepartment(company.ID), Role: domain.RoleAdministrator, Status: employees.Active,
			Basis: person.Basis{Kind: person.Founding}, JoinedAt: employed.Time, Credential: person.ChosenCredential,
		})
	})
	t.Run("given a registration that waits, the person is not listed", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		before := len(company.Events)
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		projectionstest.Given[employees.Employee](t, employees.View(), company.Events[before:]...).Then()
	})
	t.Run("given a registration that was rejected, nothing is kept of it but where its decision stands", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		before := len(company.Events)
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		require.NoError(t, company.Do("anna", person.Reject{By: company.Founder}))
		rows, err := projectionstest.Fold(employees.View(), company.Events[before:], 1)
		require.NoError(t, err)
		require.Len(t, rows, 1)
		for _, row := range rows {
			require.JSONEq(t, fmt.Sprintf(`{"person":%q,"slot":%q}`, company.Person("anna"), company.Slot("anna")), string(row.Doc))
			require.Empty(t, row.Sort)
		}
	})
	t.Run("given a password set before anything is known of the person, there is no row", func(t *testing.T) {
		log := projectionstest.NewLog()
		log.Append(domain.AccountID{1}, domain.PersonStream(domain.Slot{1}), domain.Actor{}, person.PasswordSet{Person: domain.PersonID{1}})
		projectionstest.Given[employees.Employee](t, employees.View(), log.Events...).ThenNothing()
	})
}

func TestAccess(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		credential person.CredentialKind
		lapses     time.Time
		want       employees.Access
	}{
		"a chosen password, access is ready":                         {person.ChosenCredential, time.Time{}, employees.Ready},
		"a generated password, access is ready":                      {person.GeneratedCredential, now.Add(1), employees.Ready},
		"a generated password at its last moment, access has lapsed": {person.GeneratedCredential, now, employees.PasswordLapsed},
		"a link for choosing a password, access is pending":          {person.LinkPending, now.Add(1), employees.PasswordPending},
		"a link for choosing a password that ran out, access lapsed": {person.LinkPending, now, employees.PasswordLapsed},
		"no password yet, access is pending":                         {person.NoCredential, time.Time{}, employees.PasswordPending},
	} {
		t.Run("given "+name, func(t *testing.T) {
			require.Equal(t, c.want, employees.Employee{Credential: c.credential, LapsesAt: c.lapses}.Access(now))
		})
	}
}

// staff is a company with people of every kind of access.
func staff(t *testing.T) (*projectionstest.Company, projections.Reader) {
	t.Helper()
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.RegisterDirectly("zoe", "Zoë", "Ångström", "Buyer", true))
	company.Pass(8 * 24 * time.Hour)
	require.NoError(t, company.RegisterDirectly("anna", "Anna", "Angstrom", "Buyer", true))
	require.NoError(t, company.RegisterDirectly("boris", "Boris", "Zimmer", "Seller", false))
	public := account.Public
	require.NoError(t, company.Change(account.ChangeRegistration{Mode: &public}))
	require.NoError(t, company.Register("clara", "Clara", "Abt"))
	moderated := account.Moderated
	require.NoError(t, company.Change(account.ChangeRegistration{Mode: &moderated}))
	require.NoError(t, company.Register("dmitri", "Dmitri", "Waiting"))
	return company, projectionstest.Reader(t, company.Events, employees.View())
}

func TestADismissedEmployee(t *testing.T) {
	company, _ := staff(t)
	require.NoError(t, company.Do("anna", person.Move{Department: domain.DepartmentID{1}}))
	require.NoError(t, company.Do("anna", person.ChangeRole{Role: domain.RoleAuditor, By: company.Founder}))
	company.Pass(time.Hour)
	require.NoError(t, company.Do("anna", person.Dismiss{By: company.Founder}))
	read := func() (projections.Reader, employees.Employee) {
		reader := projectionstest.Reader(t, company.Events, employees.View())
		anna, err := employees.Get(t.Context(), reader, company.ID, company.Person("anna"))
		require.NoError(t, err)
		return reader, anna
	}
	list := func(reader projections.Reader, query employees.Query) []string {
		query.Account, query.Now = company.ID, company.Now
		page, err := employees.List(t.Context(), reader, query)
		require.NoError(t, err)
		return firstNames(page)
	}
	reader, anna := read()
	t.Run("says when and by whom, and where she was", func(t *testing.T) {
		require.Equal(t, employees.Dismissed, anna.Status)
		require.Equal(t, company.Now, anna.DismissedAt)
		require.Equal(t, company.Founder, anna.DismissedBy)
		require.Equal(t, domain.DepartmentID{1}, anna.Department)
		require.Equal(t, domain.RoleEmployee, anna.Role)
		require.Equal(t, employees.NoAccess, anna.Access(company.Now))
	})
	t.Run("is found as dismissed, and in no department, role or access that she had", func(t *testing.T) {
		require.Equal(t, []string{"Anna"}, list(reader, employees.Query{Status: employees.Dismissed}))
		require.NotContains(t, list(reader, employees.Query{Status: employees.Active}), "Anna")
		require.Empty(t, list(reader, employees.Query{Chosen: []domain.DepartmentID{{1}}}))
		require.Empty(t, list(reader, employees.Query{Role: domain.RoleAuditor}))
		require.Equal(t, []string{"Anna"}, list(reader, employees.Query{Access: employees.NoAccess}))
		require.NotContains(t, list(reader, employees.Query{Access: employees.PasswordPending}), "Anna")
	})
	t.Run("rehired, is an employee as any other", func(t *testing.T) {
		require.NoError(t, company.Do("anna", person.Rehire{By: company.Founder, LinkExpiresAt: company.Now.AddDate(0, 0, 7)}))
		_, anna := read()
		require.Equal(t, employees.Active, anna.Status)
		require.Zero(t, anna.DismissedAt)
		require.Zero(t, anna.DismissedBy)
		require.Equal(t, domain.RootDepartment(company.ID), anna.Department)
		require.Equal(t, employees.PasswordPending, anna.Access(company.Now))
		require.Equal(t, "Buyer", anna.JobTitle)
	})
}

func firstNames(page projections.Page[employees.Employee]) []string {
	var names []string
	for _, employee := range page.Items {
		names = append(names, employee.Name.First)
	}
	return names
}

func TestList(t *testing.T) {
	company, reader := staff(t)
	for name, c := range map[string]struct {
		query employees.Query
		want  []string
	}{
		"no filter, everybody is there by last name and first name": {employees.Query{}, []string{"Clara", "Anna", "Zoë", "Max", "Boris"}},
		"a role":                     {employees.Query{Role: domain.RoleAdministrator}, []string{"Max"}},
		"a status":                   {employees.Query{Status: employees.Dismissed}, nil},
		"the root department":        {employees.Query{Chosen: []domain.DepartmentID{domain.RootDepartment(company.ID)}}, []string{"Clara", "Anna", "Zoë", "Max", "Boris"}},
		"another department":         {employees.Query{Chosen: []domain.DepartmentID{{1}}}, nil},
		"one of several departments": {employees.Query{Chosen: []domain.DepartmentID{{1}, domain.RootDepartment(company.ID)}}, []string{"Clara", "Anna", "Zoë", "Max", "Boris"}},
		"one of no departments":      {employees.Query{Chosen: []domain.DepartmentID{}}, nil},
		"ready access":               {employees.Query{Access: employees.Ready}, []string{"Clara", "Anna", "Max"}},
		"pending access":             {employees.Query{Access: employees.PasswordPending}, []string{"Boris"}},
		"lapsed access":              {employees.Query{Access: employees.PasswordLapsed}, []string{"Zoë"}},
		"words of a job title":       {employees.Query{Search: projections.Search{"buy"}}, []string{"Anna", "Zoë"}},
		"a name without its accents": {employees.Query{Search: projections.Search{"zoe angstrom"}}, []string{"Zoë"}},
		"a login":                    {employees.Query{Search: projections.Search{"CLARA@example"}}, []string{"Clara"}},
		"another account":            {employees.Query{Account: domain.AccountID{1}}, nil},
	} {
		t.Run("given "+name, func(t *testing.T) {
			c.query.Now = company.Now
			if c.query.Account.IsZero() {
				c.query.Account = company.ID
			}
			page, err := employees.List(t.Context(), reader, c.query)
			require.NoError(t, err)
			require.Equal(t, c.want, firstNames(page))
			for _, employee := range page.Items {
				if c.query.Access != "" {
					require.Equal(t, c.query.Access, employee.Access(company.Now))
				}
			}
		})
	}
	t.Run("given an access that there is not, it refuses with invalid_request", func(t *testing.T) {
		_, err := employees.List(t.Context(), reader, employees.Query{Account: company.ID, Access: "lost"})
		require.Equal(t, domain.InvalidRequest, domain.CodeOf(err))
	})
	t.Run("given the moment at which a password lapses, each filter agrees with what is shown", func(t *testing.T) {
		all, err := employees.List(t.Context(), reader, employees.Query{Account: company.ID, Search: projections.Search{"anna"}})
		require.NoError(t, err)
		lapsed, err := employees.List(t.Context(), reader, employees.Query{
			Account: company.ID, Search: projections.Search{"anna"}, Access: employees.PasswordLapsed, Now: all.Items[0].LapsesAt,
		})
		require.NoError(t, err)
		require.Equal(t, []string{"Anna"}, firstNames(lapsed))
	})
}

func TestGet(t *testing.T) {
	company, reader := staff(t)
	t.Run("given an employee, it is found", func(t *testing.T) {
		anna, err := employees.Get(t.Context(), reader, company.ID, company.Person("anna"))
		require.NoError(t, err)
		require.Equal(t, "Buyer", anna.JobTitle)
	})
	for name, id := range map[string]domain.PersonID{
		"a registrant that waits": company.Person("dmitri"), "a stranger": company.Person("nobody"), "no id": {},
	} {
		t.Run("given "+name+", it refuses with not_found", func(t *testing.T) {
			_, err := employees.Get(t.Context(), reader, company.ID, id)
			require.Equal(t, domain.NotFound, domain.CodeOf(err))
		})
	}
	t.Run("given another account's employee, it refuses with not_found", func(t *testing.T) {
		_, err := employees.Get(t.Context(), reader, domain.AccountID{1}, company.Person("anna"))
		require.Equal(t, domain.NotFound, domain.CodeOf(err))
	})
}

func TestPeople(t *testing.T) {
	company, reader := staff(t)
	names, err := employees.People(t.Context(), reader, company.ID,
		company.Person("anna"), company.Person("dmitri"), company.Person("anna"), company.Person("nobody"), domain.PersonID{})
	require.NoError(t, err)
	require.Equal(t, projections.Names{
		company.Person("anna"): {First: "Anna", Last: "Angstrom"}, company.Person("dmitri"): {First: "Dmitri", Last: "Waiting"},
	}, names)
}
