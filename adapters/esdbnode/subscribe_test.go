package esdbnode_test

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// feed is a running subscription.
type feed struct {
	t    testing.TB
	call streams.Streams_ReadClient
	end  context.CancelFunc
}

func subscribed(t testing.TB, client streams.StreamsClient, changes ...func(*streams.ReadReq_Options)) *feed {
	t.Helper()
	ctx, cancel := context.WithCancel(within(t))
	t.Cleanup(cancel)
	call, err := client.Read(ctx, request(append(changes, subscription)...))
	require.NoError(t, err)
	f := &feed{t: t, call: call, end: cancel}
	require.Equal(t, []string{"confirmation"}, f.next(1))
	return f
}

// next is the next answers, in words.
func (f *feed) next(count int) []string {
	f.t.Helper()
	var said []string
	for range count {
		answer, err := f.call.Recv()
		require.NoError(f.t, err, "after %v", said)
		said = append(said, inWords(answer))
	}
	return said
}

func inWords(answer *streams.ReadResp) string {
	switch content := answer.GetContent().(type) {
	case *streams.ReadResp_Confirmation:
		if uuid.Validate(content.Confirmation.GetSubscriptionId()) == nil {
			return "confirmation"
		}
	case *streams.ReadResp_Event:
		return place(answer)
	case *streams.ReadResp_Checkpoint_:
		if content.Checkpoint.GetCommitPosition() == content.Checkpoint.GetPreparePosition() {
			return fmt.Sprintf("checkpoint %d", content.Checkpoint.GetCommitPosition())
		}
	case *streams.ReadResp_CaughtUp_:
		return "caught up"
	}
	return answer.String()
}

const caughtUp = "caught up"

func TestSubscribingToAStream(t *testing.T) {
	server := nodetest.Start(t)
	client := raw(t, server)
	written(t, server, "s", "kind", 3)
	fromStart := subscribed(t, client, ofStream("s", esdb.Start{}))
	fromZero := subscribed(t, client, ofStream("s", 0))
	fromEnd := subscribed(t, client, ofStream("s", esdb.End{}))
	ofNone := subscribed(t, client, ofStream("later", esdb.Start{}))
	newOfNone := subscribed(t, client, ofStream("later", esdb.End{}))
	require.Equal(t, []string{"0@s", "1@s", "2@s", caughtUp}, fromStart.next(4))
	require.Equal(t, []string{"1@s", "2@s", caughtUp}, fromZero.next(3), "a revision is what the client has already")
	require.Equal(t, []string{caughtUp}, fromEnd.next(1))
	require.Equal(t, []string{caughtUp}, ofNone.next(1))
	require.Equal(t, []string{caughtUp}, newOfNone.next(1))

	written(t, server, "later", "kind", 2)
	written(t, server, "s", "kind", 2)
	for _, feed := range []*feed{fromStart, fromZero, fromEnd} {
		require.Equal(t, []string{"3@s", "4@s"}, feed.next(2))
	}
	for _, feed := range []*feed{ofNone, newOfNone} {
		require.Equal(t, []string{"0@later", "1@later"}, feed.next(2))
	}

	t.Run("given links, it follows them", func(t *testing.T) {
		links := subscribed(t, client, ofStream("links", esdb.Start{}), following)
		require.Equal(t, []string{caughtUp}, links.next(1))
		put(t, server, "links", link("4@s"))
		answer, err := links.call.Recv()
		require.NoError(t, err)
		require.Equal(t, uint64(4), answer.GetEvent().GetEvent().GetStreamRevision())
		require.Equal(t, "links", string(answer.GetEvent().GetLink().GetStreamIdentifier().GetStreamName()))
	})
	t.Run("given a stream that is deleted and made again, it goes on", func(t *testing.T) {
		_, err := rules(server).Delete(within(t), "s", store.Any)
		require.NoError(t, err)
		late := subscribed(t, client, ofStream("s", esdb.Start{}))
		require.Equal(t, []string{caughtUp}, late.next(1))
		written(t, server, "s", "kind", 1)
		require.Equal(t, []string{"5@s"}, late.next(1))
		require.Equal(t, []string{"5@s"}, fromStart.next(1))
	})
	t.Run("given a tombstone, it ends with that", func(t *testing.T) {
		_, err := rules(server).Tombstone(within(t), "s", store.Any)
		require.NoError(t, err)
		_, err = fromStart.call.Recv()
		require.Equal(t, codes.FailedPrecondition, status.Code(err))
		require.Equal(t, []string{"stream-deleted"}, fromStart.call.Trailer().Get("exception"))
		require.Equal(t, []string{"s"}, fromStart.call.Trailer().Get("stream-name"))
	})
}

