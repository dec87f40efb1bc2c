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

// TestRaceForOneLogin lets several people claim one contact while it is invited,
// and the invitation wins; then another one, which one of them gets, and of all who use
// its link, one does.
func TestRaceForOneLogin(t *testing.T) { enginetest.OnEachLog(t, raceForOneLogin) }

const claimersPassword = "a passphrase of whoever claims"

func claimer(round, i int) string { return fmt.Sprintf("claimer%d.%d@example.org", round, i) }

func raceForOneLogin(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin := signUp(t, usher, "acme")
	admin.put("/settings/registration", `{"mode":"public"}`)
	token := admin.joinToken()
	for round := range rounds(2) {
		wanted, people := fmt.Sprintf("wanted%d@example.org", round), make([]client, 4)
		for i := range people {
			status, answer := usher.Do(t, http.MethodPost, "/v1/join/"+token, nil,
				fmt.Sprintf(`{"first_name":"Claimer","last_name":"Number %d","password":%q,"email":%q}`, i, claimersPassword, claimer(round, i)))
			require.Equal(t, http.StatusCreated, status, "%s", answer)
			people[i] = signIn(t, usher, "acme", claimer(round, i), claimersPassword)
		}
		outcomes := race(func(i int) string {
			if i%8 == 0 {
				_, answer := admin.post("/invitations/email", `{"emails":["`+wanted+`"]}`)
				return outcome(t, answer)
			}
			status, answer := people[i%4].post("/me/login", fmt.Sprintf(`{"login":%q,"current":%q}`, wanted, claimersPassword))
			return strconv.Itoa(status) + " " + code(answer)
		})
		require.Equal(t, 1, outcomes["invited"], outcomes)
		require.Equal(t, racers/8-1, outcomes["already_invited"], outcomes)

		usher.Advance(24 * time.Hour) // so that more messages are allowed
		admin = signIn(t, usher, "acme", "ann@example.com", adminPassword)
		require.Empty(t, admin.items("/history?type=person.login_changed&contact="+wanted), "who is invited is nobody's login")
		wanted = "free." + wanted
		for i := range people {
			people[i] = signIn(t, usher, "acme", claimer(round, i), claimersPassword)
		}
		claimed := race(func(i int) string {
			if i >= len(people) {
				return ""
			}
			status, answer := people[i].post("/me/login", fmt.Sprintf(`{"login":%q,"current":%q}`, wanted, claimersPassword))
			return strconv.Itoa(status) + " " + code(answer)
		})
		require.Equal(t, map[string]int{"200 ": 1, "409 contact_held": len(people) - 1, "": racers - len(people)}, claimed)
		link := admin.tokenSentTo(wanted)
		used := race(func(int) string {
			status, answer := usher.Do(t, http.MethodPost, "/v1/join/"+link, nil, "{}")
			return strconv.Itoa(status) + " " + code(answer)
		})
		require.Equal(t, 1, used["201 "], used)
		require.Equal(t, racers, used["201 "]+used["410 link_used"]+used["410 link_superseded"], used)
		usher.Settle(t)
		require.Len(t, admin.items("/employees?search="+wanted), 1)
	}
}
