package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

// Who may use which operation: o operator, a administrator, u auditor,
// e employee, i employee where everybody may invite. Everybody else is refused.
// Operations marked * are for everybody.
const mayUse = `
	found-account        o
	accounts             o
	close-account        o
	open-account         o
	log-in               *
	log-out              a u e i
	me                   a u e i
	sessions             a u e i
	end-session          a u e i
	end-other-sessions   a u e i
	end-sessions-of      a
	change-password      a u e i
	change-login         a u e i
	change-name          a u e i
	change-name-of       a
	change-preferences   a u e i
	api-tokens           a u e i
	make-api-token       a u e i
	revoke-api-token     a u e i
	settings             a u
	change-company       a
	change-inviting      a
	change-registration  a
	change-passwords     a
	change-limits        a
	change-plan          o
	join-link            a i
	rotate-join-link     a
	disable-join-link    a
	enable-join-link     a
	show-link            *
	use-link             *
	note-opened          *
	invite-by-sms        a i
	invite-by-email      a i
	invited              a u i
	resend-invitation      a i
	revoke-invitation      a i
	correct-invitation     a i
	revoke-batch           a i
	batch                  a u i
	batch-stream           a u i
	stop-batch             a i
	revoke-invitations-of  a
	change-invitation-days a
	decline-link           *
	ask-for-proof          *
	forgot-password        *
	reset-password         *
	send-password-link     a
	send-proof             a
	limit-join-link        a
	ask-for-link           *
	register-directly    a i
	import-people        a i
	employees            a u e i
	employee             a u e i
	move-employee        a
	change-job-title     a
	change-role          a
	change-login-of      a
	dismiss-employee     a
	rehire-employee      a
	approvals            a u
	approve              a
	reject               a
	approve-many         a
	reject-many          a
	structure            a u e i
	structure-levels     a u e i
	create-department    a
	create-workgroup     a
	rename-department    a
	move-department      a
	change-head          a
	delete-department    a
	rename-workgroup     a
	archive-workgroup    a
	restore-workgroup    a
	join-workgroup       a
	leave-workgroup      a
	activity             a u e i
	activity-stream      a u e i
	chat                 a u e i
	funnel               a
	changes              a u e i
	counts               a u e i
	history              a u
	event                a u
	why                  a u
	lineage              a u
	lineage-of           a u
	outbox               o a
	projections          o
	rebuild-projection   o
	verify-projection    o
	serve-edition        o
	drop-edition         o
	skip-event           o
`

// users is the table above: who, by operation.
func users() map[string]string {
	table := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(mayUse), "\n") {
		words := strings.Fields(line)
		table[words[0]] = strings.Join(words[1:], "")
	}
	return table
}

const oneItem = `{"items":[{"person":"00000000-0000-4000-8000-000000000000"}]}`

// bodies that are right as far as anybody can tell before it is known who asks.
func bodies() map[string]string {
	return map[string]string{
		"found-account": httpapitest.Founding("another"), "change-password": `{"current":"x","new":"y"}`, "change-login": `{"login":"new@example.org","current":"x"}`,
		"make-api-token": `{"name":"Nightly list","scopes":["read_lists"],"days":90}`, "change-name": `{}`, "change-name-of": `{}`, "change-preferences": `{}`, "change-company": `{}`, "change-inviting": `{"everyone_may_invite":false}`, "change-registration": `{}`, "change-passwords": `{}`,
		"close-account": `{"reason":"a test"}`, "open-account": `{"reason":"a test"}`,
		"change-plan": `{"plan":"free"}`, "change-limits": `{}`, "invite-by-sms": `{"phones":["+14155550100"]}`, "invite-by-email": `{"emails":["a@example.org"]}`,
		"register-directly": `{"email":"b@example.org","first_name":"Bo","last_name":"Li","job_title":"Baker"}`,
		"move-employee":     `{"department_id":""}`, "change-job-title": `{"job_title":""}`, "change-role": `{"role":"auditor"}`, "change-login-of": `{"login":"new@example.org"}`,
		"create-department": `{"name":"Kitchen"}`, "create-workgroup": `{"name":"Early shift"}`,
		"correct-invitation": `{"contact":"c@example.org"}`, "change-invitation-days": `{"days":30}`,
		"limit-join-link":   `{"max_uses":3}`,
		"forgot-password":   `{"login":"x@example.org"}`,
		"reset-password":    `{"login":"x@example.org","code":"12345678","new":"an unlikely story"}`,
		"rename-department": `{"name":"Trade"}`, "move-department": `{"parent_id":""}`, "change-head": `{"person":""}`, "rename-workgroup": `{"name":"Go"}`,
		"approve-many": oneItem, "reject-many": oneItem,
		"log-in": `{"login":"x","password":"y"}`, "use-link": `{}`,
		"serve-edition": `{"edition":1}`, "skip-event": `{"follower":"employees","position":"1","reason":"a test"}`,
	}
}

type operation struct{ id, method, path string }

// operations is every operation that the API's own document names.
func operations(t *testing.T, usher *httpapitest.Usher) []operation {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	require.NoError(t, json.Unmarshal(usher.Client("").Get(t, "/openapi.json").Must(t, 200).Body, &document))
	var all []operation
	for path, methods := range document.Paths {
		for method, op := range methods {
			all = append(all, operation{id: op.OperationID, method: strings.ToUpper(method), path: path})
		}
	}
	return all
}

