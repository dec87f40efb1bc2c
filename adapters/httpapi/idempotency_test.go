package httpapi_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

const key = "Idempotency-Key"

func TestIdempotencyKeys(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	head := func() string { return company.Admin.Get(t, "/history?limit=1000").Text(t, "position") }

	t.Run("the same request again gives the same answer, and nothing happens", func(t *testing.T) {
		client := company.Admin.With(key, "kitchen-1")
		first := client.Post(t, "/departments", `{"name":"Kitchen"}`).Must(t, 201)
		require.Empty(t, first.Header.Get("Idempotency-Replayed"))
		before := head()
		second := client.Post(t, "/departments", `{"name":"Kitchen"}`).Must(t, 201)
		require.Equal(t, "true", second.Header.Get("Idempotency-Replayed"))
		require.Equal(t, string(first.Body), string(second.Body))
		require.Equal(t, before, head())
	})
	t.Run("another body with the key is refused", func(t *testing.T) {
		client := company.Admin.With(key, "kitchen-1")
		answer := client.Post(t, "/departments", `{"name":"Kitchen" }`).Refused(t, 422, "idempotency_key_reused")
		require.Equal(t, "header.Idempotency-Key", answer.Text(t, "errors.0.location"))
	})
	t.Run("another route with the key is refused", func(t *testing.T) {
		company.Admin.With(key, "kitchen-1").Post(t, "/workgroups", `{"name":"Kitchen"}`).Refused(t, 422, "idempotency_key_reused")
	})
	t.Run("the key of somebody else is another key", func(t *testing.T) {
		other := company.Hire(t, "second@acme.example", "administrator")
		other.With(key, "kitchen-1").Post(t, "/workgroups", `{"name":"Early shift"}`).Must(t, 201)
		usher.Client(httpapitest.OperatorToken).With(key, "kitchen-1").Put(t, company.Path+"/settings/plan", `{"plan":"standard"}`).Must(t, 200)
		usher.Found(t, "other").Admin.With(key, "kitchen-1").Post(t, "/workgroups", `{"name":"Early shift"}`).Must(t, 201)
	})
	t.Run("a refusal is final, too", func(t *testing.T) {
		client := company.Admin.With(key, "kitchen-2")
		first := client.Post(t, "/departments", `{"name":"Kitchen"}`).Refused(t, 409, "name_taken")
		second := client.Post(t, "/departments", `{"name":"Kitchen"}`).Refused(t, 409, "name_taken")
		require.Equal(t, "true", second.Header.Get("Idempotency-Replayed"))
		require.Equal(t, string(first.Body), string(second.Body))
	})
	t.Run("who is not signed in is answered anew", func(t *testing.T) {
		nobody := usher.Client("").At(company.Path).With(key, "kitchen-3")
		nobody.Post(t, "/departments", `{"name":"Bar"}`).Refused(t, 401, "not_signed_in")
		company.Admin.With(key, "kitchen-3").Post(t, "/departments", `{"name":"Bar"}`).Must(t, 201)
	})
	t.Run("invitations are sent once", func(t *testing.T) {
		client := company.Admin.With(key, "invite")
		first := client.Post(t, "/invitations/sms", `{"phones":["+14155550100","nonsense"]}`).Must(t, 200)
		second := client.Post(t, "/invitations/sms", `{"phones":["+14155550100","nonsense"]}`).Must(t, 200)
		require.Equal(t, string(first.Body), string(second.Body))
		require.Len(t, company.Admin.Get(t, "/invited").Items(t), 1)
	})
	t.Run("founding again gives the same account", func(t *testing.T) {
		client := usher.Client(httpapitest.OperatorToken).With(key, "found")
		first := client.Post(t, "/v1/accounts", httpapitest.Founding("third")).Must(t, 201)
		second := client.Post(t, "/v1/accounts", httpapitest.Founding("third")).Must(t, 201)
		require.Equal(t, string(first.Body), string(second.Body))
		client.Post(t, "/v1/accounts", httpapitest.Founding("fourth")).Refused(t, 422, "idempotency_key_reused")
	})
	t.Run("the key of a shared link is each registrant's own", func(t *testing.T) {
		path := "/v1/join/" + company.JoinToken(t)
		client := usher.Client("").With(key, "1")
		first := client.Post(t, path, httpapitest.Form("one@example.org")).Must(t, 201)
		client.Post(t, path, httpapitest.Form("two@example.org")).Must(t, 201)
		again := client.Post(t, path, httpapitest.Form("one@example.org")).Must(t, 201)
		require.Equal(t, string(first.Body), string(again.Body))
	})
	t.Run("a link that the request itself has used up", func(t *testing.T) {
		client := usher.Client("").With(key, "mine")
		path := "/v1/join/" + company.TokenSentTo(t, "+14155550100")
		first := client.Post(t, path, httpapitest.Form("")).Must(t, 201)
		require.Equal(t, string(first.Body), string(client.Post(t, path, httpapitest.Form("")).Must(t, 201).Body))
		client.With(key, "another").Post(t, path, httpapitest.Form("")).Refused(t, 410, "link_used")
	})
	t.Run("many at once make one", func(t *testing.T) {
		client := company.Admin.With(key, "at-once")
		bodies := make([]string, 8)
		var group sync.WaitGroup
		for i := range bodies {
			group.Go(func() {
				bodies[i] = string(client.Do(t, "POST", "/workgroups", `{"name":"Late shift"}`).Body)
			})
		}
		group.Wait()
		for _, body := range bodies {
			require.Equal(t, bodies[0], body)
		}
		require.Contains(t, bodies[0], `"id"`)
		require.Len(t, company.Admin.Get(t, "/structure").Value(t, "workgroups"), 2)
	})
	for what, invalid := range map[string]string{
		"an empty key": "", "a key with a blank": "a b", "a key that is not ASCII": "schlüssel", "256 characters": strings.Repeat("k", 256), "a tab": "a\tb",
	} {
		t.Run(what+" is refused", func(t *testing.T) {
			company.Admin.With(key, invalid).Post(t, "/workgroups", `{"name":"Nobody"}`).Refused(t, 400, "invalid_idempotency_key")
		})
	}
	t.Run("255 characters are a key", func(t *testing.T) {
		company.Admin.With(key, strings.Repeat("k", 255)).Post(t, "/workgroups", `{"name":"Somebody"}`).Must(t, 201)
	})
	t.Run("two keys are refused", func(t *testing.T) {
		client := company.Admin.With(key, "one")
		client.Header.Add(key, "two")
		client.Post(t, "/workgroups", `{"name":"Nobody"}`).Refused(t, 400, "invalid_idempotency_key")
	})
}

