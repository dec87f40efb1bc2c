package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

func TestPreferences(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	acme := usher.Found(t, "acme")
	eve := acme.Hire(t, "eve@acme.example", domain.RoleEmployee)
	acme.Admin.Put(t, "/settings/company", `{"country":"AT","language":"de","time_zone":"Europe/Vienna"}`).Must(t, http.StatusOK)
	preferred := func() any { return eve.Get(t, "/me").Must(t, http.StatusOK).Value(t, "preferences") }

	t.Run("me says what is usual, and what the company has", func(t *testing.T) {
		require.Equal(t, map[string]any{"language": "", "time_zone": "", "theme": "system", "shortcuts": true}, preferred())
		me := eve.Get(t, "/me").Must(t, http.StatusOK)
		require.Equal(t, []string{"AT", "de", "Europe/Vienna"}, []string{me.Text(t, "account.country"), me.Text(t, "account.language"), me.Text(t, "account.time_zone")})
	})
	t.Run("what is left out stays, and PUT takes what GET gives", func(t *testing.T) {
		eve.Put(t, "/me/preferences", `{"language":"en-GB","time_zone":"Europe/London","theme":"dark"}`).Must(t, http.StatusOK)
		eve.Put(t, "/me/preferences", `{"shortcuts":false}`).Must(t, http.StatusOK)
		require.Equal(t, map[string]any{"language": "en", "time_zone": "Europe/London", "theme": "dark", "shortcuts": false}, preferred())
		eve.Put(t, "/me/preferences", `{"language":"","time_zone":"","theme":"light","shortcuts":true}`).Must(t, http.StatusOK)
		require.Equal(t, map[string]any{"language": "", "time_zone": "", "theme": "light", "shortcuts": true}, preferred())
	})
	t.Run("nobody else's change", func(t *testing.T) {
		require.Equal(t, "system", acme.Admin.Get(t, "/me").Must(t, http.StatusOK).Text(t, "preferences.theme"))
	})
	for body, code := range map[string]string{
		`{"language":"it"}`: "invalid_language", `{"time_zone":"Berlin"}`: "invalid_time_zone", `{"theme":"blue"}`: "invalid_theme",
	} {
		t.Run(code+" changes nothing", func(t *testing.T) {
			before := preferred()
			eve.Put(t, "/me/preferences", body).Refused(t, http.StatusUnprocessableEntity, code)
			require.Equal(t, before, preferred())
		})
	}
	t.Run("they are in the history of whoever chose them, and in no activity", func(t *testing.T) {
		acme.Settled(t)
		require.Len(t, acme.Admin.Get(t, "/history?type=person.preferences_changed").Must(t, http.StatusOK).Items(t), 3)
		for _, entry := range eve.Get(t, "/activity").Must(t, http.StatusOK).Items(t) {
			require.NotEqual(t, "person.preferences_changed", entry["kind"])
		}
	})
}
