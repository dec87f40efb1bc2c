package nodetest

import (
	"io"
	"maps"
	"net"
	"path"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// Calls counts what clients ask of a server, as it comes over the wire.
type Calls struct {
	mu   sync.Mutex
	made map[string]int // by method
}

// Count has the clients of a server come through a wire on which their calls are
// counted: those who connect from now on, by the server's Connection.
func (s *Server) Count(t testing.TB) *Calls {
	t.Helper()
	c := &Calls{made: map[string]int{}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	go c.accept(listener, s.Address)
	s.Connection = "esdb://" + listener.Addr().String() + "?tls=false"
	return c
}

// Take returns how many calls of each method came since it was asked last.
func (c *Calls) Take() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	made := maps.Clone(c.made)
	clear(c.made)
	return made
}

func (c *Calls) accept(listener net.Listener, address string) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", address)
		if err != nil {
			client.Close()
			continue
		}
		seen, sees := io.Pipe()
		go c.listen(seen)
		go func() {
			_, err := io.Copy(io.MultiWriter(server, sees), client)
			sees.CloseWithError(err)
			server.Close()
		}()
		go func() {
			_, _ = io.Copy(client, server)
			client.Close()
		}()
	}
}

// listen reads what a client sends; see RFC 9113, 3.4 and 6.2.
func (c *Calls) listen(sent *io.PipeReader) {
	defer io.Copy(io.Discard, sent)
	if _, err := io.CopyN(io.Discard, sent, int64(len(http2.ClientPreface))); err != nil {
		return
	}
	frames := http2.NewFramer(io.Discard, sent)
	frames.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	for {
		frame, err := frames.ReadFrame()
		if err != nil {
			return
		}
		if headers, begins := frame.(*http2.MetaHeadersFrame); begins {
			c.mu.Lock()
			c.made[path.Base(headers.PseudoValue("path"))]++
			c.mu.Unlock()
		}
	}
}
