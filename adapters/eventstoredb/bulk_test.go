package eventstoredb_test

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// appends are some, of one or two events, to a few streams in turn.
func appends(count int) (all []journal.Append) {
	own, ends := uuid.NewString()[8:], map[string]int{}
	for i := range count {
		stream := "person-0000000" + string(rune('0'+i%7)) + own
		one := journal.Append{Stream: stream, Expected: domain.NoStream{}, Events: proposed(1 + i%2)}
		if ends[stream] > 0 {
			one.Expected = domain.Revision(ends[stream] - 1)
		}
		ends[stream] += len(one.Events)
		all = append(all, one)
	}
	return all
}

// inOrder are the ids of the events of appends.
func inOrder(all []journal.Append) (ids []uuid.UUID) {
	for _, one := range all {
		for _, event := range one.Events {
			ids = append(ids, event.ID)
		}
	}
	return ids
}

func whole(t *testing.T, log journal.Log) (ids []uuid.UUID) {
	t.Helper()
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		ids = append(ids, record.ID)
	}
	return ids
}

func TestManyAppendsAtOnce(t *testing.T) {
	t.Run("given many appends, their events are there in their order, and the same appends again add nothing", func(t *testing.T) {
		log := open(t, nodetest.Start(t).Connection, eventstoredb.Options{})
		all := appends(600)
		for range 2 {
			made, err := log.AppendAll(t.Context(), all)
			require.NoError(t, err)
			require.Equal(t, len(all), made)
			require.Equal(t, inOrder(all), whole(t, log))
		}
		require.NoError(t, second(log.AppendAll(t.Context(), nil)))
	})

	t.Run("given a wire that is cut in all ways, their events are there in their order, each once", func(t *testing.T) {
		w, connection := through(t, nodetest.Start(t).Connection)
		log := open(t, connection, eventstoredb.Options{Attempt: time.Second, Patience: 30 * time.Second})
		all := appends(2400 * soak())
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		var group sync.WaitGroup
		group.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				illnesses := w.illnesses()
				illnesses[i%len(illnesses)]()
				ill := time.NewTimer(10 * time.Millisecond)
				<-ill.C
				w.drop()
				well := time.NewTimer(30 * time.Millisecond)
				<-well.C
			}
		})
		for i := 0; i < len(all); i += 300 {
			require.NoError(t, second(log.AppendAll(t.Context(), all[i:i+300])))
		}
		stop()
		group.Wait()
		require.Equal(t, inOrder(all), whole(t, log))
	})

	t.Run("given an append that is refused, it stops there, and says that others behind it were not", func(t *testing.T) {
		log := open(t, nodetest.Start(t).Connection, eventstoredb.Options{})
		all := appends(20)
		all[12].Expected = domain.Revision(7)
		made, err := log.AppendAll(t.Context(), all)
		require.Equal(t, 12, made)
		require.ErrorIs(t, err, journal.ErrDisorder)
		require.ErrorContains(t, err, "another prefix")

		last := appends(20)
		last[19].Expected = domain.Revision(7)
		made, err = log.AppendAll(t.Context(), last)
		require.Equal(t, 19, made)
		require.NotErrorIs(t, err, journal.ErrDisorder)
		require.True(t, errors.As(err, new(*domain.Conflict)))
	})

	t.Run("given a server whose positions do not rise, it stops at the first that does not", func(t *testing.T) {
		r := newRogue(t)
		r.batch = places(func(number uint64) uint64 {
			if number == 5 {
				return 41
			}
			return 40 + number
		}, nil)
		log := open(t, r.connection, eventstoredb.Options{})
		made, err := log.AppendAll(t.Context(), appends(8))
		require.Equal(t, 4, made)
		require.ErrorIs(t, err, journal.ErrDisorder)
	})

	t.Run("given a server that answers in another order, and twice, the positions count", func(t *testing.T) {
		r := newRogue(t)
		r.batch = func(calls streams.Streams_BatchAppendServer) error {
			var all []*streams.BatchAppendReq
			for {
				request, err := calls.Recv()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					return err
				}
				all = append(all, request)
			}
			for i := range all {
				for range 2 {
					place := uint64(len(all) - i)
					if err := calls.Send(placed(all[place-1], place)); err != nil {
						return err
					}
				}
			}
			return nil
		}
		made, err := open(t, r.connection, eventstoredb.Options{}).AppendAll(t.Context(), appends(8))
		require.NoError(t, err)
		require.Equal(t, 8, made)
	})

	t.Run("given a server that does not know how, or does not answer, they are made one after the other", func(t *testing.T) {
		silent := func(calls streams.Streams_BatchAppendServer) error { <-calls.Context().Done(); return nil }
		for _, batch := range []func(streams.Streams_BatchAppendServer) error{nil, silent} {
			r, made := newRogue(t), uint64(0)
			r.batch = batch
			r.append = func(string, []uuid.UUID) (*streams.AppendResp, error) {
				made++
				return success(0, made), nil
			}
			log := open(t, r.connection, eventstoredb.Options{Attempt: 300 * time.Millisecond})
			require.NoError(t, second(log.AppendAll(t.Context(), appends(8))))
			require.EqualValues(t, 8, made)
		}
	})

	t.Run("given TLS and a user, the user is proved", func(t *testing.T) {
		own, authority := certified(t)
		r := newRogue(t, grpc.Creds(credentials.NewTLS(own)))
		var heard metadata.MD
		r.batch = places(func(number uint64) uint64 { return number }, &heard)
		log := open(t, "esdb://admin:s3cret%2F%40@"+r.address()+"?tlsCAFile="+authority, eventstoredb.Options{})
		require.NoError(t, second(log.AppendAll(t.Context(), appends(3))))
		require.Equal(t, []string{"Basic YWRtaW46czNjcmV0L0A="}, heard.Get("authorization"))
	})
}

func second(_ int, err error) error { return err }

// places answers each append, numbered from 1, with a position.
func places(at func(number uint64) uint64, heard *metadata.MD) func(streams.Streams_BatchAppendServer) error {
	return func(calls streams.Streams_BatchAppendServer) error {
		if heard != nil {
			*heard, _ = metadata.FromIncomingContext(calls.Context())
		}
		for number := uint64(1); ; number++ {
			request, err := calls.Recv()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := calls.Send(placed(request, at(number))); err != nil {
				return err
			}
		}
	}
}

func placed(request *streams.BatchAppendReq, position uint64) *streams.BatchAppendResp {
	return &streams.BatchAppendResp{
		CorrelationId: request.GetCorrelationId(),
		Result: &streams.BatchAppendResp_Success_{Success: &streams.BatchAppendResp_Success{
			PositionOption: &streams.BatchAppendResp_Success_Position{
				Position: &shared.AllStreamPosition{CommitPosition: position, PreparePosition: position},
			},
		}},
	}
}
