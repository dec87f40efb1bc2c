package funnel_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections/funnel"
	"github.com/usher-engine/usher/projections/projectionstest"
)

func TestFiguresAreToldApart(t *testing.T) {
	company := found(account.Public)
	sales := domain.DepartmentID(company.ID.Derive("sales"))
	did(t, company.InviteByEmail("anna", domain.BatchID{1}, sales), company.InviteBySMS("boris", domain.BatchID{2}), company.Redeem("anna", "Anna", "Able"))
	company.Pass(week)
	did(t, company.Do("clara", person.Invite{
		Slot: company.Slot("clara"), Contact: projectionstest.EmailOf("clara"), Inviter: company.Person("anna"), ExpiresAt: company.Now.AddDate(0, 0, 14),
	}))
	company.Pass(week)
	did(t, company.Register("dmitri", "Dmitri", "Dole"), company.RegisterDirectly("emily", "Emily", "Eve", "Baker", true))

	whole, invitation, registration := funnel.Figures{Invited: 1, Opened: 1, Registered: 1, Approved: 1}, funnel.Figures{Invited: 1}, funnel.Figures{Registered: 1, Approved: 1}
	root := domain.RootDepartment(company.ID)
	for name, c := range map[string]struct {
		query funnel.Query
		want  []funnel.Group
		total funnel.Figures
	}{
		"by way": {funnel.Query{By: funnel.ByWay}, []funnel.Group{
			{funnel.Alike{Kind: funnel.SMS}, invitation},
			{funnel.Alike{Kind: funnel.Email}, funnel.Figures{Invited: 2, Opened: 1, Registered: 1, Approved: 1}},
			{funnel.Alike{Kind: funnel.Direct}, registration},
			{funnel.Alike{Kind: funnel.JoinLink}, registration},
		}, funnel.Figures{Invited: 3, Opened: 1, Registered: 3, Approved: 3}},
		"by week": {funnel.Query{By: funnel.ByWeek}, []funnel.Group{
			{funnel.Alike{Week: "2026-W09"}, funnel.Figures{Invited: 2, Opened: 1, Registered: 1, Approved: 1}},
			{funnel.Alike{Week: "2026-W10"}, invitation},
			{funnel.Alike{Week: "2026-W11"}, funnel.Figures{Registered: 2, Approved: 2}},
		}, funnel.Figures{Invited: 3, Opened: 1, Registered: 3, Approved: 3}},
		"by inviter, those of the first two weeks": {funnel.Query{By: funnel.ByInviter, To: "2026-W10"}, []funnel.Group{
			{funnel.Alike{Inviter: company.Founder}, funnel.Figures{Invited: 2, Opened: 1, Registered: 1, Approved: 1}},
			{funnel.Alike{Inviter: company.Person("anna")}, invitation},
		}, funnel.Figures{Invited: 3, Opened: 1, Registered: 1, Approved: 1}},
		"by inviter, those of the last week": {funnel.Query{By: funnel.ByInviter, From: "2026-W11"}, []funnel.Group{
			{funnel.Alike{}, registration},
			{funnel.Alike{Inviter: company.Founder}, registration},
		}, funnel.Figures{Registered: 2, Approved: 2}},
		"by department, those of one week": {funnel.Query{By: funnel.ByDepartment, From: "2026-W09", To: "2026-W09"}, []funnel.Group{
			{funnel.Alike{Department: root}, invitation},
			{funnel.Alike{Department: sales}, whole},
		}, funnel.Figures{Invited: 2, Opened: 1, Registered: 1, Approved: 1}},
		"of a time in which nothing was": {funnel.Query{By: funnel.ByWay, From: "2027-W01"}, nil, funnel.Figures{}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := count(t, company, c.query)
			require.ElementsMatch(t, c.want, answer.Groups)
			require.Equal(t, c.total, answer.Total)
			require.Equal(t, company.Events[len(company.Events)-1].Position, answer.Position)
		})
	}
	t.Run("ways and weeks in their order", func(t *testing.T) {
		var kinds []funnel.Kind
		for _, group := range count(t, company, funnel.Query{By: funnel.ByWay}).Groups {
			kinds = append(kinds, group.Kind)
		}
		require.Equal(t, funnel.Kinds(), kinds)
		require.Equal(t, company.Founder, count(t, company, funnel.Query{By: funnel.ByInviter}).Groups[0].Inviter, "and inviters by how many came by them")
	})
}

func TestWhatIsNoQuestion(t *testing.T) {
	for name, query := range map[string]funnel.Query{
		"by nothing":            {},
		"by something else":     {By: "batch"},
		"from a day":            {By: funnel.ByWay, From: "2026-03-01"},
		"from no week":          {By: funnel.ByWay, From: "2026-W00"},
		"to a week of no year":  {By: funnel.ByWay, To: "2026-W54"},
		"to a week and more":    {By: funnel.ByWay, To: "2026-W53/"},
		"from after the end":    {By: funnel.ByWay, From: "2026-W10", To: "2026-W09"},
		"from a week in spaces": {By: funnel.ByWay, From: " 2026-W9"},
	} {
		t.Run("figures "+name+" are refused", func(t *testing.T) {
			_, err := funnel.Count(t.Context(), projectionstest.Reader(t, nil, funnel.View()), query)
			require.Equal(t, domain.InvalidRequest, domain.CodeOf(err))
		})
	}
	for _, last := range []funnel.Week{"2026-W01", "2026-W53", "2025-W52"} {
		require.True(t, last.IsWeek(), last)
	}
	require.False(t, funnel.Week("2025-W53").IsWeek())
}

// TestTheFiguresAreTrue of any history: each of them is how often its event happened.
func TestTheFiguresAreTrue(test *testing.T) {
	rapid.Check(test, func(t *rapid.T) {
		companies := projectionstest.AnyHistory(t, 40)
		for _, company := range companies {
			reader := projectionstest.Reader(test, company.Events, funnel.View())
			var totals []funnel.Figures
			for _, by := range funnel.Bys() {
				answer, err := funnel.Count(test.Context(), reader, funnel.Query{Account: company.ID, By: by})
				require.NoError(t, err)
				var sum funnel.Figures
				for _, group := range answer.Groups {
					sum.Invited += group.Invited
					sum.Opened += group.Opened
					sum.Registered += group.Registered
					sum.Approved += group.Approved
					sum.FirstLogin += group.FirstLogin
				}
				require.Equal(t, answer.Total, sum, "the parts are the whole, by %s", by)
				totals = append(totals, sum)
			}
			for _, total := range totals {
				require.Equal(t, totals[0], total)
			}
			requireTrue(t, company, totals[0])
		}
	})
}

func requireTrue(t *rapid.T, company *projectionstest.Company, total funnel.Figures) {
	invited, approved, mostLogins := 0, 0, 0
	for _, event := range company.Events {
		if event.Metadata.Account != company.ID {
			continue
		}
		switch e := event.Event.(type) {
		case person.InvitedBySMS:
			if e.Resent == 0 {
				invited++
			}
		case person.InvitedByEmail:
			if e.Resent == 0 {
				invited++
			}
		case person.Employed:
			if e.Basis.Kind != person.Founding && e.Basis.Kind != person.Rehiring {
				approved++
			}
		case person.FirstLogin:
			mostLogins++
		}
	}
	require.Equal(t, invited, total.Invited)
	require.Equal(t, approved, total.Approved)
	require.LessOrEqual(t, total.Opened, total.Invited)
	require.LessOrEqual(t, total.Approved, total.Registered)
	require.LessOrEqual(t, total.FirstLogin, min(mostLogins, total.Approved))
}
