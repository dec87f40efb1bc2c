package eventlog

import (
	"context"
	"sync"

	"github.com/usher-engine/usher/adapters/journal"
)

// What is kept of pages that were read has at most this much.
const (
	sharedPages = 128
	sharedBytes = 32 << 20
)

// scans lets those who read all events near each other read the file once: what one
// has read, the others take. Nothing is kept while nobody reads.
type scans struct {
	fetch func(ctx context.Context, after, until uint64) ([]journal.Record, error)
	most  int // pages that are kept

	mutex   sync.Mutex
	readers int
	pages   map[uint64]*sharedPage // by the position before their first event
	order   []uint64               // the oldest first
	bytes   int
}

// sharedPage is some events. They never change.
type sharedPage struct {
	read    chan struct{} // closed when it was
	records []journal.Record
	err     error
}

func newScans(fetch func(ctx context.Context, after, until uint64) ([]journal.Record, error)) *scans {
	return &scans{fetch: fetch, most: sharedPages, pages: map[uint64]*sharedPage{}}
}

// begin says that somebody reads, until what it returns is called.
func (s *scans) begin() (end func()) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.readers++
	return func() {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		if s.readers--; s.readers == 0 {
			clear(s.pages)
			s.order, s.bytes = nil, 0
		}
	}
}

// page returns events behind a position, at least one and not beyond another
// position. All pages end at the same places, wherever a reader began, so that those
// who follow each other soon ask for the same ones.
func (s *scans) page(ctx context.Context, after, until uint64) ([]journal.Record, error) {
	end := after - after%pageRecords + pageRecords
	if end > until { // others may find more there
		return s.fetch(ctx, after, until)
	}
	s.mutex.Lock()
	page, known := s.pages[after]
	if !known {
		page = &sharedPage{read: make(chan struct{})}
		s.pages[after] = page
	}
	s.mutex.Unlock()
	if !known {
		page.records, page.err = s.fetch(ctx, after, end)
		s.keep(after, page)
		return page.records, page.err
	}
	select {
	case <-page.read:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if page.err != nil { // it may be the other one's alone
		return s.fetch(ctx, after, end)
	}
	return page.records, ctx.Err()
}

// keep gives a page to those who wait for it, and keeps it for others.
func (s *scans) keep(after uint64, page *sharedPage) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	close(page.read)
	if page.err != nil {
		delete(s.pages, after)
		return
	}
	s.order = append(s.order, after)
	s.bytes += size(page.records)
	for len(s.order) > s.most || s.bytes > sharedBytes && len(s.order) > 1 {
		s.bytes -= size(s.pages[s.order[0]].records)
		delete(s.pages, s.order[0])
		s.order = s.order[1:]
	}
}

func size(records []journal.Record) (bytes int) {
	for i := range records {
		bytes += weight(&records[i])
	}
	return bytes
}
