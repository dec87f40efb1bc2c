package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

func TestAnAnswerSaysThatTheFixedTextGoesOut(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	company := usher.Found(t, "acme")
	operator := usher.Client(httpapitest.OperatorToken)
	operator.Put(t, company.Path+"/settings/plan", `{"plan":"crm+"}`).Must(t, 200)
	invited := company.Admin.Post(t, "/invitations/email", `{"emails":["ben@mill.example","bem@mill.example"],"message":"Come to us: {link}"}`).Must(t, 200)
	ben, typo := "/invitations/"+invited.Text(t, "results.0.person"), "/invitations/"+invited.Text(t, "results.1.person")
	require.NotContains(t, string(company.Admin.Post(t, ben+"/resend", "").Must(t, 200).Body), "fixed_text")

	operator.Put(t, company.Path+"/settings/plan", `{"plan":"free"}`).Must(t, 200)
	require.Equal(t, true, company.Admin.Post(t, ben+"/resend", "").Must(t, 200).Value(t, "fixed_text"))
	require.Equal(t, true, company.Admin.Post(t, typo+"/correct", `{"contact":"pia@mill.example"}`).Must(t, 201).Value(t, "fixed_text"))
	company.Settled(t)
	require.Contains(t, company.Message(t, "pia@mill.example")["text"], "you are invited to join The Company")
}
