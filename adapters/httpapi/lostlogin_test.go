package httpapi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestAnAdministratorChangesALostLogin(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	who := company.Employee(t, "ben@example.org").Get(t, "/me").Text(t, "person")
	company.Employee(t, "ann@example.org")
	path := "/employees/" + who + "/login"

	company.Admin.Post(t, path, `{"login":"ann@example.org"}`).Refused(t, 409, "contact_held")
	company.Admin.Post(t, path, `{"login":"ben@new.example"}`).Must(t, 200)
	token := company.TokenSentTo(t, "ben@new.example")
	company.SignIn(t, "ben@example.org", httpapitest.Password) // until the link is used
	usher.Advance(time.Minute)                                 // so that it is plain which message is the newest
	require.Equal(t, "login_changed", usher.Client("").Post(t, "/v1/join/"+token, "{}").Must(t, 201).Text(t, "status"))
	company.SignIn(t, "ben@new.example", httpapitest.Password)
	told := company.Message(t, "ben@example.org")
	require.Contains(t, told["subject"], "login", "the old contact is told")
	require.NotContains(t, told, "link", "and can do nothing by it")

	company.Admin.Post(t, "/employees/"+who+"/dismiss", "").Must(t, 200)
	company.Admin.Post(t, path, `{"login":"ben@newer.example"}`).Refused(t, 409, "not_employed")
}

func TestAnInvitationOutranksAClaimThatNobodyProved(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	ben := company.Employee(t, "ben@example.org")
	claim := func(login string) string {
		ben.Post(t, "/me/login", fmt.Sprintf(`{"login":%q,"current":%q}`, login, httpapitest.Password)).Must(t, 200)
		return company.TokenSentTo(t, login)
	}
	for login, letIn := range map[string]func(){
		"ceo@example.org": func() {
			rows := company.Admin.Post(t, "/invitations/email", `{"emails":["ceo@example.org"]}`).Must(t, 200).Value(t, "results")
			require.Contains(t, fmt.Sprint(rows), "outcome:invited")
		},
		"cto@example.org": func() {
			company.Admin.Post(t, "/employees", `{"email":"cto@example.org","first_name":"Cleo","last_name":"Tech","job_title":"CTO"}`).Must(t, 201)
		},
	} {
		token := claim(login)
		letIn()
		usher.Client("").Post(t, "/v1/join/"+token, "{}").Refused(t, 410, "link_expired")
	}
	company.SignIn(t, "ben@example.org", httpapitest.Password)
}

func TestALoginIsNoInvitation(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	company.Admin.Put(t, "/settings/limits", `{"invitations_per_inviter":1}`).Must(t, 200)
	ben := company.Employee(t, "ben@example.org")
	for _, login := range []string{"ben@new.example", "ben@newer.example"} {
		ben.Post(t, "/me/login", fmt.Sprintf(`{"login":%q,"current":%q}`, login, httpapitest.Password)).Must(t, 200)
	}
}
