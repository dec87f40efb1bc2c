package httpapi_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

// TestBodies sends bodies that are read in more than one way elsewhere. None
// changes anything.
func TestBodies(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	before := company.Admin.Get(t, "/history").Text(t, "position")
	const name = "/departments" // {"name": string, "parent_id"?: string}
	for _, c := range []struct {
		what, path, body string
		status           int
		code, location   string
	}{
		{"nothing", name, "", 400, "malformed_request", ""},
		{"a key twice", name, `{"name":"A","name":"B"}`, 400, "malformed_request", "body.name"},
		{"a key twice, one escaped", name, `{"name":"A","n\u0061me":"B"}`, 400, "malformed_request", "body.name"},
		{"a key in two cases", name, `{"Name":"A","name":"B"}`, 422, "invalid_request", "body.Name"},
		{"a key in another case", name, `{"NAME":"A"}`, 422, "invalid_request", "body.NAME"},
		{"a key that only folds to another", "/sessions/../me/password", "", 404, "not_found", ""},
		{"the Kelvin sign for a k", "/invitations/email", "{\"emails\":[\"a@example.org\"],\"wor\u212Agroup_ids\":[]}", 422, "invalid_request", "body.wor\u212Agroup_ids"},
		{"a value behind the value", name, `{"name":"A"}{}`, 400, "malformed_request", "body"},
		{"a byte order mark", name, "\uFEFF" + `{"name":"A"}`, 400, "malformed_request", "body"},
		{"a comment", name, `{"name":"A"/* B */}`, 400, "malformed_request", ""},
		{"a comma at the end", name, `{"name":"A",}`, 400, "malformed_request", ""},
		{"10,000 levels", name, `{"name":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000) + `}`, 400, "malformed_request", "body"},
		{"17 levels", name, `{"name":` + strings.Repeat("[", 16) + strings.Repeat("]", 16) + `}`, 400, "malformed_request", "body"},
		{"16 levels", name, `{"name":` + strings.Repeat("[", 15) + strings.Repeat("]", 15) + `}`, 422, "invalid_request", "body.name"},
		{"a number too large", "/settings/passwords", `{"minimum_length":1e400}`, 400, "malformed_request", "body.minimum_length"},
		{"minus nothing", "/settings/passwords", `{"minimum_length":-0}`, 422, "", "body.minimum_length"},
		{"a fraction for an integer", "/settings/passwords", `{"minimum_length":15.5}`, 422, "invalid_request", "body.minimum_length"},
		{"1.0 for an integer", "/settings/passwords", `{"minimum_length":15.0}`, 422, "invalid_request", "body.minimum_length"},
		{"2^53+1", "/settings/passwords", `{"minimum_length":9007199254740993}`, 422, "invalid_password_policy", "body.minimum_length"},
		{"2^64", "/settings/passwords", `{"minimum_length":18446744073709551616}`, 422, "invalid_request", "body.minimum_length"},
		{"null for an object", name, `null`, 422, "invalid_request", "body"},
		{"null for a text", name, `{"name":null}`, 422, "invalid_request", "body.name"},
		{"null for a member that there is not", name, `{"name":"A","parent":null}`, 422, "invalid_request", "body.parent"},
		{"null for a text in a list", "/settings/registration", `{"domains":[null]}`, 422, "invalid_request", "body.domains[0]"},
		{"null in a list", "/invitations/sms", `{"phones":[null]}`, 422, "invalid_request", "body.phones[0]"},
		{"a text for a truth", "/settings/inviting", `{"everyone_may_invite":"true"}`, 422, "invalid_request", "body.everyone_may_invite"},
		{"a number for a truth", "/settings/inviting", `{"everyone_may_invite":1}`, 422, "invalid_request", "body.everyone_may_invite"},
		{"a number for a text", "/invitations/sms", `{"phones":["+14155550100",4915112345678]}`, 422, "invalid_request", "body.phones[1]"},
		{"a list for an object", name, `[{"name":"A"}]`, 422, "invalid_request", "body"},
		{"an object for a list", "/invitations/sms", `{"phones":{"0":"+14155550100"}}`, 422, "invalid_request", "body.phones"},
		{"a text for a list", "/invitations/sms", `{"phones":"+14155550100"}`, 422, "invalid_request", "body.phones"},
		{"half a pair", name, `{"name":"\ud800"}`, 400, "malformed_request", "body.name"},
		{"an escaped NUL", name, `{"name":"A\u0000B"}`, 422, "invalid_name", "body.name"},
		{"a NUL byte", name, "{\"name\":\"A\x00B\"}", 400, "malformed_request", "body.name"},
		{"no UTF-8", name, "{\"name\":\"\xff\"}", 400, "malformed_request", "body.name"},
		{"UTF-16", name, "\xff\xfe{\x00}\x00", 400, "malformed_request", "body"},
		{"__proto__", name, `{"name":"A","__proto__":{"admin":true}}`, 422, "invalid_request", "body.__proto__"},
		{"somebody else's fields", name, `{"name":"A","id":"0","account":"other","approved":true}`, 422, "invalid_request", ""},
		{"nothing that is asked for", name, `{}`, 422, "invalid_request", "body.name"},
		{"a number alone", name, `17`, 422, "invalid_request", "body"},
		{"a text alone", name, `"name"`, 422, "invalid_request", "body"},
		{"64 KiB and one byte", name, `{"name":"` + strings.Repeat("A", 64<<10+1-11) + `"}`, 413, "body_too_large", ""},
		{"64 KiB", name, `{"name":"` + strings.Repeat("A", 64<<10-11) + `"}`, 422, "invalid_name", "body.name"},
	} {
		t.Run(c.what, func(t *testing.T) {
			method := http.MethodPost
			if strings.HasPrefix(c.path, "/settings") {
				method = http.MethodPut
			}
			answer := company.Admin.Do(t, method, c.path, c.body)
			require.Equal(t, c.status, answer.Status, "%s", answer.Body)
			require.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"))
			if c.code != "" {
				require.Equal(t, c.code, answer.Text(t, "code"), "%s", answer.Body)
			}
			if c.location != "" {
				require.Equal(t, c.location, answer.Text(t, "errors.0.location"), "%s", answer.Body)
			}
		})
	}
	company.Settled(t)
	require.Equal(t, before, company.Admin.Get(t, "/history").Text(t, "position"), "something was appended")
}

// TestBulkBodies has the larger limit of the two routes that take many rows.
func TestBulkBodies(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	rows := func(count int) string {
		return `{"phones":[` + strings.TrimSuffix(strings.Repeat(`"x",`, count), ",") + `]}`
	}
	t.Run("10,000 rows have a result each", func(t *testing.T) {
		answer := company.Admin.Post(t, "/invitations/sms", rows(10_000)).Must(t, 200)
		require.Len(t, answer.Value(t, "results"), 10_000)
		require.Equal(t, "invalid_phone", answer.Text(t, "results.9999.code"))
	})
	t.Run("10,001 are too many", func(t *testing.T) {
		company.Admin.Post(t, "/invitations/sms", rows(10_001)).Refused(t, 413, "too_many_rows")
	})
	t.Run("none are too few", func(t *testing.T) {
		company.Admin.Post(t, "/invitations/sms", rows(0)).Refused(t, 422, "nothing_to_invite")
	})
	t.Run("a body of more than 4 MiB is not read", func(t *testing.T) {
		company.Admin.Post(t, "/invitations/sms", `{"phones":["`+strings.Repeat("1", 4<<20)+`"]}`).Refused(t, 413, "body_too_large")
	})
	t.Run("a body of nearly 4 MiB is", func(t *testing.T) {
		answer := company.Admin.Post(t, "/invitations/sms", `{"phones":["`+strings.Repeat(strings.Repeat("1", 30_000)+`","`, 135)+`1"]}`).Must(t, 200)
		require.Equal(t, "refused", answer.Text(t, "results.0.outcome"))
		require.Equal(t, strings.Repeat("1", 197)+"...", answer.Text(t, "results.0.contact"))
	})
	t.Run("a text of more than 32 KiB is not", func(t *testing.T) {
		company.Admin.Post(t, "/invitations/sms", `{"phones":["`+strings.Repeat("1", 33<<10)+`"]}`).Refused(t, 413, "body_too_large")
	})
	t.Run("what is asked for is needed", func(t *testing.T) {
		for path, location := range map[string]string{
			"/invitations/sms": "body.phones", "/invitations/email": "body.emails", "/approvals/approve": "body.items", "/approvals/reject": "body.items",
		} {
			require.Equal(t, location, company.Admin.Post(t, path, `{}`).Refused(t, 422, "invalid_request").Text(t, "errors.0.location"))
		}
		require.Equal(t, "body.items[1].person", company.Admin.Post(t, "/approvals/approve",
			`{"items":[{"person":"00000000-0000-4000-8000-000000000000"},{}]}`).Refused(t, 422, "invalid_request").Text(t, "errors.0.location"))
	})
	t.Run("members of items are read as strictly", func(t *testing.T) {
		for body, location := range map[string]string{
			`{"items":[{"person":"x","approved":true}]}`:         "body.items[0].approved",
			`{"items":[{"person":"x","registration":1.5}]}`:      "body.items[0].registration",
			`{"items":[{"person":null}]}`:                        "body.items[0].person",
			`{"items":[{"Person":"x"}]}`:                         "body.items[0].Person",
			`{"items":[null]}`:                                   "body.items[0]",
			`{"items":["00000000-0000-4000-8000-000000000000"]}`: "body.items[0]",
		} {
			require.Equal(t, location, company.Admin.Post(t, "/approvals/approve", body).Refused(t, 422, "invalid_request").Text(t, "errors.0.location"))
		}
	})
	t.Run("1,001 items are too many", func(t *testing.T) {
		item := `{"person":"00000000-0000-4000-8000-000000000000"}`
		answer := company.Admin.Post(t, "/approvals/approve", `{"items":[`+strings.Repeat(item+",", 1000)+item+`]}`).Refused(t, 422, "invalid_request")
		require.Equal(t, "body.items", answer.Text(t, "errors.0.location"))
	})
}

func TestHeadersAndPaths(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	const body = `{"name":"Kitchen"}`
	for kind, status := range map[string]int{
		"text/plain": 415, "application/x-www-form-urlencoded": 415, "multipart/form-data; boundary=x": 415, "application/xml": 415,
		"application/json; charset=utf-7": 415, "application/json; charset=utf-16": 415, "application/json+x": 415, "application/cbor": 415,
		"application/json;": 201, "application/json; charset=UTF-8": 409, "": 415, "nonsense/": 415,
	} {
		_ = status
		t.Run("Content-Type "+kind, func(t *testing.T) {
			answer := company.Admin.With("Content-Type", kind).Post(t, "/departments", body)
			if status == 415 {
				answer.Refused(t, 415, "unsupported_media_type")
				return
			}
			require.Contains(t, []int{201, 409}, answer.Status, "%s", answer.Body)
		})
	}
	t.Run("a compressed body is not read", func(t *testing.T) {
		company.Admin.With("Content-Encoding", "gzip").Post(t, "/departments", body).Refused(t, 415, "unsupported_media_type")
	})
	t.Run("a method that a route does not take", func(t *testing.T) {
		answer := company.Admin.Do(t, "PATCH", "/me", "").Refused(t, 405, "method_not_allowed")
		require.Equal(t, "GET, HEAD", answer.Header.Get("Allow"))
		company.Admin.Do(t, "TRACE", "/me", "").Refused(t, 405, "method_not_allowed")
		company.Admin.With("X-HTTP-Method-Override", "DELETE").Post(t, "/me", "").Refused(t, 405, "method_not_allowed")
	})
	t.Run("HEAD is GET without a body", func(t *testing.T) {
		answer := company.Admin.Do(t, "HEAD", "/me", "").Must(t, 200)
		require.Empty(t, answer.Body)
	})
	for _, path := range []string{
		"/v1/accounts/acme//me", "//v1/accounts/acme/me", "/v1/accounts/acme/../acme/me", "/v1/accounts/..%2facme/me", "/v1/accounts/acme/me/",
		"/v1/accounts/acme%2fme", "/v1/accounts//me", "/v1/accounts/acme/nothing", "/v2", "/%00", "/v1/accounts/a%00b/me",
	} {
		t.Run("no route at "+path, func(t *testing.T) {
			usher.Client(strings.TrimPrefix(company.Admin.Header.Get("Authorization"), "Bearer ")).Get(t, path).Refused(t, 404, "not_found")
		})
	}
	t.Run("parameters that can be read in two ways", func(t *testing.T) {
		answer := company.Admin.Get(t, "/employees?limit=1&limit=2").Refused(t, 400, "malformed_request")
		require.Equal(t, "query.limit", answer.Text(t, "errors.0.location"))
		company.Admin.Get(t, "/employees?limit=%zz").Refused(t, 400, "malformed_request")
		company.Admin.Get(t, "/employees?a;b").Refused(t, 400, "malformed_request")
		answer = company.Admin.Get(t, "/employees?serach=x").Refused(t, 422, "invalid_request")
		require.Equal(t, "query.serach", answer.Text(t, "errors.0.location"))
		company.Admin.Get(t, "/employees?token[]=x").Refused(t, 422, "invalid_request")
	})
	t.Run("many unknown parameters get a short answer", func(t *testing.T) {
		var query strings.Builder
		for i := range 5000 {
			fmt.Fprintf(&query, "&p%d=", i)
		}
		answer := company.Admin.Get(t, "/employees?"+query.String()[1:]).Refused(t, 422, "invalid_request")
		require.Len(t, answer.Value(t, "errors"), 100)
	})
	t.Run("two bearers are none", func(t *testing.T) {
		client := company.Admin.With("X", "y")
		client.Header.Add("Authorization", "Bearer other")
		client.Get(t, "/me").Refused(t, 401, "not_signed_in")
	})
}

// TestRawRequests is for what a decent client cannot send.
func TestRawRequests(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	usher.Found(t, "acme")
	address := strings.TrimPrefix(usher.URL, "http://")
	for what, c := range map[string]struct{ request, status string }{
		"two hosts":                    {"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
		"length and chunks":            {"POST /v1/accounts HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "401"},
		"an absolute URL":              {"GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "200"},
		"HTTP/1.0":                     {"GET /healthz HTTP/1.0\r\n\r\n", "200"},
		"a host with a dot at the end": {"GET /healthz HTTP/1.1\r\nHost: a.\r\nConnection: close\r\n\r\n", "200"},
		"ranges":                       {"GET /openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\nRange: bytes=0-1" + strings.Repeat(",0-1", 1000) + "\r\n\r\n", "200"},
	} {
		t.Run(what, func(t *testing.T) {
			connection, err := net.Dial("tcp", address)
			require.NoError(t, err)
			defer connection.Close()
			require.NoError(t, connection.SetDeadline(time.Now().Add(10*time.Second)))
			_, err = connection.Write([]byte(c.request))
			require.NoError(t, err)
			line, err := bufio.NewReader(connection).ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, c.status, strings.Fields(line)[1])
		})
	}
}
