package store_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// The states that a stream can be in, each with the events a, b and c where it
// has events.
func states() map[string]func(f *fixture) {
	return map[string]func(f *fixture){
		"no stream":          func(*fixture) {},
		"a stream":           func(f *fixture) { f.put("s", "abc") },
		"metadata alone":     func(f *fixture) { f.describe("s", `{"$maxCount":3}`) },
		"a deleted stream":   func(f *fixture) { f.put("s", "abc"); f.delete("s") },
		"a tombstone":        func(f *fixture) { f.put("s", "abc"); f.tombstone("s") },
		"a truncated one":    func(f *fixture) { f.put("s", "abc"); f.describe("s", `{"$tb":2}`) },
		"an event elsewhere": func(f *fixture) { f.put("t", "abc") },
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	const written = "written"
	all := []store.Expected{store.Any, store.NoStream, store.StreamExists, 0, 1, 2, 3}
	for _, test := range []struct {
		given    string
		events   string
		expected map[store.Expected]string // what becomes of it; "=2": as the one before that ended at revision 2
	}{
		{"no stream", "xy", map[store.Expected]string{store.Any: written, store.NoStream: written}},
		{"an event elsewhere", "ab", map[store.Expected]string{store.Any: written, store.NoStream: written}},
		{"metadata alone", "xy", map[store.Expected]string{store.Any: written, store.NoStream: written, store.StreamExists: written}},
		{"a stream", "xy", map[store.Expected]string{store.Any: written, store.StreamExists: written, 2: written}},
		{"a stream", "ab", map[store.Expected]string{store.Any: "=1", store.StreamExists: "=1", store.NoStream: "=1", 2: written}},
		{"a stream", "abc", map[store.Expected]string{store.Any: "=2", store.StreamExists: "=2", store.NoStream: "=2", 2: written}},
		{"a stream", "abcd", map[store.Expected]string{2: written}},
		{"a stream", "bc", map[store.Expected]string{store.Any: "=2", store.StreamExists: "=2", 0: "=2", 2: written}},
		{"a stream", "c", map[store.Expected]string{store.Any: "=2", store.StreamExists: "=2", 1: "=2", 2: written}},
		{"a stream", "ca", map[store.Expected]string{store.Any: "=0", store.StreamExists: "=0", 2: written}},
		{"a stream", "ax", map[store.Expected]string{2: written}},
		{"a stream", "xa", map[store.Expected]string{store.Any: written, store.StreamExists: written, 2: written}},
		{"a truncated one", "ab", map[store.Expected]string{store.Any: "=1", store.StreamExists: "=1", store.NoStream: "=1", 2: written}},
		{"a deleted stream", "xy", map[store.Expected]string{store.Any: written, store.NoStream: written, store.StreamExists: "deleted", 2: written}},
		{"a deleted stream", "ab", map[store.Expected]string{store.Any: "=1", store.NoStream: "=1", store.StreamExists: "deleted", 2: written}},
		{"a deleted stream", "ax", map[store.Expected]string{store.StreamExists: "deleted", 2: written}},
		{"a tombstone", "ab", map[store.Expected]string{
			store.Any: "deleted", store.NoStream: "deleted", store.StreamExists: "deleted", 0: "deleted", 1: "deleted", 2: "deleted", 3: "deleted",
		}},
	} {
		for _, expected := range all {
			want := test.expected[expected]
			if want == "" {
				want = "wrong version"
			}
			t.Run("given "+test.given+", "+test.events+" expecting "+expected.String()+": "+want, func(t *testing.T) {
				t.Parallel()
				f := open(t)
				states()[test.given](f)
				before := f.head()
				end, err := f.End(t.Context(), "s")
				if outcome(err) != "deleted" {
					require.NoError(t, err)
				}
				appended, err := f.try("s", expected, test.events)
				switch {
				case want == written:
					require.NoError(t, err)
					require.Equal(t, end+uint64(len(test.events)), appended.Next)
					require.Equal(t, before.Commit+uint64(len(test.events)), appended.Position.Commit)
				case strings.HasPrefix(want, "="):
					require.NoError(t, err)
					require.Equal(t, uint64(want[1]-'0')+1, appended.Next)
					require.Equal(t, appended.Next, appended.Position.Commit, "the stream was the first thing written")
					require.Equal(t, before, f.head())
				default:
					require.Equal(t, want, outcome(err))
					require.Equal(t, before, f.head())
				}
			})
		}
	}
}

func TestAppendNothing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		given    string
		expected store.Expected
		next     uint64
		outcome  string
	}{
		{"no stream", store.Any, 0, "ok"},
		{"no stream", store.NoStream, 0, "ok"},
		{"no stream", store.StreamExists, 0, "wrong version"},
		{"no stream", 0, 0, "wrong version"},
		{"a stream", store.Any, 3, "ok"},
		{"a stream", store.StreamExists, 3, "ok"},
		{"a stream", 2, 3, "ok"},
		{"a stream", 1, 0, "wrong version"},
		{"a stream", store.NoStream, 0, "wrong version"},
		{"a deleted stream", store.Any, 3, "ok"},
		{"a tombstone", store.Any, 0, "deleted"},
	} {
		t.Run("given "+test.given+", nothing expecting "+test.expected.String()+": "+test.outcome, func(t *testing.T) {
			t.Parallel()
			f := open(t)
			f.put("another", "z")
			states()[test.given](f)
			before := f.head()
			appended, err := f.try("s", test.expected, "")
			require.Equal(t, test.outcome, outcome(err))
			if err == nil {
				require.Equal(t, store.Appended{Next: test.next, Position: before}, appended)
			}
			if test.given == "a deleted stream" {
				_, err := f.revisions("s", 0, false)
				require.NoError(t, err, "it is brought back, empty")
			}
		})
	}
}

