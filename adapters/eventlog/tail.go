package eventlog

import (
	"sync"
	"sync/atomic"

	"github.com/usher-engine/usher/adapters/journal"
)

// The tail keeps at most this much.
const (
	tailRecords = 4096
	tailBytes   = 8 << 20
)

// tail is the last events in memory, so that live subscribers need not read
// them from the file, and the bell that wakes those who wait.
type tail struct {
	watchers atomic.Int64

	mutex   sync.Mutex
	head    uint64           // last position that is durable
	records []journal.Record // up to the head, without gaps; a record in it never changes
	bytes   int
	wake    chan struct{} // closed when the head moves
}

func newTail() *tail { return &tail{wake: make(chan struct{})} }

// watched says whether anybody subscribes.
func (t *tail) watched() bool { return t.watchers.Load() > 0 }

// extend moves the head. Records that do not reach from the old head to the new
// one are not kept.
func (t *tail) extend(head uint64, records []journal.Record) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if head == t.head {
		return
	}
	if uint64(len(records)) < head-t.head {
		t.records, t.bytes, records = nil, 0, nil
	}
	t.head = head
	t.records = append(t.records, records...)
	for i := range records {
		t.bytes += weight(&records[i])
	}
	if len(t.records) > tailRecords || t.bytes > tailBytes {
		t.shorten()
	}
	close(t.wake)
	t.wake = make(chan struct{})
}

// shorten drops the older half. The rest is copied: others read the old array.
func (t *tail) shorten() {
	dropped := 0
	for len(t.records)-dropped > tailRecords/2 || (t.bytes > tailBytes/2 && dropped < len(t.records)) {
		t.bytes -= weight(&t.records[dropped])
		dropped++
	}
	t.records = append(make([]journal.Record, 0, tailRecords), t.records[dropped:]...)
}

func weight(record *journal.Record) int { return len(record.Data) + len(record.Metadata) }

// after returns the records behind a position, as far as they are here; the
// head; and the bell for the next change.
func (t *tail) after(position uint64) (records []journal.Record, head uint64, wake <-chan struct{}) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if behind := t.head - position; position <= t.head && behind <= uint64(len(t.records)) {
		records = t.records[uint64(len(t.records))-behind:]
		records = records[:len(records):len(records)]
	}
	return records, t.head, t.wake
}
