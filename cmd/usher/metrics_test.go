package main_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMetricsAtAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	binary, elsewhere := build(t), "127.0.0.1:"+freePort(t)
	usher, at := founded(t, binary, "--metrics-listen", elsewhere)
	metrics := &process{t: t, base: "http://" + elsewhere}

	status, figures, err := metrics.do(t.Context(), http.MethodGet, "/metrics", "", "", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, string(figures), "usher_streams_open 0")
	status, _, err = at.do(t.Context(), http.MethodGet, "/metrics", "", "", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, status, "they are there alone")
	for _, path := range []string{"/healthz", "/readyz", "/docs", "/v1/accounts/acme/me"} {
		status, _, err = metrics.do(t.Context(), http.MethodGet, path, at.token, "", "")
		require.NoError(t, err)
		require.Equal(t, http.StatusNotFound, status, "and nothing else is: %s", path)
	}

	for address, why := range map[string]string{
		"9090":    "missing port in address",
		elsewhere: "address already in use",
	} {
		_, refusal, err := command(t, binary, "serve", "--data", filepath.Join(t.TempDir(), "data"), "--listen", "127.0.0.1:0", "--metrics-listen", address)
		require.Error(t, err)
		last := refusal[strings.LastIndex(strings.TrimSpace(refusal), "\n")+1:]
		require.Contains(t, last, "usher: listen for --metrics-listen: ")
		require.Contains(t, last, why)
	}

	usher.end()
	require.True(t, usher.command.ProcessState.Success())
	_, _, err = metrics.do(t.Context(), http.MethodGet, "/metrics", "", "", "")
	require.Error(t, err, "nobody listens there any more")
}
