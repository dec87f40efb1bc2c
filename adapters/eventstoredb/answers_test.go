package eventstoredb_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func quick() eventstoredb.Options {
	return eventstoredb.Options{Attempt: 300 * time.Millisecond, Patience: time.Second, Stall: 200 * time.Millisecond}
}

func at(number uint64) domain.Position { return domain.Position{Commit: number, Prepare: number} }

func TestUnknownOutcomes(t *testing.T) {
	for name, failure := range map[string]error{
		"cannot do it now":        status.Error(codes.Unavailable, "Server Is Not Ready"),
		"did not get it in time":  status.Error(codes.Aborted, "Operation timed out"),
		"failed in a strange way": status.Error(codes.Unknown, "Exception was thrown by handler."),
	} {
		t.Run("given a server that says it "+name+", the same events are appended again", func(t *testing.T) {
			server := newRogue(t)
			var got [][]uuid.UUID
			server.append = func(_ string, ids []uuid.UUID) (*streams.AppendResp, error) {
				if got = append(got, ids); len(got) < 3 {
					return nil, failure
				}
				return success(4, 77), nil
			}
			log, events := open(t, server.connection, quick()), proposed(2)
			revision, position, err := log.Append(t.Context(), person1, domain.Revision(2), events)
			require.NoError(t, err)
			require.EqualValues(t, 4, revision)
			require.Equal(t, at(77), position)
			for _, ids := range got {
				require.Equal(t, []uuid.UUID{events[0].ID, events[1].ID}, ids)
			}
		})
	}

	t.Run("given an outcome that stays unknown, it says so in time", func(t *testing.T) {
		server := newRogue(t)
		server.append = func(string, []uuid.UUID) (*streams.AppendResp, error) {
			return nil, status.Error(codes.Unavailable, "Server Is Too Busy")
		}
		start := time.Now()
		_, _, err := open(t, server.connection, quick()).Append(t.Context(), person1, domain.NoStream{}, proposed(1))
		require.ErrorIs(t, err, journal.ErrUnavailable)
		require.Less(t, time.Since(start), 2*time.Second)
	})

	for name, expected := range map[string]domain.Expected{"anything": domain.Any{}, "a stream": domain.StreamExists{}} {
		t.Run("given an unknown outcome, expecting "+name+", what is at the end of the stream is not appended again", func(t *testing.T) {
			server, events, calls := newRogue(t), proposed(2), 0
			log := open(t, server.connection, quick())
			server.append = func(string, []uuid.UUID) (*streams.AppendResp, error) {
				calls++
				return nil, status.Error(codes.Unavailable, "the connection broke")
			}
			server.read = sends(event(person1, uuid.New(), 9, 90), event(person1, events[1].ID, 8, 80),
				event(person1, events[0].ID, 7, 70), event(person1, uuid.New(), 6, 60))
			revision, position, err := log.Append(t.Context(), person1, expected, events)
			require.NoError(t, err)
			require.EqualValues(t, 8, revision)
			require.Equal(t, at(80), position)
			require.Equal(t, 1, calls)
		})
	}

	t.Run("given an unknown outcome and then a conflict with these very events, it is a success", func(t *testing.T) {
		server, events, calls := newRogue(t), proposed(2), 0
		log := open(t, server.connection, quick())
		server.append = func(string, []uuid.UUID) (*streams.AppendResp, error) {
			if calls++; calls == 1 {
				return nil, status.Error(codes.Unavailable, "the connection broke")
			}
			return wrongVersion(2, 5), nil
		}
		server.read = sends(event(person1, events[0].ID, 3, 30), event(person1, events[1].ID, 4, 40))
		revision, position, err := log.Append(t.Context(), person1, domain.Revision(2), events)
		require.NoError(t, err)
		require.EqualValues(t, 4, revision)
		require.Equal(t, at(40), position)

		server.read, calls = sends(event(person1, events[0].ID, 3, 30), event(person1, uuid.New(), 4, 40)), 0
		_, _, err = log.Append(t.Context(), person1, domain.Revision(2), events)
		require.Equal(t, &domain.Conflict{Stream: person1, Expected: domain.Revision(2), Actual: domain.Revision(5)}, err)
	})

	t.Run("given a success without a position, it is looked up", func(t *testing.T) {
		server := newRogue(t)
		log := open(t, server.connection, quick())
		server.append = func(string, []uuid.UUID) (*streams.AppendResp, error) {
			answer := success(3, 0)
			answer.GetSuccess().PositionOption = nil
			return answer, nil
		}
		server.read = sends(event(person1, uuid.New(), 3, 30))
		_, position, err := log.Append(t.Context(), person1, domain.Any{}, proposed(1))
		require.NoError(t, err)
		require.Equal(t, at(30), position)
	})
}

