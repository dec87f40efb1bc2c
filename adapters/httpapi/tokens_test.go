package httpapi_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

// What a token of each scope may use, made by an administrator: all else needs a
// session, or the operator's token.
func scopes() map[string][]string {
	return map[string][]string{
		"read_lists":   {"settings", "invited", "batch", "batch-stream", "employees", "employee", "approvals", "funnel", "structure", "structure-levels", "activity", "activity-stream", "chat", "changes", "counts"},
		"read_history": {"history", "event", "why", "lineage", "lineage-of"},
		"invite": {
			"join-link", "invite-by-sms", "invite-by-email", "resend-invitation", "revoke-invitation", "correct-invitation", "revoke-batch", "stop-batch", "register-directly", "import-people",
		},
	}
}

func makeToken(t *testing.T, client httpapitest.Client, scope string) httpapitest.Client {
	t.Helper()
	made := client.Post(t, "/me/tokens", fmt.Sprintf(`{"name":"For %s","scopes":[%q],"days":1}`, scope, scope)).Must(t, 201)
	client.Header = http.Header{"Authorization": {"Bearer " + made.Text(t, "token")}}
	return client
}

func TestATokenDoesWhatItsScopeAllowsAndNothingElse(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	for scope, may := range scopes() {
		client := makeToken(t, company.Admin, scope)
		client.URL = usher.URL
		allowed := map[string]bool{}
		for _, id := range may {
			allowed[id] = true
		}
		for _, op := range operations(t, usher) {
			users := users()[op.id]
			if users == "*" {
				continue
			}
			switch answer := do(t, client, op, "acme"); {
			case allowed[op.id]:
				require.NotContains(t, []int{401, 403, 500}, answer.Status, "%s by %s: %s", op.id, scope, answer.Body)
				require.True(t, op.method == http.MethodGet || scope == "invite", "only inviting changes anything")
			case users == "o":
				answer.Refused(t, 403, "not_permitted")
			default:
				answer.Refused(t, 403, "scope_missing")
			}
			delete(allowed, op.id)
		}
		require.Empty(t, allowed, "operations that are not there")
	}
}

func TestATokenHasNoMoreThanTheRoleOfItsPerson(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	employee := company.Employee(t, "e@acme.example")
	makeToken(t, employee, "invite").Post(t, "/invitations/email", `{"emails":["a@example.org"]}`).Refused(t, 403, "not_permitted")
	makeToken(t, employee, "read_history").Get(t, "/history").Refused(t, 403, "not_permitted")
	makeToken(t, employee, "read_lists").Get(t, "/approvals").Refused(t, 403, "not_permitted")
}

func TestTheAnswerWithATokenIsKeptWithoutIt(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	const body = `{"name":"Nightly list","scopes":["read_lists"],"days":90}`

	first := company.Admin.With("Idempotency-Key", "one").Post(t, "/me/tokens", body).Must(t, 201)
	again := company.Admin.With("Idempotency-Key", "one").Post(t, "/me/tokens", body).Must(t, 201)
	require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
	require.Equal(t, first.Text(t, "id"), again.Text(t, "id"))
	require.NotContains(t, string(again.Body), first.Text(t, "token"))
	require.NotContains(t, string(again.Body), "usher_")
}

func TestATokenIsNotAnsweredWhatASessionWas(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	token := makeToken(t, company.Admin, "read_lists")
	company.Admin.With("Idempotency-Key", "one").Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Must(t, 200)
	token.With("Idempotency-Key", "one").Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Refused(t, 403, "scope_missing")
}

func TestManyWhoMakeOneTokenAtOnceMakeOne(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	answers := make([]httpapitest.Answer, 16)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() {
			answers[i] = company.Admin.With("Idempotency-Key", "one").Post(t, "/me/tokens", `{"name":"Nightly list","scopes":["read_lists"],"days":90}`)
		})
	}
	group.Wait()
	require.Len(t, company.Admin.Get(t, "/me/tokens").Items(t), 1)
	for _, answer := range answers {
		answer.Must(t, 201)
		require.Equal(t, answers[0].Text(t, "id"), answer.Text(t, "id"))
		if token := answer.Value(t, "token"); token != nil { // one that was shown works
			client := company.Admin
			client.Header = http.Header{"Authorization": {fmt.Sprint("Bearer ", token)}}
			client.Get(t, "/employees").Must(t, 200)
		}
	}
}

func TestManyTokensAtOnceAreNotMoreThanAllowed(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	var group sync.WaitGroup
	for range 30 {
		group.Go(func() {
			answer := company.Admin.Post(t, "/me/tokens", `{"name":"One of many","scopes":["invite"],"days":90}`)
			if answer.Status != 201 {
				answer.Refused(t, 409, "token_limit")
			}
		})
	}
	group.Wait()
	require.Len(t, company.Admin.Get(t, "/me/tokens").Items(t), 20)
}

func TestATokenThatEndsWorksNowhere(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	token := makeToken(t, company.Admin, "read_lists")
	token.Get(t, "/employees").Must(t, 200)

	t.Run("in another account", func(t *testing.T) {
		usher.Found(t, "other")
		token.URL = usher.URL + "/v1/accounts/other"
		token.Get(t, "/employees").Refused(t, 404, "not_found")
		token.URL = company.Admin.URL
	})
	t.Run("written in another way", func(t *testing.T) {
		for _, secret := range []string{"usher_", "usher_x", token.Header.Get("Authorization")[len("Bearer "):] + "A"} {
			wrong := token
			wrong.Header = http.Header{"Authorization": {"Bearer " + secret}}
			wrong.Get(t, "/employees").Refused(t, 401, "not_signed_in")
		}
	})
	t.Run("when its time is over", func(t *testing.T) {
		usher.Advance(24*time.Hour - time.Second)
		token.Get(t, "/employees").Must(t, 200)
		usher.Advance(time.Second)
		token.Get(t, "/employees").Refused(t, 401, "not_signed_in")
	})
}
