package engine_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestRaceOfRevokingAndUsing revokes an invitation while others use its link:
// either one of them is let in, or nobody, and it is revoked.
func TestRaceOfRevokingAndUsing(t *testing.T) { enginetest.OnEachLog(t, raceOfRevokingAndUsing) }

func raceOfRevokingAndUsing(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin := signUp(t, usher, "acme")
	for round := range rounds(3) {
		address := fmt.Sprintf("ben%d@mill.example", round)
		_, answer := admin.post("/invitations/email", fmt.Sprintf(`{"emails":[%q]}`, address))
		require.Equal(t, "invited", outcome(t, answer))
		person := admin.items("/invited?search=" + address)[0]["person"].(string)
		token := admin.tokenSentTo(address)
		outcomes := race(func(i int) string {
			if i%8 == 0 {
				status, answer := admin.post("/invitations/"+person+"/revoke", "{}")
				return "revoke " + strconv.Itoa(status) + " " + code(answer)
			}
			status, answer := usher.Do(t, http.MethodPost, "/v1/join/"+token, nil,
				fmt.Sprintf(`{"first_name":"Racer","last_name":"Number %d","password":"a passphrase of racer %d"}`, i, i))
			return "use " + strconv.Itoa(status) + " " + code(answer)
		})
		if outcomes["use 201 "] == 1 {
			require.Equal(t, map[string]int{"use 201 ": 1, "use 410 link_used": racers*7/8 - 1, "revoke 409 invitation_changed": racers / 8}, outcomes)
		} else {
			require.Equal(t, map[string]int{"use 410 link_revoked": racers * 7 / 8, "revoke 200 ": racers / 8}, outcomes)
		}
		require.Len(t, admin.items("/employees?search="+address), outcomes["use 201 "])
		require.Empty(t, admin.items("/invited?status=pending&search="+address))
	}
}

// TestRaceOfApprovals approves the same people one by one and in bulk: each is let
// in once, and told once.
func TestRaceOfApprovals(t *testing.T) { enginetest.OnEachLog(t, raceOfApprovals) }

func raceOfApprovals(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin := signUp(t, usher, "acme")
	var people, items []string
	for i := range 8 {
		status, answer := usher.Do(t, http.MethodPost, "/v1/join/"+admin.joinToken(), nil, fmt.Sprintf(
			`{"first_name":"Ben","last_name":"Miller","password":"a passphrase of number %d","email":"ben%d@mill.example"}`, i, i))
		require.Equal(t, http.StatusCreated, status, "%s", answer)
	}
	for _, waiting := range admin.items("/approvals") {
		people = append(people, waiting["person"].(string))
		items = append(items, fmt.Sprintf(`{"person":%q}`, people[len(people)-1]))
	}
	require.Len(t, people, 8)
	race(func(i int) string {
		if i%8 == 0 {
			admin.post("/approvals/approve", `{"items":[`+strings.Join(items, ",")+`]}`)
		} else {
			admin.post("/approvals/"+people[i%8]+"/approve", "")
		}
		return ""
	})
	require.Empty(t, admin.items("/approvals"))
	require.Len(t, admin.items("/history?type=person.employed"), 1+8)
	told := map[any]int{}
	for _, message := range admin.items("/outbox") {
		told[message["to"]]++
	}
	for i := range 8 {
		require.Equal(t, 1, told[fmt.Sprintf("ben%d@mill.example", i)])
	}
}
