package store_test

import (
	"errors"
	"iter"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fixture is a store over a log on disk, with a clock that stands still.
type fixture struct {
	*store.Store
	t   testing.TB
	now time.Time
}

func open(t testing.TB) *fixture {
	t.Helper()
	f := &fixture{t: t, now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	clock := func() time.Time { return f.now }
	log, err := eventlog.Open(t.Context(), filepath.Join(t.TempDir(), "node.db"), eventlog.Options{Node: true, Now: clock})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	f.Store = store.New(log, clock)
	return f
}

// id is the same for the same name.
func id(name string) uuid.UUID { return uuid.NewSHA1(uuid.Nil, []byte(name)) }

// events are named by single letters.
func events(names string) []journal.Proposed {
	var events []journal.Proposed
	for _, name := range names {
		events = append(events, journal.Proposed{ID: id(string(name)), Type: "happened", JSON: true, Data: []byte(`"` + string(name) + `"`)})
	}
	return events
}

func (f *fixture) try(stream string, expected store.Expected, names string) (store.Appended, error) {
	return f.Append(f.t.Context(), stream, expected, events(names))
}

func (f *fixture) put(stream, names string) store.Appended {
	f.t.Helper()
	appended, err := f.try(stream, store.Any, names)
	require.NoError(f.t, err)
	return appended
}

func (f *fixture) describe(stream, json string) {
	f.t.Helper()
	_, err := f.Append(f.t.Context(), store.MetadataStream(stream), store.Any,
		[]journal.Proposed{{ID: uuid.New(), Type: store.MetadataType, JSON: true, Data: []byte(json)}})
	require.NoError(f.t, err)
}

func (f *fixture) delete(stream string) domain.Position {
	f.t.Helper()
	position, err := f.Delete(f.t.Context(), stream, store.Any)
	require.NoError(f.t, err)
	return position
}

func (f *fixture) tombstone(stream string) domain.Position {
	f.t.Helper()
	position, err := f.Tombstone(f.t.Context(), stream, store.Any)
	require.NoError(f.t, err)
	return position
}

func (f *fixture) head() domain.Position {
	f.t.Helper()
	head, err := f.Log().Head(f.t.Context())
	require.NoError(f.t, err)
	return head
}

// metadata is a stream's metadata as it was written.
func (f *fixture) metadata(stream string) string {
	f.t.Helper()
	metadata, err := f.Metadata(f.t.Context(), stream)
	require.NoError(f.t, err)
	return string(metadata.Raw)
}

// revisions are those that can be read of a stream; the error is how it ended.
func (f *fixture) revisions(stream string, from uint64, backwards bool) ([]uint64, error) {
	return collect(f.ReadStream(f.t.Context(), stream, from, backwards), func(record journal.Record) uint64 { return record.Revision })
}

func collect[Value any](records iter.Seq2[journal.Record, error], value func(journal.Record) Value) (values []Value, failure error) {
	for record, err := range records {
		if err != nil {
			failure = errors.Join(failure, err)
		} else {
			values = append(values, value(record))
		}
	}
	return values, failure
}

// outcome is the kind of an error.
func outcome(err error) string {
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, new(*store.WrongVersion)):
		return "wrong version"
	case errors.As(err, new(*store.Deleted)):
		return "deleted"
	case errors.As(err, new(*store.NotFound)):
		return "not found"
	case errors.As(err, new(*store.TooLarge)):
		return "too large"
	case errors.Is(err, store.ErrInvalid):
		return "invalid"
	}
	return err.Error()
}
