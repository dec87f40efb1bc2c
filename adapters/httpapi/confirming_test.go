package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestWhatLooksWrongIsAskedBack(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	admin, nobody := company.Admin, usher.Client("")

	t.Run("in a row, with what was probably meant, and the same to the same key", func(t *testing.T) {
		keyed := admin.With(key, "mistyped")
		const body = `{"emails":["Ben@gmail.con","ada@example.org"]}`
		first := keyed.Post(t, "/invitations/email", body).Must(t, 200)
		for _, answer := range []httpapitest.Answer{first, keyed.Post(t, "/invitations/email", body).Must(t, 200)} {
			require.Equal(t, "Ben@gmail.con", answer.Text(t, "results.0.contact"))
			require.Equal(t, "confirm_contact", answer.Text(t, "results.0.code"))
			require.Equal(t, "Ben@gmail.com", answer.Text(t, "results.0.did_you_mean"))
			require.Equal(t, "invited", answer.Text(t, "results.1.outcome"))
			require.Equal(t, string(first.Body), string(answer.Body))
		}
		const confirmed = `{"emails":["Ben@gmail.con","ada@example.org"],"confirmed":["Ben@gmail.con"]}`
		keyed.Post(t, "/invitations/email", confirmed).Refused(t, 422, "idempotency_key_reused")
		answer := admin.With(key, "meant").Post(t, "/invitations/email", confirmed).Must(t, 200)
		require.Equal(t, "invited", answer.Text(t, "results.0.outcome"))
		again := admin.With(key, "meant").Post(t, "/invitations/email", confirmed).Must(t, 200)
		require.Equal(t, string(answer.Body), string(again.Body))
		require.Equal(t, []any{"unknown_ending"}, admin.Get(t, "/invited?search=ben").Must(t, 200).Items(t)[0]["confirmed"])
		require.Contains(t, string(admin.Get(t, "/history?type=person.invited_by_email").Must(t, 200).Body), `"confirmed":["unknown_ending"]`)
	})
	t.Run("in a problem, beside the input that it is about", func(t *testing.T) {
		const body = `{"email":"dora@gmial.com","first_name":"Dora","last_name":"Support","job_title":"Cook"`
		keyed := admin.With(key, "dora")
		for range 2 {
			answer := keyed.Post(t, "/employees", body+"}").Refused(t, 422, "invalid_request")
			require.Equal(t, "body.email", answer.Text(t, "errors.0.location"))
			require.Equal(t, "confirm_contact", answer.Text(t, "errors.0.code"))
			require.Equal(t, "dora@gmail.com", answer.Text(t, "errors.0.did_you_mean"))
			require.Equal(t, "confirm_name", answer.Text(t, "errors.1.code"))
		}
		admin.Post(t, "/employees", body+`,"confirmed":["dora@gmial.com"]}`).Refused(t, 422, "confirm_name")
		admin.Post(t, "/employees", body+`,"confirmed":["dora@gmial.com","Support"]}`).Must(t, 201)
	})
	t.Run("at the join form", func(t *testing.T) {
		path := "/v1/join/" + company.JoinToken(t)
		const form = `{"first_name":"Joe","last_name":"Joiner","password":"` + httpapitest.Password + `","email":"joe@gmail.co"`
		answer := nobody.Post(t, path, form+"}").Refused(t, 422, "confirm_contact")
		require.Equal(t, "joe@gmail.com", answer.Text(t, "errors.0.did_you_mean"))
		nobody.Post(t, path, form+`,"confirmed":["joe@gmail.co"]}`).Must(t, 201)
	})
	t.Run("in a login, and signing in never asks", func(t *testing.T) {
		const body = `{"login":"admin@acme.lan","current":"` + httpapitest.Password + `"`
		admin.Post(t, "/me/login", body+"}").Refused(t, 422, "confirm_contact")
		admin.Post(t, "/me/login", body+`,"confirmed":["admin@acme.lan"]}`).Must(t, 200)
		nobody.Post(t, company.Path+"/sessions", `{"login":"dora@gmial.com","password":"no password of hers"}`).Refused(t, 401, "login_failed")
	})
}
