package nodetest

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/eventlog"
)

// Server is a node in a test, on a port of its own of the loopback address.
type Server struct {
	// Address is where it listens, and Connection the same for clients.
	Address, Connection string
	// Log is what it serves; it is another one after each start.
	Log *eventlog.Log

	t       testing.TB
	path    string
	options esdbnode.Options
	node    *esdbnode.Node
	served  chan error
}

// Option changes how a node is started.
type Option func(*esdbnode.Options)

// With changes the node's options.
func With(change func(*esdbnode.Options)) Option { return change }

// ReadOnly starts a node that takes no writes.
func ReadOnly() Option { return With(func(options *esdbnode.Options) { options.ReadOnly = true }) }

// At sets the clock.
func At(now func() time.Time) Option {
	return With(func(options *esdbnode.Options) { options.Now = now })
}

// Start starts a node on an empty folder. It is stopped when the test ends.
func Start(t testing.TB, options ...Option) *Server {
	t.Helper()
	s := &Server{t: t, path: filepath.Join(t.TempDir(), "node.db")}
	for _, change := range options {
		change(&s.options)
	}
	s.start("127.0.0.1:0")
	t.Cleanup(s.Stop)
	return s
}

func (s *Server) start(address string) {
	s.t.Helper()
	var err error
	s.Log, err = eventlog.Open(context.Background(), s.path, eventlog.Options{Now: s.options.Now, Node: true})
	require.NoError(s.t, err)
	listener, err := net.Listen("tcp", address)
	require.NoError(s.t, err)
	s.node, err = esdbnode.New(s.Log, s.options)
	require.NoError(s.t, err)
	s.Address = listener.Addr().String()
	s.Connection = fmt.Sprintf("esdb://%s?tls=%t", s.Address, s.options.TLS != nil)
	s.served = make(chan error, 1)
	go func(node *esdbnode.Node, served chan<- error) { served <- node.Serve(listener) }(s.node, s.served)
}

// Stop ends the node and closes its log. What is stopped may be stopped again.
func (s *Server) Stop() {
	s.t.Helper()
	if s.node == nil {
		return
	}
	require.NoError(s.t, s.node.Close())
	require.NoError(s.t, <-s.served)
	require.NoError(s.t, s.Log.Close())
	s.node = nil
}

// Set changes the options of the next start.
func (s *Server) Set(change func(*esdbnode.Options)) { change(&s.options) }

// Restart stops the node where it runs, and starts it on the same folder and
// port.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	s.start(s.Address)
}
