package structure_test

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	chart "github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/projectionstest"
	"github.com/usher-engine/usher/projections/structure"
)

func tree(t *testing.T, company domain.AccountID, events []domain.Recorded) structure.Chart {
	t.Helper()
	chart, err := structure.Tree(t.Context(), projectionstest.Reader(t, events, structure.View()), company)
	require.NoError(t, err)
	return chart
}

// outline is a tree as text: departments with their people, indented.
func outline(unit *structure.Unit, indent string) []string {
	lines := []string{indent + unit.Name}
	for _, member := range unit.People {
		lines = append(lines, indent+"- "+member.Name.String())
	}
	for _, below := range unit.Departments {
		lines = append(lines, outline(below, indent+"  ")...)
	}
	return lines
}

func TestTree(t *testing.T) {
	t.Run("given departments and people, each stands where it belongs, in order of name", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		sales, north, audit := domain.DepartmentID{1}, domain.DepartmentID{2}, domain.DepartmentID{3}
		require.NoError(t, company.Arrange(chart.CreateDepartment{Account: company.ID, Department: sales, Name: "Sales"}))
		require.NoError(t, company.Arrange(chart.CreateDepartment{Account: company.ID, Department: north, Parent: sales, Name: "North"}))
		require.NoError(t, company.Arrange(chart.CreateDepartment{Account: company.ID, Department: audit, Name: "Äudit"}))
		choir, band := domain.WorkgroupID{1}, domain.WorkgroupID{2}
		require.NoError(t, company.Arrange(chart.CreateWorkgroup{Workgroup: choir, Name: "Choir"}))
		require.NoError(t, company.Arrange(chart.CreateWorkgroup{Workgroup: band, Name: "band"}))
		require.NoError(t, company.InviteByEmail("zoe", domain.BatchID{1}, north, choir, choir))
		require.NoError(t, company.InviteByEmail("anna", domain.BatchID{1}, north, choir, band, domain.WorkgroupID{9}))
		require.NoError(t, company.Redeem("zoe", "Zoe", "Smith"))
		require.NoError(t, company.Redeem("anna", "Anna", "Smith"))
		require.NoError(t, company.RegisterDirectly("boris", "Boris", "Abt", "Buyer", true))

		seen := tree(t, company.ID, company.Events)
		require.Equal(t, []string{
			"Company acme", "- Boris Abt", "- Max Miller", "  Äudit", "  Sales", "    North", "    - Anna Smith", "    - Zoe Smith",
		}, outline(seen.Root, ""))
		require.Equal(t, domain.RootDepartment(company.ID), seen.Root.ID)
		require.Equal(t, structure.Member{Person: company.Person("boris"), Name: projections.Name{First: "Boris", Last: "Abt"}, JobTitle: "Buyer"},
			seen.Root.People[0])
		require.Equal(t, []string{"band", "Choir"}, []string{seen.Workgroups[0].Name, seen.Workgroups[1].Name})
		require.Len(t, seen.Workgroups[0].People, 1)
		require.Len(t, seen.Workgroups[1].People, 2, "nobody is in a workgroup twice")
		require.Equal(t, company.Events[len(company.Events)-1].Position, seen.Position)
	})
	t.Run("given a department that is deleted, what stood below it stands in its parent", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		sales, north, port := domain.DepartmentID{1}, domain.DepartmentID{2}, domain.DepartmentID{3}
		require.NoError(t, company.Arrange(chart.CreateDepartment{Account: company.ID, Department: sales, Name: "Sales"}))
		require.NoError(t, company.Arrange(chart.CreateDepartment{Account: company.ID, Department: north, Parent: sales, Name: "North"}))
		require.NoError(t, company.Arrange(chart.CreateDepartment{Account: company.ID, Department: port, Parent: north, Name: "Port"}))
		require.NoError(t, company.InviteByEmail("anna", domain.BatchID{1}, north))
		require.NoError(t, company.Redeem("anna", "Anna", "Smith"))
		before := len(company.Events)
		require.NoError(t, company.Arrange(chart.DeleteDepartment{Account: company.ID, Department: north}))
		require.Len(t, company.Events, before+1)
		require.Equal(t, []string{"Company acme", "- Max Miller", "  Sales", "  - Anna Smith", "    Port"}, outline(tree(t, company.ID, company.Events).Root, ""))
	})
	t.Run("given a new name of the company, the root is called so", func(t *testing.T) {
		company, name := projectionstest.Found(projectionstest.NewLog(), "acme"), "Acme Ltd"
		require.NoError(t, company.Change(account.ChangeCompany{Name: &name}))
		require.NoError(t, company.Do("founder", person.ChangeName{FirstName: "Maximilian"}))
		require.Equal(t, []string{"Acme Ltd", "- Maximilian"}, outline(tree(t, company.ID, company.Events).Root, ""))
	})
	t.Run("given a chosen department that does not exist, the person stands in the root", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		require.NoError(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{9}))
		require.NoError(t, company.Redeem("anna", "Anna", "Smith"))
		require.Equal(t, []string{"Company acme", "- Max Miller", "- Anna Smith"}, outline(tree(t, company.ID, company.Events).Root, ""))
	})
	t.Run("given a parent that does not exist, the department stands below the root", func(t *testing.T) {
		log := projectionstest.NewLog()
		company := projectionstest.Found(log, "acme")
		log.Append(company.ID, domain.StructureStream(company.ID), domain.Actor{},
			chart.DepartmentCreated{Department: domain.DepartmentID{1}, Parent: domain.DepartmentID{9}, Name: "Sales"})
		require.Equal(t, []string{"Company acme", "- Max Miller", "  Sales"}, outline(tree(t, company.ID, log.Events).Root, ""))
	})
	t.Run("given somebody who registered and waits, the person stands nowhere", func(t *testing.T) {
		company := projectionstest.Found(projectionstest.NewLog(), "acme")
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		require.Equal(t, []string{"Company acme", "- Max Miller"}, outline(tree(t, company.ID, company.Events).Root, ""))
	})
	t.Run("given an account that nothing is known of, the root is empty", func(t *testing.T) {
		seen := tree(t, domain.AccountID{1}, nil)
		require.Equal(t, domain.RootDepartment(domain.AccountID{1}), seen.Root.ID)
		require.Empty(t, seen.Root.People)
	})
}

