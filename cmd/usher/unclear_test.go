package main_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestNoRequestHidesInAnother sends requests of which somebody before Usher may have
// seen another end than Usher, with one behind each that nobody else has seen.
func TestNoRequestHidesInAnother(t *testing.T) {
	t.Parallel()
	_, at := founded(t, build(t))
	const hidden = "GET /healthz HTTP/1.1\r\nHost: usher\r\n\r\n"
	const signIn = "POST /v1/accounts/acme/sessions HTTP/1.1\r\nHost: usher\r\nContent-Type: application/json\r\n"
	for name, sent := range map[string]string{
		"in chunks, with a length":                   signIn + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"in chunks, with a length behind":            signIn + "Transfer-Encoding: chunked\r\nContent-Length: 300\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		"in chunks":                                  signIn + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
		"in chunks, of a question":                   "GET /healthz HTTP/1.1\r\nHost: usher\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"in chunks, where there is nothing":          "POST /nothing HTTP/1.1\r\nHost: usher\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"in chunks, that are refused unread":         "POST /v1/accounts/acme/departments HTTP/1.1\r\nHost: usher\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"of HTTP/1.0, in chunks that it cannot have": "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
		"in chunks and something else":               signIn + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
		"in chunks, said twice":                      signIn + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"of two lengths":                             signIn + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
	} {
		t.Run("given one "+name+", the connection is closed behind its answer", func(t *testing.T) {
			t.Parallel()
			connection, answers := at.dial()
			_, err := connection.Write([]byte(sent + hidden))
			require.NoError(t, err)
			response, err := http.ReadResponse(answers, nil)
			require.NoError(t, err)
			_, err = io.Copy(io.Discard, response.Body)
			require.NoError(t, err, "it is whole")
			require.True(t, response.Close, "it says so")
			rest, _ := io.ReadAll(answers) // whose end may be a reset
			require.Empty(t, string(rest))
		})
	}
	t.Run("given one that is clear, the connection stays", func(t *testing.T) {
		t.Parallel()
		connection, answers := at.dial()
		_, err := connection.Write([]byte(signIn + "Content-Length: 2\r\n\r\n{}" + hidden))
		require.NoError(t, err)
		for range 2 {
			response, err := http.ReadResponse(answers, nil)
			require.NoError(t, err)
			_, err = io.Copy(io.Discard, response.Body)
			require.NoError(t, err)
			require.False(t, response.Close)
		}
	})
}
