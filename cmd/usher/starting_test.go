package main_test

import (
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// serving is a `usher serve` that may still be starting.
type serving struct {
	t       *testing.T
	command *exec.Cmd

	mu   sync.Mutex
	text bytes.Buffer // what it printed
}

func startServing(t *testing.T, binary, data, eventStore string, flags ...string) *serving {
	t.Helper()
	s := &serving{t: t, command: exec.Command(binary, append([]string{
		"serve", "--data", data, "--listen", "127.0.0.1:0", "--log-level", "DEBUG", "--event-store", eventStore, "--drain", "0s",
	}, flags...)...)}
	s.command.Stdout, s.command.Stderr = s, s
	require.NoError(t, s.command.Start())
	t.Cleanup(func() { _ = s.command.Process.Kill() }) // where the test failed
	return s
}

func (s *serving) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(text)
}

func (s *serving) printed() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// says waits until it has printed something, and is the last group of that.
func (s *serving) says(what string) string {
	s.t.Helper()
	var found []string
	require.Eventually(s.t, func() bool {
		found = regexp.MustCompile(what).FindStringSubmatch(s.printed())
		return found != nil
	}, time.Minute, 10*time.Millisecond, "it says %s", what)
	return found[len(found)-1]
}

// end ends it, and waits.
func (s *serving) end() {
	s.t.Helper()
	require.NoError(s.t, s.command.Process.Signal(syscall.SIGTERM))
	require.NoError(s.t, s.command.Wait(), "it ends well, also where it is still starting: %s", s.printed())
}

// TestStartingBeforeTheCluster starts Usher while nobody answers for its log.
func TestStartingBeforeTheCluster(t *testing.T) {
	t.Parallel()
	binary, data := build(t), filepath.Join(t.TempDir(), "data")
	node := &nodeProcess{t: t, binary: binary, data: t.TempDir(), listen: "127.0.0.1:0"}
	node.start() // which shows the port that the next one has
	node.stop()
	usher := startServing(t, binary, data, node.connection)
	at := &process{t: t, base: "http://" + usher.says(`"address":"([^"]*)"`)}
	usher.says(`EventStoreDB cannot be reached`)

	status, answer, err := at.do(t.Context(), http.MethodGet, "/readyz", "", "", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.JSONEq(t, `{"status":"not ready","views":[],"policies":[],"stores":{"event_log":"away"}}`, string(answer))
	status, _, err = at.do(t.Context(), http.MethodGet, "/healthz", "", "", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status, "nobody has to restart it")
	status, answer, err = at.do(t.Context(), http.MethodPost, "/v1/accounts/acme/sessions", "", "", `{"login":"ann@acme.example","password":"`+adminPassword+`"}`)
	require.NoError(t, err)
	require.Equal(t, http.StatusServiceUnavailable, status)
	var problem struct{ Code string }
	require.NoError(t, json.Unmarshal(answer, &problem))
	require.Equal(t, "unavailable", problem.Code)
	require.NoDirExists(t, data, "nothing is made before it is known where the events are")

	node.start()
	t.Cleanup(node.stop)
	usher.says(`Usher listens on`)
	require.Eventually(t, at.ready, time.Minute, 10*time.Millisecond)
	require.FileExists(t, filepath.Join(data, "operator-token"))
	usher.end()
}

func TestAStartThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	binary := build(t)
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, taken.Close()) })
	for name, settings := range map[string][]string{
		"a connection string that cannot be read": {"--event-store", "esdb://127.0.0.1:2113?tls=false&retention=1"},
		"a port that is taken":                    {"--listen", taken.Addr().String()},
		"a database that cannot be":               {"--read-models", "postgres://127.0.0.1/usher?sslmode=sometimes"},
		"a port for clients that is taken":        {"--esdb-listen", taken.Addr().String()},
		"a certificate that is not there":         {"--esdb-listen", "127.0.0.1:0", "--esdb-tls-cert", "none.pem", "--esdb-tls-key", "none.pem"},
	} {
		t.Run("given "+name, func(t *testing.T) {
			t.Parallel()
			data := filepath.Join(t.TempDir(), "data")
			fails(t, binary, append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, settings...)...)
			_, err := os.Stat(data)
			require.ErrorIs(t, err, os.ErrNotExist)
		})
	}
}

func TestAllThatIsWrongWithTheSettingsIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	said := fails(t, build(t), "serve", "--data", t.TempDir(), "--public-url", "usher", "--operator-token", strings.Repeat(" ", 20),
		"--session-length", "1s", "--session-idle=-1h", "--sms-per-day", "0", "--policy-attempts", "0", "--read-models", "mongodb://127.0.0.1",
		"--drain=-1s", "--header-timeout", "0s", "--write-timeout", "0s")
	for _, wrong := range []string{"--public-url", "--operator-token", "--session-length", "--session-idle", "--sms-per-day", "--policy-attempts", "--read-models", "--drain", "--header-timeout", "--write-timeout"} {
		require.Contains(t, said, wrong+" ")
	}
}
