package httpapi_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/passwords"
)

func TestFounding(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	operator := usher.Client(httpapitest.OperatorToken)
	answer := operator.Post(t, "/v1/accounts", httpapitest.Founding("acme")).Must(t, 201)
	require.Equal(t, "acme", answer.Text(t, "account.slug"))
	require.Equal(t, "The Company", answer.Text(t, "account.name"))
	require.Len(t, answer.Text(t, "account.id"), 36)
	require.Len(t, answer.Text(t, "person"), 36)
	require.NotEmpty(t, answer.Text(t, "position"))

	t.Run("the same short name again is refused", func(t *testing.T) {
		answer := operator.Post(t, "/v1/accounts", httpapitest.Founding("acme")).Refused(t, 409, "slug_taken")
		require.Equal(t, "body.slug", answer.Text(t, "errors.0.location"))
	})
	t.Run("every wrong input is named", func(t *testing.T) {
		answer := operator.Post(t, "/v1/accounts",
			`{"slug":"x y","name":"","country":"XX","administrator":{"email":"nobody","first_name":"","last_name":"<b>","password":"short"}}`).
			Refused(t, 422, "invalid_request")
		for i, location := range []string{"administrator.email", "administrator.first_name", "administrator.last_name", "name", "country", "administrator.password"} {
			require.Equal(t, "body."+location, answer.Text(t, fmt.Sprintf("errors.%d.location", i)), "%s", answer.Body)
		}
	})
	t.Run("a short name that is none is refused", func(t *testing.T) {
		operator.Post(t, "/v1/accounts", httpapitest.Founding("A-B")).Refused(t, 422, "invalid_slug")
	})
	t.Run("somebody signed in does not found", func(t *testing.T) {
		usher.Found(t, "other").Admin.At("/../..").Do(t, "GET", "", "")
		company := usher.Found(t, "third")
		client := httpapitest.Client{URL: usher.URL, Header: company.Admin.Header}
		client.Post(t, "/v1/accounts", httpapitest.Founding("fourth")).Refused(t, 403, "not_permitted")
	})
}

func TestSessions(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	in := func(login, password string) httpapitest.Answer {
		return usher.Client("").Post(t, company.Path+"/sessions", fmt.Sprintf(`{"login":%q,"password":%q}`, login, password))
	}
	t.Run("the right password signs in", func(t *testing.T) {
		answer := in("ADMIN@acme.example", httpapitest.Password).Must(t, 201)
		require.Len(t, answer.Text(t, "token"), 67)
		require.Equal(t, "administrator", answer.Text(t, "role"))
		require.Equal(t, false, answer.Value(t, "must_change_password"))
		require.Equal(t, usher.Now().Add(12*time.Hour).Format(time.RFC3339), answer.Text(t, "expires_at"))
	})
	t.Run("whatever is wrong, the answer is the same", func(t *testing.T) {
		company.Join(t, "waiting@example.org").Must(t, 201)
		first := in("admin@acme.example", "a wrong password").Refused(t, 401, "login_failed")
		require.Equal(t, "Bearer", first.Header.Get("Www-Authenticate"))
		for _, login := range []string{"nobody@acme.example", "no login", "", "+14155550100", "waiting@example.org"} {
			require.Equal(t, string(first.Body), string(in(login, httpapitest.Password).Refused(t, 401, "login_failed").Body), login)
		}
		unknown := usher.Client("").Post(t, "/v1/accounts/nobody/sessions", `{"login":"admin@acme.example","password":"x"}`)
		require.Equal(t, string(first.Body), string(unknown.Refused(t, 401, "login_failed").Body))
	})
	t.Run("who logs out is not signed in any more", func(t *testing.T) {
		client := company.SignIn(t, "admin@acme.example", httpapitest.Password)
		require.Empty(t, client.Do(t, "DELETE", "/sessions/current", "").Must(t, 204).Body)
		client.Get(t, "/me").Refused(t, 401, "not_signed_in")
		company.Admin.Get(t, "/me").Must(t, 200)
	})
	t.Run("a session ends when its time is over", func(t *testing.T) {
		client := company.SignIn(t, "admin@acme.example", httpapitest.Password)
		usher.Advance(12*time.Hour - time.Second)
		client.Get(t, "/me").Must(t, 200)
		usher.Advance(time.Second)
		client.Get(t, "/me").Refused(t, 401, "not_signed_in")
	})
}

