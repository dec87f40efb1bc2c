package eventstoredb_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// everything is the ids of all events that a log shows.
func everything(t *testing.T, log journal.Log) (ids []uuid.UUID) {
	t.Helper()
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		ids = append(ids, record.ID)
	}
	return ids
}

func idsOf(events []journal.Proposed) (ids []uuid.UUID) {
	for _, event := range events {
		ids = append(ids, event.ID)
	}
	return ids
}

func TestPrefixes(t *testing.T) {
	t.Run("given logs with several prefixes and one without, none sees another's events", func(t *testing.T) {
		node := nodetest.Start(t)
		logs, events := map[string]*eventstoredb.Log{}, map[string][]journal.Proposed{}
		for _, prefix := range []string{"", "usher.", "usher.b.", "usher.log.", "u."} {
			logs[prefix] = begin(t, node.Connection, prefix, eventstoredb.Options{})
		}
		last := map[string]domain.Position{}
		for prefix, log := range logs {
			events[prefix] = proposed(3)
			_, _, err := log.Append(t.Context(), person1, domain.NoStream{}, events[prefix][:2])
			require.NoError(t, err)
			_, last[prefix], err = log.Append(t.Context(), string(domain.OperationsStream()), domain.Any{}, events[prefix][2:])
			require.NoError(t, err)
		}
		marks := map[string]bool{}
		for prefix, log := range logs {
			require.Equal(t, idsOf(events[prefix]), everything(t, log))
			require.Equal(t, idsOf(events[prefix][:2]), collected(t, log, person1))
			fresh := open(t, node.Connection, eventstoredb.Options{})
			if prefix != "" {
				fresh = begin(t, node.Connection, prefix, eventstoredb.Options{})
			}
			head, err := fresh.Head(t.Context())
			require.NoError(t, err)
			require.Equal(t, last[prefix], head)
			mark, err := log.Mark(t.Context())
			require.NoError(t, err)
			require.Equal(t, prefix, eventstoredb.PrefixOf(mark))
			marks[mark] = true
		}
		require.Len(t, marks, len(logs))
	})

	t.Run("given a conflict, it names the stream as Usher does", func(t *testing.T) {
		log := begin(t, nodetest.Start(t).Connection, "usher.", eventstoredb.Options{})
		_, _, err := log.Append(t.Context(), person1, domain.NoStream{}, proposed(1))
		require.NoError(t, err)
		_, _, err = log.Append(t.Context(), person1, domain.Revision(7), proposed(1))
		require.Equal(t, &domain.Conflict{Stream: person1, Expected: domain.Revision(7), Actual: domain.Revision(0)}, err)
	})

	t.Run("given events that were there before a log began, they are not its own", func(t *testing.T) {
		node := nodetest.Start(t)
		require.NoError(t, another(t, node.Connection).writes(t.Context(), "usher."+person1, 3))
		log := begin(t, node.Connection, "usher.", eventstoredb.Options{})
		head, err := log.Head(t.Context())
		require.NoError(t, err)
		require.True(t, head.IsZero())
		require.Empty(t, everything(t, log))
		events := proposed(1)
		_, _, err = log.Append(t.Context(), string(domain.OperationsStream()), domain.NoStream{}, events)
		require.NoError(t, err)
		require.Equal(t, idsOf(events), everything(t, log))
	})

	t.Run("given a log that nobody has begun, nothing is read from it or appended to it", func(t *testing.T) {
		log, err := eventstoredb.Open(t.Context(), nodetest.Start(t).Connection, "usher.", eventstoredb.Options{})
		require.NoError(t, err)
		defer log.Close()
		mark, err := log.Mark(t.Context())
		require.NoError(t, err)
		require.Empty(t, mark)
		require.Empty(t, everything(t, log))
		_, _, err = log.Append(t.Context(), person1, domain.NoStream{}, proposed(1))
		require.ErrorContains(t, err, "there is no log with this prefix")
	})

	t.Run("given many who begin a log at once, it is the first one's, also for those who come later", func(t *testing.T) {
		node := nodetest.Start(t)
		marks := make([]string, 16)
		var group sync.WaitGroup
		for i := range marks {
			log, err := eventstoredb.Open(t.Context(), node.Connection, "usher.", eventstoredb.Options{})
			require.NoError(t, err)
			defer log.Close()
			group.Go(func() {
				var err error
				assert.NoError(t, log.Claim(t.Context(), uuid.New()))
				marks[i], err = log.Mark(t.Context())
				assert.NoError(t, err)
			})
		}
		group.Wait()
		for _, mark := range marks {
			require.Equal(t, marks[0], mark)
		}
	})

	for name, cut := range map[string]func(t *testing.T, s stranger){
		"deleted": func(t *testing.T, s stranger) {
			t.Helper()
			_, err := s.client.DeleteStream(t.Context(), "usher.log", esdb.DeleteStreamOptions{})
			require.NoError(t, err)
		},
		"deleted for ever": func(t *testing.T, s stranger) {
			t.Helper()
			_, err := s.client.TombstoneStream(t.Context(), "usher.log", esdb.TombstoneStreamOptions{})
			require.NoError(t, err)
		},
		"truncated": func(t *testing.T, s stranger) {
			t.Helper()
			var metadata esdb.StreamMetadata
			metadata.SetTruncateBefore(5)
			_, err := s.client.SetStreamMetadata(t.Context(), "usher.log", esdb.AppendToStreamOptions{}, metadata)
			require.NoError(t, err)
		},
	} {
		t.Run("given that its first stream was "+name+", who knows its mark finds the log, and nobody finds another one", func(t *testing.T) {
			node, events := nodetest.Start(t), proposed(2)
			log := begin(t, node.Connection, "usher.", eventstoredb.Options{})
			_, _, err := log.Append(t.Context(), person1, domain.NoStream{}, events)
			require.NoError(t, err)
			mark, err := log.Mark(t.Context())
			require.NoError(t, err)
			cut(t, another(t, node.Connection))

			fresh, err := eventstoredb.Open(t.Context(), node.Connection, "usher.", eventstoredb.Options{})
			require.NoError(t, err)
			defer fresh.Close()
			fresh.Expect(mark)
			again, err := fresh.Mark(t.Context())
			require.NoError(t, err)
			require.Equal(t, mark, again)
			require.Equal(t, idsOf(events), everything(t, fresh))

			elsewhere, err := eventstoredb.Open(t.Context(), nodetest.Start(t).Connection, "usher.", eventstoredb.Options{})
			require.NoError(t, err)
			defer elsewhere.Close()
			elsewhere.Expect(mark)
			none, err := elsewhere.Mark(t.Context())
			require.NoError(t, err)
			require.Empty(t, none)
		})
	}

	for _, prefix := range []string{".", "usher", "Usher.", "usher..x", "us her.", ".usher.", "$usher.", "üsher.", "usher-a.", strings.Repeat("u", 31) + "."} {
		t.Run("given the prefix "+prefix+", it refuses", func(t *testing.T) {
			_, err := eventstoredb.Open(t.Context(), "esdb://127.0.0.1:1?tls=false", prefix, eventstoredb.Options{})
			require.ErrorContains(t, err, "can be no prefix")
		})
	}
	for _, prefix := range []string{"", "a.", "7.", "usher.b.", "u..", strings.Repeat("u", 30) + "."} {
		require.NoError(t, eventstoredb.CheckPrefix(prefix))
	}
}

