package httpapi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

func TestInvitations(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	admin := company.Admin.Get(t, "/me").Text(t, "person")

	t.Run("each row has a result of its own, in the order of the request", func(t *testing.T) {
		company.Employee(t, "in@example.org")
		company.Join(t, "waiting@example.org").Must(t, 201)
		answer := company.Admin.Post(t, "/invitations/email",
			`{"emails":["ben@EXAMPLE.org","nonsense","BEN@example.org","in@example.org","waiting@example.org"]}`).Must(t, 200)
		for i, row := range []struct{ contact, outcome, code string }{
			{"ben@example.org", "invited", ""},
			{"nonsense", "refused", "invalid_email"},
			{"BEN@example.org", "refused", "duplicate_in_batch"},
			{"in@example.org", "refused", "already_employed"},
			{"waiting@example.org", "refused", "already_registered"},
		} {
			at := fmt.Sprintf("results.%d.", i)
			require.Equal(t, row.contact, answer.Text(t, at+"contact"))
			require.Equal(t, row.outcome, answer.Text(t, at+"outcome"))
			require.Equal(t, row.code, answer.Text(t, at+"code"))
			require.Equal(t, row.code != "", answer.Text(t, at+"message") != "")
			require.Equal(t, row.code == "", answer.Text(t, at+"person") != "")
		}
		require.Equal(t, "already_invited", company.Admin.Post(t, "/invitations/email", `{"emails":["ben@example.org"]}`).Must(t, 200).Text(t, "results.0.code"))
	})
	t.Run("those invited are in the list", func(t *testing.T) {
		answer := company.Admin.Post(t, "/invitations/sms", `{"phones":["+1 415 555 0100"]}`).Must(t, 200)
		item := company.Admin.Get(t, "/invited").Must(t, 200).Items(t)[0]
		require.Equal(t, map[string]any{
			"person": answer.Text(t, "results.0.person"), "contact": "+14155550100", "channel": "sms", "status": "pending", "reason": "", "invitation": float64(1),
			"batch": answer.Text(t, "batch"), "invited_by": admin, "invited_by_name": "Ada Archer", "invited_at": "2026-03-02T09:00:00Z", "expires_at": "2026-03-16T09:00:00Z",
		}, item)
	})
	t.Run("nothing readable opens no batch", func(t *testing.T) {
		answer := company.Admin.Post(t, "/invitations/sms", `{"phones":["x"]}`).Must(t, 200)
		require.NotContains(t, string(answer.Body), `"batch"`)
	})
	t.Run("into a department and workgroups", func(t *testing.T) {
		kitchen := company.Admin.Post(t, "/departments", `{"name":"Kitchen"}`).Must(t, 201).Text(t, "id")
		early := company.Admin.Post(t, "/workgroups", `{"name":"Early shift"}`).Must(t, 201).Text(t, "id")
		company.Admin.Post(t, "/invitations/email",
			fmt.Sprintf(`{"emails":["cook@example.org"],"department_id":%q,"workgroup_ids":[%q]}`, kitchen, early)).Must(t, 200)
		usher.Client("").Post(t, "/v1/join/"+company.TokenSentTo(t, "cook@example.org"), httpapitest.Form("")).Must(t, 201)
		chart := company.Admin.Get(t, "/structure").Must(t, 200)
		require.Equal(t, "Joe Joiner", chart.Text(t, "root.departments.0.people.0.name"))
		require.Equal(t, "Joe Joiner", chart.Text(t, "workgroups.0.people.0.name"))
		employee := company.Admin.Get(t, "/employees?department="+kitchen).Must(t, 200).Items(t)[0]
		require.Equal(t, []any{early}, employee["workgroup_ids"])
	})
	t.Run("into a department that is not there", func(t *testing.T) {
		const missing = "00000000-0000-4000-8000-000000000000"
		for body, want := range map[string][2]string{
			`{"emails":["a@example.org"],"department_id":"` + missing + `"}`:   {"department_not_found", "body.department_id"},
			`{"emails":["a@example.org"],"workgroup_ids":["` + missing + `"]}`: {"workgroup_not_found", "body.workgroup_ids[0]"},
			`{"emails":["a@example.org"],"department_id":"x"}`:                 {"invalid_id", "body.department_id"},
			`{"emails":["a@example.org"],"workgroup_ids":["x"]}`:               {"invalid_id", "body.workgroup_ids[0]"},
		} {
			answer := company.Admin.Post(t, "/invitations/email", body).Refused(t, 422, want[0])
			require.Equal(t, want[1], answer.Text(t, "errors.0.location"))
		}
	})
	t.Run("an edited message needs a plan", func(t *testing.T) {
		const body = `{"emails":["edited@example.org"],"message":"Come in: {link}"}`
		company.Admin.Post(t, "/invitations/email", body).Refused(t, 403, "plan_does_not_allow")
		usher.Client(httpapitest.OperatorToken).Put(t, company.Path+"/settings/plan", `{"plan":"project+"}`).Must(t, 200)
		company.Admin.Post(t, "/invitations/email", `{"emails":["edited@example.org"],"message":"Come in"}`).Refused(t, 422, "invalid_message")
		company.Admin.Post(t, "/invitations/email", body).Must(t, 200)
		message := company.Message(t, "edited@example.org")
		require.Equal(t, fmt.Sprintf("Come in: %s", message["link"]), message["text"])
	})
}

