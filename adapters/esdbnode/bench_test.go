package esdbnode_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
)

// BenchmarkReadAll reads events through the official client: from a node, and
// from a server that has nothing to do but to send bytes that are ready.
func BenchmarkReadAll(b *testing.B) {
	const events = 20_000
	b.Run("node", func(b *testing.B) {
		server := nodetest.Start(b, nodetest.ReadOnly())
		for range events / 500 {
			many := make([]journal.Proposed, 500)
			for i := range many {
				many[i] = typical()
			}
			put(b, server, "person-"+uuid.NewString(), many...)
		}
		readAll(b, official(b, server.Connection), events)
	})
	b.Run("ready bytes", func(b *testing.B) {
		record := journal.Record{Proposed: typical(), Stream: "person-" + uuid.NewString(), Time: time.Now()}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(b, err)
		server := grpc.NewServer(grpc.ForceServerCodecV2(wire.Codec()))
		streams.RegisterStreamsServer(server, &ready{message: wire.ReadResponse(wire.Resolved{Event: &record}, wire.Structured), count: events})
		go func() { _ = server.Serve(listener) }()
		b.Cleanup(server.Stop)
		readAll(b, official(b, "esdb://"+listener.Addr().String()+"?tls=false"), events)
	})
}

func typical() journal.Proposed {
	return journal.Proposed{ID: uuid.New(), Type: "person.invited", JSON: true, Data: make([]byte, 300), Metadata: make([]byte, 200)}
}

type ready struct {
	streams.UnimplementedStreamsServer
	message wire.Message
	count   int
}

func (r *ready) Read(_ *streams.ReadReq, stream streams.Streams_ReadServer) error {
	for range r.count {
		if err := stream.SendMsg(r.message); err != nil {
			return err
		}
	}
	return nil
}

func readAll(b *testing.B, client *esdb.Client, events int) {
	b.ReportAllocs()
	for b.Loop() {
		stream, err := client.ReadAll(context.Background(), esdb.ReadAllOptions{}, uint64(events))
		require.NoError(b, err)
		read := 0
		for {
			if _, err = stream.Recv(); err != nil {
				break
			}
			read++
		}
		if !errors.Is(err, io.EOF) || read != events {
			b.Fatal(read, err)
		}
		stream.Close()
	}
	b.ReportMetric(float64(events*b.N)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkReadOne reads the first and the last event of a long stream, as those
// do who look whether something happened.
func BenchmarkReadOne(b *testing.B) {
	server := nodetest.Start(b, nodetest.ReadOnly())
	for range 20 {
		many := make([]journal.Proposed, 500)
		for i := range many {
			many[i] = typical()
		}
		put(b, server, "s", many...)
	}
	client := official(b, server.Connection)
	for name, options := range map[string]esdb.ReadStreamOptions{
		"first": {From: esdb.Start{}},
		"last":  {From: esdb.End{}, Direction: esdb.Backwards},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				stream, err := client.ReadStream(context.Background(), "s", options, 1)
				require.NoError(b, err)
				_, err = stream.Recv()
				require.NoError(b, err)
				_, err = stream.Recv()
				require.ErrorIs(b, err, io.EOF)
				stream.Close()
			}
		})
	}
}
