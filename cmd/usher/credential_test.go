package main_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestASettingMayBeACredential hands an Usher its operator token as systemd's
// LoadCredential does.
func TestASettingMayBeACredential(t *testing.T) {
	binary, folder := build(t), t.TempDir()
	t.Setenv("CREDENTIALS_DIRECTORY", folder)
	const token = "handed over by the service manager alone"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "operator-token"), []byte(token+"\n"), 0o400))
	s := startServing(t, binary, filepath.Join(t.TempDir(), "data"), "embedded")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.says(`Usher listens on (http://\S+)`)+"/v1/operations/projections", nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.NotContains(t, s.printed(), "Operator token")

	require.NoError(t, os.WriteFile(filepath.Join(folder, "operator-token"), []byte("short"), 0o400))
	_, stderr, err := command(t, binary, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	require.Error(t, err)
	require.Contains(t, stderr, "--operator-token has at least")
}
