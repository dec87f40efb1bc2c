package engine_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestEventStoreDBGoesAwayAndComesBack restarts EventStoreDB while clients
// invite: they notice nothing but a delay, and nobody is invited twice.
func TestEventStoreDBGoesAwayAndComesBack(t *testing.T) {
	usher := enginetest.StartOnEventStoreDB(t)
	admin := signUp(t, usher, "acme")
	const clients, each = 8, 20
	var group sync.WaitGroup
	for i := range clients {
		group.Go(func() {
			for n := range each {
				status, answer := admin.post("/invitations/sms", fmt.Sprintf(`{"phones":["+1415%07d"]}`, 2_000_000+i*each+n))
				if status != http.StatusOK || outcome(t, answer) != "invited" {
					t.Errorf("%d %s", status, answer)
				}
			}
		})
	}
	for range rounds(3) {
		usher.Node.Restart()
	}
	group.Wait()
	require.Len(t, admin.items("/invited?limit=1000"), clients*each)

	usher.Node.Stop()
	require.Eventually(t, func() bool { return usher.Ready(t.Context()) != nil }, time.Minute, 10*time.Millisecond)
	usher.Node.Restart()
	require.Eventually(t, func() bool { return usher.Ready(t.Context()) == nil }, time.Minute, 10*time.Millisecond)
}
