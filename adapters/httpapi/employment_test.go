package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

func TestDismissalIsFeltAtOnce(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	ben := company.Hire(t, "ben@acme.example", domain.RoleEmployee)
	company.Settled(t) // the views have not heard of him from a command
	id := ben.Get(t, "/me").Must(t, 200).Text(t, "person")
	token := ben.Header.Get("Authorization")[len("Bearer "):]
	before, err := company.App.Authenticate(t.Context(), token)
	require.NoError(t, err)
	stream := listen(t, ben, "")
	company.Admin.Put(t, "/employees/"+id+"/job-title", `{"job_title":"Baker"}`).Must(t, 200)
	_, text := stream.next()
	require.Equal(t, "Ada Archer changed Hilda Hired's job title", text)

	company.Admin.Post(t, "/employees/"+id+"/dismiss", "").Must(t, 200)
	t.Run("every question and command is refused", func(t *testing.T) {
		for _, path := range []string{"/me", "/employees", "/employees/" + id, "/structure", "/activity", "/chat", "/activity/stream"} {
			ben.Get(t, path).Refused(t, 401, "not_signed_in")
		}
		ben.Put(t, "/me/password", `{"current":"x","new":"y"}`).Refused(t, 401, "not_signed_in")
	})
	t.Run("an open stream of events ends, and says nothing of what came afterwards", func(t *testing.T) {
		next, text := stream.next()
		require.Empty(t, next, text)
	})
	t.Run("the vault has no session of his left, and the administrator's", func(t *testing.T) {
		company.Settled(t)
		_, err := company.App.Authenticate(t.Context(), token)
		require.Equal(t, domain.NotSignedIn, domain.CodeOf(err))
		company.Admin.Get(t, "/me").Must(t, 200)
	})
	t.Run("a session that was begun before stays void after a return", func(t *testing.T) {
		company.Admin.Post(t, "/employees/"+id+"/rehire", "").Must(t, 200)
		ben.Get(t, "/me").Refused(t, 401, "not_signed_in")
		_, err := company.App.Me(t.Context(), before, before.Account)
		require.Equal(t, domain.NotSignedIn, domain.CodeOf(err))
	})
}

func TestDemotionIsFeltAtOnce(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	ben := company.Hire(t, "ben@acme.example", domain.RoleEmployee)
	company.Settled(t) // the views have not heard of him from a command
	id := ben.Get(t, "/me").Must(t, 200).Text(t, "person")
	ben.Get(t, "/history").Refused(t, 403, "not_permitted")
	company.Admin.Put(t, "/employees/"+id+"/role", `{"role":"administrator"}`).Must(t, 200)
	ben.Get(t, "/history").Must(t, 200)
	ben.Get(t, "/outbox").Must(t, 200)
	company.Admin.Put(t, "/employees/"+id+"/role", `{"role":"auditor"}`).Must(t, 200)
	ben.Get(t, "/history").Must(t, 200)
	ben.Get(t, "/outbox").Refused(t, 403, "not_permitted")
	company.Admin.Put(t, "/employees/"+id+"/role", `{"role":"employee"}`).Must(t, 200)
	ben.Get(t, "/history").Refused(t, 403, "not_permitted")
}

func TestTheSameDismissalAgain(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	ben := company.Hire(t, "ben@acme.example", domain.RoleEmployee)
	company.Settled(t) // the views have not heard of him from a command
	id := ben.Get(t, "/me").Must(t, 200).Text(t, "person")
	once := company.Admin.With("Idempotency-Key", "once")
	first := once.Post(t, "/employees/"+id+"/dismiss", "").Must(t, 200)
	company.Admin.Post(t, "/employees/"+id+"/rehire", "").Must(t, 200)
	again := once.Post(t, "/employees/"+id+"/dismiss", "").Must(t, 200)
	require.Equal(t, "true", again.Header.Get("Idempotency-Replayed"))
	require.JSONEq(t, string(first.Body), string(again.Body))
	require.Equal(t, "active", company.Admin.Get(t, "/employees/"+id).Text(t, "status"))
}

func TestJobTitlesAreBounded(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	id := company.Admin.Get(t, "/me").Must(t, 200).Text(t, "person")
	path := "/employees/" + id
	company.Admin.Put(t, path+"/job-title", `{"job_title":"`+strings.Repeat("x", 200)+`"}`).Must(t, 200)
	company.Admin.Put(t, path+"/job-title", `{"job_title":"`+strings.Repeat("x", 201)+`"}`).Refused(t, 422, "invalid_job_title")
	company.Admin.Put(t, path+"/job-title", `{"job_title":""}`).Must(t, 200)
	company.Admin.Put(t, path+"/department", `{"department_id":"x"}`).Refused(t, 422, "invalid_id")
	company.Admin.Put(t, "/employees/x/department", `{"department_id":""}`).Refused(t, 404, "not_found")
}

func TestTheLoginOfADismissedPersonIsKeptForTheReturn(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	ben := company.Employee(t, "ben@example.org")
	who := ben.Get(t, "/me").Text(t, "person")
	ben.Post(t, "/me/login", fmt.Sprintf(`{"login":"ben@new.example","current":%q}`, httpapitest.Password)).Must(t, 200)
	usher.Client("").Post(t, "/v1/join/"+company.TokenSentTo(t, "ben@new.example"), `{}`).Must(t, 201)
	company.Admin.Post(t, "/employees/"+who+"/dismiss", "").Must(t, 200)

	company.Admin.Put(t, "/settings/registration", `{"mode":"public"}`).Must(t, 200)
	company.Join(t, "ben@new.example").Refused(t, 409, "contact_held")
	invited := company.Admin.Post(t, "/invitations/email", `{"emails":["ben@new.example"]}`).Must(t, 200)
	require.Equal(t, "contact_held", invited.Text(t, "results.0.code"))
	require.Equal(t, "this is the login of somebody who was dismissed; rehire that person instead", invited.Text(t, "results.0.message"))
	company.Admin.Post(t, "/employees/"+who+"/rehire", "").Must(t, 200)
	require.Equal(t, "ben@new.example", company.Admin.Get(t, "/employees/"+who).Text(t, "login"))
}
