package shelltest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Run runs commands, SQL or the shell's own, one after the other, and returns
// what it printed.
func Run(t testing.TB, path string, commands ...string) string {
	t.Helper()
	output, err := Try(t, path, commands...)
	require.NoError(t, err, output)
	return output
}

// Try is Run for commands that may fail.
func Try(t testing.TB, path string, commands ...string) (output string, err error) {
	t.Helper()
	arguments := append([]string{"-bail", "-cmd", ".timeout 10000", path}, commands...)
	text, err := exec.CommandContext(t.Context(), "sqlite3", arguments...).CombinedOutput()
	return strings.TrimSpace(string(text)), err
}

// Copy copies a file and its write-ahead log as they are, as a kill -9 would
// leave them, and returns the copy's path.
func Copy(t testing.TB, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	for _, companion := range []string{"", "-wal"} {
		content, err := os.ReadFile(path + companion)
		if companion != "" && os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(to+companion, content, 0o600))
	}
	return to
}
