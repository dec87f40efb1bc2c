package approvals_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/approvals"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func ruled(t *testing.T, domains ...string) *projectionstest.Company {
	t.Helper()
	company := projectionstest.Found(projectionstest.NewLog(), "acme")
	require.NoError(t, company.Change(account.ChangeRegistration{Domains: &domains}))
	return company
}

func list(t *testing.T, company *projectionstest.Company, query approvals.Query) []approvals.Approval {
	t.Helper()
	query.Account = company.ID
	page, err := approvals.List(t.Context(), projectionstest.Reader(t, company.Events, approvals.View()), query)
	require.NoError(t, err)
	return page.Items
}

func TestApprovals(t *testing.T) {
	t.Run("given somebody under a domain rule, the row says that a proof is awaited, until when, and under which rule", func(t *testing.T) {
		company := ruled(t, "example.com")
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		event := company.Events[len(company.Events)-1]
		require.Equal(t, []approvals.Approval{{Person: company.Person("anna"), Registration: approvals.Registration{
			Number: 1, Login: "anna@example.com", Name: projections.Name{First: "Anna", Last: "Smith"}, RegisteredAt: event.Time,
			Awaits: person.Proof,
			Route:  person.ByJoinLink, Rule: "example.com", Generation: 1, ProveBy: event.Event.(person.Registered).ProveBy, Position: event.Position,
		}, Others: []approvals.Registration{}}}, list(t, company, approvals.Query{}))
	})
	t.Run("given several that wait side by side, the latest is shown", func(t *testing.T) {
		company := ruled(t, "example.com")
		require.NoError(t, company.Register("anna", "Ann", "Smith"))
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		shown := list(t, company, approvals.Query{})
		require.Len(t, shown, 1)
		require.Equal(t, 2, shown[0].Number)
		require.Len(t, shown[0].Others, 1)
		require.Equal(t, 1, shown[0].Others[0].Number)
		require.Equal(t, "Anna", shown[0].Name.First)
	})
	t.Run("given the latest is rejected, the one before is shown", func(t *testing.T) {
		company := ruled(t, "example.com")
		require.NoError(t, company.Register("anna", "Ann", "Smith"))
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		require.NoError(t, company.Do("anna", person.Reject{Registration: 2, By: company.Founder}))
		require.Equal(t, 1, list(t, company, approvals.Query{})[0].Number)
	})
	t.Run("given one of several is admitted, nobody waits any more", func(t *testing.T) {
		company := ruled(t, "example.com")
		require.NoError(t, company.Register("anna", "Ann", "Smith"))
		require.NoError(t, company.Register("anna", "Mallory", "Smith"))
		require.NoError(t, company.Do("anna", person.Prove{Registration: 1}))
		require.Empty(t, list(t, company, approvals.Query{}))
	})
	t.Run("given a proof that does not admit, an approval is awaited", func(t *testing.T) {
		company := ruled(t)
		require.NoError(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{}))
		require.NoError(t, company.Register("anna", "Anna", "Smith"))
		require.NoError(t, company.Do("anna", person.Prove{Registration: 1, Concern: person.InvitedWait}))
		shown := list(t, company, approvals.Query{})
		require.Equal(t, person.Approval, shown[0].Awaits)
		require.True(t, shown[0].Proved)
		require.Equal(t, person.InvitedWait, shown[0].Concern)
		require.Equal(t, company.Founder, shown[0].Inviter)
		require.Len(t, list(t, company, approvals.Query{Inviter: company.Founder}), 1)
		require.Empty(t, list(t, company, approvals.Query{Inviter: company.Person("anna")}))
	})
}

func TestAnInvitationThatEndedBringsNobody(t *testing.T) {
	company := ruled(t)
	require.NoError(t, company.InviteByEmail("anna", domain.BatchID{1}, domain.DepartmentID{}))
	require.NoError(t, company.Register("anna", "Anna", "Smith"))
	require.Equal(t, company.Founder, list(t, company, approvals.Query{})[0].Inviter)
	require.NoError(t, company.Do("anna", person.Revoke{Invitation: 1, By: company.Founder, Why: person.RevokedAlone}))
	require.Zero(t, list(t, company, approvals.Query{})[0].Inviter)
}

func TestList(t *testing.T) {
	company := ruled(t, "example.com")
	require.NoError(t, company.Register("anna", "Anna", "Smith"))
	none := []string{}
	require.NoError(t, company.Change(account.ChangeRegistration{Domains: &none}))
	require.NoError(t, company.Register("boris", "Boris", "Smith"))
	require.NoError(t, company.Register("clara", "Clara", "Jones"))
	for name, c := range map[string]struct {
		query approvals.Query
		want  []string
	}{
		"no filter, the oldest is first": {approvals.Query{}, []string{"Anna", "Boris", "Clara"}},
		"those who await an approval":    {approvals.Query{Awaits: person.Approval}, []string{"Boris", "Clara"}},
		"those who await a proof":        {approvals.Query{Awaits: person.Proof}, []string{"Anna"}},
		"those by the first join link":   {approvals.Query{Generation: 1}, []string{"Anna", "Boris", "Clara"}},
		"those by the second":            {approvals.Query{Generation: 2}, nil},
		"a name":                         {approvals.Query{Search: projections.Search{"smith"}}, []string{"Anna", "Boris"}},
		"a login":                        {approvals.Query{Search: projections.Search{"clara@"}}, []string{"Clara"}},
	} {
		t.Run("given "+name, func(t *testing.T) {
			var names []string
			for _, approval := range list(t, company, c.query) {
				names = append(names, approval.Name.First)
			}
			require.Equal(t, c.want, names)
		})
	}
	t.Run("given a limit out of range, it refuses with invalid_request", func(t *testing.T) {
		_, err := approvals.List(t.Context(), projectionstest.Reader(t, nil, approvals.View()),
			approvals.Query{Paging: projections.Paging{Limit: -1}})
		require.Equal(t, domain.InvalidRequest, domain.CodeOf(err))
	})
}
