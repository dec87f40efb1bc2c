package eventlog_test

import (
	"context"
	"iter"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func TestReadingTogether(t *testing.T) {
	const onePage, pages, kept = 512, 12, 6
	log := open(t, closedLog(t, onePage*pages))
	log.KeepPages(kept)
	var read atomic.Int64
	log.CountPages(func() { read.Add(1) })
	reading := func(t *testing.T, after uint64) func(count int) {
		ctx, cancel := context.WithCancel(t.Context())
		next, stop := iter.Pull2(log.Subscribe(ctx, domain.Position{Commit: after, Prepare: after}))
		t.Cleanup(func() { stop(); cancel() })
		return func(count int) {
			t.Helper()
			for range count {
				record, err, more := next()
				require.NoError(t, err)
				require.True(t, more)
				after++
				require.Equal(t, after, record.Position.Commit)
			}
		}
	}
	t.Run("given many who begin together, each page is read once", func(t *testing.T) {
		read.Store(0)
		var crowd []func(int)
		for range 10 {
			crowd = append(crowd, reading(t, 0))
		}
		for range 4 {
			for _, reader := range crowd {
				reader(onePage)
			}
		}
		require.Equal(t, int64(4), read.Load())
	})
	t.Run("given some who take pages, they have the same events, of which there is no copy", func(t *testing.T) {
		first := func(after uint64) *journal.Record {
			for records, err := range log.SubscribePages(t.Context(), domain.Position{Commit: after, Prepare: after}) {
				require.NoError(t, err)
				require.Equal(t, after+1, records[0].Position.Commit)
				return &records[0]
			}
			return nil
		}
		reading(t, 0)(1) // which keeps the page
		require.Same(t, first(0), first(0))
	})
	t.Run("given one who begins within a page, it takes the next ones from the others", func(t *testing.T) {
		read.Store(0)
		first, second := reading(t, 0), reading(t, 100)
		first(3 * onePage)
		second(3*onePage - 100)
		require.Equal(t, int64(4), read.Load(), "three pages, and the rest of one")
	})
	t.Run("given one who is far behind, it reads for itself and holds up nobody", func(t *testing.T) {
		read.Store(0)
		slow, fast := reading(t, 0), reading(t, 0)
		slow(1)
		fast(onePage * pages)
		require.Equal(t, int64(pages), read.Load())
		require.Equal(t, kept, log.KeptPages())
		slow(onePage*pages - 1)
		require.Greater(t, read.Load(), int64(pages))
	})
	t.Run("given one who leaves while it reads, the others are not troubled", func(t *testing.T) {
		started, leave := make(chan struct{}), make(chan struct{})
		log := open(t, closedLog(t, 2*onePage))
		var once atomic.Bool
		log.CountPages(func() {
			if once.CompareAndSwap(false, true) {
				close(started)
				<-leave
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		left := make(chan error, 1)
		go func() {
			for _, err := range log.ReadAll(ctx, domain.Position{}) {
				left <- err
				return
			}
		}()
		<-started
		stays := make(chan int, 1)
		go func() {
			count := 0
			for _, err := range log.ReadAll(t.Context(), domain.Position{}) {
				if err == nil {
					count++
				}
			}
			stays <- count
		}()
		cancel()
		close(leave)
		require.ErrorIs(t, <-left, context.Canceled)
		require.Equal(t, 2*onePage, <-stays)
	})
	t.Run("when nobody reads any more, nothing is kept", func(t *testing.T) {
		require.Zero(t, log.KeptPages())
	})
}

// closedLog is a log of so many events that is not open.
func closedLog(t *testing.T, count int) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "events.db")
	log, err := eventlog.Open(t.Context(), path, eventlog.Options{})
	require.NoError(t, err)
	events := make([]journal.Proposed, count)
	for i := range events {
		events[i] = journal.Proposed{ID: uuid.New(), Type: "kind", JSON: true, Data: []byte(`{}`)}
	}
	_, _, err = log.Append(t.Context(), "s", domain.NoStream{}, events)
	require.NoError(t, err)
	require.NoError(t, log.Close())
	return path
}
