package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// founded is an Usher that serves, with a company, and how to ask it.
func founded(t *testing.T, binary string, flags ...string) (*serving, *process) {
	t.Helper()
	usher := startServing(t, binary, filepath.Join(t.TempDir(), "data"), "embedded", append([]string{"--operator-token", operatorToken}, flags...)...)
	at := &process{t: t, base: usher.says(`Usher listens on (http://\S+)`)}
	require.Eventually(t, at.ready, time.Minute, 10*time.Millisecond)
	at.found()
	return usher, at
}

// address is the host and port of a server.
func (p *process) address() string { return strings.TrimPrefix(p.base, "http://") }

// readiness is what /readyz says; nothing where nobody answers.
func (p *process) readiness() string {
	_, answer, err := p.do(p.t.Context(), http.MethodGet, "/readyz", "", "", "")
	var said struct{ Status string }
	if err != nil || json.Unmarshal(answer, &said) != nil {
		return ""
	}
	return said.Status
}

func (p *process) drains() bool { return p.readiness() == "draining" }

// stream opens the stream of what happens, and reads its first line.
func (p *process) stream(ctx context.Context) *bufio.Reader {
	p.t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+"/v1/accounts/acme/activity/stream", nil)
	require.NoError(p.t, err)
	request.Header.Set("Authorization", "Bearer "+p.token)
	response, err := http.DefaultClient.Do(request)
	require.NoError(p.t, err)
	p.t.Cleanup(func() { response.Body.Close() })
	require.Equal(p.t, http.StatusOK, response.StatusCode)
	lines := bufio.NewReader(response.Body)
	first, err := lines.ReadString('\n')
	require.NoError(p.t, err)
	require.Equal(p.t, ": usher\n", first, "something comes at once")
	return lines
}

// half is a request of which the last byte has not come yet, and which Usher reads.
func (p *process) half() (answers *bufio.Reader, finish func() *http.Response) {
	p.t.Helper()
	connection, answers := p.dial()
	body := `{"phones":["+14155550100"]}`
	_, err := fmt.Fprintf(connection, "POST /v1/accounts/acme/invitations/sms HTTP/1.1\r\nHost: usher\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n%s", p.token, len(body), body[:len(body)-1])
	require.NoError(p.t, err)
	for _, want := range []string{"HTTP/1.1 100 Continue\r\n", "\r\n"} {
		line, err := answers.ReadString('\n')
		require.NoError(p.t, err)
		require.Equal(p.t, want, line)
	}
	return answers, func() *http.Response {
		_, err := connection.Write([]byte(body[len(body)-1:]))
		require.NoError(p.t, err)
		response, err := http.ReadResponse(answers, nil)
		require.NoError(p.t, err)
		return response
	}
}

func TestStopping(t *testing.T) {
	t.Parallel()
	binary := build(t)
	t.Run("on SIGTERM it is not ready, and serves on until others have taken over", func(t *testing.T) {
		t.Parallel()
		usher, at := founded(t, binary, "--drain", "5s")
		stream := at.stream(t.Context())
		require.NoError(t, usher.command.Process.Signal(syscall.SIGTERM))
		require.Eventually(t, at.drains, time.Minute, time.Millisecond)
		status, _, err := at.do(t.Context(), http.MethodGet, "/healthz", "", "", "")
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status)
		response, err := http.Get(at.base + "/docs")
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.True(t, response.Close, "the connection is not for another request")
		require.NotEmpty(t, at.inviteOne(t.Context(), "+14155550100"))
		rest, err := io.ReadAll(stream)
		require.NoError(t, err, "the stream ends as answers do")
		require.Contains(t, string(rest), "data: ", "not before the command that came while it drained")
		require.NoError(t, usher.command.Wait())
	})
	t.Run("requests under way are answered", func(t *testing.T) {
		t.Parallel()
		usher, at := founded(t, binary)
		_, finish := at.half()
		stream := at.stream(t.Context())
		require.NoError(t, usher.command.Process.Signal(syscall.SIGTERM))
		_, err := io.ReadAll(stream)
		require.NoError(t, err, "streams end before")
		require.Equal(t, http.StatusOK, finish().StatusCode)
		require.NoError(t, usher.command.Wait())
	})
	t.Run("those that take too long are broken off", func(t *testing.T) {
		t.Parallel()
		usher, at := founded(t, binary, "--grace", "1s")
		_, _ = at.half()
		require.NoError(t, usher.command.Process.Signal(syscall.SIGTERM))
		require.NoError(t, usher.command.Wait())
		require.Contains(t, usher.printed(), "broken off")
	})
	t.Run("a second SIGTERM ends it at once", func(t *testing.T) {
		t.Parallel()
		usher, at := founded(t, binary, "--drain", "1h")
		require.NoError(t, usher.command.Process.Signal(syscall.SIGTERM))
		require.Eventually(t, at.drains, time.Minute, time.Millisecond)
		require.NoError(t, usher.command.Process.Signal(syscall.SIGTERM))
		require.ErrorContains(t, usher.command.Wait(), "signal: terminated")
	})
	t.Run("who waits at a terminal need not wait for others", func(t *testing.T) {
		t.Parallel()
		usher, _ := founded(t, binary, "--drain", "1h")
		require.NoError(t, usher.command.Process.Signal(os.Interrupt))
		require.NoError(t, usher.command.Wait())
	})
}

