package esdbnode_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/journal"
)

// crowd is how many subscribers begin at once.
const crowd = 50

// Each of many subscribers from the start wants another category. What they take is looked
// at over a million events, in a soak alone, and by turns. It is the processor's time, which
// is nobody else's on this machine.
func TestManySubscribersFromTheStartComeToTheEnd(t *testing.T) {
	events, chunk, rounds := 5_000, 100, 1
	if soak() > 1 {
		events, chunk, rounds = 1_000_000, 500, 3
	}
	server := nodetest.Start(t, nodetest.ReadOnly()) // which has no system events
	for written := 0; written < events; written += chunk {
		many := make([]journal.Proposed, chunk)
		for i := range many {
			many[i] = typical()
		}
		put(t, server, fmt.Sprintf("category%02d-%s", written/chunk%crowd, uuid.NewString()), many...)
	}
	client := raw(t, server, grpc.WithDefaultCallOptions(grpc.ForceCodecV2(glancing{encoding.GetCodecV2("proto")})))
	var one, all time.Duration
	for range rounds {
		began, before := time.Now(), processor(t)
		together(t, client, 1, events/crowd)
		alone, between := time.Since(began), processor(t)
		together(t, client, crowd, events/crowd)
		one, all = one+between-before, all+processor(t)-between
		t.Logf("%d events: one subscriber after %s, %d after %s", events, alone, crowd, time.Since(began)-alone)
	}
	t.Logf("of the processor they take %s and %s, %.1f times", one, all, all.Seconds()/one.Seconds())
	if soak() > 1 {
		require.Less(t, all, 2*3*one, "two processors have done it after three times as long")
	}
}

// processor is how much of its time this process has had.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// glance receives an answer, and does not decode it where it has an event: what clients
// make of events is theirs.
type glance struct {
	event bool
	other streams.ReadResp
}

type glancing struct{ encoding.CodecV2 }

func (g glancing) Unmarshal(data mem.BufferSlice, message any) error {
	into, is := message.(*glance)
	if !is {
		return g.CodecV2.Unmarshal(data, message)
	}
	first, err := data.Reader().ReadByte()
	if err != nil {
		return err
	}
	if number, _ := protowire.DecodeTag(uint64(first)); number == 1 { // ReadResp.event
		into.event = true
		return nil
	}
	into.event = false
	return g.CodecV2.Unmarshal(data, &into.other)
}

// together lets subscribers catch up that want so many events each.
func together(t *testing.T, client streams.StreamsClient, subscribers, each int) {
	t.Helper()
	ctx, cancel := context.WithCancel(within(t))
	defer cancel()
	var group errgroup.Group
	for i := range subscribers {
		group.Go(func() error {
			call, err := client.Read(ctx, request(ofAll(esdb.Start{}), ofCategory(fmt.Sprintf("category%02d-", i)), subscription))
			var answer glance
			for seen := 0; err == nil; {
				if err = call.RecvMsg(&answer); answer.event {
					seen++
				}
				caughtUp := !answer.event && answer.other.GetCaughtUp() != nil
				if caughtUp && seen != each {
					return fmt.Errorf("subscriber %d caught up with %d events", i, seen)
				}
				if caughtUp {
					return nil
				}
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
}

// ofCategory chooses streams by a prefix.
func ofCategory(prefix string) func(*streams.ReadReq_Options) {
	return func(options *streams.ReadReq_Options) {
		filtered(1000, 1)(options) // so that looking takes the time, and not telling how far
		options.GetFilter().Filter = &streams.ReadReq_Options_FilterOptions_StreamIdentifier{
			StreamIdentifier: &streams.ReadReq_Options_FilterOptions_Expression{Prefix: []string{prefix}},
		}
	}
}
