package httpapi_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestLinks(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Put(t, "/settings/registration", `{"greeting":"Welcome!","domains":["example.com"]}`).Must(t, 200)
	public := usher.Client("")

	t.Run("the join link shows the company and its greeting, as often as anybody looks", func(t *testing.T) {
		for range 3 {
			answer := public.Get(t, "/v1/join/"+company.JoinToken(t)).Must(t, 200)
			require.JSONEq(t, `{"kind":"join_link","account":{"slug":"acme","name":"The Company"},"greeting":"Welcome!","login":""}`, string(answer.Body))
		}
	})
	t.Run("the link in a message leads to what it is for", func(t *testing.T) {
		token := company.JoinToken(t)
		require.Equal(t, "/v1/join/"+token, public.Get(t, "/join/"+token).Must(t, 303).Header.Get("Location"))
	})
	t.Run("moderated, a registrant waits", func(t *testing.T) {
		answer := company.Join(t, "joe@example.org").Must(t, 201)
		require.Equal(t, "awaiting_approval", answer.Text(t, "status"))
		require.NotEmpty(t, answer.Text(t, "position"))
		company.Join(t, "joe@example.org").Refused(t, 409, "already_registered")
	})
	t.Run("under a domain rule, a registrant proves the address", func(t *testing.T) {
		require.Equal(t, "awaiting_proof", company.Join(t, "eve@example.com").Must(t, 201).Text(t, "status"))
		token := company.TokenSentTo(t, "eve@example.com")
		require.Equal(t, "proof", public.Get(t, "/v1/join/"+token).Must(t, 200).Text(t, "kind"))
		require.Equal(t, "employed", public.Post(t, "/v1/join/"+token, "{}").Must(t, 201).Text(t, "status"))
		company.SignIn(t, "eve@example.com", httpapitest.Password)
	})
	t.Run("public, a registrant is in", func(t *testing.T) {
		company.Admin.Put(t, "/settings/registration", `{"mode":"public"}`).Must(t, 200)
		require.Equal(t, "employed", company.Join(t, "ann@example.org").Must(t, 201).Text(t, "status"))
		company.Join(t, "ann@example.org").Refused(t, 409, "already_employed")
	})
	t.Run("an SMS invitation is bound to its number", func(t *testing.T) {
		company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200)
		token := company.TokenSentTo(t, "+14155550100")
		answer := public.Get(t, "/v1/join/"+token).Must(t, 200)
		require.Equal(t, "sms", answer.Text(t, "kind"))
		require.Equal(t, "+14155550100", answer.Text(t, "login"))
		require.Equal(t, "employed", public.Post(t, "/v1/join/"+token, httpapitest.Form("ignored@example.org")).Must(t, 201).Text(t, "status"))
		public.Get(t, "/v1/join/"+token).Refused(t, 410, "link_used")
		public.Post(t, "/v1/join/"+token, httpapitest.Form("")).Refused(t, 410, "link_used")
		company.SignIn(t, "+14155550100", httpapitest.Password)
	})
	t.Run("a colleague chooses the first password", func(t *testing.T) {
		company.Admin.Post(t, "/employees",
			`{"email":"emil@example.org","first_name":"Emil","last_name":"Fischer","job_title":"Baker","without_confirmation":false}`).Must(t, 201)
		token := company.TokenSentTo(t, "emil@example.org")
		require.Equal(t, "set_password", public.Get(t, "/v1/join/"+token).Must(t, 200).Text(t, "kind"))
		public.Post(t, "/v1/join/"+token, `{"password":"short"}`).Refused(t, 422, "password_too_short")
		public.Post(t, "/v1/join/"+token, fmt.Sprintf(`{"password":%q}`, httpapitest.Password)).Must(t, 201)
		company.SignIn(t, "emil@example.org", httpapitest.Password)
	})
	t.Run("a form names all that is wrong with it", func(t *testing.T) {
		answer := public.Post(t, "/v1/join/"+company.JoinToken(t), `{"last_name":"<b>"}`).Refused(t, 422, "invalid_request")
		require.Len(t, answer.Value(t, "errors"), 4, "%s", answer.Body)
		require.Equal(t, "body.email", answer.Text(t, "errors.0.location"))
		require.Equal(t, "invalid_email", answer.Text(t, "errors.0.code"))
	})
	t.Run("an invitation runs out", func(t *testing.T) {
		company.Admin.Post(t, "/invitations/email", `{"emails":["late@example.org"]}`).Must(t, 200)
		token := company.TokenSentTo(t, "late@example.org")
		usher.Advance(14*24*time.Hour - time.Second)
		public.Get(t, "/v1/join/"+token).Must(t, 200)
		usher.Advance(time.Second)
		public.Get(t, "/v1/join/"+token).Refused(t, 410, "link_expired")
		public.Post(t, "/v1/join/"+token, httpapitest.Form("")).Refused(t, 410, "link_expired")
	})
}

// TestNonsenseForALink gives every wrong token the same answer.
func TestNonsenseForALink(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	token := company.JoinToken(t)
	flipped := "A"
	if strings.HasSuffix(token, "A") {
		flipped = "E"
	}
	first := usher.Client("").Get(t, "/v1/join/nonsense").Refused(t, 404, "not_found")
	for what, wrong := range map[string]string{
		"one sign": "A", "cut by a mail client": token[:len(token)-3], "with a dot": token + ".", "with a bracket": token + ")",
		"with a blank": token + "%20", "with an ampersand": token + "&amp;", "with an equals sign": token + "=\n", "padded": token + "=",
		"in capitals": strings.ToUpper(token), "escaped twice": url.PathEscape(url.PathEscape(token + "%")), "with a NUL": token + "\x00",
		"a wildcard": "%", "of another alphabet": strings.Repeat("+", len(token)), "changed at the end": token[:len(token)-1] + flipped,
		"very long": strings.Repeat("A", 20_000), "two": token + token,
	} {
		t.Run(what, func(t *testing.T) {
			for _, answer := range []httpapitest.Answer{
				usher.Client("").Get(t, "/v1/join/"+url.PathEscape(wrong)),
				usher.Client("").Post(t, "/v1/join/"+url.PathEscape(wrong), httpapitest.Form("a@example.org")),
			} {
				require.Equal(t, string(first.Body), string(answer.Refused(t, 404, "not_found").Body))
			}
		})
	}
}
