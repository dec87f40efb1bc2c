package arrivals

import (
	"context"
	"io"
	"net"
	"sync"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/tap"
)

// Connections are those of a server. Where there are as many as there may be, the one
// that has been without a call for longest makes room for a new one.
type Connections struct {
	most int

	mutex sync.Mutex
	all   map[*conn]struct{}
}

// Limit returns Connections of which there may be so many.
func Limit(most int) *Connections {
	return &Connections{most: most, all: map[*conn]struct{}{}}
}

// Credentials has the connections of a server with these credentials be among them.
// The server must not buffer what it reads (grpc.ReadBufferSize), or what is seen is
// not yet what gRPC works on.
func (c *Connections) Credentials(inner credentials.TransportCredentials) credentials.TransportCredentials {
	return counted{inner, c}
}

// Tap makes a Call of each that begins. It is for a server's tap.ServerInHandle.
func Tap(ctx context.Context, _ *tap.Info) (context.Context, error) {
	from, known := peer.FromContext(ctx)
	if !known {
		return ctx, nil
	}
	at, known := from.Addr.(address)
	if !known {
		return ctx, nil
	}
	call, id := at.conn.begin()
	context.AfterFunc(ctx, func() { at.conn.end(id) })
	return context.WithValue(ctx, callKey{}, call), nil
}

type counted struct {
	credentials.TransportCredentials
	connections *Connections
}

// ServerHandshake implements credentials.TransportCredentials.
func (c counted) ServerHandshake(raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	own := newConn(raw, c.connections)
	if !c.connections.enter(own) {
		return nil, nil, io.EOF // by which gRPC closes it without a word
	}
	secured, info, err := c.TransportCredentials.ServerHandshake(raw)
	if err != nil {
		c.connections.leave(own)
		return nil, nil, err
	}
	own.serve(secured)
	return own, info, nil
}

// Clone implements credentials.TransportCredentials.
func (c counted) Clone() credentials.TransportCredentials {
	return counted{c.TransportCredentials.Clone(), c.connections}
}

func (c *Connections) enter(one *conn) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if len(c.all) >= c.most {
		quiet := c.longestQuiet()
		if quiet == nil {
			return false
		}
		delete(c.all, quiet)
		_ = quiet.raw.Close() // whoever reads it notices
	}
	c.all[one] = struct{}{}
	return true
}

func (c *Connections) leave(one *conn) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.all, one)
}

// longestQuiet is nil where all have calls.
func (c *Connections) longestQuiet() (longest *conn) {
	for one := range c.all {
		since, quiet := one.quiet()
		if !quiet {
			continue
		}
		if longest != nil {
			if other, still := longest.quiet(); still && !since.Before(other) {
				continue
			}
		}
		longest = one
	}
	return longest
}
