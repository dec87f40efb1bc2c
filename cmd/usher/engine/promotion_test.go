package engine_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestAPromotionThatIsNotFenced has a replica take over that lacks what the old
// primary has confirmed since: nothing is written on it, nobody gets another key,
// and all goes on as before once the old one is back.
func TestAPromotionThatIsNotFenced(t *testing.T) {
	primary, err := pgtest.StartCluster(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, primary.Remove()) })
	database := pgtest.NewWith(t, primary)
	replica, err := primary.Replica(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, replica.Remove()) })
	for _, address := range []*string{&database.App, &database.Owner} {
		*address, err = pgtest.Both(*address, replica)
		require.NoError(t, err)
	}
	usher := enginetest.StartAt(t, database)
	admin := signUp(t, usher, "acme")
	usher.Settle(t)
	require.NoError(t, replica.CaughtUp(t.Context(), primary))
	require.NoError(t, replica.Cut(t.Context()))
	invite := func(number int) (status int, answer []byte) {
		return admin.post("/invitations/sms", fmt.Sprintf(`{"phones":["+1415%07d"]}`, 2_000_000+number))
	}
	for number := range 10 {
		status, answer := invite(number)
		require.Equal(t, http.StatusOK, status, "%s", answer)
	}
	usher.Settle(t)

	require.NoError(t, primary.Crash(t.Context()))
	require.NoError(t, replica.Promote(t.Context()))
	number := 100
	require.Eventually(t, func() bool {
		number++
		status, answer := invite(number)
		require.Equal(t, http.StatusServiceUnavailable, status, "%s", answer)
		return code(answer) == "keys_missing"
	}, time.Minute, 10*time.Millisecond)
	status, answer := admin.post("/departments", `{"name":"Kitchen"}`)
	require.Equal(t, http.StatusServiceUnavailable, status, "%s", answer)
	require.Equal(t, "keys_missing", code(answer), "where nothing is personal, too")
	require.ErrorContains(t, usher.Ready(t.Context()), "lacks a key")
	require.ErrorContains(t, usher.Stores(t.Context())["vault"], "lacks a key", "which is the vault's fault alone")

	require.NoError(t, replica.Crash(t.Context()))
	require.NoError(t, primary.Start(t.Context()))
	require.Eventually(t, func() bool {
		status, _ := invite(10)
		return status == http.StatusOK
	}, time.Minute, 10*time.Millisecond)
	usher.Settle(t)
	require.Len(t, admin.items("/invited?limit=1000"), 11, "and what was refused was not done")
}
