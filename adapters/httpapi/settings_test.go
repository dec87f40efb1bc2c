package httpapi_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	settings := func(path string) any { return company.Admin.Get(t, "/settings").Must(t, 200).Value(t, path) }

	t.Run("everyone may invite, and then no longer", func(t *testing.T) {
		require.Equal(t, false, settings("inviting.everyone_may_invite"))
		require.NotEmpty(t, company.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Must(t, 200).Text(t, "position"))
		require.Equal(t, true, settings("inviting.everyone_may_invite"))
		company.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":false}`).Must(t, 200)
		require.Equal(t, false, settings("inviting.everyone_may_invite"))
	})
	t.Run("what is left out stays", func(t *testing.T) {
		company.Admin.Put(t, "/settings/registration", `{"mode":"public","domains":["Example.com","*.example.org"],"greeting":"Hello"}`).Must(t, 200)
		company.Admin.Put(t, "/settings/registration", `{"greeting":"Welcome"}`).Must(t, 200)
		require.Equal(t, "public", settings("registration.mode"))
		require.Equal(t, []any{"example.com", "*.example.org"}, settings("registration.domains"))
		require.Equal(t, "Welcome", settings("registration.greeting"))
		company.Admin.Put(t, "/settings/registration", `{"domains":[],"moderate_invited":true}`).Must(t, 200)
		require.Equal(t, []any{}, settings("registration.domains"))
		require.Equal(t, true, settings("registration.moderate_invited"))
	})
	for body, code := range map[string]string{
		`{"mode":"secret"}`: "invalid_mode", `{"domains":["com"]}`: "invalid_domain", `{"domains":["gmail.com"]}`: "public_mail_provider",
		`{"greeting":"` + strings.Repeat("x", 2001) + `"}`: "invalid_greeting",
	} {
		t.Run(code+" changes nothing", func(t *testing.T) {
			before := string(company.Admin.Get(t, "/settings").Body)
			answer := company.Admin.Put(t, "/settings/registration", body).Refused(t, 422, code)
			require.True(t, strings.HasPrefix(answer.Text(t, "errors.0.location"), "body."), "%s", answer.Body)
			require.Equal(t, before, string(company.Admin.Get(t, "/settings").Body))
		})
	}
	t.Run("a public mail provider is taken when confirmed", func(t *testing.T) {
		company.Admin.Put(t, "/settings/registration", `{"domains":["gmail.com"],"confirm_public_domains":true}`).Must(t, 200)
		require.Equal(t, []any{"gmail.com"}, settings("registration.domains"))
	})
	t.Run("passwords", func(t *testing.T) {
		company.Admin.Put(t, "/settings/passwords", `{"minimum_length":20}`).Must(t, 200)
		company.Admin.Put(t, "/settings/passwords", `{"mailed_passwords":false}`).Must(t, 200)
		require.InDelta(t, 20, settings("passwords.minimum_length"), 0)
		require.Equal(t, false, settings("passwords.mailed_passwords"))
		company.Admin.Put(t, "/settings/passwords", `{"minimum_length":11}`).Refused(t, 422, "invalid_password_policy")
	})
	t.Run("the plan is the operator's", func(t *testing.T) {
		company.Admin.Put(t, "/settings/plan", `{"plan":"professional"}`).Refused(t, 403, "not_permitted")
		operator := usher.Client(httpapitest.OperatorToken)
		operator.Put(t, company.Path+"/settings/plan", `{"plan":"crm+"}`).Must(t, 200)
		require.Equal(t, "crm+", settings("plan"))
		operator.Put(t, company.Path+"/settings/plan", `{"plan":"gold"}`).Refused(t, 422, "invalid_plan")
		operator.Put(t, "/v1/accounts/nobody/settings/plan", `{"plan":"free"}`).Refused(t, 404, "not_found")
		operator.Get(t, company.Path+"/settings").Refused(t, 403, "not_permitted")
	})
}

func TestJoinLink(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	get := func() httpapitest.Answer { return company.Admin.Get(t, "/join-link").Must(t, 200) }

	t.Run("is of this server, whatever a request says of its host", func(t *testing.T) {
		for _, header := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-Host", "X-Host"} {
			link := company.Admin.With(header, "evil.example").Get(t, "/join-link").Must(t, 200).Text(t, "link")
			require.True(t, strings.HasPrefix(link, httpapitest.PublicURL+"/join/"), link)
		}
		company.Admin.With("X-Forwarded-Host", "evil.example").Post(t, "/invitations/email", `{"emails":["host@example.org"]}`).Must(t, 200)
		require.NotContains(t, company.Message(t, "host@example.org")["text"], "evil.example")
	})
	t.Run("counts its uses", func(t *testing.T) {
		require.InDelta(t, 0, get().Value(t, "uses"), 0)
		company.Join(t, "joe@example.org").Must(t, 201)
		company.Join(t, "jill@example.org").Must(t, 201)
		require.InDelta(t, 2, get().Value(t, "uses"), 0)
		require.Equal(t, "unlimited", get().Value(t, "max_uses"))
		require.Equal(t, "never", get().Value(t, "expires_at"))
	})
	t.Run("a new one kills the old one at once", func(t *testing.T) {
		old := company.JoinToken(t)
		require.NotEmpty(t, company.Admin.Post(t, "/join-link/rotate", "").Must(t, 200).Text(t, "position"))
		require.NotEqual(t, old, company.JoinToken(t))
		require.InDelta(t, 0, get().Value(t, "uses"), 0)
		usher.Client("").Get(t, "/v1/join/"+old).Refused(t, 410, "link_superseded")
		usher.Client("").Post(t, "/v1/join/"+old, httpapitest.Form("late@example.org")).Refused(t, 410, "link_superseded")
	})
	t.Run("closed and opened again", func(t *testing.T) {
		company.Admin.Post(t, "/join-link/disable", "{}").Must(t, 200)
		require.Equal(t, false, get().Value(t, "enabled"))
		usher.Client("").Get(t, "/v1/join/"+company.JoinToken(t)).Refused(t, 410, "link_disabled")
		company.Admin.Post(t, "/join-link/enable", "").Must(t, 200)
		usher.Client("").Get(t, "/v1/join/"+company.JoinToken(t)).Must(t, 200)
		company.Admin.Post(t, "/join-link/enable", `{"for":"ever"}`).Refused(t, 422, "invalid_request")
	})
}