func TestRefusals(t *testing.T) {
	t.Run("given a refusal, nothing is tried again", func(t *testing.T) {
		for _, code := range []codes.Code{codes.PermissionDenied, codes.Unauthenticated, codes.InvalidArgument, codes.FailedPrecondition, codes.Unimplemented} {
			server, calls := newRogue(t), 0
			log := open(t, server.connection, quick())
			server.append = func(string, []uuid.UUID) (*streams.AppendResp, error) {
				calls++
				return nil, status.Error(code, "no")
			}
			_, _, err := log.Append(t.Context(), person1, domain.Any{}, proposed(1))
			require.Error(t, err)
			require.NotErrorIs(t, err, journal.ErrUnavailable)
			require.Equal(t, code == codes.PermissionDenied || code == codes.Unauthenticated, errors.Is(err, journal.ErrDenied))
			require.Equal(t, 1, calls)
		}
	})

	t.Run("given a server without space, it says so, tries nothing again, and is not healthy until an append succeeds", func(t *testing.T) {
		server, calls := newRogue(t), 0
		log := open(t, server.connection, quick())
		server.append = func(string, []uuid.UUID) (*streams.AppendResp, error) {
			if calls++; calls > 1 {
				return success(0, 7), nil
			}
			return nil, status.Error(codes.ResourceExhausted, "No space left on the node's disk; nothing was written.")
		}
		_, _, err := log.Append(t.Context(), person1, domain.NoStream{}, proposed(1))
		require.ErrorIs(t, err, journal.ErrUnavailable)
		require.ErrorIs(t, err, journal.ErrFull)
		require.Equal(t, 1, calls)
		_, write := log.Failing()
		require.ErrorIs(t, write, journal.ErrFull)
		_, _, err = log.Append(t.Context(), person1, domain.NoStream{}, proposed(1))
		require.NoError(t, err)
		_, write = log.Failing()
		require.NoError(t, write)
	})

	t.Run("given a user who may not read all events, it does not open", func(t *testing.T) {
		server := newRogue(t)
		server.read = func(_ *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			return refusal(answer, codes.PermissionDenied, "exception", "access-denied")
		}
		_, err := eventstoredb.Open(t.Context(), server.connection, "", quick())
		require.ErrorContains(t, err, "AccessDenied")
	})

	t.Run("given a server that is too old to say when everything came, it does not open, and says so", func(t *testing.T) {
		server := newRogue(t)
		server.version = "22.10.5"
		_, err := eventstoredb.Open(t.Context(), server.connection, "", quick())
		require.ErrorContains(t, err, "22.10 is too old")
		for _, version := range []string{"23.10.0", "24.10.4", "25.0.0"} {
			server := newRogue(t)
			server.version = version
			open(t, server.connection, quick())
		}
	})

	t.Run("given a stream that was deleted for ever, reading it is an error that names it", func(t *testing.T) {
		server := newRogue(t)
		log := open(t, server.connection, quick())
		server.read = func(_ *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			return refusal(answer, codes.FailedPrecondition, "exception", "stream-deleted", "stream-name", person1)
		}
		for _, err := range log.ReadStream(t.Context(), person1, 0) {
			require.Equal(t, &journal.HistoryMissing{Stream: person1, Done: "was deleted for ever (a tombstone)"}, err)
		}
	})

	t.Run("given a stream whose beginning is gone, reading it is an error", func(t *testing.T) {
		server := newRogue(t)
		log := open(t, server.connection, quick())
		server.read = sends(event(person1, uuid.New(), 3, 30))
		for _, err := range log.ReadStream(t.Context(), person1, 0) {
			require.ErrorContains(t, err, "lacks the events 0 to 2")
		}
	})

	t.Run("given a server that is too old to say positions, reading is an error", func(t *testing.T) {
		server := newRogue(t)
		log := open(t, server.connection, quick())
		server.read = sends(event(person1, uuid.New(), 0, math.MaxUint64))
		for _, err := range log.ReadStream(t.Context(), person1, 0) {
			require.ErrorContains(t, err, "23.10")
		}
	})

	t.Run("given an answer that makes the client panic, it is an error", func(t *testing.T) {
		server := newRogue(t)
		log := open(t, server.connection, quick())
		server.read = sends(confirmation())
		for _, err := range log.ReadStream(t.Context(), person1, 0) {
			require.ErrorIs(t, err, journal.ErrUnavailable)
			require.ErrorContains(t, err, "panicked")
		}
	})

	t.Run("given events that the server would refuse, they are not sent", func(t *testing.T) {
		log := open(t, newRogue(t).connection, quick())
		large := journal.Proposed{ID: uuid.New(), Type: "ab🙂", Data: make([]byte, eventstoredb.MaxAppend-8), Metadata: []byte{1}}
		_, _, err := log.Append(t.Context(), person1, domain.Any{}, []journal.Proposed{large})
		require.Equal(t, &eventstoredb.TooLarge{Size: eventstoredb.MaxAppend + 1, Limit: eventstoredb.MaxAppend}, err)
		for _, wrong := range []journal.Proposed{{Type: "x"}, {ID: uuid.New()}, {ID: uuid.New(), Type: "$x"}} {
			_, _, err := log.Append(t.Context(), person1, domain.Any{}, []journal.Proposed{wrong})
			require.Error(t, err)
		}
		_, _, err = log.Append(t.Context(), "$"+person1, domain.Any{}, proposed(1))
		require.Error(t, err)
	})
}