func TestSubscribingToEverything(t *testing.T) {
	server := nodetest.Start(t, nodetest.ReadOnly()) // which has no system events
	client := raw(t, server)
	empty := subscribed(t, client, ofAll(esdb.Start{}))
	require.Equal(t, []string{caughtUp}, empty.next(1))
	written(t, server, "s", "kind", 3)
	fromStart := subscribed(t, client, ofAll(esdb.Start{}))
	fromFirst := subscribed(t, client, ofAll(domain.Position{Commit: 1, Prepare: 1}))
	fromEnd := subscribed(t, client, ofAll(esdb.End{}))
	fromHead := subscribed(t, client, ofAll(head(t, server)))
	require.Equal(t, []string{"0@s", "1@s", "2@s"}, empty.next(3))
	require.Equal(t, []string{"0@s", "1@s", "2@s", caughtUp}, fromStart.next(4))
	require.Equal(t, []string{"1@s", "2@s", caughtUp}, fromFirst.next(3))
	require.Equal(t, []string{caughtUp}, fromEnd.next(1))
	require.Equal(t, []string{caughtUp}, fromHead.next(1))

	written(t, server, "$epoch-information", "$epoch", 1)
	written(t, server, "t", "kind", 1)
	_, err := rules(server).Tombstone(within(t), "t", store.Any)
	require.NoError(t, err)
	tombstone := fmt.Sprintf("%d@t", int64(math.MaxInt64))
	for _, feed := range []*feed{empty, fromStart, fromFirst, fromEnd, fromHead} {
		require.Equal(t, []string{"0@t", tombstone}, feed.next(2))
	}
}

// TestSubscribingBehindTheEnd has clients go on from a place that the log does not go up
// to, as after an older copy of it was restored: they get what comes behind that place, and
// never what comes before it.
func TestSubscribingBehindTheEnd(t *testing.T) {
	server := nodetest.Start(t, nodetest.ReadOnly()) // which has no system events
	client := raw(t, server)
	written(t, server, "s", "kind", 3)
	behind := domain.Position{Commit: 5, Prepare: 5}
	ofEverything := subscribed(t, client, ofAll(behind))
	ofSome := subscribed(t, client, ofAll(behind), filtered(1, 1, "kind"))
	ofOne := subscribed(t, client, ofStream("s", 4))
	for _, feed := range []*feed{ofEverything, ofSome, ofOne} {
		require.Equal(t, []string{caughtUp}, feed.next(1), "nothing says that the place is not there")
	}
	written(t, server, "s", "kind", 4)
	require.Equal(t, []string{"5@s", "6@s"}, ofEverything.next(2))
	require.Equal(t, []string{"5@s", "checkpoint 6", "6@s", "checkpoint 7"}, ofSome.next(4))
	require.Equal(t, []string{"5@s", "6@s"}, ofOne.next(2))
}

func TestCheckpoints(t *testing.T) {
	server := nodetest.Start(t, nodetest.ReadOnly()) // which has no system events
	client := raw(t, server)
	for range 3 { // positions 1 to 9
		written(t, server, "noise", "noise", 2)
		written(t, server, "s", "kind", 1)
	}
	each4 := subscribed(t, client, ofAll(esdb.Start{}), filtered(2, 2, "kind"))
	require.Equal(t, []string{"0@s", "checkpoint 4", "1@s", "checkpoint 8", "2@s", "checkpoint 9", caughtUp}, each4.next(7))
	each3 := subscribed(t, client, ofAll(esdb.Start{}), filtered(3, 1, "kind"))
	require.Equal(t, []string{"0@s", "checkpoint 3", "1@s", "checkpoint 6", "2@s", "checkpoint 9", caughtUp}, each3.next(7), "never twice")
	resumed := subscribed(t, client, ofAll(domain.Position{Commit: 9, Prepare: 9}), filtered(1, 1, "kind"))
	require.Equal(t, []string{caughtUp}, resumed.next(1), "nothing was looked at")
	sparse := subscribed(t, client, ofAll(esdb.Start{}), filtered(100, 100, "never"))
	require.Equal(t, []string{"checkpoint 9", caughtUp}, sparse.next(2))

	written(t, server, "noise", "noise", 3) // 10 to 12
	written(t, server, "s", "kind", 1)
	require.Equal(t, []string{"3@s", "checkpoint 13"}, each4.next(2))
	require.Equal(t, []string{"checkpoint 12", "3@s"}, each3.next(2))
	require.Equal(t, []string{"checkpoint 10", "checkpoint 11", "checkpoint 12", "3@s", "checkpoint 13"}, resumed.next(5))

	t.Run("by the client", func(t *testing.T) {
		subscription, err := official(t, server.Connection).SubscribeToAll(within(t), esdb.SubscribeToAllOptions{
			From: esdb.Start{}, Filter: esdb.ExcludeSystemEventsFilter(), MaxSearchWindow: 5, CheckpointInterval: 1,
		})
		require.NoError(t, err)
		defer func() { require.NoError(t, subscription.Close()) }()
		var events, checkpoints int
		for {
			switch event := subscription.Recv(); {
			case event.EventAppeared != nil:
				events++
			case event.CheckPointReached != nil:
				checkpoints++
			case event.CaughtUp != nil:
				require.Equal(t, 13, events)
				require.Equal(t, 3, checkpoints)
				return
			default:
				t.Fatalf("%+v", event)
			}
		}
	})
}

