package invited_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections/invited"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func counted(t *testing.T, company *projectionstest.Company, now time.Time) invited.Counts {
	t.Helper()
	counts, position, err := invited.Count(t.Context(), projectionstest.Reader(t, company.Events, invited.View()), company.ID, now)
	require.NoError(t, err)
	require.Equal(t, company.Events[len(company.Events)-1].Position, position)
	return counts
}

func TestCount(t *testing.T) {
	number := func(n int) *int { return &n }
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	for _, who := range []string{"early", "declined", "gone"} {
		require.NoError(t, company.InviteBySMS(who, domain.BatchID{1}))
	}
	require.NoError(t, company.Do("declined", person.Decline{Invitation: 1}))
	require.NoError(t, company.Redeem("gone", "Gone", "In"))
	company.Pass(24 * time.Hour)
	require.NoError(t, company.InviteByEmail("late", domain.BatchID{2}, domain.DepartmentID{}))
	ends := company.Events[len(company.Events)-1].Event.(person.InvitedByEmail).ExpiresAt
	require.NoError(t, projectionstest.Found(company.Log, "other").InviteBySMS("else", domain.BatchID{3}))

	for name, c := range map[string]struct {
		at               time.Time
		pending, expired int
	}{
		"before any ends":  {company.Now, 2, 0},
		"between the ends": {ends.Add(-time.Hour), 1, 1},
		"at an end":        {ends, 0, 2},
	} {
		t.Run("given a time "+name+", it divides the open by it", func(t *testing.T) {
			require.Equal(t, invited.Counts{Total: 3, Open: 2, Pending: number(c.pending), Expired: number(c.expired), Declined: 1}, counted(t, company, c.at))
		})
	}
}

func TestCountingVeryMany(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	invite := func(from, to int) {
		for n := from; n < to; n++ {
			require.NoError(t, company.InviteBySMS(fmt.Sprintf("person %d", n), domain.BatchID{1}))
		}
	}
	invite(0, 1001)
	start := company.Now
	company.Pass(10 * 365 * 24 * time.Hour)
	invite(1001, 1004)
	t.Run("given more than a thousand of one status, it counts the other", func(t *testing.T) {
		counts := counted(t, company, company.Now)
		require.Equal(t, []int{1004, 3, 1001}, []int{counts.Open, *counts.Pending, *counts.Expired})
		counts = counted(t, company, start)
		require.Equal(t, []int{1004, 1004, 0}, []int{counts.Open, *counts.Pending, *counts.Expired})
	})
	t.Run("given more of both, it knows how many are open", func(t *testing.T) {
		invite(1004, 2002)
		counts := counted(t, company, company.Now)
		require.Equal(t, 2002, counts.Open)
		require.Nil(t, counts.Pending)
		require.Nil(t, counts.Expired)
	})
}
