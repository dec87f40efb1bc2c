package engine_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestRaceOfLogInAndReset lets somebody sign in by a password, many times, while it
// is replaced: no session that was opened by the old one is left.
func TestRaceOfLogInAndReset(t *testing.T) { enginetest.OnEachLog(t, raceOfLogInAndReset) }

func raceOfLogInAndReset(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin, password := signUp(t, usher, "acme"), adminPassword
	for round := range rounds(2) {
		usher.Advance(3 * time.Hour) // so that a link is sent anew, and no more than are sent within a day
		next := fmt.Sprintf("an unlikely passphrase, number %d", round)
		status, answer := usher.Do(t, http.MethodPost, "/v1/accounts/acme/passwords/forgotten", nil, `{"login":"ann@example.com"}`)
		require.Equal(t, http.StatusAccepted, status, "%s", answer)
		link := client{t: t, usher: usher, base: admin.base, token: enginetest.OperatorToken}.tokenSentTo("ann@example.com")
		var mu sync.Mutex
		var opened []client
		race(func(i int) string {
			if i == racers/2 {
				status, answer := usher.Do(t, http.MethodPost, "/v1/join/"+link, nil, fmt.Sprintf(`{"password":%q}`, next))
				require.Equal(t, http.StatusCreated, status, "%s", answer)
				return ""
			}
			status, answer := usher.Do(t, http.MethodPost, "/v1/accounts/acme/sessions", nil, fmt.Sprintf(`{"login":"ann@example.com","password":%q}`, password))
			if status != http.StatusCreated {
				require.Contains(t, []string{"login_failed", "too_many_attempts"}, code(answer))
				return ""
			}
			var in struct{ Token string }
			if err := json.Unmarshal(answer, &in); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			opened = append(opened, client{t: t, usher: usher, base: admin.base, token: in.Token})
			return ""
		})
		for _, old := range append(opened, admin) { // on a slow day all the others came too late
			status, answer := old.do(http.MethodGet, "/me", "")
			require.Equal(t, http.StatusUnauthorized, status, "%s", answer)
		}
		password = next
		usher.Advance(15 * time.Minute) // after which attempts that failed do not count any more
		admin = signIn(t, usher, "acme", "ann@example.com", password)
		_, answer = admin.do(http.MethodGet, "/me/sessions", "")
		require.Equal(t, 1, strings.Count(string(answer), `"id"`), "%s", answer)
	}
}