func TestOthersEvents(t *testing.T) {
	t.Run("given thousands of others' events behind the last, a subscription does not stand still, and is not begun again", func(t *testing.T) {
		node := nodetest.Start(t)
		others := another(t, node.Connection)
		log := begin(t, node.Connection, "usher.", eventstoredb.Options{Stall: 100 * time.Millisecond})
		_, position, err := log.Append(t.Context(), person1, domain.NoStream{}, proposed(1))
		require.NoError(t, err)
		came := make(chan journal.Record)
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		defer group.Wait()
		defer stop()
		group.Go(func() {
			for record, err := range log.Subscribe(ctx, domain.Position{}) {
				if err == nil {
					came <- record
				}
			}
		})
		require.Equal(t, position, (<-came).Position)
		for range 20 {
			require.NoError(t, others.writes(t.Context(), "order-1", 100))
			require.NoError(t, log.Health(t.Context()))
			for _, s := range log.Subscriptions() {
				require.Zero(t, s.Behind)
			}
			head, err := log.Head(t.Context())
			require.NoError(t, err)
			require.Equal(t, position, head)
		}
		events := proposed(1)
		_, _, err = begin(t, node.Connection, "usher.", eventstoredb.Options{}).Append(t.Context(), person1, domain.Revision(0), events)
		require.NoError(t, err)
		require.Equal(t, events[0].ID, (<-came).ID)
	})

	t.Run("given what was passed over before, one who begins anew reads on behind it", func(t *testing.T) {
		node := nodetest.Start(t)
		log := begin(t, node.Connection, "usher.", eventstoredb.Options{})
		_, position, err := log.Append(t.Context(), person1, domain.NoStream{}, proposed(1))
		require.NoError(t, err)
		require.NoError(t, another(t, node.Connection).writes(t.Context(), "order-1", 1500))
		require.Len(t, everything(t, log), 1)
		kept := log.Passed()
		require.Equal(t, position, kept.After)
		require.Greater(t, kept.Upto.Commit, position.Commit+1000)

		server := newRogue(t)
		server.end = kept.Upto.Commit + 5
		var asked []uint64
		server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			if options.GetSubscription() == nil {
				return answer.Send(event(person1, uuid.New(), 0, options.GetAll().GetPosition().GetCommitPosition()))
			}
			asked = append(asked, options.GetAll().GetPosition().GetCommitPosition())
			return sends(confirmation(), caughtUp())(options, answer)
		}
		again := open(t, server.connection, quick())
		require.NoError(t, again.Resume(t.Context(), kept, ""))
		head, err := again.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, position, head)
		for range again.ReadAll(t.Context(), position) {
			require.Fail(t, "there is nothing")
		}
		require.Equal(t, []uint64{kept.Upto.Commit}, asked, "and knows how far it came then")
		for range again.ReadAll(t.Context(), at(1)) {
			require.Fail(t, "there is nothing")
		}
		require.Equal(t, []uint64{kept.Upto.Commit, 1}, asked, "but for one who has not come as far")
	})

	t.Run("given one who follows and has nothing more to come, the head is known without asking", func(t *testing.T) {
		server := newRogue(t)
		server.end = 20
		server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			_ = sends(confirmation(), event(person1, uuid.New(), 0, 10), caughtUp())(options, answer)
			<-answer.Context().Done()
			return nil
		}
		server.append = func(string, []uuid.UUID) (*streams.AppendResp, error) { return success(1, 30), nil }
		log := open(t, server.connection, eventstoredb.Options{})
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		defer group.Wait()
		defer stop()
		group.Go(func() {
			for range log.Subscribe(ctx, domain.Position{}) {
			}
		})
		require.Eventually(t, func() bool {
			before := server.reads.Load()
			head, err := log.Head(ctx)
			return err == nil && head == at(10) && server.reads.Load() == before
		}, time.Minute, 10*time.Millisecond)
		_, _, err := log.Append(ctx, person1, domain.Revision(0), proposed(1))
		require.NoError(t, err)
		head, err := log.Head(ctx)
		require.NoError(t, err)
		require.Equal(t, at(30), head, "and is never before what was appended here")
	})

	t.Run("given a server that ends before what was passed over, it begins where it was", func(t *testing.T) {
		server := newRogue(t)
		server.end = 50
		var asked []uint64
		server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			if options.GetSubscription() == nil {
				return answer.Send(event(person1, uuid.New(), 0, options.GetAll().GetPosition().GetCommitPosition()))
			}
			asked = append(asked, options.GetAll().GetPosition().GetCommitPosition())
			return sends(confirmation(), caughtUp())(options, answer)
		}
		log := open(t, server.connection, quick())
		require.NoError(t, log.Resume(t.Context(), eventstoredb.Passed{After: at(10), Upto: at(60)}, ""))
		for range log.ReadAll(t.Context(), at(10)) {
			require.Fail(t, "there is nothing")
		}
		require.Equal(t, []uint64{10}, asked)
	})

	t.Run("given a server in which another's event is where the last one was, what was kept counts for nothing", func(t *testing.T) {
		before, after := nodetest.Start(t), nodetest.Start(t) // and between them an older backup
		log := begin(t, before.Connection, "usher.", eventstoredb.Options{})
		_, _, err := log.Append(t.Context(), person1, domain.NoStream{}, proposed(10))
		require.NoError(t, err)
		require.NoError(t, another(t, before.Connection).writes(t.Context(), "order-1", 50))
		require.Len(t, everything(t, log), 10)
		restored := begin(t, after.Connection, "usher.", eventstoredb.Options{})
		_, last, err := restored.Append(t.Context(), person1, domain.NoStream{}, proposed(3))
		require.NoError(t, err)
		require.NoError(t, another(t, after.Connection).writes(t.Context(), "order-1", 100))
		require.NoError(t, restored.Resume(t.Context(), log.Passed(), ""))
		head, err := begin(t, after.Connection, "usher.", eventstoredb.Options{}).Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, last, head)
		head, err = restored.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, last, head, "it ends where it does, so that lost events are noticed")
	})

	t.Run("given a server that does not know the place that was kept, it begins where it was", func(t *testing.T) {
		server, id := newRogue(t), uuid.New()
		server.end = 70
		server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			if options.GetSubscription() == nil {
				return answer.Send(event(person1, uuid.New(), 0, 10))
			}
			if options.GetAll().GetPosition().GetCommitPosition() == 60 {
				return status.Error(codes.Unknown, "Unexpected ReadAllResult: Error")
			}
			return sends(confirmation(), event(person1, id, 1, 65), caughtUp())(options, answer)
		}
		log := open(t, server.connection, quick())
		require.NoError(t, log.Resume(t.Context(), eventstoredb.Passed{After: at(10), Upto: at(60)}, ""))
		var found []uuid.UUID
		for record, err := range log.ReadAll(t.Context(), at(10)) {
			require.NoError(t, err)
			found = append(found, record.ID)
		}
		require.Equal(t, []uuid.UUID{id}, found)
	})
}
