package structure_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	chart "github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/employees"
	"github.com/usher-engine/usher/projections/projectionstest"
	"github.com/usher-engine/usher/projections/structure"
)

// levels asks as the question does.
func levels(t *testing.T, reader projections.Reader, company domain.AccountID, under domain.DepartmentID, depth int) (structure.Levels, error) {
	t.Helper()
	chosen, _, err := employees.InDepartments(t.Context(), reader, company)
	require.NoError(t, err)
	return structure.Tiers(t.Context(), reader, company, chosen, under, depth)
}

// tallied is a tree as text: departments with how many stand in each, how many there and
// below, and how many departments are below, indented.
func tallied(unit *structure.Unit, indent string) []string {
	lines := []string{fmt.Sprintf("%s%s %d %d %d", indent, unit.Name, unit.Here, unit.Count, unit.Below)}
	for _, below := range unit.Departments {
		lines = append(lines, tallied(below, indent+"  ")...)
	}
	return lines
}

func TestTiers(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	sales, north, harbour, audit, gone := domain.DepartmentID{1}, domain.DepartmentID{2}, domain.DepartmentID{3}, domain.DepartmentID{4}, domain.DepartmentID{5}
	for _, made := range []chart.CreateDepartment{
		{Department: sales, Name: "Sales"},
		{Department: north, Parent: sales, Name: "North"},
		{Department: harbour, Parent: north, Name: "Harbour"},
		{Department: audit, Name: "Audit"},
		{Department: gone, Parent: north, Name: "Coast"},
	} {
		made.Account = company.ID
		require.NoError(t, company.Arrange(made))
	}
	for who, in := range map[string]domain.DepartmentID{"nora": north, "hal": harbour, "hans": harbour, "cora": gone} {
		require.NoError(t, company.InviteByEmail(who, domain.BatchID{1}, in))
		require.NoError(t, company.Redeem(who, who, "Smith"))
	}
	require.NoError(t, company.Arrange(chart.DeleteDepartment{Department: gone}))
	require.NoError(t, company.Do("hans", person.Dismiss{By: company.Founder}))
	projectionstest.Found(company.Log, "other")
	reader := projectionstest.Reader(t, company.Events, structure.View(), employees.View())

	for name, asked := range map[string]struct {
		under domain.DepartmentID
		depth int
		want  []string
	}{
		"one level":            {domain.DepartmentID{}, 1, []string{"Company acme 1 4 4", "  Audit 0 0 0", "  Sales 0 3 2"}},
		"all levels":           {domain.DepartmentID{}, 20, []string{"Company acme 1 4 4", "  Audit 0 0 0", "  Sales 0 3 2", "    North 2 3 1", "      Harbour 1 1 0"}},
		"a part":               {sales, 1, []string{"Sales 0 3 2", "  North 2 3 1"}},
		"a department alone":   {north, 0, []string{"North 2 3 1"}},
		"one without any more": {harbour, 3, []string{"Harbour 1 1 0"}},
	} {
		t.Run("given "+name+", each is counted with all below, the people of deleted ones where they stand", func(t *testing.T) {
			found, err := levels(t, reader, company.ID, asked.under, asked.depth)
			require.NoError(t, err)
			require.Equal(t, asked.want, tallied(found.Top, ""))
			require.Equal(t, company.Events[len(company.Events)-1].Position, found.Position)
		})
	}
	t.Run("it is said what is above", func(t *testing.T) {
		found, err := levels(t, reader, company.ID, harbour, 1)
		require.NoError(t, err)
		var above []string
		for _, unit := range found.Above {
			above = append(above, unit.Name)
		}
		require.Equal(t, []string{"Company acme", "Sales", "North"}, above)
	})
	t.Run("what is not unfolded is not there, and what has nothing below is empty", func(t *testing.T) {
		found, err := levels(t, reader, company.ID, domain.DepartmentID{}, 1)
		require.NoError(t, err)
		require.Nil(t, found.Top.Departments[1].Departments)
		found, err = levels(t, reader, company.ID, harbour, 1)
		require.NoError(t, err)
		require.NotNil(t, found.Top.Departments)
	})
	t.Run("it agrees with the tree of all people", func(t *testing.T) {
		whole, err := structure.Tree(t.Context(), reader, company.ID)
		require.NoError(t, err)
		found, err := levels(t, reader, company.ID, domain.DepartmentID{}, 20)
		require.NoError(t, err)
		require.Equal(t, tallied(whole.Root, ""), tallied(found.Top, ""))
	})
	t.Run("a department that is deleted, or that there never was, is not found", func(t *testing.T) {
		for _, none := range []domain.DepartmentID{gone, {9}} {
			_, err := levels(t, reader, company.ID, none, 1)
			require.Equal(t, domain.NotFound, domain.CodeOf(err))
		}
	})
}
