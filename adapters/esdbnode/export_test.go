package esdbnode

import (
	"sync/atomic"
	"time"

	"google.golang.org/grpc/mem"
)

// What tests fill.
const (
	MaxCalls    = maxCalls
	MaxArriving = maxArriving
	MaxRequest  = maxRequest
	UnreadBytes = unreadBytes
)

// Connections sets how many connections there may be.
func (o *Options) Connections(most int) { o.connections = most }

// SlowAfter sets how long a request may be on its way where another waits.
func (o *Options) SlowAfter(long time.Duration) { o.slowAfter = long }

// Buffers count how many bytes of what clients send are in memory, before a
// message is made of them.
type Buffers struct {
	now, most atomic.Int64
}

var _ mem.BufferPool = (*Buffers)(nil)

// Count makes a node use the buffers.
func (b *Buffers) Count(options *Options) { options.buffers = b }

// Most returns how many there were at most.
func (b *Buffers) Most() int64 { return b.most.Load() }

// Get implements mem.BufferPool.
func (b *Buffers) Get(length int) *[]byte {
	now := b.now.Add(int64(length))
	for {
		if most := b.most.Load(); now <= most || b.most.CompareAndSwap(most, now) {
			break
		}
	}
	buffer := make([]byte, length)
	return &buffer
}

// Put implements mem.BufferPool.
func (b *Buffers) Put(buffer *[]byte) { b.now.Add(-int64(cap(*buffer))) }