func TestARejectedRegistrationLeavesNoRow(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	before := len(company.Events)
	require.NoError(t, company.Register("anna", "Anna", "Smith"))
	require.NoError(t, company.Do("anna", person.Reject{By: company.Founder}))
	projectionstest.Given[structure.Node](t, structure.View(), company.Events[before:]...).ThenNothing()
}

// counting counts the questions that a tree asks.
type counting struct {
	projections.Reader
	finds int
}

func (c *counting) Find(ctx context.Context, view projections.View, query projections.Query) ([]projections.Row, domain.Position, error) {
	c.finds++
	return c.Reader.Find(ctx, view, query)
}

func (c *counting) Load(context.Context, projections.View, []projections.Key) ([]projections.Row, domain.Position, error) {
	panic("a tree loads no single rows")
}

func TestABigTreeIsReadInPages(t *testing.T) {
	company, people, depth := domain.AccountID{1}, 2500, 200
	reader := &counting{Reader: projectionstest.Reader(t, crowd(company, people, depth), structure.View())}
	seen, err := structure.Tree(t.Context(), reader, company)
	require.NoError(t, err)
	require.Equal(t, (people+depth)/projections.MaxLimit+1, reader.finds)

	seated, unit := len(seen.Root.People), seen.Root
	for range depth {
		require.Len(t, unit.Departments, 1)
		unit = unit.Departments[0]
		seated += len(unit.People)
	}
	require.Equal(t, people, seated)
	require.Empty(t, unit.Departments)
}

func BenchmarkTree(b *testing.B) {
	for _, people := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("%d people", people), func(b *testing.B) {
			company := domain.AccountID{1}
			reader := inOrder(b, crowd(company, people, 1000))
			for b.Loop() {
				_, err := structure.Tree(b.Context(), reader, company)
				require.NoError(b, err)
			}
		})
	}
}

// sorted answers as an indexed store does, without looking at every row.
type sorted struct {
	projections.Reader
	rows []projections.Row
}

func inOrder(t testing.TB, events []domain.Recorded) sorted {
	t.Helper()
	change, err := projections.FoldBatch(structure.View(), nil, events)
	require.NoError(t, err)
	slices.SortFunc(change.Saved, func(a, b projections.Row) int { return cmp.Compare(a.Sort, b.Sort) })
	return sorted{rows: change.Saved}
}

func (s sorted) Find(_ context.Context, _ projections.View, query projections.Query) ([]projections.Row, domain.Position, error) {
	from, found := slices.BinarySearchFunc(s.rows, query.After.Sort, func(row projections.Row, sort string) int { return cmp.Compare(row.Sort, sort) })
	if found {
		from++
	}
	return s.rows[from:min(from+query.Limit, len(s.rows))], domain.Position{}, nil
}

// crowd is people in a chain of departments, some in none.
func crowd(company domain.AccountID, people, departments int) []domain.Recorded {
	log := projectionstest.NewLog()
	parent := domain.RootDepartment(company)
	for i := range departments {
		id := domain.DepartmentID(company.Derive(fmt.Sprintf("department %d", i)))
		log.Append(company, "structure-1", domain.Actor{}, chart.DepartmentCreated{Department: id, Parent: parent, Name: "Department"})
		parent = id
	}
	for i := range people {
		var id domain.PersonID
		binary.BigEndian.PutUint64(id[:], uint64(i)+1)
		details := person.Colleague{FirstName: "Anna", LastName: fmt.Sprintf("Smith %d", people-i)}
		department := domain.DepartmentID(company.Derive(fmt.Sprintf("department %d", i%(departments+1))))
		log.Append(company, "person-1", domain.Actor{},
			person.RegisteredDirectly{Person: id, Personal: details}, person.Employed{Person: id, Department: department})
	}
	return log.Events
}
