package lineage_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/lineage"
	"github.com/usher-engine/usher/projections/projectionstest"
)

// letIn has somebody invite somebody, who comes.
func letIn(t *testing.T, company *projectionstest.Company, inviter, who string, batch domain.BatchID) {
	t.Helper()
	require.NoError(t, company.Do(who, person.Invite{
		Slot: company.Slot(who), Contact: projectionstest.EmailOf(who), Inviter: company.Person(inviter), Batch: batch, ExpiresAt: company.Now.AddDate(0, 0, 14),
	}))
	require.NoError(t, company.Redeem(who, "Anna", who))
}

func TestLineage(t *testing.T) {
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	public := account.Public
	letIn(t, company, "founder", "ben", domain.BatchID{1})
	letIn(t, company, "founder", "chloe", domain.BatchID{1})
	letIn(t, company, "ben", "dora", domain.BatchID{2})
	letIn(t, company, "dora", "emil", domain.BatchID{3})
	require.NoError(t, company.Register("flora", "Flora", "Green"))
	require.NoError(t, company.Do("flora", person.Approve{By: company.Person("chloe")}))
	require.NoError(t, company.Change(account.ChangeRegistration{Mode: &public}))
	require.NoError(t, company.Register("gus", "Gus", "Hill"))
	projectionstest.Found(company.Log, "other")
	reader := projectionstest.Reader(t, company.Events, lineage.View())

	list := func(t *testing.T, query lineage.Query) (who []domain.PersonID, depths []int) {
		t.Helper()
		query.Account = company.ID
		for {
			page, err := lineage.List(t.Context(), reader, query)
			require.NoError(t, err)
			for _, one := range page.Items {
				who, depths = append(who, one.Person), append(depths, one.Depth)
			}
			if query.Cursor = page.Next; query.Cursor == "" {
				return who, depths
			}
		}
	}
	of := func(names ...string) (all []domain.PersonID) {
		for _, name := range names {
			all = append(all, company.Person(name))
		}
		return all
	}
	for name, c := range map[string]struct {
		query  lineage.Query
		want   []string
		depths []int
	}{
		"an inviter":                  {lineage.Query{By: company.Founder}, []string{"ben", "chloe"}, []int{1, 1}},
		"an approver":                 {lineage.Query{By: company.Person("chloe")}, []string{"flora"}, []int{1}},
		"a batch":                     {lineage.Query{Batch: domain.BatchID{1}}, []string{"ben", "chloe"}, []int{1, 1}},
		"the join link":               {lineage.Query{Generation: 1}, []string{"flora", "gus"}, []int{1, 1}},
		"an inviter, and those below": {lineage.Query{By: company.Founder, Transitive: true}, []string{"ben", "chloe", "dora", "emil", "flora"}, []int{1, 1, 2, 3, 2}},
		"a batch, and those below":    {lineage.Query{Batch: domain.BatchID{2}, Transitive: true}, []string{"dora", "emil"}, []int{1, 2}},
		"everybody":                   {lineage.Query{}, []string{"founder", "ben", "chloe", "dora", "emil", "flora", "gus"}, []int{1, 1, 1, 1, 1, 1, 1}},
		"one page after the other": {
			lineage.Query{By: company.Founder, Transitive: true, Paging: projections.Paging{Limit: 2}},
			[]string{"ben", "chloe", "dora", "emil", "flora"},
			[]int{1, 1, 2, 3, 2},
		},
		"nobody": {lineage.Query{By: company.Person("gus"), Transitive: true}, nil, nil},
	} {
		t.Run("given "+name, func(t *testing.T) {
			who, depths := list(t, c.query)
			require.Equal(t, of(c.want...), who)
			require.Equal(t, c.depths, depths)
		})
	}
	t.Run("given a cursor of another list, it refuses", func(t *testing.T) {
		_, err := lineage.List(t.Context(), reader, lineage.Query{Account: company.ID, Transitive: true, Paging: projections.Paging{Cursor: "9999"}})
		require.Equal(t, domain.InvalidCursor, domain.CodeOf(err))
	})
	t.Run("given a person, the chain leads up to the founder", func(t *testing.T) {
		chain, _, err := lineage.Chain(t.Context(), reader, company.ID, company.Person("emil"))
		require.NoError(t, err)
		var who []domain.PersonID
		for _, one := range chain {
			who = append(who, one.Person)
		}
		require.Equal(t, of("emil", "dora", "ben", "founder"), who)
	})
	t.Run("given somebody who was never let in, there is no chain", func(t *testing.T) {
		chain, _, err := lineage.Chain(t.Context(), reader, company.ID, company.Person("nobody"))
		require.NoError(t, err)
		require.Empty(t, chain)
	})
}
