package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestSortedLists(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	for i, name := range [][2]string{{"Țuțea", "Al"}, {"Zoll", "Øyvind"}, {"Ångström", "Eva"}} {
		company.Advance(time.Minute)
		company.Admin.Post(t, "/employees", fmt.Sprintf(
			`{"email":"%d@example.org","first_name":%q,"last_name":%q,"job_title":"Baker"}`, i, name[1], name[0])).Must(t, 201)
	}
	for _, contact := range [][2]string{
		{"email", `{"emails":["zoe@example.org"]}`}, {"sms", `{"phones":["+14155550101"]}`}, {"email", `{"emails":["ann@example.org"]}`}, {"sms", `{"phones":["+14155550100"]}`},
	} {
		company.Advance(time.Minute)
		company.Admin.Post(t, "/invitations/"+contact[0], contact[1]).Must(t, 200)
	}
	for _, email := range []string{"joe@example.org", "bea@example.org"} {
		company.Advance(time.Minute)
		company.Join(t, email).Must(t, 201)
	}
	company.Settled(t)
	for path, want := range map[string][]string{
		"/employees last_name": {"Ångström", "Archer", "Țuțea", "Zoll"}, "/employees?sort=name last_name": {"Ångström", "Archer", "Țuțea", "Zoll"},
		"/employees?sort=-name last_name": {"Zoll", "Țuțea", "Archer", "Ångström"}, "/employees?sort=joined_at last_name": {"Archer", "Țuțea", "Zoll", "Ångström"},
		"/employees?sort=-joined_at last_name": {"Ångström", "Zoll", "Țuțea", "Archer"}, "/employees?sort=role last_name": {"Archer", "Ångström", "Țuțea", "Zoll"},
		"/employees?sort=-joined_at&role=employee last_name": {"Ångström", "Zoll", "Țuțea"}, "/employees?sort=-status&search=o last_name": {"Zoll", "Țuțea", "Ångström"},
		"/invited contact": {"+14155550100", "ann@example.org", "+14155550101", "zoe@example.org"}, "/invited?sort=invited_at contact": {"zoe@example.org", "+14155550101", "ann@example.org", "+14155550100"},
		"/invited?sort=contact contact": {"+14155550100", "+14155550101", "ann@example.org", "zoe@example.org"}, "/invited?sort=-contact contact": {"zoe@example.org", "ann@example.org", "+14155550101", "+14155550100"},
		"/invited?sort=expires_at contact": {"zoe@example.org", "+14155550101", "ann@example.org", "+14155550100"}, "/invited?sort=channel contact": {"zoe@example.org", "ann@example.org", "+14155550101", "+14155550100"},
		"/invited?sort=-contact&channel=sms contact": {"+14155550101", "+14155550100"}, "/invited?sort=contact&status=pending&search=example contact": {"ann@example.org", "zoe@example.org"},
		"/approvals login": {"joe@example.org", "bea@example.org"}, "/approvals?sort=login login": {"bea@example.org", "joe@example.org"}, "/approvals?sort=-registered_at login": {"bea@example.org", "joe@example.org"},
	} {
		path, member, _ := strings.Cut(path, " ")
		t.Run(path, func(t *testing.T) {
			var got []string
			for _, one := range company.Admin.Get(t, path).Must(t, 200).Items(t) {
				got = append(got, fmt.Sprint(one[member]))
			}
			require.Equal(t, want, got)
		})
		t.Run(path+" in pages", func(t *testing.T) {
			var got []string
			for cursor := ""; ; {
				page := company.Admin.Get(t, path+map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]+"limit=1"+behind(cursor)).Must(t, 200)
				for _, one := range page.Items(t) {
					got = append(got, fmt.Sprint(one[member]))
				}
				if cursor = page.Text(t, "next"); cursor == "" {
					break
				}
			}
			require.Equal(t, want, got)
		})
	}
	t.Run("a cursor of another order is refused", func(t *testing.T) {
		cursor := company.Admin.Get(t, "/employees?sort=joined_at&limit=1").Must(t, 200).Text(t, "next")
		company.Admin.Get(t, "/employees?sort=joined_at&limit=1&cursor="+cursor).Must(t, 200)
		for _, other := range []string{"", "sort=-joined_at&", "sort=name&", "sort=role&"} {
			company.Admin.Get(t, "/employees?"+other+"limit=1&cursor="+cursor).Refused(t, http.StatusBadRequest, "invalid_cursor")
		}
	})
	for path, names := range map[string]string{
		"/employees?sort=salary": "joined_at, name, role, status", "/employees?sort=name,role": "joined_at", "/employees?sort=--name": "joined_at",
		"/invited?sort=name": "channel, contact, expires_at, invited_at", "/approvals?sort=NAME": "login, name, registered_at",
	} {
		t.Run(path+" is refused", func(t *testing.T) {
			answer := company.Admin.Get(t, path).Refused(t, http.StatusUnprocessableEntity, "invalid_request")
			require.Equal(t, "query.sort", answer.Text(t, "errors.0.location"))
			require.Contains(t, answer.Text(t, "detail"), names)
		})
	}
	t.Run("lists without orders know no sort", func(t *testing.T) {
		company.Admin.Get(t, "/history?sort=type").Refused(t, http.StatusUnprocessableEntity, "invalid_request")
	})
	for path, total := range map[string]any{
		"/employees?limit=1": 4.0, "/employees?limit=1&status=active": 4.0, "/employees?limit=1&role=administrator": 1.0, "/employees?limit=1&status=dismissed": 0.0,
		"/employees?limit=1&sort=-joined_at": 4.0, "/employees?limit=1&search=example": nil, "/employees?limit=4&search=example": 4.0, "/employees?limit=1&status=active&role=employee": nil,
		"/invited?limit=1": 4.0, "/invited?limit=1&channel=sms": 2.0, "/invited?limit=1&status=declined": 0.0, "/invited?limit=1&status=pending": nil, "/invited?limit=4&status=pending": 4.0,
		"/approvals?limit=1": 2.0, "/approvals?limit=1&awaits=approval": 2.0, "/activity?limit=1": nil, "/history?limit=1": nil, "/history?type=account.founded": 1.0,
	} {
		t.Run(path+" has its total", func(t *testing.T) {
			require.Equal(t, total, company.Admin.Get(t, path).Must(t, 200).Value(t, "total"))
		})
	}
}

