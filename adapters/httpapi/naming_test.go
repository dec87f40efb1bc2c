package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

func sentences(t *testing.T, client httpapitest.Client, path string) (all []string) {
	t.Helper()
	for _, item := range client.Get(t, path).Must(t, http.StatusOK).Items(t) {
		all = append(all, item["text"].(string)) //nolint:forcetypeassert // because a panic fails the test
	}
	return all
}

func TestNamesAreCorrected(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	acme := usher.Found(t, "acme")
	eve := acme.Hire(t, "eve@acme.example", domain.RoleEmployee)
	who := eve.Get(t, "/me").Must(t, http.StatusOK).Text(t, "person")
	acme.Admin.Put(t, "/employees/"+who+"/job-title", `{"job_title":"Cook"}`).Must(t, http.StatusOK)

	eve.Put(t, "/me/name", `{"first_name":"Eve","last_name":""}`).Must(t, http.StatusOK)
	acme.Admin.Put(t, "/employees/"+who+"/name", `{"first_name":"Eva"}`).Must(t, http.StatusOK)
	acme.Admin.Put(t, "/me/name", `{"last_name":"Baker"}`).Must(t, http.StatusOK)
	acme.Settled(t)
	me := eve.Get(t, "/me").Must(t, http.StatusOK)
	require.Equal(t, "Eva", me.Text(t, "first_name"))
	require.Empty(t, me.Text(t, "last_name"))
	require.Equal(t, "Eva", acme.Admin.Get(t, "/employees/"+who).Must(t, http.StatusOK).Text(t, "first_name"))
	require.Equal(t, []string{
		"Ada Archer changed their own name to Ada Baker", "Ada Archer changed Eve's name to Eva", "Hilda Hired changed their own name to Eve",
		"Ada Archer changed Hilda Hired's job title", "Hilda Hired joined, approved by somebody",
	}, sentences(t, acme.Admin, "/activity?limit=5"))
	require.Equal(t, "Ada Archer founded the account", sentences(t, acme.Admin, "/chat")[1])

	eve.Put(t, "/employees/"+who+"/name", `{"first_name":"Evi"}`).Refused(t, http.StatusForbidden, "not_permitted")
	eve.Put(t, "/me/name", `{"first_name":""}`).Refused(t, http.StatusUnprocessableEntity, "invalid_name")
	eve.Put(t, "/me/name", `{"last_name":"www.example.com"}`).Refused(t, http.StatusUnprocessableEntity, "invalid_name")
	acme.Admin.Put(t, "/employees/nobody/name", `{"first_name":"Evi"}`).Refused(t, http.StatusNotFound, "not_found")
	acme.Admin.Post(t, "/employees/"+who+"/dismiss", `{}`).Must(t, http.StatusOK)
	acme.Admin.Put(t, "/employees/"+who+"/name", `{"first_name":"Evi"}`).Refused(t, http.StatusConflict, "not_employed")
}

func TestTheCompanyIsCorrected(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	acme := usher.Found(t, "acme")
	acme.Admin.Put(t, "/settings/company", `{"name":"Acme Ltd","country":"de","language":"de-AT","time_zone":"Europe/Berlin"}`).Must(t, http.StatusOK)
	settings := acme.Admin.Get(t, "/settings").Must(t, http.StatusOK)
	for field, want := range map[string]string{"slug": "acme", "name": "Acme Ltd", "country": "DE", "language": "de", "time_zone": "Europe/Berlin"} {
		require.Equal(t, want, settings.Text(t, field))
	}
	acme.Admin.Put(t, "/settings/company", `{}`).Must(t, http.StatusOK)
	acme.Admin.Post(t, "/invitations/sms", `{"phones":["0151 23456789"]}`).Must(t, http.StatusOK)
	require.Equal(t, "+4915123456789", acme.Message(t, "+4915123456789")["to"])
	require.Equal(t, "Acme Ltd", acme.Admin.Get(t, "/structure").Must(t, http.StatusOK).Text(t, "root.name"))
	require.Equal(t, "Acme Ltd", usher.Client("").Get(t, "/v1/join/"+acme.JoinToken(t)).Must(t, http.StatusOK).Text(t, "account.name"))

	refused := acme.Admin.Put(t, "/settings/company", `{"language":"it"}`)
	refused.Refused(t, http.StatusUnprocessableEntity, "invalid_language")
	require.Contains(t, refused.Text(t, "detail"), "en, de, fr, es")
	acme.Admin.Put(t, "/settings/company", `{"name":""}`).Refused(t, http.StatusUnprocessableEntity, "invalid_name")
	acme.Admin.Put(t, "/settings/company", `{"country":""}`).Refused(t, http.StatusUnprocessableEntity, "invalid_country")
	acme.Admin.Put(t, "/settings/company", `{"country":"Germany"}`).Refused(t, http.StatusUnprocessableEntity, "invalid_country")
	acme.Admin.Put(t, "/settings/company", `{"time_zone":"Berlin"}`).Refused(t, http.StatusUnprocessableEntity, "invalid_time_zone")
	acme.Admin.Put(t, "/settings/company", `{"name":"","country":"XX","language":"xx","time_zone":"xx"}`).Refused(t, http.StatusUnprocessableEntity, "invalid_request")
}

func TestPeopleWithOneName(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	acme := usher.Found(t, "acme")
	form := `{"first_name":"Plato","password":"` + httpapitest.Password + `","email":"plato@example.org"}`
	usher.Client("").Post(t, "/v1/join/"+acme.JoinToken(t), form).Must(t, http.StatusCreated)
	waiting := acme.Admin.Get(t, "/approvals").Must(t, http.StatusOK).Items(t)
	require.Equal(t, "Plato", waiting[0]["first_name"])
	require.Empty(t, waiting[0]["last_name"])

	direct := func(names string) httpapitest.Answer {
		return acme.Admin.Post(t, "/employees", `{"email":"sukarno@example.org","job_title":"Cook",`+names+`}`)
	}
	direct(`"first_name":"Sukarno"`).Refused(t, http.StatusUnprocessableEntity, "invalid_name")
	direct(`"first_name":"Sukarno","last_name":" "`).Refused(t, http.StatusUnprocessableEntity, "invalid_name")
	direct(`"first_name":"Sukarno","last_name":"","one_name":false`).Refused(t, http.StatusUnprocessableEntity, "invalid_name")
	direct(`"first_name":"Sukarno","last_name":"Sukarno","one_name":true`).Refused(t, http.StatusUnprocessableEntity, "invalid_name")
	direct(`"first_name":"","one_name":true`).Refused(t, http.StatusUnprocessableEntity, "invalid_name")
	direct(`"first_name":"Sukarno","one_name":true`).Must(t, http.StatusCreated)
	acme.Admin.Post(t, "/employees", `{"email":"bo@example.org","job_title":"","first_name":"Bo","last_name":"Li"}`).Refused(t, http.StatusUnprocessableEntity, "invalid_job_title")
	acme.Settled(t)
	require.Equal(t, "Sukarno was registered by Ada Archer", sentences(t, acme.Admin, "/activity")[0])
}