func TestBrokenReads(t *testing.T) {
	const count = 1500
	all := make([]*streams.ReadResp, count)
	for i := range all {
		all[i] = event(person1, uuid.New(), uint64(i), uint64(10*i+10))
	}
	// breaking is a server whose connection breaks behind some events each time.
	breaking := func(server *rogue) {
		reads := 0
		server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			from := int(options.GetStream().GetRevision())
			if options.GetAll() != nil {
				from = int(options.GetAll().GetPosition().GetCommitPosition()) / 10
				_ = answer.Send(confirmation())
			}
			reads++
			upTo := from + []int{0, 1, 2, 300}[reads%4]
			if reads%8 == 7 {
				upTo = from + int(options.GetCount())
			}
			if options.GetAll() != nil && upTo >= count {
				return sends(append(all[from:], caughtUp())...)(options, answer)
			}
			if options.GetAll() == nil && (upTo >= count || upTo == from+int(options.GetCount())) {
				return sends(all[from:min(upTo, count)]...)(options, answer)
			}
			_ = sends(all[from:upTo]...)(options, answer)
			return status.Error(codes.Unavailable, "the connection broke")
		}
	}
	for name, read := range map[string]func(*eventstoredb.Log) iter.Seq2[journal.Record, error]{
		"a stream": func(log *eventstoredb.Log) iter.Seq2[journal.Record, error] {
			return log.ReadStream(t.Context(), person1, 0)
		},
		"all streams": func(log *eventstoredb.Log) iter.Seq2[journal.Record, error] { return log.ReadAll(t.Context(), at(0)) },
	} {
		t.Run("given connections that break behind any event, "+name+" is read to the end", func(t *testing.T) {
			server := newRogue(t)
			server.end = 10 * count
			log := open(t, server.connection, quick())
			breaking(server)
			next := uint64(0)
			for record, err := range read(log) {
				require.NoError(t, err)
				require.Equal(t, next, record.Revision)
				next++
			}
			require.EqualValues(t, count, next)
		})
	}
}

