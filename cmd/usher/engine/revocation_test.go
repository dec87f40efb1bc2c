package engine_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/projections"
)

// TestAllThatAnInviterLeftOpenIsRevoked takes back more invitations than a page of
// the list holds, which shrinks while it is read. One log will do: which one it is
// says nothing about pages.
func TestAllThatAnInviterLeftOpenIsRevoked(t *testing.T) {
	const open = projections.MaxLimit + 1
	usher := enginetest.Start(t)
	admin := signUp(t, usher, "acme")
	phones := make([]string, open)
	for i := range phones {
		phones[i] = fmt.Sprintf("%q", fmt.Sprintf("+1415555%04d", i))
	}
	inviteMany(t, admin, phones)
	ann := admin.items("/employees?search=ann")[0]["person"].(string)
	require.Len(t, admin.items("/invited?limit=1000"), projections.MaxLimit, "one more is on the next page")

	status, answer := admin.post("/employees/"+ann+"/revoke-invitations", "")
	require.Equal(t, http.StatusOK, status, "%s", answer)
	var revoked struct{ Revoked int }
	require.NoError(t, json.Unmarshal(answer, &revoked))
	require.Equal(t, open, revoked.Revoked)
	require.Empty(t, admin.items("/invited"))
	status, answer = admin.post("/employees/"+ann+"/revoke-invitations", "")
	require.Equal(t, http.StatusOK, status, "%s", answer)
	require.NoError(t, json.Unmarshal(answer, &revoked))
	require.Zero(t, revoked.Revoked, "nothing was left open")
}
