package main_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReady(t *testing.T) {
	binary := build(t)
	p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded"}
	p.start()
	require.Eventually(t, p.ready, time.Minute, 10*time.Millisecond)
	require.Empty(t, mustCommand(t, binary, "ready", "--server", p.base))
	require.Empty(t, mustCommand(t, binary, "ready", "--alive", "--server", p.base+"/"))
	_, stderr, err := command(t, binary, "ready", "--server", p.base+"/nothing")
	require.Error(t, err)
	require.Contains(t, stderr, "the server is not ready (404 Not Found)")
	p.stop()
	for _, flags := range [][]string{{"ready"}, {"ready", "--alive"}} {
		_, stderr, err = command(t, binary, append(flags, "--server", p.base)...)
		require.Error(t, err)
		require.Contains(t, stderr, "no server answers")
	}
}
