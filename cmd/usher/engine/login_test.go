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

// TestRaceForOneLogin lets several people claim one contact while it is invited:
// one wins, and of all who use the link, one does.
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
		if outcomes["invited"] == 1 {
			require.Equal(t, map[string]int{"invited": 1, "already_invited": racers/8 - 1, "409 contact_held": racers - racers/8}, outcomes)
			continue
		}
		require.Zero(t, outcomes["invited"])
		require.Equal(t, racers/8, outcomes["contact_held"])

		usher.Advance(24 * time.Hour) // so that it is plain which message is the newest, and that more are allowed
		admin = signIn(t, usher, "acme", "ann@example.com", adminPassword)
		for i := range people {
			people[i] = signIn(t, usher, "acme", claimer(round, i), claimersPassword)
			people[i].post("/me/login", fmt.Sprintf(`{"login":%q,"current":%q}`, wanted, claimersPassword))
		}
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
