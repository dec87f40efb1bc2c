package engine_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestAdministratorsHearOnceOfAFlood however many instances look at the same time, and
// not once more when all rows are built anew.
func TestAdministratorsHearOnceOfAFlood(t *testing.T) {
	enginetest.OnEachLog(t, func(t *testing.T, usher *enginetest.Usher) {
		t.Helper()
		admin := signUp(t, usher, "acme")
		operator := client{t: t, usher: usher, base: admin.base, token: enginetest.OperatorToken}
		join := admin.joinToken()
		arrives := func(who int) {
			form := fmt.Sprintf(`{"first_name":"Typed","last_name":"Word","password":"a passphrase of tests %d","email":"guest%d@example.org"}`, who, who)
			status, answer := usher.Do(t, http.MethodPost, "/v1/join/"+join, nil, form)
			require.Equal(t, http.StatusCreated, status, "%s", answer)
		}
		instances := []*enginetest.Usher{usher}
		if usher.Database != nil {
			instances = append(instances, usher.Beside(t))
		}
		keep := func() {
			var group sync.WaitGroup
			for range 3 {
				for _, one := range instances {
					group.Go(func() { assert.NoError(t, one.KeepTime(t.Context())) })
				}
			}
			group.Wait()
			usher.Settle(t)
		}
		told := func() (subjects []string) {
			for _, message := range operator.items("/outbox?limit=1000") {
				if message["to"] == "ann@example.com" {
					require.NotContains(t, fmt.Sprint(message), "Typed")
					subjects = append(subjects, fmt.Sprint(message["subject"]))
				}
			}
			return subjects
		}
		arrives(0)
		usher.Settle(t)
		keep()
		require.Len(t, told(), 1)
		for who := range 5 {
			arrives(who + 1)
		}
		usher.Settle(t)
		keep()
		require.Len(t, told(), 1)
		usher.Advance(time.Hour)
		keep()
		require.Len(t, told(), 2)
		require.True(t, strings.HasPrefix(told()[0], "6 people wait"), "%s", told())
		usher.Advance(3 * time.Hour)
		keep()
		require.Len(t, told(), 2)
	})
}
