package engine_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestCallsToTheServer counts what reaches an EventStoreDB of what users do.
func TestCallsToTheServer(t *testing.T) {
	usher, calls := enginetest.StartCounting(t)
	admin := signUp(t, usher, "acme")
	status, answer := admin.post("/departments", `{"name":"Sales"}`)
	require.Equal(t, http.StatusCreated, status, "%s", answer)
	usher.Settle(t)
	emails := func(name string, count int) string {
		all := make([]string, count)
		for i := range all {
			all[i] = fmt.Sprintf(`"%s%d@example.org"`, name, i)
		}
		return `{"emails":[` + strings.Join(all, ",") + `]}`
	}
	post := func(path, body string, want int) func() {
		return func() {
			status, answer := admin.post(path, body)
			require.Equal(t, want, status, "%s", answer)
		}
	}
	get := func(path string) func() {
		return func() {
			status, answer := admin.do(http.MethodGet, path, "")
			require.Equal(t, http.StatusOK, status, "%s", answer)
		}
	}
	for _, one := range []struct {
		name string
		do   func()
		most int
	}{
		{"an invitation", post("/invitations/email", emails("one", 1), http.StatusOK), 6},
		{"fifty invitations", post("/invitations/email", emails("fifty", 50), http.StatusOK), 110},
		{"a direct registration", post("/employees", `{"email":"dan@example.org","first_name":"Dan","last_name":"Direct","job_title":"Baker"}`, http.StatusCreated), 5},
		{"a department", post("/departments", `{"name":"Support"}`, http.StatusCreated), 2},
		{"a log-in", func() { signIn(t, usher, "acme", "ann@example.com", adminPassword) }, 2},
		{"a page of a list", get("/invited"), 0},
		{"me", get("/me"), 0},
	} {
		get("/me")() // so that the log was asked just now where it ends
		calls.Take()
		begun := time.Now()
		one.do()
		require.NoError(t, usher.Policies.Settled(t.Context(), usher.App.Newest()))
		made, meanwhile := calls.Take(), int(time.Since(begun)/asksWhenIdle)
		require.LessOrEqual(t, count(made), one.most+meanwhile, "%s: %v", one.name, made)
	}
	t.Run("nothing", func(t *testing.T) {
		const idle = 4 * time.Second
		time.Sleep(idle) // which is what is measured
		made := calls.Take()
		require.LessOrEqual(t, count(made), int(idle/asksWhenIdle), "%v", made)
	})
}

// asksWhenIdle is how often at most it is asked where the log ends when nobody does anything.
const asksWhenIdle = 2 * time.Second

func count(calls map[string]int) (all int) {
	for _, n := range calls {
		all += n
	}
	return all
}