func TestTooManyLogInsAtOnce(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{PasswordCost: passwords.Cost{Passes: 1, MemoryKiB: 32 << 10, Threads: 1, Waiting: 1}})
	company := usher.Found(t, "acme")
	answers := make([]httpapitest.Answer, 40)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() {
			answers[i] = usher.Client("").Do(t, "POST", company.Path+"/sessions", fmt.Sprintf(`{"login":"nobody%d@acme.example","password":"x"}`, i))
		})
	}
	group.Wait()
	refused := 0
	for _, answer := range answers {
		if answer.Status != http.StatusTooManyRequests {
			answer.Refused(t, 401, "login_failed")
			continue
		}
		refused++
		answer.Refused(t, 429, "too_busy")
		require.Equal(t, "1", answer.Header.Get("Retry-After"))
	}
	require.Positive(t, refused)
}

func TestMeAndPassword(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	const next = "another unlikely passphrase"
	me := company.Admin.Get(t, "/me").Must(t, 200)
	require.Equal(t, "admin@acme.example", me.Text(t, "login"))
	require.Equal(t, "Ada", me.Text(t, "first_name"))
	require.Equal(t, true, me.Value(t, "may_invite"))
	require.Equal(t, "acme", me.Text(t, "account.slug"))

	change := func(current, next string) httpapitest.Answer {
		return company.Admin.Put(t, "/me/password", fmt.Sprintf(`{"current":%q,"new":%q}`, current, next))
	}
	t.Run("the current password is needed", func(t *testing.T) {
		answer := change("a wrong one", next).Refused(t, 422, "password_wrong")
		require.Equal(t, "body.current", answer.Text(t, "errors.0.location"))
	})
	t.Run("a poor new one is refused", func(t *testing.T) {
		change(httpapitest.Password, httpapitest.Password).Refused(t, 422, "password_same")
		answer := change(httpapitest.Password, "short").Refused(t, 422, "password_too_short")
		require.Equal(t, "body.new", answer.Text(t, "errors.0.location"))
		change(httpapitest.Password, "Ada Archer The Company").Refused(t, 422, "password_own_words")
	})
	t.Run("a good one ends all sessions but this", func(t *testing.T) {
		other := company.SignIn(t, "admin@acme.example", httpapitest.Password)
		require.NotEmpty(t, change(httpapitest.Password, next).Must(t, 200).Text(t, "position"))
		company.Admin.Get(t, "/me").Must(t, 200)
		other.Get(t, "/me").Refused(t, 401, "not_signed_in")
		company.SignIn(t, "admin@acme.example", next)
	})
}

func TestGeneratedPasswords(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Post(t, "/employees", `{"email":"dora@example.org","first_name":"Dora","last_name":"Evans","job_title":"Baker"}`).Must(t, 201)
	password, _ := company.Message(t, "dora@example.org")["password"].(string)
	answer := usher.Client("").Post(t, company.Path+"/sessions", fmt.Sprintf(`{"login":"dora@example.org","password":%q}`, password)).Must(t, 201)
	require.Equal(t, true, answer.Value(t, "must_change_password"))

	dora := usher.Client(answer.Text(t, "token")).At(company.Path)
	dora.Get(t, "/employees").Refused(t, 403, "password_change_required")
	require.Equal(t, true, dora.Get(t, "/me").Must(t, 200).Value(t, "must_change_password"))
	dora.Put(t, "/me/password", fmt.Sprintf(`{"current":%q,"new":%q}`, password, httpapitest.Password)).Must(t, 200)
	dora.Get(t, "/employees").Must(t, 200)
}