func TestNamesBesideIDs(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	bakery := company.Admin.Post(t, "/departments", `{"name":"Bakery"}`).Must(t, 201).Text(t, "id")
	shift := company.Admin.Post(t, "/workgroups", `{"name":"Early shift"}`).Must(t, 201).Text(t, "id")
	company.Admin.Post(t, "/invitations/email", fmt.Sprintf(`{"emails":["ben@example.org"],"department_id":%q,"workgroup_ids":[%q]}`, bakery, shift)).Must(t, 200)
	joe := company.Join(t, "joe@example.org").Must(t, 201).Text(t, "person")
	company.Admin.Post(t, "/approvals/"+joe+"/approve", "").Must(t, 200)
	company.Admin.Put(t, "/employees/"+joe+"/department", fmt.Sprintf(`{"department_id":%q}`, bakery)).Must(t, 200)
	company.Settled(t)

	t.Run("an invitation names who sent it, and where to", func(t *testing.T) {
		answer := company.Admin.Get(t, "/invited").Must(t, 200)
		require.Equal(t, "Ada Archer", answer.Text(t, "items.0.invited_by_name"))
		require.Equal(t, "Bakery", answer.Text(t, "items.0.department"))
		require.Equal(t, "Early shift", answer.Text(t, "items.0.workgroups.0"))
	})
	t.Run("an employee stands somewhere with a name", func(t *testing.T) {
		require.Equal(t, "Bakery", company.Admin.Get(t, "/employees/"+joe).Must(t, 200).Text(t, "department"))
		require.Equal(t, "The Company", company.Admin.Get(t, "/employees?search=ada").Must(t, 200).Text(t, "items.0.department"))
	})
	t.Run("activity and history name who did it, and to whom", func(t *testing.T) {
		require.Equal(t, "Ada Archer", company.Admin.Get(t, "/activity").Must(t, 200).Text(t, "items.0.actor.name"))
		answer := company.Admin.Get(t, "/history?type=person.employed&person="+joe).Must(t, 200)
		require.Equal(t, "Ada Archer", answer.Text(t, "items.0.actor.name"))
		require.Equal(t, "Joe Joiner", answer.Text(t, "items.0.person_name"))
		require.Equal(t, "Ada Archer", company.Admin.Get(t, "/employees/"+joe+"/why").Must(t, 200).Text(t, "events.1.actor.name"))
	})
	t.Run("names are those of now", func(t *testing.T) {
		company.Admin.Put(t, "/departments/"+bakery+"/name", `{"name":"Patisserie"}`).Must(t, 200)
		company.Settled(t)
		require.Equal(t, "Patisserie", company.Admin.Get(t, "/invited").Must(t, 200).Text(t, "items.0.department"))
	})
	t.Run("the dismissed name by whom", func(t *testing.T) {
		company.Admin.Post(t, "/employees/"+joe+"/dismiss", "").Must(t, 200)
		company.Settled(t)
		require.Equal(t, "Ada Archer", company.Admin.Get(t, "/employees/"+joe).Must(t, 200).Text(t, "dismissed_by_name"))
	})
}
