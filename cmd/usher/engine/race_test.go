package engine_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

const racers = 64

// rounds is how often a race is run: n times, or n times as often as
// USHER_SOAK says.
func rounds(n int) int {
	if factor, err := strconv.Atoi(os.Getenv("USHER_SOAK")); err == nil && factor > 0 {
		return n * factor
	}
	return n
}

// TestRaceForOneContact lets 64 clients do the same at once: one wins, and all
// others are told why they did not.
func TestRaceForOneContact(t *testing.T) { enginetest.OnEachLog(t, raceForOneContact) }

func raceForOneContact(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin := signUp(t, usher, "acme")
	for round := range rounds(2) {
		phone := fmt.Sprintf("+1415555%04d", 100+round)

		invited := race(func(int) string {
			_, answer := admin.post("/invitations/sms", `{"phones":["`+phone+`"]}`)
			return outcome(t, answer)
		})
		require.Equal(t, map[string]int{"invited": 1, "already_invited": racers - 1}, invited, "inviting %s", phone)

		token := admin.tokenSentTo(phone)
		redeemed := race(func(i int) string {
			status, answer := usher.Do(t, http.MethodPost, "/v1/join/"+token, nil,
				fmt.Sprintf(`{"first_name":"Racer","last_name":"Number %d","password":"a passphrase of racer %d"}`, i, i))
			return strconv.Itoa(status) + " " + code(answer)
		})
		require.Equal(t, map[string]int{"201 ": 1, "410 link_used": racers - 1}, redeemed, "redeeming %s", phone)
		require.Len(t, admin.items("/employees?search="+phone[1:]), 1)
		require.Empty(t, admin.items("/invited?search="+phone[1:]))
	}
}

// TestRaceForOneAddressByJoinLink registers one address 64 times at once.
func TestRaceForOneAddressByJoinLink(t *testing.T) {
	enginetest.OnEachLog(t, raceForOneAddressByJoinLink)
}

func raceForOneAddressByJoinLink(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin := signUp(t, usher, "acme")
	admin.put("/settings/registration", `{"mode":"public"}`)
	token := admin.joinToken()
	for round := range rounds(2) {
		address := fmt.Sprintf("racer%d@example.org", round)
		registered := race(func(i int) string {
			status, answer := usher.Do(t, http.MethodPost, "/v1/join/"+token, nil, fmt.Sprintf(
				`{"first_name":"Racer","last_name":"Number %d","password":"a passphrase of one %d","email":%q}`, i, i, address))
			return strconv.Itoa(status) + " " + code(answer)
		})
		require.Equal(t, map[string]int{"201 ": 1, "409 already_employed": racers - 1}, registered)
		require.Len(t, admin.items("/employees?search="+address), 1)
	}
}

// race does something at the same time and counts what came of it.
func race(do func(i int) string) map[string]int {
	outcomes := make([]string, racers)
	var start, finish sync.WaitGroup
	start.Add(1)
	for i := range racers {
		finish.Go(func() {
			start.Wait()
			outcomes[i] = do(i)
		})
	}
	start.Done()
	finish.Wait()
	counted := map[string]int{}
	for _, outcome := range outcomes {
		counted[outcome]++
	}
	return counted
}

// outcome is what became of the only row of an invitation.
func outcome(t *testing.T, answer []byte) string {
	t.Helper()
	var invited struct {
		Results []struct{ Outcome, Code string }
	}
	require.NoError(t, json.Unmarshal(answer, &invited), "%s", answer)
	require.Len(t, invited.Results, 1, "%s", answer)
	if invited.Results[0].Outcome == "invited" {
		return "invited"
	}
	return invited.Results[0].Code
}

func code(answer []byte) string {
	var problem struct{ Code string }
	if json.Unmarshal(answer, &problem) != nil {
		return string(answer)
	}
	return problem.Code
}
