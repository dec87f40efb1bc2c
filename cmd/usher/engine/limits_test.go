package engine_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestRaceForALimit lets many invite at once where fewer are allowed.
func TestRaceForALimit(t *testing.T) { enginetest.OnEachLog(t, raceForALimit) }

func raceForALimit(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin := signUp(t, usher, "acme")
	admin.put("/settings/limits", `{"emails":10}`)
	invited := race(func(i int) string {
		_, answer := admin.post("/invitations/email", fmt.Sprintf(`{"emails":["ben%d@mill.example"]}`, i))
		return outcome(t, answer)
	})
	require.Equal(t, map[string]int{"invited": 10, "account_limit": racers - 10}, invited)

	usher.Restart(t)
	_, answer := admin.post("/invitations/email", `{"emails":["late@mill.example"]}`)
	require.Equal(t, "account_limit", outcome(t, answer))
	require.Len(t, admin.items("/invited"), 10)
}

// TestRaceToGuess lets many try one password at once: rightly, and then wrongly.
func TestRaceToGuess(t *testing.T) { enginetest.OnEachLog(t, raceToGuess) }

func raceToGuess(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	signUp(t, usher, "acme")
	try := func(password string) func(int) string {
		return func(int) string {
			status, answer := usher.Do(t, http.MethodPost, "/v1/accounts/acme/sessions", nil, fmt.Sprintf(`{"login":"ann@example.com","password":%q}`, password))
			return strconv.Itoa(status) + " " + code(answer)
		}
	}
	require.Equal(t, map[string]int{"201 ": racers}, race(try(adminPassword)))
	require.Equal(t, map[string]int{"401 login_failed": 10, "429 too_many_attempts": racers - 10}, race(try("a guess")))
	require.Equal(t, "429 too_many_attempts", try(adminPassword)(0))
}

// TestLimitOfTheInstallation lets all accounts together send two SMS a day.
func TestLimitOfTheInstallation(t *testing.T) {
	usher := enginetest.Start(t)
	usher.SMSPerDay = 2
	usher.Restart(t)
	first, second := signUp(t, usher, "first"), signUp(t, usher, "second")
	invites := func(by client, phone string) string {
		_, answer := by.post("/invitations/sms", `{"phones":["`+phone+`"]}`)
		return outcome(t, answer)
	}
	require.Equal(t, "invited", invites(first, "+14155550101"))
	require.Equal(t, "invited", invites(second, "+14155550102"))
	require.Equal(t, "installation_limit", invites(second, "+14155550103"))
	usher.Advance(24 * time.Hour)
	second = signIn(t, usher, "second", "ann@example.com", adminPassword)
	require.Equal(t, "invited", invites(second, "+14155550103"))
}
