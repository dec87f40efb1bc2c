package engine_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/cmd/usher/engine"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
)

// TestAnInvitationAndWhatPoliciesDoAboutItAreOneTrail follows one request from its
// line in the log to the events, and to what a policy did because of them.
func TestAnInvitationAndWhatPoliciesDoAboutItAreOneTrail(t *testing.T) {
	var lines kept
	usher := enginetest.Start(t)
	usher.Logger = slog.New(slog.NewJSONHandler(&lines, nil))
	usher.Restart(t)
	admin := signUp(t, usher, "acme")
	status, body := admin.post("/invitations/email", `{"emails":["canary.typo@mill.example"]}`)
	require.Equal(t, 200, status, "%s", body)
	var invited struct {
		Results []struct{ Person string }
		Batch   string
	}
	require.NoError(t, json.Unmarshal(body, &invited))
	status, body = admin.post("/batches/"+invited.Batch+"/revoke", "")
	require.Equal(t, 200, status, "%s", body)
	usher.Settle(t)

	revoked := lines.of(t, "batch.revoke")
	require.Len(t, revoked, 1)
	follow := lines.of(t, "person.revoke")
	require.NotEmpty(t, follow)
	for _, line := range follow {
		require.Equal(t, "policy", line["by"])
		require.Equal(t, revoked[0]["correlation"], line["correlation"])
	}
	events := admin.items("/history?person=" + invited.Results[0].Person)
	last, _ := events[len(events)-1]["metadata"].(map[string]any)
	require.Equal(t, revoked[0]["correlation"], last["correlation"])
	require.NotContains(t, lines.String(), "canary")
}

func TestNothingIsMadeWhereSpansCannotBeSentAsSaid(t *testing.T) {
	t.Setenv("OTEL_TRACES_EXPORTER", "zipkin")
	data := filepath.Join(t.TempDir(), "data")
	_, err := engine.Open(t.Context(), engine.Config{Data: data, Logger: slog.New(slog.DiscardHandler)})
	require.ErrorContains(t, err, "OTEL_TRACES_EXPORTER")
	require.NoDirExists(t, data)
}

// kept is a log that stays in memory.
type kept struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (k *kept) Write(line []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.Write(line)
}

func (k *kept) String() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.String()
}

// of is the lines of a command.
func (k *kept) of(t *testing.T, command string) (found []map[string]any) {
	t.Helper()
	for line := range strings.Lines(k.String()) {
		var one map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &one))
		if one["msg"] == "command" && one["command"] == command {
			found = append(found, one)
		}
	}
	return found
}