func (o operation) in(slug string) string {
	return strings.NewReplacer("{account}", slug, "{person}", "00000000-0000-4000-8000-000000000000", "{token}", "nonsense", "{department}", "00000000-0000-4000-8000-000000000000", "{workgroup}", "00000000-0000-4000-8000-000000000000", "{batch}", "00000000-0000-4000-8000-000000000000", "{view}", "chat", "{event}", "1", "{edition}", "7").Replace(o.path)
}

func TestWhoMayUseWhichOperation(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	closed, open := usher.Found(t, "closed"), usher.Found(t, "open")
	usher.Found(t, "shut")
	open.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Must(t, 200)
	// Each has a session of its own for each operation, as some end theirs.
	people := map[string]struct {
		company httpapitest.Company
		login   string
	}{
		"a": {closed, "admin@closed.example"}, "u": {closed, "u@closed.example"}, "e": {closed, "e@closed.example"}, "i": {open, "i@open.example"},
	}
	closed.Hire(t, "u@closed.example", domain.RoleAuditor)
	closed.Hire(t, "e@closed.example", domain.RoleEmployee)
	open.Hire(t, "i@open.example", domain.RoleEmployee)

	table := users()
	for _, op := range operations(t, usher) {
		may, known := table[op.id]
		require.True(t, known, "%s is not in the table", op.id)
		delete(table, op.id)
		if may == "*" {
			continue
		}
		t.Run(op.id, func(t *testing.T) {
			do(t, usher.Client(""), op, "closed").Refused(t, 401, "not_signed_in")
			elsewhere := fmt.Sprintf("198.51.100.%d", len(table)) // because wrong tokens count by network
			do(t, usher.Client("nonsense").From(elsewhere), op, "closed").Refused(t, 401, "not_signed_in")
			do(t, usher.Client(httpapitest.OperatorToken+"x").From(elsewhere), op, "closed").Refused(t, 401, "not_signed_in")
			operators := "closed"
			if op.id == "close-account" { // in which nobody could do anything any more
				operators = "shut"
			}
			allowed(t, op, "o", may, do(t, usher.Client(httpapitest.OperatorToken), op, operators))
			for letter, who := range people {
				client := who.company.SignIn(t, who.login, httpapitest.Password)
				client.URL = usher.URL
				allowed(t, op, letter, may, do(t, client, op, who.company.Slug))
			}
		})
	}
	require.Empty(t, table, "operations that are not there")
}

func do(t *testing.T, client httpapitest.Client, op operation, slug string) httpapitest.Answer {
	t.Helper()
	if op.id == "activity-stream" || op.id == "changes" { // a stream that is begun never ends; this one is refused behind the permission
		client = client.With("Last-Event-ID", "nonsense")
	}
	return client.Do(t, op.method, op.in(slug), bodies()[op.id])
}

func allowed(t *testing.T, op operation, letter, may string, answer httpapitest.Answer) {
	t.Helper()
	if op.id == "log-out" && letter == "o" {
		answer.Refused(t, 404, "not_found") // there is no session to end
		return
	}
	if strings.Contains(may, letter) {
		require.NotContains(t, []int{401, 403, 500}, answer.Status, "%s by %s: %s", op.id, letter, answer.Body)
		return
	}
	answer.Refused(t, 403, "not_permitted")
}

// TestAnotherAccountIsNotThere asks everything of an account by those of
// another: the answer is that of an account that does not exist.
func TestAnotherAccountIsNotThere(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	ours, theirs := usher.Found(t, "ours"), usher.Found(t, "theirs")
	before := theirs.Admin.Get(t, "/history").Must(t, 200).Items(t)
	client := httpapitest.Client{URL: usher.URL, Header: ours.Admin.Header}
	for _, op := range operations(t, usher) {
		if may := users()[op.id]; !strings.Contains(op.path, "{account}") || may == "*" || may == "o" { // for everybody, and for the operator
			continue
		}
		t.Run(op.id, func(t *testing.T) {
			foreign, missing := do(t, client, op, "theirs"), do(t, client, op, "missing")
			foreign.Refused(t, 404, "not_found")
			require.Equal(t, string(missing.Body), string(foreign.Body))
			require.Equal(t, http.StatusNotFound, missing.Status)
		})
	}
	t.Run("people of another account are not there either", func(t *testing.T) {
		waiting := theirs.Join(t, "joe@example.org").Must(t, 201).Text(t, "person")
		admin := theirs.Admin.Get(t, "/me").Text(t, "person")
		for _, path := range []string{"/approvals/" + waiting + "/approve", "/approvals/" + waiting + "/reject"} {
			ours.Admin.Post(t, path, "").Refused(t, 404, "not_found")
		}
		ours.Admin.Get(t, "/employees/"+admin).Refused(t, 404, "not_found")
		ours.Admin.Get(t, "/employees/nonsense").Refused(t, 404, "not_found")
		require.Empty(t, ours.Admin.Get(t, "/history?person="+admin).Items(t))
		require.Empty(t, ours.Admin.Get(t, "/history?contact=joe%40example.org").Items(t))
		root := theirs.Admin.Get(t, "/structure").Text(t, "root.id")
		ours.Admin.Post(t, "/departments", `{"name":"Kitchen","parent_id":"`+root+`"}`).Refused(t, 422, "department_not_found")
	})
	t.Run("and nothing of all that is in the log", func(t *testing.T) {
		theirs.Settled(t)
		require.Len(t, theirs.Admin.Get(t, "/history").Items(t), len(before)+1)
	})
}
