package engine_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestRaceForTheLastAdministrator has two administrators dismiss or demote each
// other at the same moment, again and again: one of them always remains, and
// the policies that follow change nothing about it.
func TestRaceForTheLastAdministrator(t *testing.T) {
	enginetest.OnEachLog(t, raceForTheLastAdministrator)
}

func raceForTheLastAdministrator(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	ann := signUp(t, usher, "acme")
	ann.put("/settings/registration", `{"mode":"public"}`)
	status, answer := usher.Do(t, http.MethodPost, "/v1/join/"+ann.joinToken(), nil,
		`{"first_name":"Ben","last_name":"Baker","password":"a passphrase of Ben","email":"ben@example.com"}`)
	require.Equal(t, http.StatusCreated, status, "%s", answer)
	admins := []client{ann, signIn(t, usher, "acme", "ben@example.com", "a passphrase of Ben")}
	ids := []string{ann.items("/employees?search=ann")[0]["person"].(string), ann.items("/employees?search=ben")[0]["person"].(string)}
	ann.put("/employees/"+ids[1]+"/role", `{"role":"administrator"}`)

	for round := range rounds(8) {
		outcomes := race(func(i int) string {
			by := i % 2
			status, answer := admins[by].do(http.MethodPut, "/employees/"+ids[1-by]+"/role", `{"role":"auditor"}`)
			return fmt.Sprintf("%d by %d %s", status, by, code(answer))
		})
		left := ann.items("/history?type=account.administrator_uncounted")
		require.Len(t, left, round+1, "each round one is uncounted: %v", outcomes)
		counted := 0
		for i, admin := range admins {
			if status, _ := admin.do(http.MethodGet, "/outbox", ""); status == http.StatusOK {
				counted++
				admin.put("/employees/"+ids[1-i]+"/role", `{"role":"administrator"}`)
				break
			}
		}
		require.Equal(t, 1, counted, "after round %d: %v", round, outcomes)
	}

	outcomes := race(func(i int) string {
		by := i % 2
		status, answer := admins[by].post("/employees/"+ids[1-by]+"/dismiss", "")
		return strconv.Itoa(status) + " " + code(answer)
	})
	usher.Settle(t)
	signedIn := 0
	for _, admin := range admins {
		if status, _ := admin.do(http.MethodGet, "/outbox", ""); status == http.StatusOK {
			signedIn++
			require.Len(t, admin.items("/employees?role=administrator"), 1)
			require.Len(t, admin.items("/employees?status=dismissed"), 1)
		}
	}
	require.Equal(t, 1, signedIn, "%v", outcomes)
}
