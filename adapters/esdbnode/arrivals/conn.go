package arrivals

import (
	"bufio"
	"encoding/binary"
	"net"
	"sync"
	"time"
)

// What is known here of HTTP/2's frames; see RFC 9113, 3.4, 4.1, 6.1 and 6.2.
const (
	prefaceLength = 24
	headLength    = 9

	dataFrame    = 0
	headersFrame = 1

	endStream = 1
	padded    = 8

	bufferSize = 32 << 10 // as gRPC's own
)

// conn is a connection, whose frames are looked at when gRPC takes them.
type conn struct {
	net.Conn
	raw         net.Conn // what Conn is of, where that is encrypted
	connections *Connections
	reader      *bufio.Reader

	// Of whoever reads:
	skipped   int // bytes that say nothing here
	head      [headLength]byte
	headBytes int
	data      int  // bytes of a DATA frame that are to come
	pads      bool // the next byte says how many of them are padding
	padding   int
	ends      bool  // the call's last frame
	current   *Call // nil where nobody wants to know
	last      uint32
	lastEnds  bool

	mutex sync.Mutex
	calls map[uint32]*Call
	since time.Time // when there was a call last
}

func newConn(raw net.Conn, connections *Connections) *conn {
	return &conn{Conn: raw, raw: raw, connections: connections, skipped: prefaceLength, calls: map[uint32]*Call{}, since: time.Now()}
}

// serve begins with what is read of a connection that may be encrypted.
func (c *conn) serve(secured net.Conn) {
	c.Conn, c.reader = secured, bufio.NewReaderSize(secured, bufferSize)
}

// address is a client's, by which its connection is found.
type address struct {
	net.Addr
	conn *conn
}

// RemoteAddr implements net.Conn.
func (c *conn) RemoteAddr() net.Addr { return address{c.Conn.RemoteAddr(), c} }

// Close implements net.Conn.
func (c *conn) Close() error {
	c.connections.leave(c)
	return c.Conn.Close()
}

// Read implements net.Conn.
func (c *conn) Read(into []byte) (int, error) {
	count, err := c.reader.Read(into)
	c.see(into[:count])
	return count, err
}

// see looks at what gRPC is about to work on.
func (c *conn) see(bytes []byte) {
	for len(bytes) > 0 {
		count := 1
		switch {
		case c.skipped > 0:
			count = min(c.skipped, len(bytes))
			c.skipped -= count
		case c.pads:
			c.pads = false
			c.padding = min(int(bytes[0]), c.data-1)
			c.data -= 1 + c.padding
			c.seen()
		case c.data > 0:
			count = min(c.data, len(bytes))
			c.current.see(bytes[:count])
			c.data -= count
			c.seen()
		default:
			count = copy(c.head[c.headBytes:], bytes)
			if c.headBytes += count; c.headBytes == headLength {
				c.headBytes = 0
				c.frame()
			}
		}
		bytes = bytes[count:]
	}
}

// frame begins with what is behind a frame's head.
func (c *conn) frame() {
	length := int(c.head[0])<<16 | int(c.head[1])<<8 | int(c.head[2])
	flags, id := c.head[4], binary.BigEndian.Uint32(c.head[5:])&(1<<31-1)
	switch c.head[3] {
	case dataFrame:
		c.current, c.ends = c.find(id), flags&endStream != 0
		c.data, c.pads = length, flags&padded != 0 && length > 0
		c.seen()
	case headersFrame:
		c.last, c.lastEnds = id, flags&endStream != 0
		c.skipped = length
	default:
		c.skipped = length
	}
}

// seen ends a DATA frame whose bytes were all looked at.
func (c *conn) seen() {
	if c.data > 0 || c.pads {
		return
	}
	c.skipped, c.padding = c.padding, 0
	if c.ends {
		c.current.finish()
	}
	c.current = nil
}

func (c *conn) find(id uint32) *Call {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.calls[id]
}

// begin makes a Call of the one whose headers were read last: gRPC works on each frame
// before it reads the next.
func (c *conn) begin() (call *Call, id uint32) {
	call = &Call{changed: make(chan struct{}, 1), ended: c.lastEnds}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.calls[c.last] = call
	return call, c.last
}

func (c *conn) end(id uint32) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.calls, id)
	c.since = time.Now()
}

// quiet is since when it has no call.
func (c *conn) quiet() (since time.Time, quiet bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.since, len(c.calls) == 0
}
