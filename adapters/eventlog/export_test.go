package eventlog

import (
	"context"

	"github.com/usher-engine/usher/adapters/journal"
)

// CountPages calls a function before each page of all events that is read from the file.
func (l *Log) CountPages(count func()) {
	fetch := l.scans.fetch
	l.scans.fetch = func(ctx context.Context, after, until uint64) ([]journal.Record, error) {
		count()
		return fetch(ctx, after, until)
	}
}

// KeepPages sets how many pages are kept in memory for others.
func (l *Log) KeepPages(most int) { l.scans.most = most }

// KeptPages is how many pages are in memory for others.
func (l *Log) KeptPages() int {
	l.scans.mutex.Lock()
	defer l.scans.mutex.Unlock()
	return len(l.scans.pages)
}
