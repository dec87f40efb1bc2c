package httpapi_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestAProofBringsItsOwnPassword(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Put(t, "/settings/registration", `{"domains":["example.com"]}`).Must(t, 200)
	company.Join(t, "eve@example.com").Must(t, 201)
	token := company.TokenSentTo(t, "eve@example.com")
	require.NotContains(t, company.Message(t, "eve@example.com")["text"], "Joe", "which a stranger may have typed")
	require.Equal(t, "Joe Joiner", usher.Client("").Get(t, "/v1/join/"+token).Must(t, 200).Text(t, "name"))

	const chosen = "chosen by whoever reads the mail"
	usher.Client("").Post(t, "/v1/join/"+token, fmt.Sprintf(`{"password":%q}`, chosen)).Must(t, 201)
	company.SignIn(t, "eve@example.com", chosen)
	usher.Client("").Post(t, company.Path+"/sessions", fmt.Sprintf(`{"login":"eve@example.com","password":%q}`, httpapitest.Password)).
		Refused(t, 401, "login_failed")
}

func TestAProofIsNoApproval(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	who := company.Join(t, "joe@example.org").Must(t, 201).Text(t, "person")
	company.Admin.Post(t, "/approvals/"+who+"/send-proof", "").Must(t, 200)
	answer := usher.Client("").Post(t, "/v1/join/"+company.TokenSentTo(t, "joe@example.org"), "{}").Must(t, 201)
	require.Equal(t, "awaiting_approval", answer.Text(t, "status"))
	company.Settled(t)
	waiting := company.Admin.Get(t, "/approvals?generation=1").Must(t, 200).Items(t)
	require.Len(t, waiting, 1)
	require.Equal(t, true, waiting[0]["proved"])
	require.Equal(t, "moderated", waiting[0]["concern"])
	require.Empty(t, company.Admin.Get(t, "/approvals?generation=2").Must(t, 200).Items(t))
}
