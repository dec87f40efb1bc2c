package httpapi_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/httpapi/httpapitest"
	"github.com/usher-engine/usher/adapters/questions"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// unasked is the routes that read and ask no question of the table, and why.
var unasked = map[string]string{
	"show-link":   "whoever holds a link is in no account yet",
	"outbox":      "messages are kept, and of no view",
	"projections": "it is how far the views are, and not what is in them",
}

func TestEveryRouteThatReadsAsksAQuestionOfTheTable(t *testing.T) {
	t.Parallel()
	asked := map[string]bool{}
	for _, one := range questions.All() {
		asked[one.Name] = false
	}
	for _, route := range httpapi.AskedBy() {
		if unasked[route.ID] != "" {
			require.Empty(t, route.Question, route.ID)
			continue
		}
		require.Contains(t, asked, route.Question, "%s asks nothing of the table", route.ID)
		asked[route.Question] = true
	}
	for name, done := range asked {
		require.True(t, done, "no route asks %s", name)
	}
}

// TestQuestionsAreForThoseWhoMayUseTheirRoutes holds the actions of the table
// against who is answered over HTTP.
func TestQuestionsAreForThoseWhoMayUseTheirRoutes(t *testing.T) {
	t.Parallel()
	usher := httpapitest.Start(t, httpapitest.Options{})
	closed, open := usher.Found(t, "closed"), usher.Found(t, "open")
	open.Admin.Put(t, "/settings/inviting", `{"everyone_may_invite":true}`).Must(t, 200)
	callers := map[string]commands.Caller{"o": commands.Operator()}
	for letter, client := range map[string]httpapitest.Client{
		"a": closed.Admin, "u": closed.Hire(t, "u@closed.example", domain.RoleAuditor),
		"e": closed.Hire(t, "e@closed.example", domain.RoleEmployee), "i": open.Hire(t, "i@open.example", domain.RoleEmployee),
	} {
		callers[letter] = requestOf(t, usher, client).Caller
	}
	table := map[string]questions.Entry{}
	for _, one := range questions.All() {
		table[one.Name] = one
	}
	judged := 0
	for _, route := range httpapi.AskedBy() {
		question, asks := table[route.Question]
		if !asks {
			continue
		}
		for letter, caller := range callers {
			_, err := usher.App.Permit(t.Context(), caller, caller.Account, question.Action)
			require.Equal(t, strings.Contains(users()[route.ID], letter), err == nil, "%s by %s: %v", route.ID, letter, err)
			judged++
		}
	}
	require.Greater(t, judged, 5*15)
}