func TestDirectRegistration(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	const body = `{"email":"dora@example.org","first_name":"Dora","last_name":"Evans","job_title":"Baker","without_confirmation":true}`
	person := company.Admin.Post(t, "/employees", body).Must(t, 201).Text(t, "person")

	t.Run("makes an employee who was never invited", func(t *testing.T) {
		answer := company.Admin.Get(t, "/employees/"+person).Must(t, 200)
		for name, value := range map[string]string{
			"login": "dora@example.org", "first_name": "Dora", "last_name": "Evans", "job_title": "Baker", "role": "employee",
			"status": "active", "access": "ready", "basis": "direct_registration", "joined_at": "2026-03-02T09:00:00Z",
			"department_id": company.Admin.Get(t, "/structure").Text(t, "root.id"),
		} {
			require.Equal(t, value, answer.Text(t, name))
		}
		require.Empty(t, company.Admin.Get(t, "/invited").Items(t))
	})
	t.Run("refuses who is there already", func(t *testing.T) {
		company.Admin.Post(t, "/employees", body).Refused(t, 409, "already_employed")
	})
	t.Run("names every wrong input", func(t *testing.T) {
		answer := company.Admin.Post(t, "/employees", `{"email":"x","first_name":"","last_name":"http://evil.example","job_title":"\u0000"}`)
		require.Len(t, answer.Refused(t, 422, "invalid_request").Value(t, "errors"), 4, "%s", answer.Body)
	})
	t.Run("with confirmation, the password is still to be chosen", func(t *testing.T) {
		person := company.Admin.Post(t, "/employees",
			`{"email":"emil@example.org","first_name":"Emil","last_name":"Fischer","job_title":"Baker","without_confirmation":false}`).Must(t, 201).Text(t, "person")
		require.Equal(t, "password_pending", company.Admin.Get(t, "/employees/"+person).Text(t, "access"))
		company.Advance(14 * 24 * time.Hour)
		company.Admin = company.SignIn(t, "admin@acme.example", httpapitest.Password)
		require.Equal(t, "password_lapsed", company.Admin.Get(t, "/employees/"+person).Text(t, "access"))
	})
}

