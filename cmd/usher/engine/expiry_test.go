package engine_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/commands"
)

// invitedTogether is more than is looked at at once.
const invitedTogether = 250

// TestInvitationsExpireOnce after a week in which nothing ran, however many
// instances notice it at the same time; and not a moment too early.
func TestInvitationsExpireOnce(t *testing.T) {
	enginetest.OnEachLog(t, func(t *testing.T, usher *enginetest.Usher) {
		t.Helper()
		admin := signUp(t, usher, "acme")
		admin.put("/settings/invitations", `{"days":1}`)
		emails := make([]string, invitedTogether)
		for i := range emails {
			emails[i] = fmt.Sprintf("%q", fmt.Sprintf("guest%d@example.org", i))
		}
		for some := range slices.Chunk(emails, commands.RowsAnsweredAtOnce) {
			status, answer := admin.post("/invitations/email", `{"emails":[`+strings.Join(some, ",")+`]}`)
			require.Equal(t, http.StatusOK, status, "%s", answer)
		}
		token := admin.tokenSentTo("guest249@example.org")
		dead := func() string {
			_, answer := usher.Do(t, http.MethodGet, "/v1/join/"+token, nil, "")
			return code(answer)
		}
		expired := func() []map[string]any {
			usher.Settle(t)
			return admin.items("/history?type=person.invitation_expired&limit=1000")
		}

		usher.Advance(24*time.Hour - time.Nanosecond)
		admin = signIn(t, usher, "acme", "ann@example.com", adminPassword)
		require.Empty(t, dead())
		require.Empty(t, expired())

		usher.StandStill(t, 7*24*time.Hour)
		require.Equal(t, "link_expired", dead(), "whether or not the expiry is on record")
		admin = signIn(t, usher, "acme", "ann@example.com", adminPassword)
		instances := []*enginetest.Usher{usher}
		if usher.Database != nil {
			instances = append(instances, usher.Beside(t))
		}
		var group sync.WaitGroup
		for range 3 {
			for _, one := range instances {
				group.Go(func() { assert.NoError(t, one.KeepTime(t.Context())) })
			}
		}
		group.Wait()
		people := map[any]bool{}
		events := expired()
		for _, event := range events {
			people[event["person"]] = true
		}
		require.Len(t, events, invitedTogether)
		require.Len(t, people, invitedTogether, "each expires once")
		require.Len(t, admin.items("/invited?status=expired&limit=1000"), invitedTogether)

		usher.Restart(t)
		require.NoError(t, usher.KeepTime(t.Context()))
		admin = signIn(t, usher, "acme", "ann@example.com", adminPassword)
		require.Len(t, expired(), invitedTogether)
	})
}

// TestARunningUsherNoticesWhatIsDue by itself.
func TestARunningUsherNoticesWhatIsDue(t *testing.T) {
	usher := enginetest.Start(t)
	admin := signUp(t, usher, "acme")
	admin.put("/settings/invitations", `{"days":1}`)
	status, answer := admin.post("/invitations/email", `{"emails":["guest@example.org"]}`)
	require.Equal(t, http.StatusOK, status, "%s", answer)
	usher.Settle(t)
	usher.Pass(24 * time.Hour)
	admin = signIn(t, usher, "acme", "ann@example.com", adminPassword)
	require.Eventually(t, func() bool { return len(admin.items("/history?type=person.invitation_expired")) == 1 }, time.Minute, 100*time.Millisecond)
}
