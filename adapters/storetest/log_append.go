package storetest

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func (s logSuite) appending(t *testing.T) {
	t.Run("expectations", s.expectations)
	t.Run("repetition", s.repetition)

	s.given(t, "given several events, the answer is the last one's place", func(t *testing.T, log journal.Log) {
		name := stream()
		revision, position, err := log.Append(t.Context(), name, domain.NoStream{}, proposed(3))
		require.NoError(t, err)
		require.EqualValues(t, 2, revision)
		records := collected(t, log.ReadStream(t.Context(), name, 0))
		require.Equal(t, position, records[2].Position)
	})

	s.given(t, "given no events, it refuses", func(t *testing.T, log journal.Log) {
		_, _, err := log.Append(t.Context(), stream(), domain.Any{}, nil)
		require.Error(t, err)
	})

	s.given(t, "given the largest event, bytes and an event of nothing, it keeps them", func(t *testing.T, log journal.Log) {
		name, events := stream(), []journal.Proposed{
			{ID: uuid.New(), Type: "large", JSON: true, Data: large(s.limits.LargestEvent)},
			{ID: uuid.New(), Type: "bytes", Data: []byte{0, 1, 0xff, 0}, Metadata: []byte(`{}`)},
			{ID: uuid.New(), Type: "nothing"},
		}
		appended(t, log, name, domain.NoStream{}, events)
		requireSame(t, name, 0, events, collected(t, log.ReadStream(t.Context(), name, 0)))
		requireSame(t, name, 0, events, taken(t, log, before(t, log, name), 3))
	})

	s.given(t, "given metadata written in anybody's way, they come back bit by bit", func(t *testing.T, log journal.Log) {
		name, events := stream(), proposed(7)
		for i, metadata := range [][]byte{
			[]byte(`{"b":1,"a":2}`), []byte("{ \"a\" :\t1.0e2 ,\n\"a\": \"\\u00e9 é\\/\" }"), []byte("{}\r\n"), []byte(`[9007199254740993]`),
			{0xff, 0, '{'},
			{},
			fmt.Appendf(nil, `{"long":"%s"}`, strings.Repeat("ü", 1<<16)),
		} {
			events[i].Metadata = metadata
		}
		appended(t, log, name, domain.NoStream{}, events)
		requireSame(t, name, 0, events, collected(t, log.ReadStream(t.Context(), name, 0)))
		requireSame(t, name, 0, events, s.ours(collected(t, log.ReadAll(t.Context(), before(t, log, name))), []string{name}))
		requireSame(t, name, 0, events, taken(t, log, before(t, log, name), len(events)))
	})

	s.given(t, "given bytes that the caller changes afterwards, it keeps those that were appended", func(t *testing.T, log journal.Log) {
		name, events := stream(), proposed(1)
		data := bytes.Clone(events[0].Data)
		appended(t, log, name, domain.NoStream{}, events)
		clear(events[0].Data)
		require.Equal(t, data, collected(t, log.ReadStream(t.Context(), name, 0))[0].Data)
	})

	s.given(t, "given a context that has ended, nothing is appended", func(t *testing.T, log journal.Log) {
		name := stream()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err := log.Append(ctx, name, domain.NoStream{}, proposed(1))
		require.ErrorIs(t, err, context.Canceled)
		require.Empty(t, collected(t, log.ReadStream(t.Context(), name, 0)))
	})

	if s.limits.UshersOnly {
		s.given(t, "given a name that no stream of Usher's has, it refuses", func(t *testing.T, log journal.Log) {
			for _, name := range []string{"", "person", "person-", "person-7", "order-1", "operations-1", "$" + stream(), strings.ToUpper(stream()), stream() + "x"} {
				_, _, err := log.Append(t.Context(), name, domain.Any{}, proposed(1))
				require.Error(t, err, name)
			}
		})
		return
	}
	s.given(t, "given names in other scripts and with signs, it tells them apart", func(t *testing.T, log journal.Log) {
		for _, suffix := range []string{"Ω", "é", "e\u0301", "日本", "🙂", " ", "'\"%_\\", "a", "A"} {
			name, events := stream()+suffix, proposed(2)
			appended(t, log, name, domain.NoStream{}, events)
			requireSame(t, name, 0, events, collected(t, log.ReadStream(t.Context(), name, 0)))
		}
	})
}

