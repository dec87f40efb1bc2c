package main_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/contacts"
)

func TestVersionSaysWhichProgramThisIs(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "usher")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-ldflags", "-X main.released=v1.2.3", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, string(out))

	text := mustCommand(t, binary, "version")
	require.Contains(t, text, "usher v1.2.3\n")
	require.Contains(t, text, runtime.Version())
	require.Contains(t, text, "EventStoreDB's protocol as of 23.10.0\n")
	require.Contains(t, text, "numbering plans as of "+contacts.PlansAsOf+"\n")
	require.Equal(t, text, mustCommand(t, binary, "--version"))

	var said map[string]string
	require.NoError(t, json.Unmarshal([]byte(mustCommand(t, binary, "version", "--json")), &said))
	require.Equal(t, "v1.2.3", said["version"])
	require.Equal(t, runtime.Version(), said["go"])
	require.Equal(t, "23.10.0", said["protocol"])
	require.Equal(t, contacts.PlansAsOf, said["numbering_plans"])
}
