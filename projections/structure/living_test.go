package structure_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	chart "github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/employees"
	"github.com/usher-engine/usher/projections/projectionstest"
	"github.com/usher-engine/usher/projections/structure"
)

// reorganised is a company whose pastry was deleted and fell to the kitchen, and
// whose kitchen was then deleted and fell to the house.
func reorganised(t *testing.T) (company *projectionstest.Company, house, kitchen, pastry, bar domain.DepartmentID) {
	t.Helper()
	company = projectionstest.Found(projectionstest.NewLog(), "acme")
	root := domain.RootDepartment(company.ID)
	house, kitchen, pastry, bar = domain.DepartmentID{1}, domain.DepartmentID{2}, domain.DepartmentID{3}, domain.DepartmentID{4}
	for _, made := range []chart.CreateDepartment{
		{Account: company.ID, Department: house, Parent: root, Name: "House"},
		{Account: company.ID, Department: kitchen, Parent: house, Name: "Kitchen"},
		{Account: company.ID, Department: pastry, Parent: kitchen, Name: "Pastry"},
		{Account: company.ID, Department: bar, Parent: house, Name: "Bar"},
	} {
		require.NoError(t, company.Arrange(made))
	}
	for who, in := range map[string]domain.DepartmentID{"hanna": house, "kay": kitchen, "paul": pastry, "bert": bar} {
		require.NoError(t, company.InviteByEmail(who, domain.BatchID{}, in))
		require.NoError(t, company.Redeem(who, who, "Miller"))
	}
	for _, gone := range []domain.DepartmentID{pastry, kitchen} {
		require.NoError(t, company.Arrange(chart.DeleteDepartment{Account: company.ID, Department: gone}))
	}
	return company, house, kitchen, pastry, bar
}

func TestStanding(t *testing.T) {
	company, house, kitchen, pastry, bar := reorganised(t)
	root := domain.RootDepartment(company.ID)
	reader := &counted{Reader: projectionstest.Reader(t, company.Events, structure.View(), employees.View())}
	for name, c := range map[string]struct {
		in   domain.DepartmentID
		want []domain.DepartmentID
	}{
		"a department to which people fell, it and the deleted ones": {house, []domain.DepartmentID{house, kitchen, pastry}},
		"a department to which nobody fell, it alone":                {bar, []domain.DepartmentID{bar}},
		"the root, it alone":               {root, []domain.DepartmentID{root}},
		"a deleted department, none":       {kitchen, []domain.DepartmentID{}},
		"a department never made, none":    {domain.DepartmentID{9}, []domain.DepartmentID{}},
		"one of another company, as never": {domain.RootDepartment(domain.AccountID{1}), []domain.DepartmentID{}},
	} {
		t.Run("given "+name, func(t *testing.T) {
			reader.asked = 0
			standing, err := structure.Standing(t.Context(), reader, company.ID, c.in)
			require.NoError(t, err)
			require.Equal(t, c.want, standing)
			require.LessOrEqual(t, reader.asked, 3)
		})
	}
	t.Run("the employees of a department are those whom the list shows in it", func(t *testing.T) {
		all, _, err := projections.All[employees.Employee](t.Context(), reader, employees.View(), projections.Query{Account: company.ID})
		require.NoError(t, err)
		for _, in := range []domain.DepartmentID{root, house, kitchen, pastry, bar} {
			var shown []domain.PersonID
			for _, one := range all {
				living, err := structure.Living(t.Context(), reader, company.ID, one.Department)
				require.NoError(t, err)
				if living[one.Department] == in {
					shown = append(shown, one.Person)
				}
			}
			chosen, err := structure.Standing(t.Context(), reader, company.ID, in)
			require.NoError(t, err)
			found, err := employees.List(t.Context(), reader, employees.Query{Account: company.ID, Chosen: chosen})
			require.NoError(t, err)
			var listed []domain.PersonID
			for _, one := range found.Items {
				listed = append(listed, one.Person)
			}
			require.Equal(t, shown, listed)
		}
	})
}

// counted counts what is asked of a reader.
type counted struct {
	projections.Reader
	asked int
}

func (c *counted) Find(ctx context.Context, view projections.View, query projections.Query) ([]projections.Row, domain.Position, error) {
	c.asked++
	return c.Reader.Find(ctx, view, query)
}

func (c *counted) Load(ctx context.Context, view projections.View, keys []projections.Key) ([]projections.Row, domain.Position, error) {
	c.asked++
	return c.Reader.Load(ctx, view, keys)
}
