package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// LogLimits declare what a log cannot do. The zero value is for a log that can
// do everything.
type LogLimits struct {
	// LargestEvent is in bytes of data; 1 MB where it is zero.
	LargestEvent int
	// Shared says that others use the log at the same time, or that it holds
	// events already: then what all streams have is not compared as a whole.
	Shared bool
	// Reopen closes a log and opens it again; nil where the test cannot.
	Reopen func(t *testing.T, log journal.Log) journal.Log
	// Sparse says that positions leave numbers out.
	Sparse bool
	// UshersOnly says that the log takes only streams of names that Usher's have.
	UshersOnly bool
	// Lingering are goroutines of libraries that go on for a while by themselves.
	Lingering []goleak.Option
}

// patience is how long a test waits for what must come.
const patience = time.Minute

// Log is the conformance suite of logs. open gives a log of its own to each
// test, and closes it in a cleanup.
func Log(t *testing.T, limits LogLimits, open func(t *testing.T) journal.Log) {
	t.Helper()
	if limits.LargestEvent == 0 {
		limits.LargestEvent = 1_000_000
	}
	suite := logSuite{limits: limits, open: open}
	t.Run("appending", suite.appending)
	t.Run("reading", suite.reading)
	t.Run("leaves", suite.leaves)
	t.Run("subscribing", suite.subscribing)
	t.Run("many at once", suite.concurrency)
	t.Run("linearizability", suite.linearizability)
	if limits.Reopen != nil {
		t.Run("reopening", suite.reopening)
	}
}

type logSuite struct {
	limits LogLimits
	open   func(t *testing.T) journal.Log
}

// given opens a log and runs a test that must leave no goroutine behind.
func (s logSuite) given(t *testing.T, name string, test func(t *testing.T, log journal.Log)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		log := s.open(t)
		before := goleak.IgnoreCurrent()
		test(t, log)
		require.NoError(t, s.leak(before), "something is left running")
	})
}

// leak is what is left running and does not end: a connection to a slow server may
// take its time to close.
func (s logSuite) leak(before goleak.Option) (left error) {
	for began := time.Now(); ; {
		left = goleak.Find(append(slices.Clone(s.limits.Lingering), before)...) // which waits for some time itself
		if left == nil || time.Since(began) > patience {
			return left
		}
	}
}

// stream is a name that no other test uses.
func stream() string { return "person-" + uuid.NewString() }

// proposed makes events of various kinds.
func proposed(count int) []journal.Proposed {
	events := make([]journal.Proposed, count)
	for i := range events {
		events[i] = journal.Proposed{
			ID:       uuid.New(),
			Type:     fmt.Sprintf("person.event_%d", i%3),
			JSON:     true,
			Data:     fmt.Appendf(nil, `{"number":%d,"text":"Grüße, 世界"}`, i),
			Metadata: fmt.Appendf(nil, `{"$correlationId":"%s"}`, uuid.New()),
		}
	}
	return events
}

// appended appends events that must be accepted.
func appended(t *testing.T, log journal.Log, stream string, expected domain.Expected, events []journal.Proposed) domain.Position {
	t.Helper()
	_, position, err := log.Append(t.Context(), stream, expected, events)
	require.NoError(t, err)
	return position
}

// collected takes everything from a sequence, which must not fail.
func collected(t *testing.T, records iter.Seq2[journal.Record, error]) (all []journal.Record) {
	t.Helper()
	for record, err := range records {
		require.NoError(t, err)
		all = append(all, record)
	}
	return all
}

// taken takes some records of a subscription, which must not fail.
func taken(t *testing.T, log journal.Log, after domain.Position, count int) (all []journal.Record) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for record, err := range log.Subscribe(ctx, after) {
		require.NoError(t, err, "after %d of %d", len(all), count)
		if all = append(all, record); len(all) == count {
			return all
		}
	}
	require.Fail(t, "the subscription ended by itself")
	return nil
}

// failure is the error that ends a sequence; everything before is let go.
func failure(records iter.Seq2[journal.Record, error]) error {
	var last error
	for _, err := range records {
		if last != nil {
			return errors.New("something followed an error")
		}
		last = err
	}
	return last
}

// requireSame compares records with the events that were appended.
func requireSame(t *testing.T, stream string, first uint64, events []journal.Proposed, records []journal.Record) {
	t.Helper()
	require.Len(t, records, len(events))
	for i, record := range records {
		expected := record // with what is known of it
		expected.Proposed, expected.Stream, expected.Revision = events[i], stream, first+uint64(i)
		if !same(expected, record) {
			require.Equal(t, expected, record)
		}
		if i > 0 && (!record.Position.After(records[i-1].Position) || record.Time.Before(records[i-1].Time)) {
			require.Fail(t, "a position or a time does not rise", "at %d", i)
		}
	}
	if len(records) > 0 {
		require.WithinDuration(t, time.Now(), records[0].Time, time.Hour)
		require.Equal(t, time.UTC, records[0].Time.Location())
	}
}

// same compares without reflection, for there are many records.
func same(a, b journal.Record) bool {
	return a.ID == b.ID && a.Type == b.Type && a.JSON == b.JSON && a.Stream == b.Stream && a.Revision == b.Revision &&
		bytes.Equal(a.Data, b.Data) && bytes.Equal(a.Metadata, b.Metadata)
}

// requireConflict says where the stream really ends.
func requireConflict(t *testing.T, err error, stream string, expected, actual domain.Expected) {
	t.Helper()
	var conflict *domain.Conflict
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, &domain.Conflict{Stream: domain.StreamName(stream), Expected: expected, Actual: actual}, conflict)
}

func (s logSuite) reopening(t *testing.T) {
	t.Run("given a log with events, reopening keeps everything and goes on", func(t *testing.T) {
		log := s.open(t)
		name, events := stream(), proposed(700)
		appended(t, log, name, domain.NoStream{}, events)
		before := collected(t, log.ReadAll(t.Context(), domain.Position{}))
		for range 3 {
			log = s.limits.Reopen(t, log)
		}
		require.Equal(t, before, collected(t, log.ReadAll(t.Context(), domain.Position{})))
		head, err := log.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, before[len(before)-1].Position, head)

		_, _, err = log.Append(t.Context(), name, domain.NoStream{}, proposed(1))
		requireConflict(t, err, name, domain.NoStream{}, domain.Revision(699))
		more := proposed(2)
		position := appended(t, log, name, domain.Revision(699), more)
		require.True(t, position.After(head))
		requireSame(t, name, 700, more, collected(t, log.ReadStream(t.Context(), name, 700)))
	})
}

func large(size int) []byte {
	return []byte(`"` + strings.Repeat("abcdefgh", size/8+1)[:size-2] + `"`)
}
