package httpapi_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestABatchTellsWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company, others := usher.Found(t, "acme"), usher.Found(t, "others")
	admin := company.Admin.Get(t, "/me").Text(t, "person")
	path := "/batches/" + company.Admin.Post(t, "/invitations/email", `{"emails":["ben@example.org","nonsense"]}`).Must(t, 200).Text(t, "batch")

	closed := company.Admin.Get(t, path).Must(t, 200)
	require.Equal(t, "email", closed.Text(t, "channel"))
	require.Equal(t, admin, closed.Text(t, "invited_by"))
	require.Equal(t, "2026-03-02T09:00:00Z", closed.Text(t, "opened_at"))
	require.Equal(t, true, closed.Value(t, "closed"))
	require.InDelta(t, 1, closed.Value(t, "invited"), 0)
	require.Nil(t, closed.Value(t, "revoked_at"))

	company.Admin.Post(t, path+"/revoke", "").Must(t, 200)
	revoked := company.Admin.Get(t, path).Must(t, 200)
	require.Equal(t, admin, revoked.Text(t, "revoked_by"))
	require.Equal(t, "2026-03-02T09:00:00Z", revoked.Text(t, "revoked_at"))

	others.Admin.Get(t, path).Refused(t, 404, "not_found")
	company.Admin.Get(t, "/batches/nonsense").Refused(t, 404, "not_found")
}

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
	require.Equal(t, "login_changed", usher.Client("").Post(t, "/v1/join/"+token, "{}").Must(t, 201).Text(t, "status"))
	company.SignIn(t, "ben@new.example", httpapitest.Password)
	require.NotContains(t, company.Message(t, "ben@example.org"), "link", "the old contact is told, and can do nothing by it")

	company.Admin.Post(t, "/employees/"+who+"/dismiss", "").Must(t, 200)
	company.Admin.Post(t, path, `{"login":"ben@newer.example"}`).Refused(t, 409, "not_employed")
}

func TestALimitOfNoUsesIsNoLimitAtAll(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	company.Admin.Put(t, "/join-link/limits", `{"max_uses":3}`).Must(t, 200)
	company.Admin.Put(t, "/join-link/limits", `{"max_uses":0}`).Refused(t, 422, "invalid_limit")
	link := company.Admin.Get(t, "/join-link").Must(t, 200)
	require.InDelta(t, 3, link.Value(t, "max_uses"), 0)
	require.InDelta(t, 1, link.Value(t, "generation"), 0)
	company.Admin.Post(t, "/join-link/rotate", "").Must(t, 200)
	require.InDelta(t, 2, company.Admin.Get(t, "/join-link").Must(t, 200).Value(t, "generation"), 0)
}

func TestInvitationsOfNobodyAreNotRevoked(t *testing.T) {
	t.Parallel()
	company := httpapitest.Start(t, httpapitest.Options{}).Found(t, "acme")
	company.Admin.Post(t, "/employees/00000000-0000-4000-8000-000000000000/revoke-invitations", "").Refused(t, 404, "not_found")
}

func TestAProofBringsItsOwnPassword(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	company.Admin.Put(t, "/settings/registration", `{"domains":["example.com"]}`).Must(t, 200)
	company.Join(t, "eve@example.com").Must(t, 201)
	token := company.TokenSentTo(t, "eve@example.com")
	require.Contains(t, company.Message(t, "eve@example.com")["text"], "Joe Joiner")
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
