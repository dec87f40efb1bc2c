package httpkit_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/httpkit"
)

func TestStarting(t *testing.T) {
	t.Parallel()
	var starting httpkit.Starting
	ask := func(method, path string) *httptest.ResponseRecorder {
		answer := httptest.NewRecorder()
		starting.ServeHTTP(answer, httptest.NewRequest(method, path, nil))
		return answer
	}
	starting.Opens("event_log")
	require.JSONEq(t, `{"status":"not ready","views":[],"policies":[],"stores":{"event_log":"away"}}`, ask(http.MethodGet, "/readyz").Body.String())
	starting.Opens("read_models")
	ready := ask(http.MethodGet, "/readyz")
	require.JSONEq(t, `{"status":"not ready","views":[],"policies":[],"stores":{"event_log":"up","read_models":"away"}}`, ready.Body.String())
	require.Equal(t, http.StatusServiceUnavailable, ready.Code)
	require.Equal(t, http.StatusOK, ask(http.MethodGet, "/healthz").Code)

	command := ask(http.MethodPost, "/v1/accounts")
	require.Equal(t, http.StatusServiceUnavailable, command.Code)
	require.Equal(t, "application/problem+json", command.Header().Get("Content-Type"))
	require.Equal(t, "1", command.Header().Get("Retry-After"))
	require.NotEmpty(t, command.Header().Get("X-Request-Id"))
	require.Contains(t, command.Body.String(), `"code":"unavailable"`)
}
