package esdbnode_test

import (
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
)

func TestConnectionsAreCounted(t *testing.T) {
	const most = 8
	server := nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) { options.Connections(most) }))
	subscribed := func() (streams.Streams_ReadClient, error) {
		call, err := raw(t, server).Read(within(t), request(ofAll(esdb.End{}), subscription))
		if err == nil {
			_, err = call.Recv()
		}
		return call, err
	}
	busy, err := subscribed()
	require.NoError(t, err)
	t.Run("given too many that ask for nothing, the ones that did so for longest are closed", func(t *testing.T) {
		const idle = 50
		closed := make(chan error, idle)
		for range idle {
			connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Address)
			require.NoError(t, err)
			defer connection.Close()
			require.NoError(t, connection.SetReadDeadline(time.Now().Add(time.Minute)))
			go func() {
				_, err := io.Copy(io.Discard, connection)
				closed <- err
			}()
		}
		for range idle - (most - 1) {
			require.NotErrorIs(t, <-closed, os.ErrDeadlineExceeded)
		}
	})
	t.Run("given one that has a call, it stays", func(t *testing.T) {
		written(t, server, "s", "kind", 1)
		for {
			answer, err := busy.Recv()
			require.NoError(t, err)
			if answer.GetEvent() != nil {
				break
			}
		}
	})
	t.Run("given that all have calls, another one is closed", func(t *testing.T) {
		for range most - 1 {
			_, err := subscribed()
			require.NoError(t, err)
		}
		_, err := subscribed()
		require.Equal(t, codes.Unavailable, status.Code(err))
	})
}
