package engine_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestUnansweredSMS invites colleagues abroad: operators learn of it where hardly
// any of fifty come, and of no company whose colleagues do.
func TestUnansweredSMS(t *testing.T) {
	for name, test := range map[string]struct {
		come  int
		alarm bool
	}{
		"given that nobody comes, it is told":                   {0, true},
		"given that fewer than a fifth come, it is told":        {9, true},
		"given that a fifth comes, there is nothing to be told": {10, false},
	} {
		t.Run(name, func(t *testing.T) {
			usher := enginetest.Start(t)
			status, answer := usher.Do(t, http.MethodPost, "/v1/accounts", http.Header{"Authorization": {"Bearer " + enginetest.OperatorToken}},
				fmt.Sprintf(`{"slug":"acme","name":"Acme","country":"US","administrator":{"email":"ann@example.com","first_name":"Ann","last_name":"Admin","password":%q}}`, adminPassword))
			require.Equal(t, http.StatusCreated, status, "%s", answer)
			admin := signIn(t, usher, "acme", "ann@example.com", adminPassword)

			admin.inviteAbroad(0, 49)
			for i := range test.come {
				admin.comes(abroad(i))
			}
			require.NotContains(t, figures(t, usher), `usher_sms_unanswered_total{`)
			admin.inviteAbroad(49, 50)
			if test.alarm {
				require.Contains(t, figures(t, usher), `usher_sms_unanswered_total{country="FR"} 1`)
			} else {
				require.NotContains(t, figures(t, usher), `usher_sms_unanswered_total{`)
			}
		})
	}
}

// abroad is a number in France, each in a block of its own; some below 40 are overseas.
func abroad(i int) string { return fmt.Sprintf("+336%d234567", 40+i) }

func (c client) inviteAbroad(from, to int) {
	c.t.Helper()
	var phones []string
	for i := from; i < to; i++ {
		phones = append(phones, fmt.Sprintf("%q", abroad(i)))
	}
	status, answer := c.post("/invitations/sms", `{"phones":[`+strings.Join(phones, ",")+`]}`)
	require.Equal(c.t, http.StatusOK, status, "%s", answer)
	require.Equal(c.t, to-from, strings.Count(string(answer), `"outcome":"invited"`), "%s", answer)
}

// comes lets somebody use the link that was sent.
func (c client) comes(phone string) {
	c.t.Helper()
	status, answer := c.usher.Do(c.t, http.MethodPost, "/v1/join/"+c.tokenSentTo(phone), nil,
		`{"first_name":"Ben","last_name":"Miller","password":"coffee before breakfast"}`)
	require.Equal(c.t, http.StatusCreated, status, "%s", answer)
}

func figures(t *testing.T, usher *enginetest.Usher) string {
	t.Helper()
	status, answer := usher.Do(t, http.MethodGet, "/metrics", nil, "")
	require.Equal(t, http.StatusOK, status)
	return string(answer)
}