func TestAnotherLeader(t *testing.T) {
	t.Run("given a node that is not the leader any more, the append goes to the one that is", func(t *testing.T) {
		follower, leader := newRogue(t), newRogue(t)
		log := open(t, follower.connection, quick())
		leader.append = func(string, []uuid.UUID) (*streams.AppendResp, error) { return success(0, 5), nil }
		follower.leader = leader.port
		_, position, err := log.Append(t.Context(), person1, domain.NoStream{}, proposed(1))
		require.NoError(t, err)
		require.Equal(t, at(5), position)
	})
}

func TestRogueSubscriptions(t *testing.T) {
	first, second := uuid.New(), uuid.New()
	take := func(t *testing.T, log *eventstoredb.Log, count int) (ids []uuid.UUID) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for record, err := range log.Subscribe(ctx, domain.Position{}) {
			require.NoError(t, err)
			if ids = append(ids, record.ID); len(ids) == count {
				break
			}
		}
		return ids
	}

	t.Run("given a server that forgets a subscription, it is unhealthy and begins again", func(t *testing.T) {
		server := newRogue(t)
		log := open(t, server.connection, quick())
		var subscriptions atomic.Int32
		unhealthy := make(chan struct{})
		server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			if options.GetSubscription() == nil {
				return answer.Send(event(person1, first, 0, 10))
			}
			if subscriptions.Add(1) == 1 {
				_ = answer.Send(confirmation())
				<-answer.Context().Done()
				return nil
			}
			<-unhealthy
			return sends(confirmation(), event(person1, first, 0, 10))(options, answer)
		}
		go func() {
			require.Eventually(t, func() bool { return log.Health(t.Context()) != nil }, time.Minute, 10*time.Millisecond)
			close(unhealthy)
		}()
		require.Equal(t, []uuid.UUID{first}, take(t, log, 1))
	})

	t.Run("given a checkpoint that comes too early, nothing is left out", func(t *testing.T) {
		server := newRogue(t)
		server.end = 40
		log := open(t, server.connection, quick())
		server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			switch from := options.GetAll().GetPosition().GetCommitPosition(); from {
			case 0:
				return sends(confirmation(), event(person1, first, 0, 10), checkpoint(30))(options, answer)
			case 10:
				_ = answer.Send(confirmation())
				return sends(event(person1, second, 1, 20))(options, answer)
			default:
				return status.Errorf(codes.Unknown, "resumed from %d", from)
			}
		}
		require.Equal(t, []uuid.UUID{first, second}, take(t, log, 2))
	})

	t.Run("given a server that repeats itself, the reader sees each event once", func(t *testing.T) {
		server := newRogue(t)
		server.end = 40
		log := open(t, server.connection, quick())
		server.read = sends(confirmation(), event(person1, first, 0, 10), event(person1, first, 0, 10), event(person1, second, 1, 20))
		require.Equal(t, []uuid.UUID{first, second}, take(t, log, 2))
	})

	t.Run("given a refusal, it is unhealthy at once and goes on trying", func(t *testing.T) {
		server := newRogue(t)
		log := open(t, server.connection, quick())
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
			if options.GetSubscription() == nil {
				return nil
			}
			return refusal(answer, codes.PermissionDenied, "exception", "access-denied")
		}
		done := make(chan error)
		go func() {
			for _, err := range log.Subscribe(ctx, domain.Position{}) {
				done <- err
			}
		}()
		require.Eventually(t, func() bool { return log.Health(ctx) != nil }, time.Minute, time.Millisecond)
		require.Len(t, log.Subscriptions(), 1)
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
	})
}
