package engine_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestWhatOneInstanceDidIsSoAtAnother, though each keeps the states that it knows.
func TestWhatOneInstanceDidIsSoAtAnother(t *testing.T) {
	one := enginetest.StartAsInProduction(t)
	other := one.Beside(t)
	admin := signUp(t, one, "acme")
	colleague := func(name string) client {
		status, answer := admin.post("/invitations/email", `{"emails":["`+name+`@example.org"]}`)
		require.Equal(t, http.StatusOK, status, "%s", answer)
		token := admin.tokenSentTo(name + "@example.org")
		status, answer = other.Do(t, http.MethodPost, "/v1/join/"+token, nil,
			`{"first_name":"Ben","last_name":"Barker","password":"a passphrase of his"}`)
		require.Equal(t, http.StatusCreated, status, "%s", answer)
		return signIn(t, other, "acme", name+"@example.org", "a passphrase of his")
	}
	soon := func(t *testing.T, so func() bool) {
		t.Helper()
		require.Eventually(t, so, time.Minute, 10*time.Millisecond)
	}

	t.Run("invited at one, opened at another at once", func(t *testing.T) {
		status, answer := admin.post("/invitations/email", `{"emails":["eve@example.org"]}`)
		require.Equal(t, http.StatusOK, status, "%s", answer)
		status, answer = other.Do(t, http.MethodGet, "/v1/join/"+admin.tokenSentTo("eve@example.org"), nil, "")
		require.Equal(t, http.StatusOK, status, "%s", answer)
	})
	t.Run("revoked at one, dead at another at once", func(t *testing.T) {
		status, answer := admin.post("/invitations/email", `{"emails":["flo@example.org"]}`)
		require.Equal(t, http.StatusOK, status, "%s", answer)
		token := admin.tokenSentTo("flo@example.org")
		status, answer = other.Do(t, http.MethodGet, "/v1/join/"+token, nil, "")
		require.Equal(t, http.StatusOK, status, "%s", answer)
		person := admin.items("/invited?search=flo@example.org")[0]["person"].(string)
		status, answer = admin.post("/invitations/"+person+"/revoke", "{}")
		require.Equal(t, http.StatusOK, status, "%s", answer)
		status, answer = other.Do(t, http.MethodPost, "/v1/join/"+token, nil,
			`{"first_name":"Flo","last_name":"Fine","password":"a passphrase of hers"}`)
		require.NotEqual(t, http.StatusCreated, status, "%s", answer)
	})
	t.Run("dismissed at one, signed out at another", func(t *testing.T) {
		ben := colleague("ben")
		one.Settle(t)
		status, answer := admin.post("/employees/"+ben.person()+"/dismiss", "{}")
		require.Equal(t, http.StatusOK, status, "%s", answer)
		soon(t, func() bool {
			status, _ := ben.do(http.MethodGet, "/me", "")
			return status == http.StatusUnauthorized
		})
	})
	t.Run("permitted at one, and at another", func(t *testing.T) {
		cara := colleague("cara")
		admin.put("/settings/inviting", `{"everyone_may_invite":true}`)
		status, answer := cara.post("/invitations/email", `{"emails":["x@example.org"]}`)
		require.Equal(t, http.StatusOK, status, "%s", answer)
		admin.put("/settings/inviting", `{"everyone_may_invite":false}`)
		soon(t, func() bool {
			status, _ := cara.post("/invitations/email", `{"emails":["y@example.org"]}`)
			return status == http.StatusForbidden
		})
		admin.put("/settings/inviting", `{"everyone_may_invite":true}`)
		status, answer = cara.post("/invitations/email", `{"emails":["z@example.org"]}`)
		require.Equal(t, http.StatusOK, status, "at once, as nobody is refused on what lags: %s", answer)
	})
}