// TestWhatEndsNothing hangs up, and closes what the log is written to.
func TestWhatEndsNothing(t *testing.T) {
	t.Parallel()
	binary := build(t)
	t.Run("given an Usher", func(t *testing.T) {
		t.Parallel()
		usher, at := founded(t, binary)
		for range 3 {
			require.NoError(t, usher.command.Process.Signal(syscall.SIGHUP))
			usher.says("SIGHUP ends nothing")
		}
		require.Equal(t, "ready", at.readiness())
		usher.end()
	})
	t.Run("given an Usher whose log nobody reads", func(t *testing.T) {
		t.Parallel()
		command := exec.Command(binary, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--drain", "0s")
		base, reads := unread(t, command, address)
		require.NoError(t, reads.Close())
		at := &process{t: t, base: base}
		require.Eventually(t, at.ready, time.Minute, 10*time.Millisecond)
		for range 5 { // each is a line in the log, which is there before the next is answered
			require.Equal(t, "ready", at.readiness())
		}
		require.NoError(t, command.Process.Signal(syscall.SIGTERM))
		require.NoError(t, command.Wait())
	})
	t.Run("given an Usher whose log somebody reads no further", func(t *testing.T) {
		t.Parallel()
		command := exec.Command(binary, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--drain", "0s")
		base, reads := unread(t, command, address)
		defer reads.Close()
		at := &process{t: t, base: base}
		require.Eventually(t, at.ready, time.Minute, 10*time.Millisecond)
		for range 600 { // whose lines are more than a pipe holds
			require.Equal(t, "ready", at.readiness())
		}
		require.NoError(t, command.Process.Signal(syscall.SIGTERM))
		require.NoError(t, command.Wait())
	})
	t.Run("given a node whose log nobody reads", func(t *testing.T) {
		t.Parallel()
		command := exec.Command(binary, "node", "--data", t.TempDir(), "--listen", "127.0.0.1:0")
		command.Env = append(os.Environ(), "GRPC_GO_LOG_SEVERITY_LEVEL=info", "GRPC_GO_LOG_VERBOSITY_LEVEL=99") // lines at each connection
		shown, reads := unread(t, command, connection)
		require.NoError(t, reads.Close())
		require.NoError(t, command.Process.Signal(syscall.SIGHUP))
		for range 3 {
			log, err := eventstoredb.Open(t.Context(), shown, "", eventstoredb.Options{Patience: 5 * time.Second})
			require.NoError(t, err)
			_, _, err = log.Append(t.Context(), "person-"+uuid.NewString(), domain.NoStream{}, []journal.Proposed{{ID: uuid.New(), Type: "greeted", JSON: true, Data: []byte(`{}`)}})
			require.NoError(t, err)
			require.NoError(t, log.Close())
		}
		require.NoError(t, command.Process.Signal(syscall.SIGTERM))
		require.NoError(t, command.Wait())
	})
}

// unread starts a program, and is what it says; nobody reads on in its output, but
// who does.
func unread(t *testing.T, command *exec.Cmd, what *regexp.Regexp) (string, io.Closer) {
	t.Helper()
	reads, writes, err := os.Pipe()
	require.NoError(t, err)
	command.Stdout, command.Stderr = writes, writes
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill() }) // where the test failed
	require.NoError(t, writes.Close())
	for lines := bufio.NewScanner(reads); lines.Scan(); {
		if found := what.FindStringSubmatch(lines.Text()); found != nil {
			return found[1], reads
		}
	}
	require.Fail(t, "the program did not start", "%v", command.Args)
	return "", nil
}
