package main

import (
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// replaceOnce changes what is there exactly once.
func replaceOnce(t *testing.T, text, old, other string) string {
	t.Helper()
	require.Equal(t, 1, strings.Count(text, old), old)
	return strings.Replace(text, old, other, 1)
}

// freePort is one at which nobody listens.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return port
}