// before is the place before a stream's first event.
func before(t *testing.T, log journal.Log, name string) (last domain.Position) {
	t.Helper()
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		if record.Stream == name {
			break
		}
		last = record.Position
	}
	return last
}

func (s logSuite) expectations(t *testing.T) {
	for _, test := range []struct {
		name     string
		length   int // of the stream
		expected domain.Expected
		accepted bool
	}{
		{"no stream, expecting none", 0, domain.NoStream{}, true},
		{"no stream, expecting anything", 0, domain.Any{}, true},
		{"no stream, expecting one", 0, domain.StreamExists{}, false},
		{"no stream, expecting a revision", 0, domain.Revision(0), false},
		{"no stream, expecting the greatest revision", 0, domain.Revision(math.MaxUint64), false},
		{"a stream, expecting none", 3, domain.NoStream{}, false},
		{"a stream, expecting anything", 3, domain.Any{}, true},
		{"a stream, expecting one", 3, domain.StreamExists{}, true},
		{"a stream, expecting its end", 3, domain.Revision(2), true},
		{"a stream, expecting what is behind", 3, domain.Revision(1), false},
		{"a stream, expecting what is to come", 3, domain.Revision(3), false},
	} {
		s.given(t, "given "+test.name, func(t *testing.T, log journal.Log) {
			name, actual := stream(), domain.Expected(domain.NoStream{})
			if test.length > 0 {
				appended(t, log, name, domain.NoStream{}, proposed(test.length))
				actual = domain.Revision(test.length - 1)
			}
			revision, _, err := log.Append(t.Context(), name, test.expected, proposed(2))
			if !test.accepted {
				requireConflict(t, err, name, test.expected, actual)
				require.Len(t, collected(t, log.ReadStream(t.Context(), name, 0)), test.length, "all or none")
				return
			}
			require.NoError(t, err)
			require.EqualValues(t, test.length+1, revision)
			require.Len(t, collected(t, log.ReadStream(t.Context(), name, 0)), test.length+2)
		})
	}
}

func (s logSuite) repetition(t *testing.T) {
	repeat := func(name string, change func(events []journal.Proposed) []journal.Proposed, same bool) {
		for title, expected := range map[string]domain.Expected{
			" behind a revision":       domain.Revision(1),
			" in a stream's beginning": domain.NoStream{},
		} {
			s.given(t, name+title, func(t *testing.T, log journal.Log) {
				stream, events := stream(), proposed(3)
				if expected != (domain.NoStream{}) {
					appended(t, log, stream, domain.NoStream{}, proposed(2))
				}
				revision, position, err := log.Append(t.Context(), stream, expected, events)
				require.NoError(t, err)
				appended(t, log, stream, domain.Revision(revision), proposed(1))
				length := len(collected(t, log.ReadStream(t.Context(), stream, 0)))

				again, there, err := log.Append(t.Context(), stream, expected, change(events))
				require.Len(t, collected(t, log.ReadStream(t.Context(), stream, 0)), length)
				if !same {
					requireConflict(t, err, stream, expected, domain.Revision(revision+1))
					return
				}
				require.NoError(t, err)
				require.Equal(t, revision, again)
				require.Equal(t, position, there)
			})
		}
	}
	repeat("given the same events again, it answers as the first time",
		func(events []journal.Proposed) []journal.Proposed { return events }, true)
	repeat("given events in another order, it is a conflict",
		func(e []journal.Proposed) []journal.Proposed { return []journal.Proposed{e[1], e[0], e[2]} }, false)
	repeat("given one event with another id, it is a conflict",
		func(e []journal.Proposed) []journal.Proposed { return append(e[:2:2], proposed(1)...) }, false)
	repeat("given more events than there are, it is a conflict",
		func(e []journal.Proposed) []journal.Proposed { return append(e[:3:3], proposed(2)...) }, false)
}
