package httpapi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

// figures is how far people got: the whole, and by what is asked.
func figures(t *testing.T, company httpapitest.Company, query string) (items []map[string]any, total any) {
	t.Helper()
	company.Settled(t)
	answer := company.Admin.Get(t, "/funnel"+query).Must(t, 200)
	return answer.Items(t), answer.Value(t, "total")
}

func stages(invited, opened, registered, approved, firstLogin float64) map[string]any {
	return map[string]any{"invited": invited, "opened": opened, "registered": registered, "approved": approved, "first_login": firstLogin}
}

func with(figures map[string]any, more ...string) map[string]any {
	for i := 0; i < len(more); i += 2 {
		figures[more[i]] = more[i+1]
	}
	return figures
}

func TestHowFarPeopleGet(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	public, admin := usher.Client(""), company.Admin.Get(t, "/me").Must(t, 200).Text(t, "person")
	began := usher.Now()

	t.Run("before anybody was invited, nobody is counted, the founder neither", func(t *testing.T) {
		items, total := figures(t, company, "")
		require.Empty(t, items)
		require.Equal(t, stages(0, 0, 0, 0, 0), total)
	})
	bakery := company.Admin.Post(t, "/departments", `{"name":"Bakery"}`).Must(t, 201).Text(t, "id")
	company.Admin.Post(t, "/invitations/email", `{"emails":["ben@mill.example","eva@mill.example","leo@mill.example"],"department_id":"`+bakery+`"}`).Must(t, 200)
	ben := "/v1/join/" + company.TokenSentTo(t, "ben@mill.example")

	t.Run("who only looks at a link has not opened it", func(t *testing.T) {
		public.Get(t, ben).Must(t, 200)
		_, total := figures(t, company, "")
		require.Equal(t, stages(3, 0, 0, 0, 0), total)
	})
	t.Run("who begins to fill the form in has, once", func(t *testing.T) {
		first := public.Post(t, ben+"/opened", `{}`).Must(t, 200).Text(t, "position")
		require.Equal(t, first, public.Post(t, ben+"/opened", "").Must(t, 200).Text(t, "position"))
		public.Post(t, "/v1/join/"+company.TokenSentTo(t, "eva@mill.example")+"/opened", `{}`).Must(t, 200)
		_, total := figures(t, company, "?position="+first)
		require.Equal(t, stages(3, 2, 0, 0, 0), total)
		opened := company.Admin.Get(t, "/history?type=person.invitation_opened").Must(t, 200).Items(t)
		require.Len(t, opened, 2)
		require.Equal(t, "link", opened[0]["actor"].(map[string]any)["kind"])
	})
	t.Run("of a link that is nobody's own, nothing is on record, and of none it is refused", func(t *testing.T) {
		public.Post(t, "/v1/join/"+company.JoinToken(t)+"/opened", `{}`).Must(t, 200)
		public.Post(t, "/v1/join/nonsense/opened", `{}`).Refused(t, 404, "not_found")
		_, total := figures(t, company, "")
		require.Equal(t, stages(3, 2, 0, 0, 0), total)
	})
	t.Run("who registers and logs in is counted there, once", func(t *testing.T) {
		public.Post(t, ben, httpapitest.Form("")).Must(t, 201)
		public.Post(t, ben+"/opened", `{}`).Refused(t, 410, "link_used")
		company.SignIn(t, "ben@mill.example", httpapitest.Password)
		company.SignIn(t, "ben@mill.example", httpapitest.Password)
		require.Len(t, company.Admin.Get(t, "/history?type=person.first_login").Must(t, 200).Items(t), 2, "with the founder's")
		items, total := figures(t, company, "?by=way")
		require.Equal(t, stages(3, 2, 1, 1, 1), total)
		require.Equal(t, []map[string]any{with(stages(3, 2, 1, 1, 1), "way", "email")}, items)
	})
	t.Run("later weeks are counted by themselves, and told apart as is asked", func(t *testing.T) {
		usher.Advance(7 * 24 * time.Hour)
		company = usher.Again(t, "acme")
		company.Join(t, "joe@example.org").Must(t, 201)
		company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200)
		first, second := weekOf(began), weekOf(usher.Now())

		items, total := figures(t, company, "?by=week")
		require.Equal(t, stages(4, 2, 2, 1, 1), total)
		require.Equal(t, []map[string]any{with(stages(3, 2, 1, 1, 1), "week", first), with(stages(1, 0, 1, 0, 0), "week", second)}, items)
		items, _ = figures(t, company, "?by=week&from="+second+"&to="+second)
		require.Len(t, items, 1)
		items, _ = figures(t, company, "?by=inviter")
		require.Equal(t, []map[string]any{with(stages(4, 2, 1, 1, 1), "invited_by", admin, "invited_by_name", "Ada Archer"), stages(0, 0, 1, 0, 0)}, items)
		items, _ = figures(t, company, "?by=department")
		require.Len(t, items, 2)
		require.Equal(t, with(stages(3, 2, 1, 1, 1), "department_id", bakery, "department", "Bakery"), items[0])
		require.Equal(t, "The Company", items[1]["department"])
		items, _ = figures(t, company, "?to="+first)
		require.Equal(t, []map[string]any{with(stages(3, 2, 1, 1, 1), "way", "email")}, items, "by way, where nothing is said")
	})
	t.Run("what is no week, or told apart by nothing there is, is refused", func(t *testing.T) {
		for query, location := range map[string]string{"?by=batch": "query.by", "?from=2026-02-01": "query.from", "?to=2026-W54": "query.to", "?from=2026-W10&to=2026-W09": "query.from"} {
			refused := company.Admin.Get(t, "/funnel"+query).Refused(t, 422, "invalid_request")
			require.Equal(t, location, refused.Text(t, "errors.0.location"))
		}
	})
}

func weekOf(at time.Time) string {
	year, week := at.UTC().ISOWeek()
	return fmt.Sprintf("%d-W%02d", year, week)
}
