package main_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	printedTime = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)? ?(?:Z|[+-]\d\d:?\d\d)?`)
	utcTime     = regexp.MustCompile(`Z$`)
)

// requireUTC is that there are times in a text, and none of another zone.
func requireUTC(t *testing.T, text string) {
	t.Helper()
	times := printedTime.FindAllString(text, -1)
	require.NotEmpty(t, times, "%s", text)
	for _, one := range times {
		require.Regexp(t, utcTime, one)
	}
}

// TestTimesAreInUTC runs everything that prints or answers times where clocks
// show another.
func TestTimesAreInUTC(t *testing.T) {
	t.Parallel()
	binary, home := build(t), t.TempDir()
	data, backup, copied := filepath.Join(home, "data"), filepath.Join(home, "backup"), filepath.Join(home, "copied")
	run := func(args ...string) string {
		command := exec.CommandContext(t.Context(), binary, args...)
		command.Env = append(os.Environ(), "TZ=Asia/Kathmandu")
		out, err := command.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	usher := &serving{t: t, command: exec.Command(binary, "serve", "--data", data, "--listen", "127.0.0.1:0", "--drain", "0s", "--log-level", "DEBUG")}
	usher.command.Env = append(os.Environ(), "TZ=Asia/Kathmandu", "USHER_OPERATOR_TOKEN="+operatorToken)
	usher.command.Stdout, usher.command.Stderr = usher, usher
	require.NoError(t, usher.command.Start())
	t.Cleanup(func() { _ = usher.command.Process.Kill() }) // where the test failed
	at := &process{t: t, base: usher.says(`Usher listens on (http://\S+)`)}
	at.found()
	require.NotEmpty(t, at.inviteOne(t.Context(), "+14155550100"))
	position := at.position()
	for _, list := range []string{"/invited?position=" + position, "/activity?position=" + position, "/history?position=" + position, "/me/sessions"} {
		status, answer, err := at.do(t.Context(), http.MethodGet, "/v1/accounts/acme"+list, at.token, "", "")
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status, "%s: %s", list, answer)
		requireUTC(t, string(answer))
	}
	requireUTC(t, run("backup", "--data", data, "--to", backup))
	require.NoError(t, usher.command.Process.Signal(syscall.SIGTERM))
	require.NoError(t, usher.command.Wait())
	requireUTC(t, usher.printed())
	requireUTC(t, run("restore", "--from", backup, "--data", filepath.Join(home, "restored")))
	requireUTC(t, run("log", "copy", "--no-vault", "--from", "embedded:"+data, "--to", "embedded:"+copied))
	requireUTC(t, run("log", "verify", "--json", "--a", "embedded:"+data, "--b", "embedded:"+copied))
	text, err := os.ReadFile(filepath.Join(backup, "backup.json"))
	require.NoError(t, err)
	requireUTC(t, string(text))
}
