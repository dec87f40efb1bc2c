package main_test

import (
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// nodeProcess is a running node.
type nodeProcess struct {
	t          *testing.T
	binary     string
	data       string
	listen     string
	connection string
	command    *exec.Cmd
}

var connection = regexp.MustCompile(`EventStoreDB's clients at (esdb://\S+)`)

// start starts it, at the port of the first time.
func (n *nodeProcess) start() {
	n.t.Helper()
	n.command = exec.Command(n.binary, "node", "--data", n.data, "--listen", n.listen, "--log-level", "ERROR")
	n.connection = startAndFind(n.t, n.command, connection)
	n.listen = strings.TrimSuffix(strings.TrimPrefix(n.connection, "esdb://"), "?tls=false")
}

func (n *nodeProcess) kill() {
	n.t.Helper()
	require.NoError(n.t, n.command.Process.Kill())
	_ = n.command.Wait()
}

func (n *nodeProcess) stop() {
	n.t.Helper()
	require.NoError(n.t, n.command.Process.Signal(syscall.SIGTERM))
	require.NoError(n.t, n.command.Wait(), "SIGTERM ends the process well")
}
