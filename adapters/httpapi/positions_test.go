package httpapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
)

// TestEveryQuestionTakesAPosition asks every GET route of the document for a
// position that the log does not go up to, in both ways.
func TestEveryQuestionTakesAPosition(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{WaitLimit: 20 * time.Millisecond})
	company := usher.Found(t, "acme")
	batch := company.Admin.Post(t, "/invitations/sms", `{"phones":["+14155550100"]}`).Must(t, 200).Text(t, "batch")
	company.Settled(t)
	head, err := usher.Log.Head(t.Context())
	require.NoError(t, err)
	// These read the log itself, which has whatever was answered.
	fresh := map[string]string{"me": "/v1/accounts/acme/me", "settings": "/v1/accounts/acme/settings", "show-link": "/v1/join/" + company.JoinToken(t), "api-tokens": "/v1/accounts/acme/me/tokens", "sessions": "/v1/accounts/acme/me/sessions", "batch": "/v1/accounts/acme/batches/" + batch, "batch-stream": "/v1/accounts/acme/batches/" + batch + "/stream"}
	// This says itself how far everything is.
	itself := map[string]bool{"projections": true}

	asked := 0
	for _, op := range operations(t, usher) {
		if op.method != http.MethodGet || itself[op.id] {
			continue
		}
		asked++
		t.Run(op.id, func(t *testing.T) {
			client := usher.Client("")
			client.Header = company.Admin.Header
			if op.id == "accounts" {
				client = usher.Client(httpapitest.OperatorToken)
			}
			path := op.in("acme")
			if own, ok := fresh[op.id]; ok {
				client.Get(t, own+"?position=999999").Must(t, 200)
				client.With("Usher-Position", "x").Get(t, own).Refused(t, 400, "invalid_position")
				return
			}
			for _, answer := range []httpapitest.Answer{
				client.Get(t, path+"?position=999999"),
				client.With("Usher-Position", "999999").Get(t, path),
			} {
				answer.Refused(t, 409, "position_unknown")
				require.Contains(t, answer.Text(t, "detail"), "the log ends at "+head.String())
			}
			client.Get(t, path+"?position=x").Refused(t, 400, "invalid_position")
		})
	}
	require.Greater(t, asked, 12)
}
