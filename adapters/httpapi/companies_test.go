package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/domain"
)

const forTheRecord = `{"reason":"unpaid since May"}`

func operatorOf(c httpapitest.Company) httpapitest.Client {
	return c.Client(httpapitest.OperatorToken).At(c.Path)
}

func TestAClosedAccountShutsEverybodyOut(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	acme, other := usher.Found(t, "acme"), usher.Found(t, "other")
	eve := acme.Hire(t, "eve@acme.example", domain.RoleEmployee)
	oda := acme.Hire(t, "oda@acme.example", domain.RoleAuditor)
	secret := acme.Admin.Post(t, "/me/tokens", `{"name":"Nightly list","scopes":["read_lists"],"days":90}`).Must(t, http.StatusCreated).Text(t, "token")
	program := usher.Client(secret).At(acme.Path)
	program.Get(t, "/employees").Must(t, http.StatusOK)
	acme.Admin.Post(t, "/invitations/email", `{"emails":["iva@example.org"]}`).Must(t, http.StatusOK)
	invitation, join := acme.TokenSentTo(t, "iva@example.org"), acme.JoinToken(t)
	stranger := usher.Client("")
	operator := operatorOf(acme)

	operator.Post(t, "/close", `{"reason":""}`).Refused(t, http.StatusUnprocessableEntity, "invalid_reason")
	operator.Post(t, "/close", `{"reason":" "}`).Refused(t, http.StatusUnprocessableEntity, "invalid_reason")
	operator.Post(t, "/close", `{}`).Refused(t, http.StatusUnprocessableEntity, "invalid_request")
	operator.Post(t, "/close", `{"reason":"`+strings.Repeat("x", 1001)+`"}`).Refused(t, http.StatusUnprocessableEntity, "invalid_reason")
	usher.Client(httpapitest.OperatorToken).Post(t, "/v1/accounts/nobody/close", forTheRecord).Refused(t, http.StatusNotFound, "not_found")
	operator.Post(t, "/close", forTheRecord).Must(t, http.StatusOK)
	operator.Post(t, "/close", forTheRecord).Must(t, http.StatusOK)

	shut := func(answer httpapitest.Answer) {
		t.Helper()
		answer.Refused(t, http.StatusGone, "account_closed")
	}
	for _, client := range []httpapitest.Client{acme.Admin, eve, oda, program} {
		shut(client.Get(t, "/employees"))
		shut(client.Get(t, "/activity"))
		shut(client.Get(t, "/activity/stream"))
	}
	shut(acme.Admin.Get(t, "/me"))
	shut(acme.Admin.Get(t, "/history"))
	shut(oda.Get(t, "/history"))
	shut(acme.Admin.Post(t, "/invitations/email", `{"emails":["nina@example.org"]}`))
	shut(acme.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":true}`))
	shut(stranger.Get(t, "/v1/join/"+join))
	shut(stranger.Get(t, "/v1/join/"+invitation))
	shut(stranger.Post(t, "/v1/join/"+join, httpapitest.Form("joe@example.org")))
	shut(stranger.Post(t, "/v1/join/"+invitation, `{"first_name":"Iva","last_name":"Inn","password":"`+httpapitest.Password+`"}`))
	shut(stranger.Post(t, "/v1/join/"+invitation+"/decline", ""))
	shut(stranger.Post(t, acme.Path+"/sessions", `{"login":"eve@acme.example","password":"`+httpapitest.Password+`"}`))
	stranger.Post(t, acme.Path+"/sessions", `{"login":"eve@acme.example","password":"a wrong one of hers"}`).Refused(t, http.StatusUnauthorized, "login_failed")

	t.Run("and the operator alone reads what happened", func(t *testing.T) {
		operator.Get(t, "/history").Must(t, http.StatusOK)
		operator.Get(t, "/settings").Must(t, http.StatusOK)
		operator.Get(t, "/employees").Refused(t, http.StatusForbidden, "not_permitted")
		operatorOf(other).Get(t, "/history").Refused(t, http.StatusForbidden, "not_permitted")
		operatorOf(other).Get(t, "/settings").Refused(t, http.StatusForbidden, "not_permitted")
	})
	t.Run("others notice nothing", func(t *testing.T) {
		other.Admin.Get(t, "/employees").Must(t, http.StatusOK)
	})
	t.Run("and lets them in again, who sign in no second time", func(t *testing.T) {
		operator.Post(t, "/open", `{"reason":"paid"}`).Must(t, http.StatusOK)
		for _, client := range []httpapitest.Client{acme.Admin, eve, oda, program} {
			client.Get(t, "/employees").Must(t, http.StatusOK)
		}
		stranger.Get(t, "/v1/join/"+join).Must(t, http.StatusOK)
		stranger.Post(t, "/v1/join/"+invitation, `{"first_name":"Iva","last_name":"Inn","password":"`+httpapitest.Password+`"}`).Must(t, http.StatusCreated)
		operator.Get(t, "/history").Refused(t, http.StatusForbidden, "not_permitted")
		kinds := acme.Admin.Get(t, "/history?limit=1000").Must(t, http.StatusOK)
		require.Contains(t, string(kinds.Body), "account.closed")
		require.Contains(t, string(kinds.Body), "account.opened")
	})
}

func TestTheListOfCompanies(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	zoo, acme := usher.Found(t, "zoo"), usher.Found(t, "acme")
	acme.Hire(t, "eve@acme.example", domain.RoleEmployee)
	position := operatorOf(zoo).Post(t, "/close", forTheRecord).Must(t, http.StatusOK).Text(t, "position")
	operator := usher.Client(httpapitest.OperatorToken).With("Usher-Position", position)
	list := func(query string) (slugs []string) {
		for _, one := range operator.Get(t, "/v1/accounts"+query).Must(t, http.StatusOK).Items(t) {
			slugs = append(slugs, one["slug"].(string)) //nolint:forcetypeassert // because a panic fails the test
		}
		return slugs
	}
	require.Equal(t, []string{"acme", "zoo"}, list(""))
	require.Equal(t, []string{"zoo"}, list("?status=closed"))
	require.Equal(t, []string{"acme"}, list("?status=open"))
	require.Equal(t, []string{"acme", "zoo"}, list("?plan=free"))
	require.Empty(t, list("?plan=standard"))
	require.Equal(t, []string{"zoo"}, list("?search=ZO"))

	first := operator.Get(t, "/v1/accounts?limit=1").Must(t, http.StatusOK)
	require.Equal(t, []string{"zoo"}, list("?limit=1&cursor="+first.Text(t, "next")))
	items := operator.Get(t, "/v1/accounts").Must(t, http.StatusOK).Items(t)
	require.InDelta(t, 2, items[0]["employees"], 0)
	require.Equal(t, "The Company", items[0]["name"])
	require.Equal(t, "open", items[0]["status"])
	require.NotContains(t, items[0], "closed_at")
	require.NotEmpty(t, items[0]["founded_at"])
	require.NotEmpty(t, items[1]["closed_at"])

	operator.Get(t, "/v1/accounts?status=shut").Refused(t, http.StatusUnprocessableEntity, "invalid_request")
	operator.Get(t, "/v1/accounts?plan=gold").Refused(t, http.StatusUnprocessableEntity, "invalid_request")
	operator.Get(t, "/v1/accounts?cursor=nonsense").Refused(t, http.StatusBadRequest, "invalid_cursor")
	httpapitest.Client{URL: usher.URL, Header: acme.Admin.Header}.Get(t, "/v1/accounts").Refused(t, http.StatusForbidden, "not_permitted")
}

// TestStreamsEndWhenTheAccountIsClosed closes an account with nothing else happening.
func TestStreamsEndWhenTheAccountIsClosed(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	acme, other := usher.Found(t, "acme"), usher.Found(t, "other")
	eve := acme.Hire(t, "eve@acme.example", domain.RoleEmployee)
	usher.Settled(t)
	admins, eves, others := listen(t, acme.Admin, ""), listen(t, eve, ""), listen(t, other.Admin, "")
	operatorOf(acme).Post(t, "/close", forTheRecord).Must(t, http.StatusOK)
	for _, stream := range []*listener{admins, eves} {
		id, _ := stream.next()
		require.Empty(t, id)
	}
	other.Admin.Post(t, "/departments", `{"name":"Kitchen"}`).Must(t, http.StatusCreated)
	_, text := others.next()
	require.Equal(t, "Ada Archer created the department Kitchen", text)
}
