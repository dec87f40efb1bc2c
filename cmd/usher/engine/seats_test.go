package engine_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// TestALimitedJoinLinkLetsInExactlyAsMany lets 64 people register at once by a
// link that is good for ten.
func TestALimitedJoinLinkLetsInExactlyAsMany(t *testing.T) {
	enginetest.OnEachLog(t, limitedJoinLink)
}

func limitedJoinLink(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin := signUp(t, usher, "acme")
	admin.put("/settings/registration", `{"mode":"public"}`)
	admin.put("/join-link/limits", `{"max_uses":10}`)
	token := admin.joinToken()
	outcomes := race(func(i int) string {
		status, answer := usher.Do(t, http.MethodPost, "/v1/join/"+token, nil, fmt.Sprintf(
			`{"first_name":"Racer","last_name":"Number %d","password":"a passphrase of one %d","email":"racer%d@example.org"}`, i, i, i))
		return strconv.Itoa(status) + " " + code(answer)
	})
	require.Equal(t, map[string]int{"201 ": 10, "410 link_full": racers - 10}, outcomes)
	require.Len(t, admin.items("/employees?search=racer"), 10)
}

// TestASeatThatNobodyUsedComesBack stops between the two appends of a
// registration, and has the seat fenced and returned by time.
func TestASeatThatNobodyUsedComesBack(t *testing.T) {
	enginetest.OnEachLog(t, unusedSeat)
}

func unusedSeat(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin := signUp(t, usher, "acme")
	admin.put("/settings/registration", `{"mode":"public"}`)
	admin.put("/join-link/limits", `{"max_uses":1}`)
	token := admin.joinToken()
	ctx, crash := context.WithCancel(t.Context())
	crashing := withCrash(t, usher, "account-", crash)
	late := commands.UseLink{Token: token, FirstName: "Lea", LastName: "Late", Password: "a passphrase of hers", Email: "late@example.org"}
	request := commands.Request{Command: usher.App.NewCommand()}
	_, err := crashing.UseLink(ctx, request, late)
	require.ErrorIs(t, err, context.Canceled)
	register := func(who string) (int, string) {
		status, answer := usher.Do(t, http.MethodPost, "/v1/join/"+token, nil,
			fmt.Sprintf(`{"first_name":"Eva","last_name":"Evans","password":"a passphrase of hers","email":%q}`, who))
		return status, code(answer)
	}
	status, refusal := register("eva@example.org")
	require.Equal(t, http.StatusGone, status, "the seat is held for a while")
	require.Equal(t, string(domain.LinkFull), refusal)

	usher.Settle(t)
	usher.Advance(6 * time.Minute)
	usher.Settle(t)
	status, refusal = register("eva@example.org")
	require.Equal(t, http.StatusCreated, status, refusal)
	status, refusal = register("late@example.org")
	require.Equal(t, http.StatusGone, status)
	require.Equal(t, string(domain.LinkFull), refusal)
	_, err = usher.App.UseLink(t.Context(), request, late)
	require.Equal(t, domain.LinkFull, domain.CodeOf(err), "the command that came first has no seat any more when it comes again")
	require.Len(t, admin.items("/employees"), 2)
}
