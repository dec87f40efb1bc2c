package eventstoredb_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func TestStreamsThatShowNothing(t *testing.T) {
	set := func(change func(*esdb.StreamMetadata)) func(*testing.T, stranger) {
		return func(t *testing.T, s stranger) {
			t.Helper()
			var metadata esdb.StreamMetadata
			change(&metadata)
			_, err := s.client.SetStreamMetadata(t.Context(), "usher."+person1, esdb.AppendToStreamOptions{}, metadata)
			require.NoError(t, err)
		}
	}
	for name, cut := range map[string]func(*testing.T, stranger){
		"was deleted": func(t *testing.T, s stranger) {
			t.Helper()
			_, err := s.client.DeleteStream(t.Context(), "usher."+person1, esdb.DeleteStreamOptions{})
			require.NoError(t, err)
		},
		"was truncated":   set(func(m *esdb.StreamMetadata) { m.SetTruncateBefore(9) }),
		"has $maxAge":     set(func(m *esdb.StreamMetadata) { m.SetMaxAge(time.Second) }),
		"has $maxCount":   set(func(m *esdb.StreamMetadata) { m.SetMaxCount(2) }),
		"lacks the event": set(func(m *esdb.StreamMetadata) { m.SetTruncateBefore(1) }),
	} {
		for _, followed := range []bool{false, true} {
			t.Run(fmt.Sprintf("given a stream that %s, metadata followed %t, its history is missing, until that is taken away", name, followed), func(t *testing.T) {
				var past atomic.Bool
				node := nodetest.Start(t, nodetest.At(func() time.Time {
					if past.Load() {
						return time.Now()
					}
					return time.Now().Add(-time.Hour)
				}))
				log := begin(t, node.Connection, "usher.", eventstoredb.Options{})
				if followed {
					log.FollowCuts()
				}
				events := proposed(3)
				_, _, err := log.Append(t.Context(), person1, domain.NoStream{}, events)
				require.NoError(t, err)
				past.Store(true)
				others := another(t, node.Connection)
				cut(t, others)
				require.Eventually(t, func() bool { return len(journal.CutOf(log)) == 1 == followed }, time.Minute, time.Millisecond)
				require.Equal(t, "usher."+person1, missing(t, log).Stream)
				if followed {
					require.Equal(t, []journal.Cut{{Stream: person1, AtServer: "usher." + person1, Done: missing(t, log).Done}}, log.Cut())
					_, _, err = log.Append(t.Context(), person1, domain.Revision(2), proposed(1))
					require.Equal(t, missing(t, log), err, "which the server would take")
				}
				for range 2 { // the first time a deleted stream comes back, cut at its end
					set(func(m *esdb.StreamMetadata) { m.AddCustomProperty("nothing", "hidden") })(t, others)
				}
				require.Eventually(t, func() bool { return missing(t, log) == nil }, time.Minute, time.Millisecond)
				require.Empty(t, log.Cut())
				require.Equal(t, idsOf(events), collected(t, log, person1))
				_, _, err = log.Append(t.Context(), person1, domain.Revision(2), proposed(1))
				require.NoError(t, err)
			})
		}
	}

	t.Run("given a stream that was deleted for ever, reading it and appending to it say so", func(t *testing.T) {
		node := nodetest.Start(t)
		log := begin(t, node.Connection, "usher.", eventstoredb.Options{})
		_, _, err := log.Append(t.Context(), person1, domain.NoStream{}, proposed(1))
		require.NoError(t, err)
		_, err = another(t, node.Connection).client.TombstoneStream(t.Context(), "usher."+person1, esdb.TombstoneStreamOptions{})
		require.NoError(t, err)
		require.Contains(t, missing(t, log).Done, "a tombstone")
		_, _, err = log.Append(t.Context(), person1, domain.Revision(0), proposed(1))
		require.Equal(t, missing(t, log), err)
		log.FollowCuts()
		require.Eventually(t, func() bool { return len(log.Cut()) == 1 && strings.Contains(log.Cut()[0].Done, "a tombstone") }, time.Minute, time.Millisecond)
	})

	t.Run("given a cut that nobody has heard of, an append to what was taken for new tells of it", func(t *testing.T) {
		node := nodetest.Start(t)
		log := begin(t, node.Connection, "usher.", eventstoredb.Options{})
		others := another(t, node.Connection)
		for _, stream := range []string{person1, person2} {
			_, _, err := log.Append(t.Context(), stream, domain.NoStream{}, proposed(3))
			require.NoError(t, err)
		}
		set(func(m *esdb.StreamMetadata) { m.SetTruncateBefore(9) })(t, others)
		_, err := others.client.DeleteStream(t.Context(), "usher."+person2, esdb.DeleteStreamOptions{})
		require.NoError(t, err)
		var told []domain.StreamName
		journal.WhenCut(log, func(stream domain.StreamName) { told = append(told, stream) })

		_, _, err = log.Append(t.Context(), person1, domain.NoStream{}, proposed(2))
		require.Equal(t, &journal.HistoryMissing{Stream: "usher." + person1, Done: "does not show its first events"}, err, "and not of a conflict")
		_, _, err = log.Append(t.Context(), person2, domain.NoStream{}, proposed(2))
		hidden := &journal.HistoryMissing{Stream: "usher." + person2, Done: "does not show its first 3 events"}
		require.Equal(t, hidden, err)
		require.Equal(t, []domain.StreamName{person2}, told)
		_, _, err = log.Append(t.Context(), person2, domain.Revision(4), proposed(1))
		require.Equal(t, hidden, err, "nor is anything written behind that")

		log.FollowCuts()
		require.Eventually(t, func() bool { return missing(t, log) != nil && len(log.Cut()) == 2 }, time.Minute, time.Millisecond)
		_, err = others.client.SetStreamMetadata(t.Context(), "usher."+person2, esdb.AppendToStreamOptions{}, esdb.StreamMetadata{})
		require.NoError(t, err)
		require.Eventually(t, func() bool { return len(log.Cut()) == 1 }, time.Minute, time.Millisecond)
		require.Len(t, collected(t, log, person2), 5)
	})

	t.Run("given an event behind a cut, one who follows the log knows of the cut before, however late the news are", func(t *testing.T) {
		server := newRogue(t)
		server.end = 5
		cut := event("$$"+person1, uuid.New(), 0, 10)
		cut.GetEvent().Event.Data = []byte(`{"$tb":9223372036854775807}`)
		server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			asked := options.GetFilter().GetStreamIdentifier().GetPrefix()
			if !slices.Contains(asked, "person-") || !slices.Contains(asked, "$$person-") {
				<-answer.Context().Done()
				return nil
			}
			_ = sends(confirmation(), caughtUp(), cut, event(person1, uuid.New(), 3, 11))(options, answer)
			<-answer.Context().Done()
			return nil
		}
		log := open(t, server.connection, eventstoredb.Options{})
		log.FollowCuts()
		for _, err := range log.Subscribe(t.Context(), domain.Position{}) {
			require.NoError(t, err)
			require.Equal(t, []journal.Cut{{Stream: person1, AtServer: person1, Done: "was deleted"}}, log.Cut())
			break
		}
	})

	t.Run("given streams of several Ushers that were cut, one who looks finds all of its own, by their names", func(t *testing.T) {
		node := nodetest.Start(t)
		log := begin(t, node.Connection, "usher.", eventstoredb.Options{})
		others := another(t, node.Connection)
		require.NoError(t, others.writes(t.Context(), "usher."+person2, 1))
		require.NoError(t, others.writes(t.Context(), "usher.b."+person1, 1))
		require.NoError(t, others.writes(t.Context(), "order-1", 1))
		for _, stream := range []string{"usher." + person2, "usher.b." + person1, "order-1"} {
			_, err := others.client.TombstoneStream(t.Context(), stream, esdb.TombstoneStreamOptions{})
			require.NoError(t, err)
		}
		set(func(m *esdb.StreamMetadata) { m.SetTruncateBefore(1) })(t, others)
		found, err := log.FindCut(t.Context())
		require.NoError(t, err)
		require.Equal(t, []journal.Cut{
			{Stream: person1, AtServer: "usher." + person1, Done: "was truncated ($tb in its metadata)"},
			{Stream: person2, AtServer: "usher." + person2, Done: "was deleted for ever (a tombstone)"},
		}, found)
	})

	t.Run("given what was known of them before, one who begins anew knows them at once, and looks on from there", func(t *testing.T) {
		node := nodetest.Start(t)
		log := begin(t, node.Connection, "usher.", eventstoredb.Options{})
		others := another(t, node.Connection)
		set(func(m *esdb.StreamMetadata) { m.SetTruncateBefore(1) })(t, others)
		require.NoError(t, others.writes(t.Context(), "usher."+person2, 1))
		_, err := others.client.TombstoneStream(t.Context(), "usher."+person2, esdb.TombstoneStreamOptions{})
		require.NoError(t, err)
		require.NoError(t, others.writes(t.Context(), "order-1", 3000))
		log.FollowCuts()
		var known string
		require.Eventually(t, func() bool {
			var reached struct {
				Metadata, Tombstones struct{ Resume domain.Position }
			}
			known, err = log.KnownCuts()
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal([]byte(known), &reached))
			return len(log.Cut()) == 2 && min(reached.Metadata.Resume.Commit, reached.Tombstones.Resume.Commit) > 2000
		}, time.Minute, time.Millisecond)

		server, asked := newRogue(t), make(chan uint64, 10)
		server.end = 4000
		server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			at := options.GetAll().GetPosition().GetCommitPosition()
			asked <- at
			if at > 0 {
				return status.Error(codes.Unknown, "Unexpected ReadAllResult: Error")
			}
			_ = sends(confirmation(), caughtUp())(options, answer)
			<-answer.Context().Done()
			return nil
		}
		again := open(t, server.connection, quick())
		require.NoError(t, again.Resume(t.Context(), eventstoredb.Passed{}, strings.ReplaceAll(known, "usher.", "")))
		require.Len(t, again.Cut(), 2)
		again.FollowCuts()
		places := []uint64{<-asked, <-asked, <-asked, <-asked}
		slices.Sort(places)
		require.Equal(t, []uint64{0, 0}, places[:2], "from the beginning where the server does not know that place")
		require.Greater(t, places[2], uint64(2000))

		server.end = 1000
		restored := open(t, server.connection, quick())
		require.NoError(t, restored.Resume(t.Context(), eventstoredb.Passed{}, known))
		require.Empty(t, restored.Cut(), "nor of a server that does not go as far")
	})

	t.Run("given metadata that are followed, a stream that never was is new at one call, also behind an outage", func(t *testing.T) {
		node := nodetest.Start(t)
		calls := node.Count(t)
		log := begin(t, node.Connection, "usher.", eventstoredb.Options{})
		log.FollowCuts()
		one := func() bool {
			calls.Take()
			require.Empty(t, collected(t, log, "person-"+uuid.NewString()))
			return maps.Equal(calls.Take(), map[string]int{"Read": 1})
		}
		require.Eventually(t, one, time.Minute, time.Millisecond)
		node.Stop()
		node.Restart()
		require.Eventually(t, one, time.Minute, time.Millisecond)
	})

	t.Run("given a user who may not read metadata, a stream that shows nothing is taken for new", func(t *testing.T) {
		server := newRogue(t)
		server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			if strings.HasPrefix(string(options.GetStream().GetStreamIdentifier().GetStreamName()), "$$") {
				return refusal(answer, codes.PermissionDenied, "exception", "access-denied")
			}
			return nil
		}
		require.Empty(t, collected(t, open(t, server.connection, quick()), person1))
	})

	t.Run("given a stream that never was, with rights or without, it is new", func(t *testing.T) {
		node := nodetest.Start(t)
		log := begin(t, node.Connection, "usher.", eventstoredb.Options{})
		require.Empty(t, collected(t, log, person1))
		set(func(m *esdb.StreamMetadata) { m.SetAcl(esdb.Acl{}) })(t, another(t, node.Connection))
		require.Empty(t, collected(t, log, person1))
	})
}

// missing is what is said of person1's stream, if its history is missing.
func missing(t *testing.T, log *eventstoredb.Log) *journal.HistoryMissing {
	t.Helper()
	for _, err := range log.ReadStream(t.Context(), person1, 0) {
		if found, is := errors.AsType[*journal.HistoryMissing](err); is {
			return found
		}
		require.NoError(t, err)
	}
	return nil
}
