package httpapi_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestALinkHasOneSpelling(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	token := company.JoinToken(t)
	usher.Client("").Get(t, "/v1/join/"+token).Must(t, 200)
	for _, other := range []string{
		fmt.Sprintf("%%%02X", token[0]) + token[1:], token + "%0A", token[:5] + "%0D%0A" + token[5:], token + "=", token + "%3D", "%0a" + token,
		strings.ToLower(token), token + "%20",
	} {
		usher.Client("").Get(t, "/v1/join/"+other).Refused(t, 404, "not_found")
		usher.Client("").Post(t, "/v1/join/"+other, httpapitest.Form("ben@example.org")).Refused(t, 404, "not_found")
	}
}

func TestTheOperatorTokenIsGuessedSoManyTimes(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	for n := range 100 {
		usher.Client(fmt.Sprintf("guess number %d of them all", n)).From(stranger).Get(t, company.Path+"/outbox").Refused(t, 401, "not_signed_in")
	}
	operator := usher.Client(httpapitest.OperatorToken)
	refused := operator.From(stranger).Get(t, company.Path+"/outbox").Refused(t, 429, "too_many_attempts")
	require.Equal(t, "2026-03-02T09:15:00Z", refused.Text(t, "clears_at"))
	company.Admin.From(stranger).Get(t, "/me").Must(t, 200) // who is signed in is not concerned
	operator.From(home).Get(t, company.Path+"/outbox").Must(t, 200)
	usher.Advance(15 * time.Minute)
	operator.From(stranger).Get(t, company.Path+"/outbox").Must(t, 200)
}

func TestWhoseSessionHasEndedGuessesNothing(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	program := company.Admin.Post(t, "/me/tokens", `{"name":"A program","scopes":["read_lists"],"days":1}`).Must(t, 201)
	outOfTime := company.SignIn(t, "admin@acme.example", httpapitest.Password)
	usher.Advance(24 * time.Hour)
	signedOut := company.SignIn(t, "admin@acme.example", httpapitest.Password)
	signedOut.Do(t, "DELETE", "/sessions/current", "").Must(t, 204)
	over := map[string]httpapitest.Client{
		"a session whose time is out": outOfTime, "a session that was ended": signedOut,
		"a program's token whose time is out": company.Client(program.Text(t, "token")).At(company.Path),
	}
	for range 40 {
		for _, client := range over {
			client.From(stranger).Get(t, "/me").Refused(t, 401, "not_signed_in")
		}
	}
	operator := usher.Client(httpapitest.OperatorToken)
	operator.From(stranger).Get(t, company.Path+"/outbox").Must(t, 200)
	for n := range 100 {
		usher.Client(fmt.Sprintf("guess number %d of them all", n)).From(stranger).Get(t, company.Path+"/outbox").Refused(t, 401, "not_signed_in")
	}
	operator.From(stranger).Get(t, company.Path+"/outbox").Refused(t, 429, "too_many_attempts")
	for given, client := range over {
		t.Run("given "+given+" where others have guessed, it is told so", func(t *testing.T) {
			client.From(stranger).Get(t, "/me").Refused(t, 401, "not_signed_in")
		})
	}
}

func TestFailedLoginsAreLoggedWithoutTheLogin(t *testing.T) {
	t.Parallel()
	var lines bytes.Buffer
	usher := httpapitest.Start(t, httpapitest.Options{Logger: slog.New(slog.NewJSONHandler(&lines, nil))})
	guessing(t, usher.Found(t, "acme"), stranger).Refused(t, 401, "login_failed")
	usher.Stop(t)
	logged := ""
	for line := range strings.Lines(lines.String()) {
		if strings.Contains(line, "a log-in failed") {
			logged = line
		}
	}
	require.Contains(t, logged, `"network":"203.0.113.30"`)
	require.Regexp(t, `"login_pseudonym":"[0-9a-f]{16}"`, logged)
	require.NotContains(t, lines.String(), "admin@acme.example")
	require.NotContains(t, lines.String(), "not that one")
}

func TestAdministratorsAreSignedOutSooner(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{SessionIdle: 8 * time.Hour, PrivilegedIdle: 30 * time.Minute})
	company := usher.Found(t, "acme")
	ben := company.Employee(t, "ben@example.org")
	usher.Advance(30*time.Minute - 1)
	company.Admin.Get(t, "/me").Must(t, 200)
	usher.Advance(30 * time.Minute)
	company.Admin.Get(t, "/me").Refused(t, 401, "not_signed_in")
	ben.Get(t, "/me").Must(t, 200)
}

func TestOnePersonHasSoManySessions(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	ben := company.Employee(t, "ben@example.org")
	for range 49 {
		usher.Advance(time.Second)
		company.SignIn(t, "ben@example.org", httpapitest.Password)
	}
	ben.Get(t, "/me").Must(t, 200)
	usher.Advance(time.Second)
	company.SignIn(t, "ben@example.org", httpapitest.Password)
	ben.Get(t, "/me").Refused(t, 401, "not_signed_in")
	company.Admin.Get(t, "/me").Must(t, 200)
}