func TestIdempotencyKeysOutliveARestart(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	usher := httpapitest.Start(t, httpapitest.Options{Data: data})
	company := usher.Found(t, "acme")
	first := company.Admin.With(key, "invite").Post(t, "/invitations/email", `{"emails":["ben@example.org"]}`).Must(t, 200)
	usher.Stop(t)

	usher = httpapitest.Start(t, httpapitest.Options{Data: data})
	again := httpapitest.Client{URL: usher.URL + company.Path, Header: company.Admin.Header}
	second := again.With(key, "invite").Post(t, "/invitations/email", `{"emails":["ben@example.org"]}`).Must(t, 200)
	require.Equal(t, "true", second.Header.Get("Idempotency-Replayed"))
	require.Equal(t, string(first.Body), string(second.Body))
}

// TestNoKeyAndNoPasswordIsKept looks into what the vault keeps of a request.
func TestNoKeyAndNoPasswordIsKept(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	usher := httpapitest.Start(t, httpapitest.Options{Data: data})
	company := usher.Found(t, "acme")
	usher.Client("").With(key, "canary-of-the-key").Post(t, "/v1/join/"+company.JoinToken(t),
		fmt.Sprintf(`{"first_name":"Joe","last_name":"Joiner","password":%q,"email":"joe@example.org"}`, "canary of the password")).Must(t, 201)
	usher.Stop(t)
	for name, content := range filesOf(t, data) {
		for _, canary := range []string{"canary-of-the-key", "canary of the password", company.Admin.Header.Get("Authorization")[len("Bearer "):]} {
			require.NotContains(t, content, canary, "%s in %s", canary, name)
		}
	}
}