func TestApprovals(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	join := func(email string) string { return company.Join(t, email).Must(t, 201).Text(t, "person") }

	t.Run("who registered is in the list until decided on", func(t *testing.T) {
		person := join("joe@example.org")
		item := company.Admin.Get(t, "/approvals").Must(t, 200).Items(t)[0]
		require.Equal(t, map[string]any{
			"person": person, "registration": 1.0, "login": "joe@example.org", "first_name": "Joe", "last_name": "Joiner",
			"registered_at": "2026-03-02T09:00:00Z", "awaits": "approval", "proved": false, "route": "join_link",
			"concern": "moderated", "generation": 1.0,
		}, item)
		company.Admin.Post(t, "/approvals/"+person+"/approve", `{"registration":1}`).Must(t, 200)
		require.Empty(t, company.Admin.Get(t, "/approvals").Items(t))
		company.SignIn(t, "joe@example.org", httpapitest.Password)
		company.Admin.Post(t, "/approvals/"+person+"/approve", `{"registration":1}`).Must(t, 200) // as it is already
	})
	t.Run("who is rejected does not get in", func(t *testing.T) {
		person := join("eve@example.org")
		company.Admin.Post(t, "/approvals/"+person+"/reject", `{"reason":"Not one of us"}`).Must(t, 200)
		require.Empty(t, company.Admin.Get(t, "/approvals").Items(t))
		company.Client("").Post(t, company.Path+"/sessions",
			fmt.Sprintf(`{"login":"eve@example.org","password":%q}`, httpapitest.Password)).Refused(t, 401, "login_failed")
	})
	t.Run("a stale click decides nothing", func(t *testing.T) {
		person := join("new@example.org")
		company.Admin.Post(t, "/approvals/"+person+"/approve", `{"registration":7}`).Refused(t, 409, "registration_changed")
		company.Admin.Post(t, "/approvals/"+person+"/approve", `{"registration":-1}`).Refused(t, 422, "invalid_request")
		company.Admin.Post(t, "/approvals/nonsense/approve", "").Refused(t, 404, "not_found")
	})
	t.Run("where nobody waits there is nothing to approve", func(t *testing.T) {
		person := company.Admin.Get(t, "/me").Text(t, "person")
		company.Admin.Post(t, "/approvals/"+person+"/approve", "").Refused(t, 409, "nothing_to_approve")
	})
	t.Run("an auditor looks, and decides nothing", func(t *testing.T) {
		auditor := company.Hire(t, "audit@acme.example", domain.RoleAuditor)
		person := auditor.Get(t, "/approvals").Must(t, 200).Items(t)[0]["person"]
		auditor.Post(t, fmt.Sprintf("/approvals/%s/approve", person), "").Refused(t, 403, "not_permitted")
	})
}

func TestStructure(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	kitchen := company.Admin.Post(t, "/departments", `{"name":"Kitchen"}`).Must(t, 201).Text(t, "id")
	company.Admin.Post(t, "/departments", fmt.Sprintf(`{"name":"Pastry","parent_id":%q}`, kitchen)).Must(t, 201)
	chart := company.Admin.Get(t, "/structure").Must(t, 200)
	require.Equal(t, "The Company", chart.Text(t, "root.name"))
	require.Equal(t, "Pastry", chart.Text(t, "root.departments.0.departments.0.name"))
	require.Equal(t, []any{}, chart.Value(t, "root.departments.0.people"))
	require.Equal(t, "Ada Archer", chart.Text(t, "root.people.0.name"))

	company.Admin.Post(t, "/departments", `{"name":"Kitchen"}`).Refused(t, 409, "name_taken")
	company.Admin.Post(t, "/departments", `{"name":""}`).Refused(t, 422, "invalid_name")
	company.Admin.Post(t, "/departments", `{"name":"Bar","parent_id":"x"}`).Refused(t, 422, "invalid_id")
	company.Admin.Post(t, "/workgroups", `{"name":"Early shift"}`).Must(t, 201)
	company.Admin.Post(t, "/workgroups", `{"name":"Early shift"}`).Refused(t, 409, "name_taken")
}
