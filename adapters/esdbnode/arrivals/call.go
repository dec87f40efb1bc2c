package arrivals

import (
	"context"
	"encoding/binary"
	"sync"
)

// prefixLength is how many bytes gRPC has before each message: whether it is
// compressed, and its length.
const prefixLength = 5

// Small is how large a message may be without being told of.
const Small = 64 << 10

// Unknown is the size of a message of which nobody knows how large it will be.
const Unknown = -1

// Call is a call whose messages are looked at on their way in.
type Call struct {
	// Of whoever reads the connection:
	prefix      [prefixLength]byte
	prefixBytes int
	left        int // bytes of the message that are to come

	changed chan struct{} // holds one when there is something new

	mutex sync.Mutex
	begun int   // messages
	large []one // those of them that are, in order
	taken int   // by Next
	ended bool  // no more come
}

type one struct{ number, size int }

type callKey struct{}

// Of returns the call that a context is of; nil where it does not come over a connection
// that is read along.
func Of(ctx context.Context) *Call {
	call, _ := ctx.Value(callKey{}).(*Call)
	return call
}

// Next waits until the next message has begun, and returns how large it will be where
// that is more than Small, and 0 otherwise. It does not wait where the client has sent
// all.
func (c *Call) Next(ctx context.Context) (size int, err error) {
	if c == nil {
		return Unknown, nil
	}
	for {
		size, here := c.take()
		if here {
			return size, nil
		}
		select {
		case <-c.changed:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func (c *Call) take() (size int, here bool) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.taken == c.begun {
		return 0, c.ended
	}
	if len(c.large) > 0 && c.large[0].number == c.taken {
		size, c.large = c.large[0].size, c.large[1:]
	}
	c.taken++
	return size, true
}

// see looks at bytes of the call's messages.
func (c *Call) see(bytes []byte) {
	for c != nil && len(bytes) > 0 {
		count := min(c.left, len(bytes))
		if c.left > 0 {
			c.left -= count
		} else {
			count = copy(c.prefix[c.prefixBytes:], bytes)
			if c.prefixBytes += count; c.prefixBytes == prefixLength {
				c.prefixBytes = 0
				c.left = int(binary.BigEndian.Uint32(c.prefix[1:]))
				c.begin(c.prefix[0] != 0, c.left)
			}
		}
		bytes = bytes[count:]
	}
}

func (c *Call) begin(compressed bool, size int) {
	if compressed {
		size = Unknown
	}
	c.mutex.Lock()
	if size > Small || size == Unknown {
		c.large = append(c.large, one{c.begun, size})
	}
	c.begun++
	c.mutex.Unlock()
	c.wake()
}

func (c *Call) finish() {
	if c == nil {
		return
	}
	c.mutex.Lock()
	c.ended = true
	c.mutex.Unlock()
	c.wake()
}

func (c *Call) wake() {
	select {
	case c.changed <- struct{}{}:
	default:
	}
}
