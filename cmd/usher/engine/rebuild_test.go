package engine_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestListsBeingBuiltAnew asks for a list right after a start without read
// models: it is whole, or it is not answered yet; it is never a part.
func TestListsBeingBuiltAnew(t *testing.T) { enginetest.OnEachLog(t, listsBeingBuiltAnew) }

func listsBeingBuiltAnew(t *testing.T, usher *enginetest.Usher) {
	t.Helper()
	admin := signUp(t, usher, "acme")
	phones := make([]string, 300)
	for i := range phones {
		phones[i] = fmt.Sprintf("%q", fmt.Sprintf("+1415%07d", 2_000_000+i))
	}
	inviteMany(t, admin, phones)
	require.Len(t, admin.items("/invited?limit=1000"), len(phones))

	usher.Stop(t)
	files, err := filepath.Glob(filepath.Join(usher.Data, "readmodels.db*"))
	require.NoError(t, err)
	for _, file := range files {
		require.NoError(t, os.Remove(file))
	}
	usher.Restart(t)
	require.Eventually(t, func() bool {
		status, answer := admin.do(http.MethodGet, "/invited?limit=1000", "")
		if status == http.StatusServiceUnavailable {
			require.Equal(t, "not_yet", code(answer))
			return false
		}
		var page struct{ Items []json.RawMessage }
		require.NoError(t, json.Unmarshal(answer, &page))
		require.Len(t, page.Items, len(phones))
		return true
	}, time.Minute, time.Millisecond)
	require.Eventually(t, func() bool { return usher.Ready(t.Context()) == nil }, time.Minute, time.Millisecond)
}

// TestADirectRegistrationIsNoWayRoundApproval lets an employee, who may invite,
// try to register somebody directly who awaits an administrator's approval.
func TestADirectRegistrationIsNoWayRoundApproval(t *testing.T) {
	usher := enginetest.Start(t)
	admin := signUp(t, usher, "acme")
	admin.put("/settings/inviting", `{"everyone_may_invite":true}`)
	status, _ := admin.post("/employees", `{"email":"max@example.org","first_name":"Max","last_name":"Miller","job_title":"Baker","without_confirmation":false}`)
	require.Equal(t, http.StatusCreated, status)
	status, _ = usher.Do(t, http.MethodPost, "/v1/join/"+admin.tokenSentTo("max@example.org"), nil, `{"password":"coffee before breakfast"}`)
	require.Equal(t, http.StatusCreated, status)
	colleague := signIn(t, usher, "acme", "max@example.org", "coffee before breakfast")

	status, _ = usher.Do(t, http.MethodPost, "/v1/join/"+admin.joinToken(), nil,
		`{"first_name":"Eve","last_name":"Evans","password":"coffee before breakfast","email":"eve@example.org"}`)
	require.Equal(t, http.StatusCreated, status)
	eve := `{"email":"eve@example.org","first_name":"Eve","last_name":"Evans","job_title":"Baker"}`
	status, answer := colleague.post("/employees", eve)
	require.Equal(t, http.StatusConflict, status, "%s", answer)
	require.Equal(t, "already_registered", code(answer))
	status, answer = admin.post("/employees", eve)
	require.Equal(t, http.StatusCreated, status, "%s", answer)
}
