package esdbnode_test

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
)

// begun are calls of Append that have sent the beginning of a large event.
type begun struct {
	t      *testing.T
	client *http.Client
	url    string
	ended  chan ending
}

type ending struct {
	number int
	code   codes.Code
	words  string
}

func beginning(t *testing.T, server *nodetest.Server) *begun {
	t.Helper()
	transport := &http2.Transport{AllowHTTP: true, DialTLSContext: func(ctx context.Context, network, address string, _ *tls.Config) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return &begun{t, &http.Client{Transport: transport}, "http://" + server.Address + streams.Streams_Append_FullMethodName, make(chan ending, 100)}
}

// append begins one that has a number, and sends no more of it than the beginning of a
// large event, or a whole one and not the end.
func (b *begun) append(number int) {
	b.t.Helper()
	options, err := proto.Marshal(appendOptions("slow"))
	require.NoError(b.t, err)
	sent, sends := io.Pipe()
	request, err := http.NewRequestWithContext(within(b.t), http.MethodPost, b.url, sent)
	require.NoError(b.t, err)
	request.Header.Set("Content-Type", "application/grpc")
	_, event := appendOf(b.t, 500_000)
	sentOf := len(event)
	if number%2 == 0 {
		sentOf = 1000
	}
	go func() {
		for _, message := range [][]byte{options, event} {
			prefix := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message)))
			_, _ = sends.Write(append(prefix, message[:min(len(message), sentOf)]...))
		}
	}()
	go func() {
		defer sends.Close()
		response, err := b.client.Do(request)
		if err != nil {
			return // the test is over
		}
		defer response.Body.Close()
		_, _ = io.Copy(io.Discard, response.Body)
		told := response.Trailer
		if told.Get("grpc-status") == "" {
			told = response.Header
		}
		code, _ := strconv.Atoi(told.Get("grpc-status"))
		b.ended <- ending{number, codes.Code(code), told.Get("grpc-message")}
	}()
}

func TestWhoIsSlowGivesWay(t *testing.T) {
	server := nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) { options.SlowAfter(time.Millisecond) }))
	slow := beginning(t, server)
	first := map[int]bool{}
	for number := range esdbnode.MaxArriving {
		first[number] = true
		slow.append(number)
	}
	// Each that comes has one of them give way, until all did.
	for number := esdbnode.MaxArriving; len(first) > 0; number++ {
		require.Less(t, number, 50, "some keep their places for ever")
		slow.append(number)
		refused := <-slow.ended
		require.Equal(t, codes.Aborted, refused.code)
		require.Contains(t, refused.words, "Operation timed out")
		delete(first, refused.number)
	}
	_, err := official(t, server.Connection).AppendToStream(within(t), "quick", esdb.AppendToStreamOptions{},
		esdb.EventData{EventType: "kind", Data: make([]byte, 200_000)})
	require.NoError(t, err)
}

func TestSmallRequestsWaitForNobody(t *testing.T) {
	server := nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) { options.SlowAfter(time.Hour) }))
	slow := beginning(t, server)
	for number := range 2 * esdbnode.MaxArriving {
		slow.append(number)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second) // which is less than they may wait
	defer cancel()
	client := official(t, server.Connection)
	for range 2 * esdbnode.MaxArriving {
		_, err := client.AppendToStream(ctx, "quick", esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "kind", Data: make([]byte, 10_000)})
		require.NoError(t, err)
	}
}
