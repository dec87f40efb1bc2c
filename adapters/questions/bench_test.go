package questions_test

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/domain"
	chart "github.com/usher-engine/usher/domain/structure"
	"github.com/usher-engine/usher/projections"
	employeesview "github.com/usher-engine/usher/projections/employees"
	"github.com/usher-engine/usher/projections/projectionstest"
	structureview "github.com/usher-engine/usher/projections/structure"
)

// BenchmarkStructure asks for the structure of 10,000 people in 500 departments: one level
// with counts, all levels with counts, and the whole tree with the people.
func BenchmarkStructure(b *testing.B) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	departments := []domain.DepartmentID{{}}
	for n := range 500 {
		var id domain.DepartmentID
		binary.BigEndian.PutUint32(id[:], uint32(n+1))
		require.NoError(b, company.Arrange(chart.CreateDepartment{Account: company.ID, Department: id, Parent: departments[n/5], Name: fmt.Sprintf("Department %d", n)}))
		departments = append(departments, id)
	}
	for n := range 10_000 {
		who := fmt.Sprintf("person %d", n)
		require.NoError(b, company.InviteByEmail(who, domain.BatchID{1}, departments[n%len(departments)]))
		require.NoError(b, company.Redeem(who, "Grace", fmt.Sprintf("Hopper %d", n)))
	}
	rows, err := sqlite.OpenReadModels(b.Context(), filepath.Join(b.TempDir(), "readmodels.db"), func(why error) { b.Error(why) })
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, rows.Close()) })
	for _, view := range []projections.View{structureview.View(), employeesview.View()} {
		change, err := projections.FoldBatch(view, nil, company.Events)
		require.NoError(b, err)
		change.To = company.Events[len(company.Events)-1].Position
		require.NoError(b, rows.Apply(b.Context(), view, change))
	}
	levels := func(b *testing.B, depth int) {
		for b.Loop() {
			chosen, _, err := employeesview.InDepartments(b.Context(), rows, company.ID)
			require.NoError(b, err)
			found, err := structureview.Tiers(b.Context(), rows, company.ID, chosen, domain.DepartmentID{}, depth)
			require.NoError(b, err)
			require.Equal(b, 10_001, found.Top.Count)
		}
	}
	b.Run("one level", func(b *testing.B) { levels(b, 1) })
	b.Run("all levels", func(b *testing.B) { levels(b, 20) })
	b.Run("with the people", func(b *testing.B) {
		for b.Loop() {
			found, err := structureview.Tree(b.Context(), rows, company.ID)
			require.NoError(b, err)
			require.Equal(b, 10_001, found.Root.Count)
		}
	})
}