func TestManyEventsWhileSubscribed(t *testing.T) {
	server := nodetest.Start(t)
	client := raw(t, server)
	const writers, each = 4, 300
	stream := subscribed(t, client, ofStream("s", esdb.Start{}))
	all := subscribed(t, client, ofAll(esdb.Start{}), filtered(7, 1, "kind"))
	done := make(chan error, writers)
	for range writers {
		go func() {
			for range each {
				events := []journal.Proposed{{ID: uuid.New(), Type: "kind"}}
				if _, err := rules(server).Append(context.Background(), "s", store.Any, events); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	inOrder := func(feed *feed) {
		last := domain.Position{}
		for next := 0; next < writers*each; {
			answer, err := feed.call.Recv()
			require.NoError(t, err)
			if checkpoint := answer.GetCheckpoint(); checkpoint != nil {
				at := domain.Position{Commit: checkpoint.CommitPosition, Prepare: checkpoint.PreparePosition}
				require.True(t, at.After(last), "checkpoint %v after %v", at, last)
				last = at
			}
			if answer.GetEvent() != nil {
				require.Equal(t, fmt.Sprintf("%d@s", next), place(answer))
				next++
			}
		}
	}
	inOrder(stream)
	inOrder(all)
	for range writers {
		require.NoError(t, <-done)
	}
}

func TestAConsumerThatStopsReading(t *testing.T) {
	count, found := 50*soak(), 10*soak() // events of a megabyte
	server := nodetest.Start(t, nodetest.ReadOnly())
	client := raw(t, server)
	big := func() {
		put(t, server, "s", journal.Proposed{ID: uuid.New(), Type: "big", Data: make([]byte, 1<<20-16)})
	}
	big()
	stopped := []*feed{
		subscribed(t, client, ofStream("s", esdb.Start{})),
		subscribed(t, client, ofAll(esdb.Start{})),
		subscribed(t, client, ofStream("s", esdb.End{})),
	}
	before := used()
	for range count {
		big()
	}
	require.Less(t, used()-before, int64(36<<20), "memory")

	t.Run("others are served", func(t *testing.T) {
		written(t, server, "other", "kind", 1)
		require.Equal(t, []string{"0@other"}, read(t, raw(t, server), ofStream("other", 0), count10))
	})
	t.Run("and it finds what it missed when it goes on", func(t *testing.T) {
		for i, feed := range stopped {
			for next := i / 2; next <= found; {
				said := feed.next(1)[0]
				if said == caughtUp {
					continue
				}
				require.Equal(t, fmt.Sprintf("%d@s", next), said)
				next++
			}
			feed.end()
		}
	})
}

func count10(options *streams.ReadReq_Options) { count(10)(options) }

// used is what the heap holds after a collection, in bytes.
func used() int64 {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return int64(memory.HeapAlloc)
}

func TestTheEndOfTheNodeEndsSubscriptions(t *testing.T) {
	server := nodetest.Start(t)
	client := raw(t, server)
	for range 3 {
		put(t, server, "big", journal.Proposed{ID: uuid.New(), Type: "big", Data: make([]byte, 1<<20-16)})
	}
	idle := []*feed{
		subscribed(t, client, ofStream("s", esdb.Start{})),
		subscribed(t, client, ofAll(esdb.End{})),
	}
	subscribed(t, client, ofStream("big", esdb.Start{})) // and never reads it, so that it must be broken off
	for _, feed := range idle {
		require.Equal(t, []string{caughtUp}, feed.next(1))
	}
	server.Stop()
	for _, feed := range idle {
		_, err := feed.call.Recv()
		require.Equal(t, codes.Canceled, status.Code(err))
		require.Equal(t, grpcmetadata.MD{}, feed.call.Trailer())
	}
	t.Run("and it can be started again on its folder and port", func(t *testing.T) {
		server.Restart()
		require.Equal(t, []string{"1@big"}, read(t, client, ofStream("big", 1), count(1)))
	})
}
