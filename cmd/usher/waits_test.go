package main_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// dial connects to a server, to speak HTTP by hand.
func (p *process) dial() (net.Conn, *bufio.Reader) {
	p.t.Helper()
	connection, err := (&net.Dialer{}).DialContext(p.t.Context(), "tcp", p.address())
	require.NoError(p.t, err)
	p.t.Cleanup(func() { connection.Close() })
	return connection, bufio.NewReader(connection)
}

// TestWaits has each of what a server waits for come late.
func TestWaits(t *testing.T) {
	t.Parallel()
	_, at := founded(t, build(t), "--header-timeout", "1s", "--read-timeout", "1s", "--write-timeout", "1s", "--idle-timeout", "1s")
	t.Run("a header that does not come", func(t *testing.T) {
		t.Parallel()
		connection, answer := at.dial()
		_, err := connection.Write([]byte("GET /healthz HTTP/1.1\r\nHost:"))
		require.NoError(t, err)
		text, _ := io.ReadAll(answer)
		require.NotContains(t, string(text), "200 OK")
	})
	t.Run("a body that does not come", func(t *testing.T) {
		t.Parallel()
		answers, _ := at.half()
		response, err := http.ReadResponse(answers, nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusRequestTimeout, response.StatusCode)
	})
	t.Run("a connection that is silent", func(t *testing.T) {
		t.Parallel()
		connection, answer := at.dial()
		_, err := connection.Write([]byte("GET /healthz HTTP/1.1\r\nHost: usher\r\n\r\n"))
		require.NoError(t, err)
		text, err := io.ReadAll(answer)
		require.NoError(t, err)
		require.Contains(t, string(text), "200 OK")
	})
	t.Run("a client that takes nothing of its answers", func(t *testing.T) {
		t.Parallel()
		connection, _ := at.dial()
		_, err := connection.Write([]byte(strings.Repeat("GET /openapi.json HTTP/1.1\r\nHost: usher\r\n\r\n", 50))) // 25 MB
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			_, err := connection.Write([]byte("GET"))
			return err != nil
		}, time.Minute, 10*time.Millisecond, "it is left")
	})
	t.Run("a stream that says nothing for a while goes on", func(t *testing.T) {
		t.Parallel()
		stream := at.stream(t.Context())
		for beats := 0; beats < 2; {
			line, err := stream.ReadString('\n')
			require.NoError(t, err)
			if line == ": usher\n" {
				beats++
			}
		}
	})
}

// TestAnAnswerMayTakeLongerThanItsRequest has the event log hang for longer than a
// request may take to come.
func TestAnAnswerMayTakeLongerThanItsRequest(t *testing.T) {
	t.Parallel()
	binary := build(t)
	node := &nodeProcess{t: t, binary: binary, data: t.TempDir(), listen: "127.0.0.1:0"}
	node.start()
	t.Cleanup(node.stop)
	usher := startServing(t, binary, filepath.Join(t.TempDir(), "data"), node.connection,
		"--operator-token", operatorToken, "--header-timeout", "1s", "--read-timeout", "1s")
	at := &process{t: t, base: usher.says(`Usher listens on (http://\S+)`)}
	require.Eventually(t, at.ready, time.Minute, 10*time.Millisecond)
	at.found()
	send := func(token, request string) *bufio.Reader {
		connection, answers := at.dial()
		method, rest, _ := strings.Cut(request, "\n")
		_, err := fmt.Fprintf(connection, "%s HTTP/1.1\r\nHost: usher\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n%s", method, token, rest)
		require.NoError(t, err)
		return answers
	}
	answerOf := func(answers *bufio.Reader) (int, string) {
		response, err := http.ReadResponse(answers, nil)
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(body)
	}

	require.NoError(t, node.command.Process.Signal(syscall.SIGSTOP))
	command := send(at.token, "POST /v1/accounts/acme/invitations/sms\nContent-Length: 27\r\n\r\n"+`{"phones":["+14155550100"]}`)
	question := send(at.token, "GET /v1/accounts/acme/employees?position=999999999\n\r\n")
	for range 2 { // whose time began behind theirs, and is up
		status, _ := answerOf(send(operatorToken, "POST /v1/accounts\nContent-Length: 27\r\n\r\n{"))
		require.Equal(t, http.StatusRequestTimeout, status)
	}
	require.NoError(t, node.command.Process.Signal(syscall.SIGCONT))
	status, answer := answerOf(command)
	require.Equal(t, http.StatusOK, status, "%s", answer)
	require.Contains(t, answer, `"outcome":"invited"`)
	status, answer = answerOf(question)
	require.Equal(t, http.StatusConflict, status, "%s", answer)
	require.Contains(t, answer, "position_unknown")
	usher.end()
}