func TestAppendSaysWhatItFound(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.put("s", "abc")
	_, err := f.try("s", 7, "x")
	var wrong *store.WrongVersion
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, store.WrongVersion{Stream: "s", Expected: 7, Actual: 2}, *wrong)
	_, err = f.try("none", store.StreamExists, "x")
	require.ErrorAs(t, err, &wrong)
	require.Equal(t, store.WrongVersion{Stream: "none", Expected: store.StreamExists, Actual: store.NoStream}, *wrong)
}

func TestAppendTheSameIDTwice(t *testing.T) {
	t.Parallel()
	t.Run("given one id twice in an append, both are written and a repetition finds the first", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		require.Equal(t, uint64(2), f.put("s", "aa").Next)
		f.put("s", "b")
		require.Equal(t, uint64(1), f.put("s", "aa").Next)
		require.Equal(t, uint64(1), f.put("s", "a").Next)
		require.Equal(t, uint64(3), f.head().Commit)
	})

	t.Run("given an id in two streams, each knows its own", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		f.put("s", "ab")
		f.put("t", "ab")
		require.Equal(t, domain.Position{Commit: 2, Prepare: 2}, f.put("s", "ab").Position)
		require.Equal(t, domain.Position{Commit: 4, Prepare: 4}, f.put("t", "ab").Position)
	})
}

func TestSize(t *testing.T) {
	t.Parallel()
	event := func(data, metadata int, kind string) journal.Proposed {
		return journal.Proposed{ID: uuid.New(), Type: kind, Data: make([]byte, data), Metadata: make([]byte, metadata)}
	}
	f := open(t)
	fits := []journal.Proposed{event(store.MaxAppendSize/2, store.MaxAppendSize, "t"), event(store.MaxAppendSize/2, 4, "t")}
	_, err := f.Append(t.Context(), "s", store.Any, fits)
	require.NoError(t, err)
	fits[1].Data = append(fits[1].Data, 0)
	_, err = f.Append(t.Context(), "s", store.Any, fits)
	var large *store.TooLarge
	require.ErrorAs(t, err, &large)
	require.Equal(t, 1_048_576, large.Limit)
}

func TestAppendWhatNobodyMay(t *testing.T) {
	t.Parallel()
	f := open(t)
	for _, stream := range []string{"", "$$", "$all"} {
		_, err := f.try(stream, store.Any, "a")
		require.ErrorIs(t, err, store.ErrInvalid, "stream %q", stream)
	}
	_, err := f.Append(t.Context(), "s", store.Any, []journal.Proposed{{ID: uuid.New(), Type: store.TombstoneType}})
	require.ErrorIs(t, err, store.ErrInvalid)
	require.Zero(t, f.head())
}

func TestAppendAll(t *testing.T) {
	t.Parallel()
	t.Run("given requests that depend on each other, each sees those before it", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		results := f.AppendAll(t.Context(), []store.Request{
			{Stream: "s", Expected: store.NoStream, Events: events("ab")},
			{Stream: "s", Expected: store.NoStream, Events: events("x")},
			{Stream: "s", Expected: store.NoStream, Events: events("ab")},
			{Stream: "s", Expected: 1, Events: events("c")},
			{Stream: "t", Expected: store.Any, Events: []journal.Proposed{{Type: "t", Data: bytes.Repeat([]byte("x"), store.MaxAppendSize+1)}}},
			{Stream: "t", Expected: store.Any, Events: events("a")},
		})
		var outcomes []string
		for _, result := range results {
			outcomes = append(outcomes, outcome(result.Err))
		}
		require.Equal(t, []string{"ok", "wrong version", "ok", "ok", "too large", "ok"}, outcomes)
		require.Equal(t, results[0].Appended, results[2].Appended)
		require.Equal(t, uint64(3), results[3].Next)
		require.Equal(t, uint64(4), f.head().Commit)
	})

	t.Run("given a caller who does not wait, all fail and nothing is written", func(t *testing.T) {
		t.Parallel()
		f := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		results := f.AppendAll(ctx, []store.Request{{Stream: "s", Expected: store.Any, Events: events("a")}})
		require.True(t, errors.Is(results[0].Err, context.Canceled))
		require.Zero(t, f.head())
	})
}
