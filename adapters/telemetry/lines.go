package telemetry

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// Bounds of what waits for whoever reads the log.
const (
	waitingBytes = 4 << 20
	lastLines    = time.Second
)

// Lines is where log lines are written, and holds up nobody when whoever reads
// them does not: so many bytes wait for that, and what is more is left out and
// counted in a line of its own. What cannot be written at all is dropped.
type Lines struct {
	to    io.Writer
	ended chan struct{} // closed when nothing is written any more

	mu      sync.Mutex
	more    sync.Cond
	waiting bytes.Buffer
	lost    int
	closed  bool
}

// NewLines returns lines that are written to a writer, until Close.
func NewLines(to io.Writer) *Lines {
	l := &Lines{to: to, ended: make(chan struct{})}
	l.more.L = &l.mu
	go l.write()
	return l
}

// Write takes one line or several, always.
func (l *Lines) Write(lines []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || l.waiting.Len()+len(lines) > waitingBytes {
		l.lost++
		return len(lines), nil
	}
	l.waiting.Write(lines)
	l.more.Signal()
	return len(lines), nil
}

// Close returns when everything is written, or after a second; then it says so.
func (l *Lines) Close() (all bool) {
	l.mu.Lock()
	l.closed = true
	l.more.Signal()
	l.mu.Unlock()
	late := time.NewTimer(lastLines)
	defer late.Stop()
	select {
	case <-l.ended:
		return true
	case <-late.C:
		return false
	}
}

func (l *Lines) write() {
	defer close(l.ended)
	notice := slog.New(slog.NewJSONHandler(l.to, nil))
	for {
		lines, lost, closed := l.take()
		_, _ = l.to.Write(lines)
		if lost > 0 {
			notice.WarnContext(context.Background(), "log lines were left out, because nobody read them", slog.Int("lines", lost))
		}
		if closed {
			return
		}
	}
}

// take waits for lines; closed says that none come behind them.
func (l *Lines) take() (lines []byte, lost int, closed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.waiting.Len() == 0 && !l.closed {
		l.more.Wait()
	}
	lines, lost = bytes.Clone(l.waiting.Bytes()), l.lost
	l.waiting.Reset()
	l.lost = 0
	return lines, lost, l.closed
}
